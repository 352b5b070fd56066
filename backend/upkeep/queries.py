"""The card block `upkeep`: who comes how often by which contract and plan, what was done, when the next is due."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bson import ObjectId

from backend.card.rows import CardPart
from backend.foundation import clock, database
from backend.foundation.errors import NotFound
from backend.foundation.protect import mask_name
from backend.policy import profiles, visits
from backend.policy.due import Due, StoredDue
from backend.registry import queries as registry
from backend.registry.documents import IN_USE
from backend.registry.labels import in_pilot, labels_of
from backend.registry.rows import StoredLift
from backend.upkeep.documents import HAZARD_CODES, WORK_TYPES
from backend.upkeep.rows import ContractRow, PlanRow, UpkeepBlock, VisitDue, VisitRow

KEPT_VISITS = 12
PLAN_ITEMS = 12
SHOWN_ITEMS = 3
MODES = {"full": "全包维保", "comprehensive": "大包维保", "other": "其他维保"}
FULL_MODES = ("full", "comprehensive")
SOURCE = "维保单位上传的现场记录"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the maintenance pilot asks of a lift's visits: by its contracts, the limit of its basis, and its plan."""

    contracts: Sequence[Mapping[str, Any]]  # that have begun, the oldest first
    in_force: Mapping[str, Any] | None
    longest: visits.Interval
    plan: visits.Interval | None  # of its unit, within the limit


def visits_on(card: CardPart) -> list[VisitRow]:
    """Return the latest visits on a card, the newest first."""
    block: UpkeepBlock = card["blocks"].get("upkeep", {})
    return block.get("visits", [])


def visit(visit_id: str) -> dict[str, Any]:
    """Return a visit as it was recorded.

    Raises:
        NotFound: there is none of that id.
    """
    found = database.collection("visits").find_one({"_id": ObjectId(visit_id)}) if ObjectId.is_valid(visit_id) else None
    if found is None:
        raise NotFound("没有这条维保记录")
    return found


def latest_visit(code: str) -> dict[str, Any]:
    """Return the latest recorded visit to a lift.

    Raises:
        NotFound: there is none.
    """
    found = database.collection("visits").find_one({"lift": code}, sort=[("start", -1)])
    if found is None:
        raise NotFound("这台电梯没有维保记录")
    return found


def starts(visits: Sequence[ObjectId]) -> dict[ObjectId, datetime]:
    """Return when visits began, by id."""
    found = database.collection("visits").find({"_id": {"$in": list(visits)}}, {"start": 1})
    return {row["_id"]: row["start"] for row in found}


def maintained(code: str, unit: str, on: date) -> bool | None:
    """Tell by its contracts whether a unit maintained a lift on a day; None where it has none.

    Args:
        code: rescue code.
        unit: id of the organisation.
        on: local date.
    """
    contracts = _contracts([code], date.max).get(code)
    if not contracts:
        return None
    in_force = _in_force([row for row in contracts if row["start"].date() <= on], on)
    return in_force is not None and in_force["maintenance_unit"] == unit


def turns(block: UpkeepBlock, day: date) -> Iterable[date]:
    """Say when the block's words change beside its dates: the day after the contract's last."""
    contract = block["contract"]
    ended = date.fromisoformat(contract["end"]) + timedelta(days=1) if contract and contract["end"] else day
    return (ended,) if ended > day else ()


def basis(code: str) -> visits.Interval:
    """Return the longest interval between visits that a lift may have in the pilot, by its IoT and its contract.

    Args:
        code: rescue code.

    Source: 三（一）2.
    """
    today = clock.today()
    lift = registry.facts([code], "iot")[code]
    return _terms(lift, _contracts([code], today).get(code, []), None, today).longest


def build(codes: Sequence[str]) -> dict[str, UpkeepBlock]:
    """Build the block of some lifts.

    Args:
        codes: rescue codes.

    Source: 三（一）2, 附件1 四（一）2（2）, 四（二）.
    """
    today = clock.today()
    lifts = registry.facts(codes, "status", "iot", "labels")
    contracts, plans, histories = _contracts(codes, today), _plans(codes), _histories(codes)
    return {
        code: _block(lift, contracts.get(code, []), plans.get(code), histories.get(code, {}), today)
        for code, lift in lifts.items()
    }


def _block(
    lift: StoredLift,
    contracts: Sequence[Mapping[str, Any]],
    plan: Mapping[str, Any] | None,
    history: Mapping[str, Any],
    today: date,
) -> UpkeepBlock:
    terms = _terms(lift, contracts, plan, today)
    contract = terms.in_force or (contracts[-1] if contracts else None)
    piloted = in_pilot(lift, "maintenance", today)
    times = [history.get("updated_at"), plan and plan["filed_at"]]
    return {
        "source": SOURCE,
        "updated_at": max(filter(None, times), default=None),
        "contract": _contract(contract) if contract else None,
        "plan": _plan(plan, counts=piloted and terms.plan is not None) if plan else None,
        "plan_owed": piloted,
        "visits": [_shown(visit) for visit in history.get("visits", ())],
        "total": history.get("total", 0),
        "dues": _next(lift, terms, history, today) if lift.get("status") == IN_USE else [],
    }


def _terms(
    lift: StoredLift, contracts: Sequence[Mapping[str, Any]], plan: Mapping[str, Any] | None, today: date
) -> Terms:
    """Find what the pilot asks of a lift's visits today; an ended contract is no basis, and none is no longer one."""
    in_force = _in_force(contracts, today)
    full = in_force is not None and in_force["mode"] in FULL_MODES
    iot = bool(lift.get("iot"))
    longest = visits.interval(profiles.pilot(), True, iot=iot, contract="full" if full else "other")
    return Terms(contracts, in_force, longest, _filed(longest, plan, in_force))


def _next(lift: StoredLift, terms: Terms, history: Mapping[str, Any], today: date) -> list[VisitDue]:
    """Say when somebody must come next and of which type, or that nothing was uploaded to tell it from."""
    labels = labels_of(lift)
    governing = profiles.governing(labels, today, "maintenance").profile
    last = {code: clock.local(history[code]).date() for code in WORK_TYPES if history.get(code)}
    newest = max(last.values(), default=None)
    begun, left = _begun(terms.contracts, history, newest), labels.left("maintenance", today)
    starts = [day for day in (begun, left) if day]
    if governing.kind == profiles.PILOT:
        longest = terms.longest
        due = visits.next_visit(longest, newest, since=begun, plan=terms.plan) if newest or begun else None
        return [_due("FM", due) if due else _untold(longest)]
    if newest and left:
        missed = visits.next_visit(terms.longest, newest, since=begun)
        if missed.date < left:  # the pilot had asked for it, and nobody came since
            return [_due("FM", missed)]
    if not last and not starts:
        return [_untold(visits.rhythm(governing.id)["HM"])]
    since = max(starts) if starts else clock.local(history["first"]).date()
    return [_due(*visits.next_t5002(last, since, governing.id))]


def _untold(longest: visits.Interval) -> VisitDue:
    missing: StoredDue = {
        "due": None,
        "reason": "还没有维保合同和维保记录，无法计算下次维保日期",
        "clause": longest.clause,
        "rule_id": longest.rule_id,
        "profile": longest.profile,
        "provisional": False,
    }
    return {"kind": "visit", "label": "维保", "type": None, "recorded": False, **missing}


def _filed(
    longest: visits.Interval, plan: Mapping[str, Any] | None, in_force: Mapping[str, Any] | None
) -> visits.Interval | None:
    """Give the plan's interval; another unit's plan, or one longer than today's limit, has nothing to say."""
    if plan is None or (in_force and in_force["maintenance_unit"] != plan["maintenance_unit"]):
        return None
    try:
        return visits.planned(longest, months=plan.get("interval_months") or 0, days=plan.get("interval_days") or 0)
    except ValueError:
        return None


def _begun(contracts: Sequence[Mapping[str, Any]], history: Mapping[str, Any], last_visit: date | None) -> date | None:
    """Give the day on which the present unit took over, where nobody came yet or another unit had the lift before.

    A contract that the same unit renews begins nothing: the interval runs on from the last visit.
    """
    if not contracts:
        return None
    unit = contracts[-1]["maintenance_unit"]
    run = list(itertools.takewhile(lambda row: row["maintenance_unit"] == unit, reversed(contracts)))
    began = run[-1]["start"].date()
    others = len(run) < len(contracts) or (
        history.get("unit") != unit and last_visit is not None and last_visit < began
    )
    return began if last_visit is None or others else None


def _in_force(contracts: Sequence[Mapping[str, Any]], today: date) -> Mapping[str, Any] | None:
    """Find the latest contract that runs today."""
    running = (row for row in reversed(contracts) if row.get("end") is None or row["end"].date() >= today)
    return next(running, None)


def _due(kind: str, due: Due) -> VisitDue:
    return {"kind": "visit", "label": "维保", "type": WORK_TYPES[kind], "recorded": True, **due.as_dict()}


def _contracts(codes: Sequence[str], today: date) -> dict[str, list[dict[str, Any]]]:
    """Find each lift's contracts that have begun, the oldest first."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in database.collection("contracts").find({"lift": {"$in": codes}}).sort([("start", 1), ("_id", 1)]):
        if row["start"].date() <= today:
            found[row["lift"]].append(row)
    return found


def _contract(row: Mapping[str, Any]) -> ContractRow:
    return {
        "mode": row["mode"],
        "mode_label": MODES[row["mode"]],
        "start": row["start"].date().isoformat(),
        "end": row["end"].date().isoformat() if row.get("end") else None,
    }


def _plans(codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Find each lift's newest plan."""
    filed = database.collection("maintenance_plans").find({"lift": {"$in": codes}}).sort([("filed_at", 1), ("_id", 1)])
    return {row["lift"]: row for row in filed}


def _plan(plan: Mapping[str, Any], *, counts: bool) -> PlanRow:
    days, months = plan.get("interval_days"), plan.get("interval_months")
    return {
        "interval": f"每{months}个月至少1次" if months else f"每{days}天至少1次" if days else None,
        "items": plan.get("items", [])[:PLAN_ITEMS],
        "query_url": plan.get("query_url"),
        "stamped": plan.get("stamped", False),
        "filed_at": plan["filed_at"],
        "counts": counts,
    }


def _histories(codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Find each lift's latest visits, leaving out those that a later record corrects, and the last of each type."""
    table = database.collection("visits")
    corrected = table.distinct("corrects", {"lift": {"$in": codes}, "corrects": {"$exists": True}})
    return {row["_id"]: row for row in table.aggregate(_pipeline(codes, corrected))}


def _pipeline(codes: Sequence[str], corrected: Sequence[Any]) -> list[dict[str, Any]]:
    results = {"$map": {"input": {"$ifNull": ["$items", []]}, "in": "$$this.result"}}
    names = ("start", "end", "work_type", "workers", "hazards", "photos", "signed_at", "corrects")
    shown = {"id": {"$toString": "$_id"}, "results": results, **{name: f"${name}" for name in names}}
    shown["abnormal"] = {
        "$map": {
            "input": {
                "$filter": {"input": {"$ifNull": ["$items", []]}, "cond": {"$eq": ["$$this.result", "abnormal"]}}
            },
            "in": {"name": "$$this.name", "note": "$$this.note"},
        }
    }
    latest = {"$topN": {"n": KEPT_VISITS, "sortBy": {"start": -1, "_id": -1}, "output": shown}}
    last = {code: {"$max": {"$cond": [{"$eq": ["$work_type", code]}, "$end", None]}} for code in WORK_TYPES}
    return [
        {"$match": {"lift": {"$in": list(codes)}, "_id": {"$nin": corrected}}},
        {
            "$group": {
                "_id": "$lift",
                "visits": latest,
                "total": {"$sum": 1},
                "updated_at": {"$max": "$recorded_at"},
                "first": {"$min": "$start"},
                "unit": {"$top": {"sortBy": {"start": -1, "_id": -1}, "output": "$maintenance_unit"}},
                **last,
            }
        },
    ]


def _shown(visit: Mapping[str, Any]) -> VisitRow:
    """Show a visit as the public sees it: names masked, items counted."""
    minutes = round((visit["end"] - visit["start"]).total_seconds() / 60)
    workers = visit.get("workers") or []
    return {
        "id": visit["id"],
        "date": clock.local(visit["start"]).date().isoformat(),
        "minutes": minutes,
        "type": WORK_TYPES[visit["work_type"]],
        "workers": len(workers),
        "names": [mask_name(name) for name in workers],
        "photos": visit.get("photos", 0),
        "normal": visit["results"].count("normal"),
        "abnormal": visit["results"].count("abnormal"),
        "not_applicable": visit["results"].count("not_applicable"),
        "found": visit["abnormal"][:SHOWN_ITEMS],
        "hazards": [HAZARD_CODES[code] for code in visit.get("hazards") or () if code != "S0"],
        "signed": visit.get("signed_at") is not None,
        "corrected": visit.get("corrects") is not None,
    }
