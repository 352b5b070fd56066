"""The shapes in which a group sees its lifts."""

from typing import TypedDict

from backend.card.promises import Summary
from backend.card.verdict import Verdict
from backend.inspection.rows import HazardRow
from backend.upkeep.rows import VisitRow


class JudgedVisit(VisitRow):
    """A recorded visit, how many neighbours say what of it, and whether they still may."""

    said: dict[str, int]
    open: bool


class BoardRow(TypedDict):
    """A lift on a group's board: its open hazards, this month's faults, what is open and waits, doubts about visits."""

    code: str
    title: str
    verdict: Verdict
    hazards: list[HazardRow]
    severe: bool
    ongoing: bool
    complaints: int
    promises: Summary | None
    faults: int
    urges: int
    doubts: int
