"""Whether community.toml fits together and to the roles: asked when Chati starts."""

from collections.abc import Collection, Iterator

from config import About, ConfigError, Files

# What the code itself names.
STATES = {
    "group": ("applied", "approved"),
    "urge": ("open", "answered", "escalated", "closed"),
    "mediation": ("opened",),
}
ACTIONS = {
    "group": ("approve", "refuse", "dissolve"),
    "urge": ("answer", "close", "escalate", "lapse"),
    "mediation": ("meet", "agree", "fail", "withdraw"),
}
SAME, WORKER = "same", "worker"
# Events about a lift that can be told at once, and what each carries.
OF_URGES = ("urge.escalate", "urge.lapse")
TOLD = {"rescue.opened": (), "hazard.found": ("code", "severe"), **dict.fromkeys(OF_URGES, ("complaint", "answered"))}


def fit(files: Files) -> Iterator[ConfigError]:
    """Yield what does not fit."""
    about = About(files, "community")
    held = {permission for role in files["roles"].values() for permission in role["permissions"]}
    for kind in STATES:
        yield from _table(about, kind, {*held, WORKER})
    yield from about.known("roles.*.role", files["roles"], "a role of roles.toml")
    yield from about.known("serious.*.kind", TOLD, f"one of {', '.join(TOLD)}")
    for key, rule in about.each("serious.*"):
        for name in rule.get("when", {}):
            if name not in TOLD.get(rule["kind"], (name,)):
                yield about.wrong((*key, "when", name), f"no such key, {rule['kind']} carries {TOLD[rule['kind']]}")
        if "{complaint}" in rule["text"] and rule["kind"] not in OF_URGES:
            yield about.wrong((*key, "text"), f"no {{complaint}} expected, {rule['kind']} carries none")


def _table(about: About, kind: str, permissions: Collection[str]) -> Iterator[ConfigError]:
    states, actions, where = about.data[kind]["states"], about.data[kind]["actions"], f"a key of [{kind}.states]"
    yield from about.known(f"{kind}.moves.*.from.*", states, where)
    yield from about.known(f"{kind}.moves.*.to", {*states, SAME}, where)
    yield from about.known(f"{kind}.clocks.*.stops.*", states, where)
    yield from about.known(f"{kind}.moves.*.action", actions, f"a key of [{kind}.actions]")
    yield from about.known(f"{kind}.actions.*.permission", permissions, "a permission that a role of roles.toml has")
    for table, named in (("states", STATES[kind]), ("actions", ACTIONS[kind])):
        for name in named:
            if name not in about.data[kind][table]:
                yield about.wrong((kind, table, name), "missing, the code asks for it")
