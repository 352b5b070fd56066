"""The verdict on a lift: one line for the rider, computed today from the dates in its card."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.card import blocks, queries
from backend.card.rows import CardDue, CardPart
from backend.registry.documents import IN_USE
from config import About, ConfigError, Files, load, references

VALID, SOON, OVERDUE, MISSING, FAILED, OUT = "valid", "soon", "overdue", "missing", "failed", "out"
STATUS = "blocks.identity.status"
READ = ("dues", "failed")  # of every block


@dataclass(frozen=True, slots=True)
class Level:
    """What a verdict, or a date in it, can be.

    Args:
        key: by which programs and the database know it.
        text: the line for a rider; `{dates}` and `{failed}` are what led to it.
        label: the word where there is room for one, as on a board.
        css: class of its colour in every style sheet.
        severity: 0 is best; a change to a higher one is news to whoever follows the lift.
        runs: whether people ride it.
    """

    key: str
    text: str
    label: str
    css: str
    severity: int
    runs: bool = True


@dataclass(frozen=True, slots=True)
class DatedDue:
    """A date of the card as of today: which, when, how many days are left, and its state."""

    kind: str
    label: str
    due: date | None
    days: int | None
    state: str
    reason: str
    rule_id: str

    @property
    def css(self) -> str:
        """Class name of the date's colour."""
        return levels()[self.state].css

    @property
    def left(self) -> str:
        """How long it is till then, or since then, in words."""
        if self.days is None:
            return "未上传"
        if self.days < 0:
            return f"超期{-self.days}天"
        return f"还有{self.days}天到期" if self.days else "今天到期"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The line at the top of the page and the dates behind it."""

    level: str
    text: str
    dues: tuple[DatedDue, ...]

    @property
    def css(self) -> str:
        """Class name of the line's colour."""
        return levels()[self.level].css

    @property
    def label(self) -> str:
        """The word for it where there is no room for the line."""
        return levels()[self.level].label


@functools.cache
def levels() -> dict[str, Level]:
    """Return the table of levels, by key, the worst first."""
    return table(load("card")["verdict"]["levels"])


def table(rows: Sequence[Mapping[str, Any]]) -> dict[str, Level]:
    """Read the table of levels; its order is their severity.

    Args:
        rows: of `[[verdict.levels]]` in config/card.toml, the worst first.

    Raises:
        TypeError: a row lacks a word, a colour or a board label.
    """
    return {row["key"]: Level(**row, severity=len(rows) - place) for place, row in enumerate(rows, start=1)}


def on_a_board() -> list[Level]:
    """Return the levels as a board has them: a lift that stands still harms nobody and comes after those that run."""
    return sorted(levels().values(), key=lambda level: not level.runs)


def fields() -> list[str]:
    """Return the fields of a card that a verdict needs, for whoever reads cards by projection."""
    return [STATUS, *(f"blocks.{block.name}.{name}" for block in blocks.all_blocks() for name in READ)]


def in_use(card: CardPart) -> bool:
    """Tell whether people ride the lift of a card."""
    return queries.identity_of(card).get("status", IN_USE) == IN_USE


def verdict(card: CardPart, today: date) -> Verdict:
    """Judge a card today; of all that is wrong the worst decides.

    Args:
        card: the stored card, with at least the `fields` of its `blocks`.
        today: local date in Asia/Shanghai.
    """
    kinds, held = load("card")["verdict"]["kinds"], queries.held(card)
    dues = tuple(dated(due, today) for block in held for due in block.get("dues", ()) if due["kind"] in kinds)
    failed = [label for block in held for label in block.get("failed", ())]
    found = {due.state for due in dues} or {MISSING}
    found |= {FAILED} if failed else set()
    found |= set() if in_use(card) else {OUT}
    level = next(level for level in levels().values() if level.key in found)
    text = level.text.format(dates=_dates(level.key, dues), failed="、".join(failed))
    return Verdict(level.key, text, dues)


def dated(due: CardDue, today: date) -> DatedDue:
    """Say how a stored date stands today.

    Args:
        due: an item of a block's `dues`; `due` None means owed and not uploaded, and so does a past one that no record
            stands behind: what an old date says of a lift nobody told anything of is not that it is overdue.
        today: local date in Asia/Shanghai.
    """
    on = date.fromisoformat(due["due"][:10]) if due["due"] else None
    if on and on < today and not due.get("recorded", True):
        on = None
    days = (on - today).days if on else None
    if days is None:
        state = MISSING
    elif days < 0:
        state = OVERDUE
    else:
        state = SOON if days <= load("card")["soon_days"][due["kind"]] else VALID
    return DatedDue(due["kind"], due["label"], on, days, state, due.get("reason", ""), due.get("rule_id", ""))


def _dates(state: str, dues: Sequence[DatedDue]) -> str:
    """Name the dates of one state, the longest overdue first."""
    named = [due for due in dues if due.state == state]
    if state == OVERDUE:
        named.sort(key=lambda due: due.days or 0)
    return "、".join(due.label + due.left for due in named) or load("card")["verdict"]["nothing"]


@references
def _levels_are_whole(files: Files) -> Iterator[ConfigError]:
    """Every level that a card can have stands in the table, and once."""
    about = About(files, "card")
    yield from about.unique("verdict.levels.*.key")
    yield from about.unique("verdict.levels.*.label")
    listed = {key for _, key in about.each("verdict.levels.*.key")}
    for key in (OUT, FAILED, OVERDUE, MISSING, SOON, VALID):
        if key not in listed:
            yield about.wrong(("verdict", "levels"), f"a level {key!r} expected")
