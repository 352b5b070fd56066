"""What an officer sees: the list of cases by next date, what stands open, one case with everything about it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bson import ObjectId

from backend.accounts.actors import Actor
from backend.card import queries as cards
from backend.casework import record, watching
from backend.casework.actors import parts_of, scope
from backend.casework.rows import StoredClock
from backend.complaints import workflow
from backend.complaints.desk.rows import CaseRow, ClockRow, DeskCase, OpenCounts, ReporterRow, TableRow
from backend.complaints.queries import is_overdue
from backend.foundation import clock, database, photos
from backend.foundation.errors import BadInput, NotFound
from backend.foundation.protect import masked_phone
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


class _Parts(NamedTuple):
    """What decides who has which part in a case."""

    jurisdiction: str
    helpers: Sequence[str]
    units: Sequence[str]


@dataclass(frozen=True, slots=True)
class Filters:
    """What an officer narrows the list to; `state` is a state of the workflow, `open` or `closed`."""

    state: str = OPEN
    category: str = ""
    overdue: bool = False
    mine: bool = False
    bureau: str = ""
    text: str = ""
    track: str = ""
    watched: bool = False

    @property
    def closed(self) -> bool:
        """Tell whether the list is of closed cases, which have no date any more and are sorted by number."""
        return self.state == CLOSED or (self.state != OPEN and not workflow.TABLE.is_open(self.state))


def desk_list(
    actor: Actor, filters: Filters, cursor: str | None = None, limit: int = 30
) -> tuple[list[CaseRow], str | None]:
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


def due_by(actor: Actor, end: datetime, limit: int) -> list[CaseRow]:
    """Return the open cases of an actor's desk that are due by a moment, the earliest first."""
    wanted = {"$and": [scope(actor), {"open": True, "next_due": {"$lte": end}}]}
    found = database.collection("complaints").find(wanted, LIST_FIELDS).sort([("next_due", 1), ("_id", 1)])
    return [_row(case) for case in found.limit(limit)]


def open_counts(actor: Actor) -> OpenCounts:
    """Count an actor's open cases by state, looking at no more than the first thousand by date."""
    now = clock.now()
    rows = database.collection("complaints").aggregate(
        [
            {"$match": scope(actor) | {"open": True}},
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


def desk_case(actor: Actor, number: str) -> DeskCase:
    """Return one case with its history, its reporters with masked phones and the lift's card.

    Raises:
        NotFound: no such case, or another bureau's.
    """
    case = database.collection("complaints").find_one({"_id": number, **scope(actor)})
    if case is None:
        raise NotFound("没有这件投诉")
    entries = record.history(number)
    return {
        **_row(case),
        "description": case.get("description") or "",
        "photos": case.get("photos", []),
        "channel": case["channel"],
        "channel_label": workflow.channel_label(case["channel"]),
        "order_no": case.get("channel_order_no"),
        "route": case["route"],
        "clocks": [_clock(item) for item in case["clocks"]],
        "outcome": case.get("outcome"),
        "reporters": [_reporter(reporter) for reporter in case["reporters"]],
        "entries": [{**entry, "label": workflow.TABLE.action_label(entry["action"])} for entry in entries],
        "helpers": [jurisdictions.bureau(one).bureau_name for one in case.get("helpers", ())],
        "parts": parts_of(actor, _Parts(case["jurisdiction"], case.get("helpers", ()), case.get("units", ()))),
        "links": case.get("links", []),
        "consent_publish": case.get("consent_publish", False),
        "published": (case.get("published") or {}).get("text"),
        "satisfaction": case.get("satisfaction"),
        "card": cards.card(case["lift"]) if case.get("lift") else None,
    }


def photo(actor: Actor, photo_id: str) -> bytes:
    """Return a photo of a case that the actor sees, or of a visit for it, as JPEG.

    Raises:
        NotFound: no such photo, or another bureau's.
    """
    found = photos.find(photo_id)
    number = found["subject"].removeprefix("complaint:")
    case = database.collection("complaints").find_one({"$and": [{"_id": number}, scope(actor)]}, {"photos": 1})
    if case is None or not (found["_id"] in case.get("photos", ()) or _is_of_visit(number, found["_id"])):
        raise NotFound("没有这张照片")
    return found["data"]


def _is_of_visit(number: str, photo_id: ObjectId) -> bool:
    return (
        database.collection("case_visits").find_one({"complaint": number, "photos": photo_id}, {"_id": 1}) is not None
    )


def _wanted(actor: Actor, filters: Filters) -> dict[str, Any]:
    """Return the query of what a list shows: the actor's cases, narrowed by each filter that is set."""
    narrowed = {
        "open": not filters.closed,
        "state": filters.state if filters.state not in (OPEN, CLOSED) else None,
        "category": filters.category or None,
        "track": filters.track or None,
        "assignee": actor.id if filters.mine else None,
        "next_due": {"$lt": clock.now()} if filters.overdue else None,
        "jurisdiction": filters.bureau or None,
        "_id": {"$in": watching.numbers_of(actor.id)} if filters.watched else None,
    }
    parts = [scope(actor), _words(filters.text), {name: one for name, one in narrowed.items() if one is not None}]
    return {"$and": [part for part in parts if part]}


def every_case(actor: Actor, filters: Filters, limit: int, batch: int) -> Iterator[TableRow]:
    """Yield each case of an actor that the filters let through, by number, with what a table shows beside the list.

    Args:
        actor: whose cases.
        filters: what to show.
        limit: cases at most.
        batch: cases fetched at once.
    """
    fields = [
        *LIST_FIELDS,
        "reporters.phone_sealed",
        "description",
        "outcome",
        "channel",
        "channel_order_no",
        "closed_at",
    ]
    found = database.collection("complaints").find(_wanted(actor, filters), fields).sort("_id", 1)
    for case in found.limit(limit).batch_size(batch):
        yield {
            **_row(case),
            "channel_label": workflow.channel_label(case["channel"]),
            "order_no": case.get("channel_order_no"),
            "phones": [phone for one in case["reporters"] if (phone := masked_phone(one.get("phone_sealed")))],
            "description": case.get("description"),
            "outcome": case.get("outcome"),
            "closed_at": case.get("closed_at"),
        }


def checked(filters: Filters) -> Filters:
    """Return filters that have a meaning.

    Raises:
        BadInput: one has none; names it.
    """
    states = {OPEN, CLOSED, *workflow.TABLE.states}
    if filters.state not in states:
        raise BadInput.of("state", "没有这个状态")
    if filters.category and filters.category not in workflow.categories():
        raise BadInput.of("category", "没有这个类别")
    if filters.track and filters.track not in workflow.choices("tracks"):
        raise BadInput.of("track", "没有这个类型")
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
        raise BadInput.of("cursor", "翻页位置不对，请从第一页开始")
    return due, number


def _instant(milliseconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, clock.SHANGHAI)
    except (OverflowError, ValueError) as error:
        raise BadInput.of("cursor", "翻页位置不对，请从第一页开始") from error


def _clock(stored: StoredClock) -> ClockRow:
    return {**stored, "overdue": not stored.get("met_at") and is_overdue(stored["due"])}


def _row(case: Mapping[str, Any]) -> CaseRow:
    return {
        "number": case["_id"],
        "category": case["category"],
        "category_label": workflow.category_label(case["category"]),
        "track": case["track"],
        "track_label": workflow.TABLE.tracks[case["track"]].label,
        "state": case["state"],
        "state_label": workflow.TABLE.state_label(case["state"]),
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


def _reporter(reporter: Mapping[str, Any]) -> ReporterRow:
    return {
        "channel_label": workflow.channel_label(reporter["channel"]),
        "words": reporter.get("words") or "",
        "joined_at": reporter["joined_at"],
        "wechat": bool(reporter.get("binding")),
        "named": bool(reporter.get("name_sealed")),
        "satisfaction": reporter.get("satisfaction"),
        "phone": masked_phone(reporter.get("phone_sealed")),
    }


def listed(actor: Actor, numbers: Sequence[str]) -> list[CaseRow]:
    """Return the cases of these numbers that an actor sees, in the order given, as a list shows them."""
    query = {"$and": [{"_id": {"$in": list(numbers)}}, scope(actor)]}
    found = {case["_id"]: _row(case) for case in database.collection("complaints").find(query, LIST_FIELDS)}
    return [found[number] for number in numbers if number in found]
