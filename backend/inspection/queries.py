"""The card block `inspection`: what inspections and tests found, which hazards are open, and what is due next."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, date, datetime, time
from typing import Any

from backend.card import queries as cards
from backend.card.rows import CardDue, CardPart
from backend.card.verdict import dated
from backend.foundation import clock, database
from backend.inspection.documents import KINDS, TYPES
from backend.inspection.rows import ExaminationRow, HazardRow, InspectionBlock
from backend.policy import decisions, profiles
from backend.policy import inspection as calendar
from backend.policy.due import Due, StoredDue
from backend.policy.rules import carries
from backend.registry import queries as registry
from backend.registry.documents import IN_USE
from backend.registry.labels import labels_of
from backend.registry.rows import StoredLift

KEPT = 8
ON_CARD = ("blocks.inspection.hazards",)
SOURCE = "检验机构、检测机构和使用单位上传的报告"
ORIGINS = {
    "supervision": "安装监督检验合格日期",
    "modernisation": "改造监督检验合格日期",
    "registration": "使用登记日期（估计）",
}
LIFT_FACTS = (
    "status",
    "jurisdiction",
    "labels",
    "origin",
    "major_events",
    "registered_on",
    "stopped_on",
    "restarted_on",
)


def next_inspections(codes: Sequence[str]) -> dict[str, date]:
    """Return when lifts are to be inspected next, as their cards say; lifts without a date are left out."""
    today = clock.today()
    found = {code: dated(due, today).due for code, (due, *_) in cards.dues_of(codes, "inspection").items()}
    return {code: due for code, due in found.items() if due}


def open_hazards(card: CardPart) -> list[HazardRow]:
    """Return the hazards on a card that are not rectified.

    Args:
        card: a stored card, with the fields ON_CARD at least.
    """
    block: InspectionBlock = card["blocks"].get("inspection", {})
    return [one for one in block.get("hazards", ()) if not one["rectified_on"]]


def validity(code: str, on: date) -> dict[str, Any]:
    """Return whether a lift's inspection was passed and until when it is valid, {passed, valid_until}, as of a day.

    Empty where no inspection is on record up to that day, or nothing tells from when to count.

    Args:
        code: rescue code.
        on: local date.

    Source: 附件1 三3; 附件2 三; 二（二）3.
    """
    lift = registry.facts([code], *LIFT_FACTS)[code]
    start, _ = _origin(lift)
    until = {"$lte": datetime.combine(on, time(), UTC)}
    counted = {
        "lift": code,
        "kind": "inspection",
        "type": {"$in": calendar.COUNTED["inspection"]},
        "finished_on": until,
    }
    done = list(database.collection("examinations").find(counted).sort([("finished_on", -1), ("_id", -1)]))
    if not done or start is None:
        return {}
    inspected = [row["finished_on"] for row in done if row["passed"]]
    labels = labels_of(lift)
    dues = _dues(
        lift,
        {"inspection": max(inspected, default=None), "inspected": inspected},
        profiles.governing(labels, on).profile,
        labels,
        on,
    )
    valid_until = next(due["due"] for due in dues if due["kind"] == "inspection")
    return {"passed": done[0]["passed"], "valid_until": valid_until}


@carries("C-02")
def build(codes: Sequence[str]) -> dict[str, InspectionBlock]:
    """Build the block of some lifts.

    Args:
        codes: rescue codes.

    Source: 二（二）1, 二（二）3.
    """
    today = clock.today()
    lifts = registry.facts(codes, *LIFT_FACTS)
    done, hazards = _examinations(codes), _hazards(codes)
    bodies = registry.organisation_names(row.get("body") for history in done.values() for row in history["latest"])
    return {
        code: _block(lift, done.get(code, {}), hazards.get(code, []), bodies, today) for code, lift in lifts.items()
    }


def _block(
    lift: StoredLift,
    history: Mapping[str, Any],
    hazards: Sequence[Mapping[str, Any]],
    bodies: Mapping[str, str],
    today: date,
) -> InspectionBlock:
    labels = labels_of(lift)
    governing = profiles.governing(labels, today)
    start, source = _origin(lift)
    latest = history.get("latest", ())
    repeated = {row.get("follows") for row in latest}
    times = [history.get("updated_at"), *(row["updated_at"] for row in hazards)]
    return {
        "source": SOURCE,
        "updated_at": max(filter(None, times), default=None),
        "governing": {
            "profile": governing.profile.id,
            "document": governing.profile.document,
            "reason": governing.reason,
            "clause": governing.clause,
        },
        "origin": {"date": start.isoformat(), "label": ORIGINS[source]} if start else None,
        "examinations": [_shown(row, bodies, repeated) for row in latest],
        "failed": [KINDS[kind] for kind in KINDS if not _passed_last(latest, kind)],
        "hazards": [_hazard(row) for row in hazards],
        "dues": _dues(lift, history, governing.profile, labels, today) if lift.get("status") == IN_USE else [],
    }


def _dues(
    lift: StoredLift, history: Mapping[str, Any], profile: profiles.Profile, labels: profiles.Labels, today: date
) -> list[CardDue]:
    """Say when the next inspection and the next test are due; without any starting day nobody can tell."""
    start, source = _origin(lift)
    if start is None:
        reason = "没有监督检验日期和使用登记日期，无法计算下次检验日期"
        missing: StoredDue = {
            "due": None,
            "reason": reason,
            "clause": profile.clause,
            "rule_id": profile.rule_id,
            "profile": profile.id,
            "provisional": False,
        }
        return [
            {"kind": kind, "label": KINDS[kind], "recorded": False, **missing}
            for kind in ("inspection", "test")
            if kind == "inspection" or profile.tests
        ]
    events = [(row["kind"].replace("_", "-"), row["date"].date()) for row in lift.get("major_events") or ()]
    stood = _standstill(lift, history, profile)
    if isinstance(stood, tuple):
        events.append(stood)
    last = {kind: history[kind].date() if history.get(kind) else None for kind in KINDS}
    dues = calendar.next_due(
        profile,
        start,
        last["inspection"],
        last["test"],
        events,
        today,
        estimated=source == "registration",
        labelled=labels.inspection_since,
        left=labels.left("inspection", today),
    )
    if isinstance(stood, Due) and (dues["inspection"] is None or stood.date < dues["inspection"].date):
        dues["inspection"] = stood
    area, made = lift["jurisdiction"], decisions.decisions()
    moved = {kind: decisions.decided(due, kind, area, today, made) for kind, due in dues.items() if due}
    recorded = bool(history.get("latest"))
    return [
        {"kind": kind, "label": KINDS[kind], "recorded": recorded, **moved[kind].as_dict()}
        for kind in KINDS
        if kind in moved
    ]


def _standstill(lift: StoredLift, history: Mapping[str, Any], profile: profiles.Profile) -> calendar.Event | Due | None:
    """Judge a lift's latest standstill by the inspections since; without one there is nothing to say."""
    if not lift.get("stopped_on") or not lift.get("restarted_on"):
        return None
    days = [day.date() for day in history.get("inspected", ())]
    return calendar.restart(profile, lift["stopped_on"].date(), lift["restarted_on"].date(), days)


def _origin(lift: StoredLift) -> tuple[date | None, str]:
    """Find the day the clock starts; an unknown one falls back to the registration, marked as estimated (A3)."""
    origin = lift.get("origin") or {}
    if origin.get("date") and origin.get("source") in ("supervision", "modernisation"):
        return origin["date"].date(), origin["source"]
    known = origin.get("date") or lift.get("registered_on")
    return (known.date() if known else None), "registration"


def _examinations(codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Find each lift's latest inspections and tests, and the last passed one of each kind that the calendar counts."""
    names = (
        "_id",
        "kind",
        "type",
        "body",
        "finished_on",
        "passed",
        "report_no",
        "next_on",
        "problems",
        "rectification",
        "follows",
    )
    latest = {"$topN": {"n": KEPT, "sortBy": {"finished_on": -1, "_id": -1}, "output": {n: f"${n}" for n in names}}}
    passed = {
        kind: {"$max": {"$cond": [{"$and": [*_counts(kind), "$passed"]}, "$finished_on", None]}} for kind in KINDS
    }
    inspected = {"$push": {"$cond": [{"$and": [*_counts("inspection"), "$passed"]}, "$finished_on", "$$REMOVE"]}}
    group = {
        "_id": "$lift",
        "latest": latest,
        "updated_at": {"$max": "$uploaded_at"},
        "inspected": inspected,
        **passed,
    }
    rows = database.collection("examinations").aggregate(
        [{"$match": {"lift": {"$in": list(codes)}}}, {"$group": group}]
    )
    return {row["_id"]: row for row in rows}


def _counts(kind: str) -> list[dict[str, Any]]:
    return [{"$eq": ["$kind", kind]}, {"$in": ["$type", calendar.COUNTED[kind]]}]


def _hazards(codes: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Find each lift's hazards, the newest first."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in database.collection("hazards").find({"lift": {"$in": codes}}).sort([("found_at", -1), ("_id", -1)]):
        row["updated_at"] = max(filter(None, (row.get("found_at"), row.get("reported_at"), row.get("rectified_at"))))
        found[row["lift"]].append(row)
    return {code: rows[:KEPT] for code, rows in found.items()}


def _passed_last(latest: Sequence[Mapping[str, Any]], kind: str) -> bool:
    """Tell whether the newest inspection or test was passed; none at all has not failed either."""
    return next((row["passed"] for row in latest if row["kind"] == kind), True)


def _shown(row: Mapping[str, Any], bodies: Mapping[str, str], repeated: Set[Any]) -> ExaminationRow:
    return {
        "kind": row["kind"],
        "label": KINDS[row["kind"]],
        "type": TYPES.get(row.get("type", ""), ""),
        "date": row["finished_on"].date().isoformat(),
        "body": bodies.get(row.get("body", ""), ""),
        "passed": row["passed"],
        "report_no": row.get("report_no"),
        "next_on": row["next_on"].date().isoformat() if row.get("next_on") else None,
        "problems": row.get("problems") or [],
        "rectification": row.get("rectification"),
        "repeated": row["_id"] in repeated,
    }


def _hazard(row: Mapping[str, Any]) -> HazardRow:
    rectified = row.get("rectified_on")
    return {
        "code": row["code"],
        "severe": row.get("severe", False),
        "description": row["description"],
        "found_on": clock.local(row["found_at"]).date().isoformat(),
        "reported_on": clock.local(row["reported_at"]).date().isoformat() if row.get("reported_at") else None,
        "rectified_on": rectified.date().isoformat() if rectified else None,
        "rectification": row.get("rectification"),
    }
