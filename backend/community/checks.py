"""Whether community.toml fits together and to the roles: asked when Chati starts."""

from collections.abc import Iterator

from config import About, ConfigError, Files

# What the code itself names.
STATES = {
    "group": ("applied", "approved"),
    "urge": ("open", "answered", "escalated", "closed"),
    "mediation": ("opened",),
}
ACTIONS = {
    "group": ("approve", "refuse", "dissolve"),
    "urge": ("answer", "close", "escalate"),
    "mediation": ("meet", "agree", "fail", "withdraw"),
}
# Events about a lift that can be told at once, and what each carries.
TOLD = {"rescue.opened": (), "hazard.found": ("code", "severe"), "urge.escalated": ("complaint", "answered")}


def fit(files: Files) -> Iterator[ConfigError]:
    """Yield what does not fit."""
    about = About(files, "community")
    for kind, named in STATES.items():
        states, where = about.data[kind]["states"], f"a key of [{kind}.states]"
        yield from about.known(f"{kind}.moves.*.from.*", states, where)
        yield from about.known(f"{kind}.moves.*.to", states, where)
        yield from about.known(f"{kind}.moves.*.action", ACTIONS[kind], f"one of {', '.join(ACTIONS[kind])}")
        for state in named:
            if state not in states:
                yield about.wrong((kind, "states", state), "missing, the code asks for it")
    yield from about.known("roles.*.role", files["roles"], "a role of roles.toml")
    yield from about.known("serious.*.kind", TOLD, f"one of {', '.join(TOLD)}")
    for key, rule in about.each("serious.*"):
        for name in rule.get("when", {}):
            if name not in TOLD.get(rule["kind"], (name,)):
                yield about.wrong((*key, "when", name), f"no such key, {rule['kind']} carries {TOLD[rule['kind']]}")
        if "{complaint}" in rule["text"] and rule["kind"] != "urge.escalated":
            yield about.wrong((*key, "text"), f"no {{complaint}} expected, {rule['kind']} carries none")
