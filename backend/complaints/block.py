"""The card's block `complaints`: how many are open, how many were resolved in a year, and the latest."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from backend.complaints import workflow
from backend.complaints.documents import Complaint
from backend.complaints.rows import ComplaintsBlock, RecentCase
from backend.foundation import clock, database

PERIOD = timedelta(days=365)
RECENT = 5
ITEM = ("category", "state", "filed_at", "next_due", "published")
NO_CASES = {"open": 0, "resolved": 0, "recent": (), "updated_at": None}
SOURCE = "投诉办理记录"


def build(codes: Sequence[str]) -> dict[str, ComplaintsBlock]:
    """Build the block: what is open, what was resolved in a year, the latest five.

    Args:
        codes: rescue codes.
    """
    since = clock.now() - PERIOD
    item = {name: f"${name}" for name in ITEM}
    rows = database.collection("complaints").aggregate(
        [
            {
                "$match": {
                    "lift": {"$in": list(codes)},
                    "state": {"$nin": workflow.unshown()},
                    "$or": [{"open": True}, {"closed_at": {"$gte": since}}],
                }
            },
            {"$sort": {"filed_at": -1, "_id": -1}},
            {
                "$group": {
                    "_id": "$lift",
                    "open": {"$sum": {"$cond": ["$open", 1, 0]}},
                    "resolved": {"$sum": {"$cond": [{"$eq": ["$state", "resolved"]}, 1, 0]}},
                    "updated_at": {"$max": "$updated_at"},
                    "recent": {"$firstN": {"n": RECENT, "input": item}},
                }
            },
        ]
    )
    found = {row["_id"]: row for row in rows}
    return {code: _of(found.get(code, NO_CASES)) for code in codes}


def grown(case: Complaint) -> dict[str, Any]:
    """Return what a case just filed adds to the block, as fields of an update pipeline, see `cards.added_to`."""
    item = _item({name: getattr(case, name) for name in ITEM})
    recent = {"$concatArrays": [[{"$literal": item}], "$blocks.complaints.recent"]}
    return {
        "open": {"$add": ["$blocks.complaints.open", 1]},
        "recent": {"$slice": [recent, RECENT]},
        "updated_at": {"$literal": case.updated_at},
    }


def turns(data: ComplaintsBlock, day: date) -> list[date]:
    """Return the days on which a case of the card's block is called overdue, see `Block.turns`."""
    dues = [date.fromisoformat(item["due"]) for item in data["recent"] if item["due"]]
    return [due + timedelta(days=1) for due in dues if due >= day]


def _of(row: Mapping[str, Any]) -> ComplaintsBlock:
    return {
        "open": row["open"],
        "resolved": row["resolved"],
        "recent": [_item(item) for item in row["recent"]],
        "source": SOURCE,
        "updated_at": row["updated_at"],
    }


def _item(item: Mapping[str, Any]) -> RecentCase:
    """Shorten a case for the card; whether it is overdue is judged from `due` on the day it is read."""
    due = item.get("next_due")
    return {
        "category": item["category"],
        "category_label": workflow.category_label(item["category"]),
        "state": item["state"],
        "state_label": workflow.TABLE.state_label(item["state"]),
        "filed_at": clock.local(item["filed_at"]).date().isoformat(),
        "due": clock.local(due).date().isoformat() if due else None,
        "outcome": (item.get("published") or {}).get("text"),
    }
