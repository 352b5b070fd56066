"""The shape of the card block `pledges`."""

from datetime import datetime
from typing import TypedDict

from backend.card.rows import Pledging


class PlanRow(TypedDict):
    """The filed maintenance plan."""

    interval: str | None
    items: list[str]
    query_url: str | None
    stamped: bool
    filed_at: datetime


class PledgesBlock(Pledging):
    """The latest declaration, the plan, and whether the lift owes them."""

    owed: bool
    no_bridging: bool
    standard_url: str | None
    published_at: datetime | None
    plan: PlanRow | None
