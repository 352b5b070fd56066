"""Who and what is in the demo city: areas, estates, units, bodies and lifts; the same for the same seed and day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from stdnum.cn import uscc

from backend.demo import SAMPLE_CODE, names
from backend.policy import jurisdictions
from backend.policy.dates import add_years
from backend.registry.documents import id_of

ESTATES = 150
LIFTS = 2000
FIRST_CODE = 310001
SAMPLE_AREA = "500103"
USING_UNITS, MAINTENANCE_UNITS = 40, 25
TOWN_WEIGHT = 6  # a pilot area has so many more estates than a county
FORMER_AREAS = ("500105", "500112")  # abolished; their lifts show who answers today
OLDEST_YEARS = 22
IOT_SHARE, LABELLED_SHARE = 0.35, 0.55
WORKERS = 8


@dataclass(slots=True)
class LiftPlan:
    """One lift: what the register stores, and what decides its history."""

    facts: dict[str, Any]
    origin: date
    age_years: float
    contract: str
    trait: str = ""  # overdue | silent | failed | hazard | lapsed | exited: what is wrong with it, if anything
    labels: list[dict[str, Any]] = field(default_factory=list)

    @property
    def code(self) -> str:
        """Rescue code."""
        return self.facts["code"]

    @property
    def escalator(self) -> bool:
        """Tell whether it is an escalator."""
        return self.facts["category"] == "3310"

    def label(self, programme: str) -> dict[str, Any] | None:
        """Give the label for a programme, ended ones too."""
        return next((row for row in self.labels if row["programme"] == programme), None)

    def labelled(self, programme: str) -> bool:
        """Tell whether the lift carries a label today."""
        row = self.label(programme)
        return row is not None and row["until"] is None


@dataclass(slots=True)
class City:
    """Everything that does not change: organisations, estates and lifts; workers by maintenance unit."""

    today: date
    organisations: list[dict[str, Any]]
    estates: list[dict[str, Any]]
    lifts: list[LiftPlan]
    workers: dict[str, list[str]]
    bodies: dict[str, list[str]]


TRAITS = (("overdue", 4), ("silent", 2), ("failed", 1), ("hazard", 2), ("lapsed", 2), ("", 89))


def build(today: date, seed: int) -> City:
    """Make up the city.

    Args:
        today: local day that all ages and dates are relative to.
        seed: the same seed and day give the same city.
    """
    random = Random(seed)
    organisations = _organisations(random)
    ids = {kind: [id_of(row["credit_code"]) for row in organisations if row["kind"] == kind] for kind in _kinds()}
    estates = _estates(random, today)
    workers = {unit: [names.person(random) for _ in range(WORKERS)] for unit in ids["maintenance"]}
    bodies = {kind: ids[kind] for kind in ("inspection", "testing", "insurer")}
    lifts = list(_lifts(random, today, estates, ids))
    return City(today, organisations, estates, lifts, workers, bodies)


def _kinds() -> tuple[str, ...]:
    return ("using", "maintenance", "inspection", "testing", "insurer")


def _organisations(random: Random) -> list[dict[str, Any]]:
    every = {
        "using": [place + kind for kind in names.MANAGERS for place in names.PLACES][:USING_UNITS],
        "maintenance": [name + kind for kind in names.MAINTAINER_KINDS for name in names.MAINTAINERS],
        "inspection": names.INSPECTORS,
        "testing": names.TESTERS,
        "insurer": names.INSURERS,
    }
    return [
        {
            "name": name,
            "kind": kind,
            "phone": names.landline(random),
            "credit_code": _credit_code(place, number),
            **({"licence_no": f"TS3350D{number:03d}"} if kind == "maintenance" else {}),
        }
        for place, kind in enumerate(_kinds())
        for number, name in enumerate(every[kind], 1)
    ]


def _credit_code(kind: int, number: int) -> str:
    """Return a made-up code that is well formed: its nine middle characters name no real body."""
    code = f"91500000MADE{kind}{number:04d}"
    return f"{code}{uscc.calc_check_digit(code)}"


def _estates(random: Random, today: date) -> list[dict[str, Any]]:
    """Give every area of today an estate, the two former ones too, and the rest to the towns."""
    areas = [area.id for area in jurisdictions.all_on(today)]
    towns = [area for area in areas if jurisdictions.bureau(area).kind in ("district", "zone")]
    weights = [TOWN_WEIGHT if _pilot(area) else 1 for area in towns]
    placed = [SAMPLE_AREA, *areas, *FORMER_AREAS]
    placed += random.choices(towns, weights, k=ESTATES - len(placed))
    called = [place + kind for kind in names.ESTATES for place in names.PLACES]
    return [
        {
            "name": name,
            "jurisdiction": area,
            "address": f"{jurisdictions.bureau(area).name}{random.choice(names.STREETS)}路{random.randrange(1, 400)}号",
        }
        for area, name in zip(placed, called, strict=True)
    ]


def _pilot(area: str) -> bool:
    ids = (area, *jurisdictions.predecessors(area))
    return any(jurisdictions.bureau(one).pilot for one in ids)


def _lifts(random: Random, today: date, estates: list[dict[str, Any]], ids: dict[str, list[str]]) -> Iterator[LiftPlan]:
    for index, estate in enumerate(estates):
        count = LIFTS // ESTATES + (index < LIFTS % ESTATES)
        units = {kind: random.choice(ids[kind]) for kind in ("using", "maintenance", "inspection")}
        built = random.uniform(0.4, OLDEST_YEARS)
        for number in range(1, count + 1):
            sample = index == 0 and number == 1
            code = SAMPLE_CODE if sample else str(FIRST_CODE + index * 20 + number)
            plan = _lift(random, today, estate, units, age=8.3 if sample else built, number=number, code=code)
            yield _exemplary(plan, today) if sample else plan


def _lift(
    random: Random,
    today: date,
    estate: dict[str, Any],
    units: dict[str, str],
    *,
    age: float,
    number: int,
    code: str,
) -> LiftPlan:
    origin = today - timedelta(days=int(age * 365.25) + random.randrange(20))
    escalator = estate["name"].endswith(names.WITH_ESCALATORS) and number % 3 == 0
    floors = 2 if escalator else random.randrange(6, 34)
    category = "3310" if escalator else "3110"
    trait = random.choices([name for name, _ in TRAITS], [weight for _, weight in TRAITS])[0]
    made = origin - timedelta(days=random.randrange(120, 300))
    facts = {
        "code": code,
        "device_code": f"{category}10999{made.year}{code[-4:]}",
        "certificate_no": f"梯{category[1:3]}渝D{code[-5:]}({origin:%y})",
        "category": category,
        "status": random.choices(("in_use", "stopped", "scrapped"), (985, 12, 3))[0],
        "jurisdiction": estate["jurisdiction"],
        "estate": id_of(estate["jurisdiction"], estate["name"]),
        "estate_name": estate["name"],
        "building": f"{(number + 1) // 2}栋",
        "inside_number": f"{number}号{'扶梯' if escalator else '梯'}",
        "address": estate["address"],
        "place": "商场" if escalator else "住宅",
        "manufacturer": random.choice(names.MAKERS),
        "model": random.choice(names.MODELS),
        "factory_number": f"D{made:%y}{code}",
        "manufactured_on": made,
        "registered_on": origin + timedelta(days=18),
        "origin": {"date": origin, "source": "supervision"},
        "floors": floors,
        "stops": floors,
        "speed": 0.5 if escalator else random.choice((1.0, 1.75, 2.0)),
        "load_kg": None if escalator else random.choice((800, 1000, 1050)),
        "using_unit": units["using"],
        "maintenance_unit": units["maintenance"],
        "inspection_body": units["inspection"],
        "safety_manager": names.person(random),
        "safety_manager_phone": names.mobile(random),
        "emergency_phone": names.landline(random),
        "iot": random.random() < IOT_SHARE,
        "source": "demo",
    }
    contract = random.choices(("full", "comprehensive", "other"), (3, 2, 5))[0]
    plan = LiftPlan(facts, origin, age, contract, trait)
    _leave_gaps(random, plan)
    _label(random, today, plan)
    return plan


def _leave_gaps(random: Random, plan: LiftPlan) -> None:
    """Leave out what some units did not upload, and modernise some old lifts."""
    if plan.trait == "silent":
        for name in ("safety_manager", "safety_manager_phone", "manufacturer", "certificate_no"):
            plan.facts[name] = None
        plan.facts["origin"] = {"source": "unknown"}
        if random.random() < 0.5:
            plan.facts["registered_on"] = None
    elif plan.age_years > 14 and random.random() < 0.2:
        on = add_years(plan.origin, 12) + timedelta(days=random.randrange(300))
        kind = "modernised" if random.random() < 0.6 else "major_repair"
        plan.facts["major_events"] = [{"kind": kind, "date": on}]


def _label(random: Random, today: date, plan: LiftPlan) -> None:
    """Label part of the lifts in the pilot areas; a few of them have left again."""
    area = jurisdictions.current(plan.facts["jurisdiction"], today)
    if not _pilot(area) or plan.trait == "silent" or random.random() > LABELLED_SHARE or plan.age_years < 1:
        return
    since = max(date(2021, 3, 1), plan.origin) + timedelta(days=random.randrange(60, 300))
    if since >= today - timedelta(days=30):
        return
    plan.labels.append(_row("maintenance", area, since))
    if random.random() < 0.04:
        plan.trait = "exited"
        on = today - timedelta(days=random.randrange(40, 200))
        plan.labels[0] |= {"until": max(on, since)} | random.choice(_EXITS)
    elif random.random() < 0.3 and add_years(since, 1) < today - timedelta(days=90):
        plan.labels.append(_row("inspection", jurisdictions.MUNICIPAL, add_years(since, 1) + timedelta(days=45)))


_EXITS = (
    {"exit_reason": "保险到期未续保，不再具备电梯条件", "exit_rule": "M-X9"},
    {"exit_reason": "近12个月故障明显多于上一年，经查实由维护保养原因造成", "exit_rule": "M-X10"},
)


def _row(programme: str, authority: str, since: date) -> dict[str, Any]:
    return {"programme": programme, "authority": authority, "since": since, "until": None}


def _exemplary(plan: LiftPlan, today: date) -> LiftPlan:
    """Make the lift that shows everything: IoT, both labels, no gap, nothing overdue."""
    plan.facts |= {"status": "in_use", "iot": True, "building": "1栋", "inside_number": "1号梯"}
    plan.facts |= {
        "safety_manager": "云知满",
        "safety_manager_phone": "00000000001",
        "certificate_no": "梯11渝D00103(18)",
    }
    plan.facts |= {"manufacturer": names.MAKERS[0], "registered_on": plan.origin + timedelta(days=18)}
    plan.facts["origin"] = {"date": plan.origin, "source": "supervision"}
    plan.trait, plan.contract = "sample", "full"
    since = add_years(today, -3) - timedelta(days=40)
    plan.labels = [
        _row("maintenance", SAMPLE_AREA, since),
        _row("inspection", jurisdictions.MUNICIPAL, add_years(since, 1) + timedelta(days=45)),
    ]
    return plan
