"""The shapes in which a group sees its lifts, and somebody what is theirs."""

from typing import TypedDict

from backend.card.promises import Summary
from backend.card.verdict import Verdict
from backend.complaints.rows import OwnCase
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


class FollowedLift(TypedDict):
    """A lift that somebody follows."""

    code: str
    title: str | None


class FollowedEstate(TypedDict):
    """An estate that somebody follows."""

    id: str
    name: str | None


class OwnGroup(TypedDict):
    """A group that somebody is in, and as what."""

    number: str
    name: str
    state: str
    state_label: str
    role: str


class Mine(TypedDict):
    """All that is somebody's."""

    cases: list[OwnCase]
    lifts: list[FollowedLift]
    estates: list[FollowedEstate]
    groups: list[OwnGroup]
