"""The shape of the card block `pledges`."""

from datetime import datetime

from backend.card.rows import Pledging


class PledgesBlock(Pledging):
    """The latest declaration, and whether the lift owes one."""

    owed: bool
    no_bridging: bool
    standard_url: str | None
    published_at: datetime | None
