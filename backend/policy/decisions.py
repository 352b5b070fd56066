"""What an authority decided about due dates: dated decisions that postpone 延期 or advance 提前 what falls due."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import config
from backend.policy.dates import add_months, month_end
from backend.policy.due import Due
from backend.policy.jurisdictions import current
from backend.policy.profiles import backwards
from config import About, ConfigError, Files, references

FILE = "policies/decisions"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; days are inclusive, no districts means the whole city."""

    document: str
    rule_id: str
    decided_on: date
    kinds: tuple[str, ...]  # inspection, test
    valid_from: date  # what falls due from this day
    valid_to: date  # to this one
    months: int  # moves by so many; below 0 it is advanced
    districts: frozenset[str]

    def is_about(self, kind: str, due: date, area: str, today: date) -> bool:
        """Tell whether it was made by today and moves what falls due on a day in an area.

        Districts are those of its own day: a merger since neither widens nor ends it.
        """
        answering = current(area, self.decided_on)
        where = not self.districts or any(current(one, self.decided_on) == answering for one in self.districts)
        return self.decided_on <= today and kind in self.kinds and self.valid_from <= due <= self.valid_to and where


@functools.cache
def decisions() -> tuple[Decision, ...]:
    """Give every decision, in the order of the file."""
    return tuple(map(_decision, config.load(FILE).get("decision", ())))


def _decision(row: Mapping[str, Any]) -> Decision:
    given = {**row, "kinds": tuple(row["kinds"]), "districts": frozenset(row.get("districts", ()))}
    return Decision(**given)


def decided(due: Due, kind: str, area: str, today: date, made: Iterable[Decision]) -> Due:
    """Move a due date as the first decision about it says; without one it stays.

    Args:
        due: from inspection.next_due().
        kind: inspection or test.
        area: id of the jurisdiction that answers for the lift.
        today: the local day.
        made: from decisions().

    Source: TSG T7001-2023, decisions of the provincial authority (防灾, 防疫).
    """
    one = next((one for one in made if one.is_about(kind, due.date, area, today)), None)
    if one is None:
        return due
    word = "延期" if one.months > 0 else "提前"
    reason = f"{due.reason}（{one.document}：{word}{abs(one.months)}个月）"
    moved = month_end(add_months(due.date, one.months))
    return replace(due, due=moved, reason=reason, clause=one.document, rule_id=one.rule_id)


@references
def _decisions_fit(files: Files) -> Iterator[ConfigError]:
    """A decision moves something, its days are in order, and its districts exist."""
    about = About(files, FILE)
    bureaus = {row["id"] for row in files["jurisdictions"]["jurisdiction"]}
    yield from backwards(about, "decision.*")
    yield from about.known("decision.*.districts.*", bureaus, "a bureau's id")
    for key, months in about.each("decision.*.months"):
        if months == 0:
            yield about.wrong(key, "a number of months other than 0 expected")
