"""The shape of the card block `upkeep`."""

from datetime import datetime
from typing import TypedDict

from backend.card.rows import BlockData, CardDue


class ContractRow(TypedDict):
    """The contract under which a lift is maintained; dates as ISO text."""

    mode: str
    mode_label: str
    start: str
    end: str | None


class PlanRow(TypedDict):
    """The filed maintenance plan, and whether visits go by it now."""

    interval: str | None
    items: list[str]
    query_url: str | None
    stamped: bool
    filed_at: datetime
    counts: bool


class Finding(TypedDict):
    """An item of a visit that was not normal."""

    name: str
    note: str | None


class VisitRow(TypedDict):
    """A visit as the public sees it: names masked, items counted."""

    id: str
    date: str
    minutes: int
    type: str
    workers: int
    names: list[str]
    photos: int
    normal: int
    abnormal: int
    not_applicable: int
    found: list[Finding]
    hazards: list[str]
    signed: bool
    corrected: bool


class VisitDue(CardDue):
    """When somebody must come next, and for which type of work, None where that cannot be told."""

    type: str | None


class UpkeepBlock(BlockData):
    """The contract, the plan, the latest visits, the newest first, how many there were, and when the next is due."""

    dues: list[VisitDue]
    contract: ContractRow | None
    plan: PlanRow | None
    plan_owed: bool
    visits: list[VisitRow]
    total: int
