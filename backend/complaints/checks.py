"""Whether complaints.toml, letters.toml and replies.toml fit together: asked when Chati starts."""

from collections.abc import Iterator, Mapping
from typing import Any

from backend.policy.jurisdictions import MUNICIPAL
from config import About, ConfigError, Files

FILE = "complaints"
ANY, SAME, BEFORE = "any", "same", "before"
RESIDENT = "resident"
# What the code itself names.
STATES = ("held", "hidden", "filed", "accepted", "resolved", "ended", "merged", "set_aside")
TRACKS = ("complaint", "repair", "fault")
FILED = "complaint.file"


def fit(files: Files) -> Iterator[ConfigError]:
    """Yield what does not fit, the tables of complaints.toml first."""
    about = About(files, FILE)
    yield from _named_by_code(about)
    yield from _moves(about, files)
    yield from _clocks(about, files)
    yield from _actions(about, files)
    yield from _routing(about, files)
    yield from about.known("categories.*.track", about.data["tracks"], "a key of [tracks]")
    yield from about.known("limits.trusted.*", about.data["channels"], "a key of [channels]")
    yield from _letters(files)
    yield from _replies(about, files)


def _named_by_code(about: About) -> Iterator[ConfigError]:
    for table, names in (("states", STATES), ("tracks", TRACKS), ("categories", ("other",))):
        for name in names:
            if name not in about.data[table]:
                yield about.wrong((table, name), "missing, the code asks for it")


def _moves(about: About, files: Files) -> Iterator[ConfigError]:
    states, actions = about.data["states"], about.data["actions"]
    for moves in ("tracks.*.moves", "every.moves"):
        yield from about.known(f"{moves}.*.action", actions, "a key of [actions]")
        yield from about.known(f"{moves}.*.from.*", {*states, ANY}, "a key of [states], or any,")
        yield from about.known(f"{moves}.*.to", {*states, SAME, BEFORE}, "a key of [states], same or before")
        yield from about.known(f"{moves}.*.letter", files["letters"], "a letter of letters.toml")
    shared = {move["action"] for move in about.data["every"]["moves"]}
    for key, moves in about.each("tracks.*.moves"):
        whole = about.data["tracks"][key[1]].get("part", False)
        seen = set() if whole else set(shared)
        for place, move in enumerate(moves):
            if move["action"] in seen:
                yield about.wrong(
                    (*key, place, "action"), f"one move an action expected, {move['action']!r} has another"
                )
            seen.add(move["action"])
    made = {
        action for pattern in ("tracks.*.moves.*.action", "every.moves.*.action") for _, action in about.each(pattern)
    }
    for name in actions:
        if name not in made:
            yield about.wrong(("actions", name), "a move that takes it expected, there is none")


def _clocks(about: About, files: Files) -> Iterator[ConfigError]:
    catalogue = About(files, "policies/deadlines")
    kinds = {rule["kind"] for _, rule in catalogue.each("deadline.*") if "computed_by" not in rule}
    yield from about.known("tracks.*.clocks.*.kind", kinds, "a kind of policies/deadlines.toml that counts from a day")
    yield from about.known("tracks.*.clocks.*.starts", about.data["states"], "a key of [states]")
    yield from about.known("tracks.*.clocks.*.stops.*", about.data["states"], "a key of [states]")
    yield from about.known("tracks.*.register", files["letters"], "a letter of letters.toml")


def _actions(about: About, files: Files) -> Iterator[ConfigError]:
    held = {permission for role in files["roles"].values() for permission in role["permissions"]}
    yield from about.known("actions.*.permission", {*held, RESIDENT}, "a permission that a role of roles.toml has")
    for name in ("needs", "takes"):
        yield from about.known(f"actions.*.{name}.*", about.data["fields"], "a key of [fields]")
    yield from about.known("actions.*.when", about.data["facts"], "a key of [facts]")
    yield from about.known("actions.*.words", about.data["readers"], "a key of [readers]")
    for name in ("then", "after"):
        yield from about.known(f"actions.*.{name}", about.data["actions"], "a key of [actions]")
    for key, action in about.each("actions.*"):
        if (action["permission"] == RESIDENT) != (action.get("who") == RESIDENT):
            yield about.wrong((*key, "who"), "resident expected with the permission resident, and only there")
        news = action.get("news", "" if action.get("internal") else f"complaint.{key[1]}")
        if news and news not in files["wording"]:
            yield about.wrong((*key, "news"), f"words in wording.toml expected, there are none for {news!r}")
    for key, field in about.each("fields.*"):
        if (field["kind"] == "choice") != ("choices" in field):
            yield about.wrong((*key, "choices"), "a list to choose from expected for the kind choice, and only there")


def _routing(about: About, files: Files) -> Iterator[ConfigError]:
    bureaus = {row["id"] for row in files["jurisdictions"]["jurisdiction"]}
    wanted = {"category": about.data["categories"], "track": about.data["tracks"], "channel": about.data["channels"]}
    for name, known in (wanted | {"bureau": bureaus}).items():
        for key, value in about.each(f"routing.*.when.{name}"):
            for one in value if isinstance(value, list) else [value]:
                if one not in known:
                    yield about.wrong(
                        key, f"{'a bureau' if name == 'bureau' else f'a known {name}'} expected, not {one!r}"
                    )
    yield from about.unique("routing.*.rule")
    yield from about.known("routing.*.to", {*bureaus, "bureau"}, "a bureau's id, or bureau,")
    last: dict[str, Any] = about.data["routing"][-1]
    if last["when"] or last["to"] == "bureau":
        expected = f"an empty when and a bureau's id such as {MUNICIPAL} expected, the last rule must take every case"
        yield about.wrong(("routing", len(about.data["routing"]) - 1), expected)


def _letters(files: Files) -> Iterator[ConfigError]:
    complaints, about = About(files, FILE), About(files, "letters")
    written = {name for pattern in ("tracks.*.moves.*.letter", "every.moves.*.letter", "tracks.*.register")
               for _, name in complaints.each(pattern)}  # fmt: skip
    for name in about.data:
        if name not in written:
            yield about.wrong((name,), "a move or a register that writes it expected, there is none")
    for name, letter in about.data.items():
        if any("{basis}" in line for line in letter["paragraphs"]) != ("basis" in letter):
            yield about.wrong((name, "basis"), "words for {basis} expected, and only where a paragraph says it")
        if "basis" in letter:
            yield from _governed(about, name, letter, files)


def _governed(about: About, name: str, letter: Mapping[str, Any], files: Files) -> Iterator[ConfigError]:
    """Hold the decrees that a letter names to those of the clock that decides which of them governs."""
    deadlines = [rule for rule in files["policies/deadlines"]["deadline"] if rule["kind"] == letter.get("clock")]
    if not deadlines:
        yield about.wrong((name, "clock"), "a kind of policies/deadlines.toml expected")
        return
    wanted, given = (
        [(row.get("valid_from"), row.get("valid_to")) for row in rows] for rows in (deadlines, letter["basis"])
    )
    if wanted != given:
        yield about.wrong((name, "basis"), f"the days of {letter['clock']} in policies/deadlines.toml expected")


def _replies(complaints: About, files: Files) -> Iterator[ConfigError]:
    about = About(files, "replies")
    for name in ("actions", "categories", "states"):
        known = f"a key of [{name}] in {complaints.file}"
        yield from about.known(f"replies.*.{name}.*", complaints.data[name], known)
