"""The shapes in which others are told of complaints."""

from typing import TypedDict

from backend.card.rows import BlockData


class RecentCase(TypedDict):
    """A case on a lift's card; days as ISO text."""

    category: str
    category_label: str
    state: str
    state_label: str
    filed_at: str
    due: str | None
    outcome: str | None


class ComplaintsBlock(BlockData):
    """The card block `complaints`: how many are open, how many were resolved in a year, and the latest."""

    open: int
    resolved: int
    recent: list[RecentCase]
