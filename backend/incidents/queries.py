"""The card block `incidents`: faults, rescues and accidents as measured."""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from backend.card.rows import CardPart
from backend.foundation import clock, database
from backend.foundation.clock import SHANGHAI
from backend.incidents.documents import CAUSES
from backend.incidents.rows import IncidentsBlock, RescueRow
from backend.policy import exits
from backend.policy.dates import add_months

KEPT = 8
ON_CARD = ("blocks.incidents.ongoing",)
COUNTED_CAUSES = (*exits.COUNTED_CAUSES, None)  # reading A20; a cause nobody verified counts against the lift
ARRIVAL_MINUTES = 30  # TSG T5002 五（四）
TOLD_BY_96333 = "96333"
CHANNELS = {"wechat": "居民在微信里报告", "web": "居民在网页上报告", "complaint": "办理投诉的工作人员登记"}
SOURCE = "96333应急处置平台、物联网系统和维保单位"


def source_of(channel: str) -> str:
    """Return who told of people trapped, in words."""
    return "96333应急处置平台" if channel == TOLD_BY_96333 else CHANNELS.get(channel, "居民报告")


def open_rescues(desks: Collection[str] | None, limit: int) -> list[dict[str, Any]]:
    """Return what stands open, the latest first: `_id`, `lift`, `alarm_at`, `channel`.

    Args:
        desks: jurisdictions whose lifts are wanted; None for all.
        limit: how many at most.
    """
    where = {} if desks is None else {"jurisdiction": {"$in": list(desks)}}
    found = database.collection("rescues").find({"state": "open", **where}, {"lift": 1, "alarm_at": 1, "channel": 1})
    return list(found.sort("alarm_at", -1).limit(limit))


def is_ongoing(card: CardPart) -> bool:
    """Tell whether a rescue is under way at the lift of a card.

    Args:
        card: a stored card, with the fields ON_CARD at least.
    """
    block: IncidentsBlock = card["blocks"].get("incidents", {})
    return block.get("ongoing", False)


def faults_since(codes: Sequence[str], start: datetime) -> dict[str, int]:
    """Count the faults of lifts by code from a moment on; lifts without any are left out.

    Args:
        codes: rescue codes.
        start: aware moment.
    """
    rows = database.collection("faults").aggregate(
        [
            {"$match": {"lift": {"$in": list(codes)}, "at": {"$gte": start}}},
            {"$group": {"_id": "$lift", "count": {"$sum": 1}}},
        ]
    )
    return {row["_id"]: row["count"] for row in rows}


def accidents_of(units: Collection[str]) -> dict[str, list[date]]:
    """Return the days of the safety-responsibility accidents of units; one without any has an empty list.

    Args:
        units: ids of organisations.

    Source: 附件1 二1; 附件2 二（一）1, （二）1.
    """
    found: dict[str, list[date]] = {unit: [] for unit in units}
    for row in database.collection("accidents").find({"units": {"$in": list(units)}}, {"units": 1, "on": 1}):
        for unit in found.keys() & set(row["units"]):
            found[unit].append(row["on"].date())
    return found


def build(codes: Sequence[str]) -> dict[str, IncidentsBlock]:
    """Build the block `incidents` of some lifts over the last 12 months.

    Args:
        codes: rescue codes.

    Source: 三（一）2, 三（一）3; fault rate as in reading A20.
    """
    since = add_months(clock.today(), -12)
    start = datetime.combine(since, time(), SHANGHAI).astimezone(UTC)
    faults = _by_lift("faults", codes, {"at": {"$gte": start}}, "at")
    rescues = _by_lift("rescues", codes, {"alarm_at": {"$gte": start}}, "alarm_at")
    accidents = _by_lift("accidents", codes, {}, "on")
    return {code: _block(faults.get(code, []), rescues.get(code, []), accidents.get(code, []), since) for code in codes}


def _block(
    faults: Sequence[Mapping[str, Any]],
    rescues: Sequence[Mapping[str, Any]],
    accidents: Sequence[Mapping[str, Any]],
    since: date,
) -> IncidentsBlock:
    causes = Counter(fault.get("cause") for fault in faults)
    arrivals = [minutes for row in rescues if (minutes := _minutes(row, "arrived_at")) is not None]
    return {
        "source": f"{SOURCE}，以及居民报告" if any(_is_reported(row) for row in rescues) else SOURCE,
        "updated_at": max(_times(faults, rescues), default=None),
        "since": since.isoformat(),
        "measured": {
            "fault_rate": sum(causes[cause] for cause in COUNTED_CAUSES),
            "downtime_hours": round(sum(fault.get("downtime_minutes", 0) for fault in faults) / 60, 1),
            "rescue_minutes": round(statistics.median(arrivals)) if arrivals else None,
        },
        "faults": len(faults),
        "causes": [
            {"cause": cause, "label": CAUSES.get(cause or "", "原因待查"), "count": count}
            for cause, count in sorted(causes.items(), key=lambda item: (-item[1], item[0] or ""))
        ],
        "entrapments": sum(row.get("trapped", 0) > 0 for row in rescues),
        "ongoing": any(row.get("state") == "open" for row in rescues),
        "reported": any(row.get("state") == "open" and _is_reported(row) for row in rescues),
        "rescues": [_rescue(row) for row in rescues[:KEPT]],
        "accidents": [{"date": row["on"].date().isoformat(), "summary": row.get("summary")} for row in accidents],
    }


def _is_reported(row: Mapping[str, Any]) -> bool:
    """Tell whether only residents or an officer said that people are trapped, and 96333 did not."""
    return row.get("channel", TOLD_BY_96333) != TOLD_BY_96333


def _rescue(row: Mapping[str, Any]) -> RescueRow:
    arrival = _minutes(row, "arrived_at")
    return {
        "date": clock.local(row["alarm_at"]).date().isoformat(),
        "open": row.get("state") == "open",
        "source": source_of(row.get("channel", TOLD_BY_96333)),
        "confirmed": not _is_reported(row),
        "arrival_minutes": arrival,
        "late": arrival is not None and arrival > ARRIVAL_MINUTES,
        "release_minutes": _minutes(row, "released_at"),
        "trapped": row.get("trapped", 0),
        "injured": row.get("injured", 0),
        "cause": CAUSES.get(row.get("cause") or "", ""),
    }


def _minutes(row: Mapping[str, Any], name: str) -> int | None:
    """Count the begun minutes from the alarm to a later time."""
    return math.ceil((row[name] - row["alarm_at"]).total_seconds() / 60) if row.get(name) else None


def _times(faults: Iterable[Mapping[str, Any]], rescues: Iterable[Mapping[str, Any]]) -> Iterable[datetime]:
    yield from (fault.get("recovered_at") or fault["at"] for fault in faults)
    yield from (row.get("closed_at") or row["alarm_at"] for row in rescues)


def _by_lift(name: str, codes: Sequence[str], more: Mapping[str, Any], by: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in database.collection(name).find({"lift": {"$in": codes}, **more}).sort([(by, -1), ("_id", -1)]):
        found[row["lift"]].append(row)
    return found
