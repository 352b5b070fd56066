"""The shape of the card block `incidents`; dates as ISO text."""

from typing import TypedDict

from backend.card.rows import Measuring


class CauseRow(TypedDict):
    """How many faults had a cause."""

    cause: str | None
    label: str
    count: int


class RescueRow(TypedDict):
    """A rescue; minutes are begun ones since the alarm, None where that has not been reached."""

    date: str
    open: bool
    arrival_minutes: int | None
    late: bool
    release_minutes: int | None
    trapped: int
    injured: int
    cause: str


class AccidentRow(TypedDict):
    """An accident."""

    date: str
    summary: str | None


class IncidentsBlock(Measuring):
    """Faults and rescues since a day, the newest first, and all accidents."""

    since: str
    faults: int
    causes: list[CauseRow]
    entrapments: int
    ongoing: bool
    rescues: list[RescueRow]
    accidents: list[AccidentRow]
