"""The shape of the card block `pilots`."""

from typing import TypedDict

from backend.card.rows import BlockData


class LabelRow(TypedDict):
    """A label of a pilot programme; dates as ISO text, `until` None while it holds, `ends` the programme's last day."""

    programme: str
    label: str
    since: str | None
    until: str | None
    publicised_from: str | None
    ends: str
    authority: str
    exit_reason: str | None
    exit_clause: str | None
    exit_rule: str | None


class PilotsBlock(BlockData):
    """The labels that hold, and those that ended, the newest first."""

    current: list[LabelRow]
    past: list[LabelRow]
