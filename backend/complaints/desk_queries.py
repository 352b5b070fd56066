"""What an officer sees: the list of cases by next date, what stands open, one case with everything about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.card import queries as cards
from backend.complaints import workflow
from backend.complaints.queries import action_label, is_overdue
from backend.complaints.service import Actor
from backend.foundation import clock, database
from backend.foundation.errors import BadInput, NotFound
from backend.foundation.protect import SealError, mask_phone, unseal
from backend.policy import jurisdictions

OPEN, CLOSED = "open", "closed"
COUNT_LIMIT = 1000
MAX_TEXT = 50
NO_DATE = "-"
NUMBER = re.compile(r"[0-9]{6}-[0-9]{1,6}")
LIFT_CODE = re.compile(r"[0-9]{6}")
LIST_FIELDS = [
    *("category", "track", "state", "open", "lift", "place", "jurisdiction", "filed_at", "next_due", "assignee"),
    *("reporters.id", "version"),
]


@dataclass(frozen=True, slots=True)
class Filters:
    """What an officer narrows the list to; `state` is a state of the workflow, `open` or `closed`."""

    state: str = OPEN
    category: str = ""
    overdue: bool = False
    mine: bool = False
    bureau: str = ""
    text: str = ""

    @property
    def closed(self) -> bool:
        """Tell whether the list is of closed cases, which have no date any more and are sorted by number."""
        return self.state == CLOSED or (self.state != OPEN and not workflow.is_open(self.state))


def desk_list(
    actor: Actor, filters: Filters, cursor: str | None = None, limit: int = 30
) -> tuple[list[dict[str, Any]], str | None]:
    """List the cases of an actor's desk: those with the earliest date first, so overdue ones lead.

    Args:
        actor: whose desk.
        filters: what to show.
        cursor: from the page before.
        limit: cases per page.

    Returns:
        The cases, and the cursor of the next page or None.

    Raises:
        BadInput: a filter or the cursor has no meaning.
    """
    wanted = _wanted(actor, filters)
    after_due, after_number = _after(cursor)
    found: list[Mapping[str, Any]] = []
    if not filters.closed and after_due != NO_DATE:
        found = _dated(wanted, after_due, after_number, limit + 1)
        after_number = None
    if len(found) <= limit and not filters.overdue:
        found += _undated(wanted, after_number, limit + 1 - len(found), newest=filters.closed)
    page = [_row(case) for case in found[:limit]]
    return page, _cursor(found[limit - 1]) if len(found) > limit else None


def open_counts(actor: Actor) -> dict[str, Any]:
    """Count an actor's open cases by state, looking at no more than the first thousand by date.

    Returns:
        `{total, overdue, states: {state: n}, more}`; `more` says that there are more than were counted.
    """
    now = clock.now()
    rows = database.collection("complaints").aggregate(
        [
            {"$match": _scope(actor) | {"open": True}},
            {"$sort": {"next_due": 1, "_id": 1}},
            {"$limit": COUNT_LIMIT},
            {
                "$group": {
                    "_id": "$state",
                    "count": {"$sum": 1},
                    # A missing date compares below every date in MongoDB, so it is asked for by type.
                    "overdue": {
                        "$sum": {
                            "$cond": [
                                {"$and": [{"$eq": [{"$type": "$next_due"}, "date"]}, {"$lt": ["$next_due", now]}]},
                                1,
                                0,
                            ]
                        }
                    },
                }
            },
        ]
    )
    counted = {row["_id"]: row for row in rows}
    total = sum(row["count"] for row in counted.values())
    return {
        "total": total,
        "overdue": sum(row["overdue"] for row in counted.values()),
        "states": {state: row["count"] for state, row in counted.items()},
        "more": total >= COUNT_LIMIT,
    }


def desk_case(actor: Actor, number: str) -> dict[str, Any]:
    """Return one case with its history, its reporters with masked phones and the lift's card.

    Raises:
        NotFound: no such case, or another bureau's.
    """
    case = database.collection("complaints").find_one({"_id": number, **_scope(actor)})
    if case is None:
        raise NotFound("没有这件投诉")
    entries = database.collection("complaint_entries").find({"complaint": number}).sort("seq", 1)
    return _row(case) | {
        "description": case.get("description") or "",
        "photos": case.get("photos", []),
        "channel": case["channel"],
        "order_no": case.get("channel_order_no"),
        "route": case["route"],
        "clocks": [
            dict(item) | {"overdue": not item.get("met_at") and is_overdue(item["due"])} for item in case["clocks"]
        ],
        "outcome": case.get("outcome"),
        "reporters": [_reporter(reporter) for reporter in case["reporters"]],
        "entries": [dict(entry) | {"label": action_label(entry["action"])} for entry in entries],
        "card": cards.card(case["lift"]) if case.get("lift") else None,
    }


def photo(actor: Actor, photo_id: Any) -> bytes:
    """Return a photo of a case that the actor sees, as JPEG.

    Raises:
        NotFound: no such photo, or another bureau's.
    """
    found = database.collection("photos").find_one({"_id": photo_id})
    number = found["subject"].removeprefix("complaint:") if found else ""
    if not database.collection("complaints").find_one({"_id": number, "photos": photo_id, **_scope(actor)}, {"_id": 1}):
        raise NotFound("没有这张照片")
    return found["data"]


def _scope(actor: Actor) -> dict[str, Any]:
    desks = actor.desks()
    return {} if desks is None else {"jurisdiction": {"$in": list(desks)}}


def _wanted(actor: Actor, filters: Filters) -> dict[str, Any]:
    wanted = _scope(actor) | {"open": not filters.closed} | _words(filters.text)
    if filters.state not in (OPEN, CLOSED):
        wanted["state"] = filters.state
    if filters.category:
        wanted["category"] = filters.category
    if filters.mine:
        wanted["assignee"] = actor.id
    if filters.overdue:
        wanted["next_due"] = {"$lt": clock.now()}
    if filters.bureau:
        wanted = {"$and": [wanted, {"jurisdiction": filters.bureau}]}
    return wanted


def checked(filters: Filters) -> Filters:
    """Return filters that have a meaning.

    Raises:
        BadInput: one has none; names it.
    """
    states = {OPEN, CLOSED, *workflow.states()}
    if filters.state not in states:
        raise BadInput.of("state", "没有这个状态")
    if filters.category and filters.category not in workflow.categories():
        raise BadInput.of("category", "没有这个类别")
    if filters.bureau and filters.bureau not in jurisdictions.register():
        raise BadInput.of("bureau", "没有这个局")
    if len(filters.text) > MAX_TEXT:
        raise BadInput.of("q", f"最多 {MAX_TEXT} 个字")
    return filters


def _words(text: str) -> dict[str, Any]:
    """Look for a number or a lift by index, for anything else in the place, within the caller's cases."""
    if not text:
        return {}
    if NUMBER.fullmatch(text):
        return {"_id": {"$regex": f"^{re.escape(text)}"}}
    if LIFT_CODE.fullmatch(text):
        return {"$or": [{"lift": text}, {"_id": {"$regex": f"^{text}-"}}]}
    return {"place": {"$regex": re.escape(text), "$options": "i"}}


def _dated(wanted: dict[str, Any], due: str | None, number: str | None, limit: int) -> list[Mapping[str, Any]]:
    """Return cases whose clock runs, by date and number after the cursor."""
    query = {"$and": [wanted, {"next_due": {"$type": "date"}}]}
    if due is not None:
        at = _instant(due)
        query["$and"].append({"$or": [{"next_due": {"$gt": at}}, {"next_due": at, "_id": {"$gt": number}}]})
    return list(
        database.collection("complaints").find(query, LIST_FIELDS).sort([("next_due", 1), ("_id", 1)]).limit(limit)
    )


def _undated(wanted: dict[str, Any], number: str | None, limit: int, *, newest: bool) -> list[Mapping[str, Any]]:
    """Return cases whose clocks are all met, by number after the cursor."""
    query = {"$and": [wanted, {"next_due": None}]}
    if number is not None:
        query["$and"].append({"_id": {"$lt" if newest else "$gt": number}})
    order = -1 if newest else 1
    return list(database.collection("complaints").find(query, LIST_FIELDS).sort("_id", order).limit(limit))


def _cursor(case: Mapping[str, Any]) -> str:
    due = case.get("next_due")
    return f"{round(due.timestamp() * 1000) if due else NO_DATE}~{case['_id']}"


def _after(cursor: str | None) -> tuple[str | None, str | None]:
    if not cursor:
        return None, None
    due, mark, number = cursor.partition("~")
    if not mark or not (due == NO_DATE or re.fullmatch(r"[0-9]{1,15}", due)) or not NUMBER.fullmatch(number):
        raise BadInput.of("cursor", "翻页位置不对,请从第一页开始")
    return due, number


def _instant(milliseconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, clock.SHANGHAI)
    except (OverflowError, ValueError) as error:
        raise BadInput.of("cursor", "翻页位置不对,请从第一页开始") from error


def _row(case: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": case["_id"],
        "category": case["category"],
        "category_label": workflow.category_label(case["category"]),
        "track": case["track"],
        "track_label": workflow.track_label(case["track"]),
        "state": case["state"],
        "state_label": workflow.state_label(case["state"]),
        "open": case["open"],
        "lift": case.get("lift"),
        "place": case.get("place") or "",
        "jurisdiction": case["jurisdiction"],
        "bureau": jurisdictions.bureau(case["jurisdiction"]).bureau_name,
        "area": jurisdictions.bureau(case["jurisdiction"]).name,
        "filed_at": case["filed_at"],
        "due": case.get("next_due"),
        "overdue": is_overdue(case.get("next_due")),
        "assignee": case.get("assignee"),
        "reporter_count": len(case["reporters"]),
        "version": case["version"],
    }


def _reporter(reporter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "channel": reporter["channel"],
        "words": reporter.get("words") or "",
        "joined_at": reporter["joined_at"],
        "wechat": bool(reporter.get("binding")),
        "phone": _masked(reporter.get("phone_sealed")),
    }


def _masked(sealed: str | None) -> str:
    try:
        return mask_phone(unseal(sealed)) if sealed else ""
    except SealError:
        return "无法读取"
