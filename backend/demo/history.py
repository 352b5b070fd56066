"""What happened to each lift of the demo city: visits, reports, hazards, faults, rescues, policies and promises."""

import functools
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from bson import ObjectId

from backend.accounts.actors import DEMO
from backend.demo.city import City, LiftPlan
from backend.foundation.clock import SHANGHAI
from backend.policy import inspection, profiles, rules, visits
from backend.policy.dates import add_months

Documents = dict[str, list[dict[str, Any]]]

YEAR = 365
PROBLEMS = ("层门锁紧元件啮合长度不足7毫米", "轿厢内应急照明失效", "限速器校验过期", "底坑有积水", "轿门防夹保护不灵敏")
FAULT_CAUSES = {"equipment": 45, "maintenance": 15, "human": 20, "external": 15, "use": 5}
FAULTS_A_YEAR = 1.1
SAMPLE_FAULTS = (70, 210)  # days ago
RESCUES_A_YEAR = 0.12
PLAN_ITEMS = ("门锁与层门", "制动器", "限速器与安全钳", "轿门防夹保护", "报警与对讲", "平层准确度", "底坑与井道")
PLEDGES = {
    "fault_rate": {"baseline": 6.0, "pledged": 4.0},
    "downtime_hours": {"baseline": 30.0, "pledged": 16.0},
    "rescue_minutes": {"baseline": 26.0, "pledged": 20.0},
}
WIDE_VISITS = {0: "OY", 12: "SM", 6: "TM", 18: "TM"}  # which of a year's half-month visits do the wider tables
FAULT_SOURCES = ("iot", "96333", "maintenance")


def build(city: City, seed: int) -> Documents:
    """Make up a year of life, and the inspections back to each lift's beginning.

    Args:
        city: the lifts.
        seed: the same seed and city give the same documents, ids included.

    Returns:
        Documents by collection, as MongoDB keeps them.
    """
    found: Documents = defaultdict(list)
    for lift in city.lifts:
        random = Random(f"{seed}:{lift.code}")
        for name, document in _life(random, city, lift):
            found[name].append({"_id": _id(random), **document})
    random = Random(f"{seed}:units")
    for name, document in _shared(random, city):
        found[name].append({"_id": _id(random), **document})
    return dict(found)


def _life(random: Random, city: City, lift: LiftPlan) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from (("labels", row) for row in _labels(lift))
    if lift.trait != "silent":
        yield "contracts", _contract(lift, city.today)
        yield from (("visits", row) for row in _visits(random, city, lift))
        yield from (("examinations", row) for row in _examinations(random, city, lift))
    if lift.trait == "hazard":
        yield "hazards", _hazard(random, city, lift)
    if (label := lift.label("maintenance")) and label["until"] is None:
        yield "maintenance_plans", _plan(lift, label["since"])
    yield from (("faults", row) for row in _faults(random, city, lift))
    yield from (("rescues", row) for row in _rescues(random, city, lift))


def _labels(lift: LiftPlan) -> Iterator[dict[str, Any]]:
    for row in lift.labels:
        ended = {}
        if row["until"]:
            clause = rules.entry(row["exit_rule"])["clause"]
            on = _midnight(row["until"])
            ended = {"until": on, "exited_on": on, "exit_reason": row["exit_reason"]}
            ended |= {"exit_rule": row["exit_rule"], "exit_clause": clause}
        yield {
            "lift": lift.code,
            "programme": row["programme"],
            "authority": row["authority"],
            "since": _midnight(row["since"]),
            "publicised_from": _midnight(row["since"] - timedelta(days=24)),
            "updated_at": _moment(row["until"] or row["since"], 10),
            **ended,
        }


def _contract(lift: LiftPlan, today: date) -> dict[str, Any]:
    start = max(lift.origin, date(today.year - 2, 1, 1))
    end = date(today.year + 1, 12, 31)
    return {
        "lift": lift.code,
        "maintenance_unit": lift.facts["maintenance_unit"],
        "mode": lift.contract,
        "start": _midnight(start),
        "end": _midnight(end),
    }


def _visits(random: Random, city: City, lift: LiftPlan) -> Iterator[dict[str, Any]]:
    """Walk through the last year in the rhythm that governs the lift, up to yesterday."""
    label = lift.label("maintenance")
    end = city.today - timedelta(days=1)
    if lift.trait == "overdue":
        end -= timedelta(days=random.randrange(20, 120))
    begin = max(city.today - timedelta(days=YEAR + random.randrange(15)), lift.origin + timedelta(days=1))
    day, count = begin, 0
    while day <= end:
        pilot = label is not None and label["since"] <= day and (label["until"] is None or day < label["until"])
        yield _visit(random, city, lift, day, "FM" if pilot else WIDE_VISITS.get(count % 24, "HM"))
        day = _next_visit(random, lift, day, pilot)
        count += 1


def _next_visit(random: Random, lift: LiftPlan, day: date, pilot: bool) -> date:
    if not pilot:
        return day + timedelta(days=random.randrange(12, 16))
    basis = "full" if lift.contract in ("full", "comprehensive") else "other"
    longest = visits.interval(profiles.pilot(), True, iot=lift.facts["iot"], contract=basis)
    return longest.after(day) - timedelta(days=random.randrange(7))


def _visit(random: Random, city: City, lift: LiftPlan, day: date, work_type: str) -> dict[str, Any]:
    start = _moment(day, random.randrange(8, 17), random.randrange(60))
    minutes = random.randrange(35, 75) if work_type == "HM" else random.randrange(70, 160)
    end = start + timedelta(minutes=minutes)
    unit = lift.facts["maintenance_unit"]
    unsigned = lift.trait == "overdue" or random.random() < 0.02
    items = _items("D" if lift.escalator else "A", "SM" if work_type == "FM" else work_type)
    if lift.trait != "sample" and random.random() < 0.05:
        items = list(items)
        spot = random.randrange(len(items))
        items[spot] = items[spot] | {"result": "abnormal", "note": "已现场调整，恢复正常"}
    return {
        "lift": lift.code,
        "maintenance_unit": unit,
        "work_type": work_type,
        "start": start,
        "end": end,
        "workers": random.sample(city.workers[unit], 2),
        "items": items,
        "hazards": ["S0"],
        "photos": random.randrange(3, 9),
        "recorded_at": end + timedelta(minutes=5),
        **({} if unsigned else {"signed_at": end + timedelta(minutes=random.randrange(10, 50))}),
    }


@functools.cache
def _items(annex: str, work_type: str) -> list[dict[str, Any]]:
    return [{"code": item.code, "name": item.name, "result": "normal"} for item in visits.items(annex, work_type)]


def _examinations(random: Random, city: City, lift: LiftPlan) -> Iterator[dict[str, Any]]:
    """Walk the calendar that governs the lift today from its beginning to today."""
    labels = profiles.Labels(
        inspection_since=label["since"] if (label := lift.label("inspection")) else None,
        extended=city.today if label else None,
    )
    profile = profiles.governing(labels, city.today).profile
    events = [(row["kind"].replace("_", "-"), row["date"]) for row in lift.facts.get("major_events") or ()]
    begin = max([lift.origin, *(day for _, day in events)])
    yield _report(city, lift, "inspection", begin, type="supervision")
    last: dict[str, date | None] = {"inspection": None, "test": None}
    until = city.today - timedelta(days=90) if lift.trait == "overdue" else city.today
    while True:
        due = inspection.next_due(profile, lift.origin, last["inspection"], last["test"], events, city.today)
        kind, planned = min(((kind, one.date) for kind, one in due.items() if one), key=lambda pair: (pair[1], pair[0]))
        done = planned - timedelta(days=random.randrange(4, 50))
        if done >= until:
            return
        last[kind] = done
        yield from _examined(random, city, lift, kind, done)


def _examined(random: Random, city: City, lift: LiftPlan, kind: str, done: date) -> Iterator[dict[str, Any]]:
    """Report an inspection or test, sometimes failed and then repeated within a month."""
    recent = done > city.today - timedelta(days=YEAR)
    if kind == "inspection" and lift.trait == "failed" and recent:
        yield _report(city, lift, kind, done, passed=False, problems=random.sample(PROBLEMS, 2))
    elif kind == "inspection" and lift.trait != "sample" and random.random() < 0.03:
        again = done + timedelta(days=random.randrange(10, 30))
        first = {"_id": _id(random)}
        yield first | _report(city, lift, kind, done, passed=False, problems=random.sample(PROBLEMS, 1))
        if again < city.today:
            yield {"follows": first["_id"]} | _report(city, lift, kind, again, type="re_inspection")
    else:
        problems = random.sample(PROBLEMS, 1) if random.random() < 0.1 else []
        yield _report(city, lift, kind, done, problems=problems)


def _report(
    city: City,
    lift: LiftPlan,
    kind: str,
    done: date,
    *,
    type: str | None = None,
    passed: bool = True,
    problems: list[str] | None = None,
) -> dict[str, Any]:
    testers = city.bodies["testing"]
    body = lift.facts["inspection_body"] if kind == "inspection" else testers[int(lift.code) % len(testers)]
    return {
        "lift": lift.code,
        "kind": kind,
        "type": type or ("periodic" if kind == "inspection" else "entrusted"),
        "body": body,
        "finished_on": _midnight(done),
        "uploaded_at": min(_moment(done + timedelta(days=1), 17), _moment(city.today, 0)),
        "passed": passed,
        "report_no": f"{'J' if kind == 'inspection' else 'C'}{done:%Y%m%d}-{lift.code}",
        "problems": problems or [],
        **({"rectification": "当天已整改，复查符合要求"} if problems and passed else {}),
    }


def _hazard(random: Random, city: City, lift: LiftPlan) -> dict[str, Any]:
    found = _moment(city.today - timedelta(days=random.randrange(5, 200)), 15)
    severe = random.random() < 0.3
    hazard = {
        "lift": lift.code,
        "code": "S3" if severe else "S7",
        "severe": severe,
        "description": random.choice(PROBLEMS),
        "found_at": found,
        "found_by": lift.facts["inspection_body"],
        "reported_at": found + timedelta(hours=random.randrange(1, 20)),
    }
    if found < _moment(city.today - timedelta(days=40), 0):
        fixed = found + timedelta(days=random.randrange(3, 20))
        hazard |= {"rectified_at": fixed, "rectified_on": _midnight(fixed.astimezone(SHANGHAI).date())}
        hazard |= {"rectification": "已更换损坏部件，复查合格"}
    return hazard


def _plan(lift: LiftPlan, since: date) -> dict[str, Any]:
    months = 3 if lift.facts["iot"] else 1 if lift.contract == "other" else 2
    return {
        "lift": lift.code,
        "maintenance_unit": lift.facts["maintenance_unit"],
        "interval_months": months,
        "items": list(PLAN_ITEMS),
        "query_url": f"https://plan.example/{lift.code}",
        "stamped": True,
        "filed_at": _moment(since - timedelta(days=30), 9),
    }


def _faults(random: Random, city: City, lift: LiftPlan) -> Iterator[dict[str, Any]]:
    rate = FAULTS_A_YEAR * (1 + lift.age_years / 15)
    often = _occasions(random, rate, min(YEAR, int(lift.age_years * YEAR)))
    causes, weights = [*FAULT_CAUSES], [*FAULT_CAUSES.values()]
    for days in SAMPLE_FAULTS if lift.trait == "sample" else often:
        at = _moment(city.today - timedelta(days=days), random.randrange(6, 22), random.randrange(60))
        minutes = random.randrange(15, 240)
        recovered = at + timedelta(minutes=minutes)
        if recovered >= _moment(city.today, 0):
            continue
        yield {
            "lift": lift.code,
            "at": at,
            "code": random.randrange(1, 13),
            "cause": random.choices(causes, weights)[0],
            "downtime_minutes": minutes,
            "recovered_at": recovered,
            "source": "iot" if lift.facts["iot"] else random.choice(FAULT_SOURCES[1:]),
        }


def _rescues(random: Random, city: City, lift: LiftPlan) -> Iterator[dict[str, Any]]:
    if lift.trait == "sample":
        yield _rescue(random, lift, city.today - timedelta(days=150), arrival=11)
    elif not lift.escalator:
        for days in _occasions(random, RESCUES_A_YEAR, min(YEAR, int(lift.age_years * YEAR))):
            arrival = max(4, int(random.gauss(15, 7)))
            yield _rescue(random, lift, city.today - timedelta(days=days), arrival)


def _rescue(random: Random, lift: LiftPlan, day: date, arrival: int) -> dict[str, Any]:
    alarm = _moment(day, random.choice((8, 9, 12, 15, 18, 19)), random.randrange(60))
    arrived = alarm + timedelta(minutes=arrival)
    released = arrived + timedelta(minutes=random.randrange(2, 9))
    return {
        "lift": lift.code,
        "jurisdiction": lift.facts["jurisdiction"],
        "state": "closed",
        "alarm_at": alarm,
        "dispatched_at": alarm + timedelta(minutes=1),
        "arrived_at": arrived,
        "released_at": released,
        "called_back_at": released + timedelta(minutes=30),
        "closed_at": released + timedelta(minutes=40),
        "trapped": random.randrange(1, 5),
        "injured": 0,
        "cause": random.choice(("equipment", "human", "external")),
        "channel": "96333",
    }


def _occasions(random: Random, rate: float, within_days: int) -> Iterator[int]:
    """Yield how many days ago things happened that happen so often a year."""
    days = 1.0
    while (days := days + random.expovariate(rate / YEAR)) < within_days:
        yield int(days)


def _shared(random: Random, city: City) -> Iterator[tuple[str, dict[str, Any]]]:
    """Make what covers many lifts at once: insurance policies and declarations."""
    insured: dict[str, list[str]] = defaultdict(list)
    declared: dict[tuple[str, str], list[LiftPlan]] = defaultdict(list)
    for lift in city.lifts:
        unit = lift.facts["using_unit"]
        if lift.labelled("maintenance"):
            declared[unit, lift.facts["maintenance_unit"]].append(lift)
        if lift.trait == "lapsed":
            yield "insurance_policies", _policy(random, city, [lift.code], days_left=-random.randrange(3, 90))
        elif lift.labelled("maintenance") or random.random() < 0.6:
            insured[unit].append(lift.code)
    for codes in insured.values():
        yield "insurance_policies", _policy(random, city, codes, days_left=random.randrange(20, 340))
    for (using_unit, maintenance_unit), lifts in declared.items():
        yield "declarations", _declaration(using_unit, maintenance_unit, lifts)


def _policy(random: Random, city: City, lifts: list[str], days_left: int) -> dict[str, Any]:
    end = city.today + timedelta(days=days_left)
    start = add_months(end, -12) + timedelta(days=1)
    return {
        "number": f"DEMO{start:%Y%m%d}{random.randrange(10**6):06d}",
        "kind": random.choices(("liability", "pension", "service"), (7, 1, 2))[0],
        "insurer": random.choice(city.bodies["insurer"]),
        "lifts": lifts,
        "start": _midnight(start),
        "end": _midnight(end),
        "recorded_at": _moment(start - timedelta(days=3), 11),
    }


def _declaration(using_unit: str, maintenance_unit: str, lifts: list[LiftPlan]) -> dict[str, Any]:
    first = min(label["since"] for lift in lifts if (label := lift.label("maintenance")))
    return {
        "using_unit": using_unit,
        "maintenance_unit": maintenance_unit,
        "pledges": PLEDGES,
        "no_bridging": True,
        "standard_url": f"https://standard.example/{maintenance_unit}",
        "lifts": [lift.code for lift in lifts],
        "published_at": _moment(first - timedelta(days=40), 9),
        "by": DEMO.id,
    }


def _id(random: Random) -> ObjectId:
    return ObjectId(random.randbytes(12))


def _midnight(day: date) -> datetime:
    """Give a day as MongoDB keeps days."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Give a time of day in Chongqing."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)
