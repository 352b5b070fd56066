"""The shape of the card block `inspection`; dates as ISO text."""

from typing import TypedDict

from backend.card.rows import Dated, Examined


class Governing(TypedDict):
    """The profile by which a lift is inspected, and why."""

    profile: str
    document: str
    reason: str
    clause: str


class Origin(TypedDict):
    """The day from which inspections are counted, and what it is."""

    date: str
    label: str


class ExaminationRow(TypedDict):
    """An inspection or test."""

    kind: str
    label: str
    type: str
    date: str
    body: str
    passed: bool
    report_no: str | None
    problems: list[str]
    rectification: str | None
    repeated: bool


class HazardRow(TypedDict):
    """A hazard that was found."""

    code: str
    severe: bool
    description: str
    found_on: str
    reported_on: str | None
    rectified_on: str | None
    rectification: str | None


class InspectionBlock(Dated, Examined):
    """The latest examinations and hazards, the newest first, and what is due next."""

    governing: Governing
    origin: Origin | None
    examinations: list[ExaminationRow]
    hazards: list[HazardRow]
