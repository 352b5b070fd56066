"""Random lives of lifts, files and days, leaning towards the borders of the regulation."""

from datetime import UTC, date, datetime, timedelta, timezone

from tests.unit.policy.brute.authority import DISTRICTS, FIRST_BATCH, MERGER
from tests.unit.policy.brute.clock import NEW, OLD, PILOT
from tests.unit.policy.brute.days import month_end, months_later, years_later
from tests.unit.policy.brute.deadlines import KINDS, LIFT_DECIDES, SHANGHAI
from tests.unit.policy.brute.labels import TARGETS
from tests.unit.policy.brute.papers import METRICS

PROFILES = (PILOT, OLD, NEW)
UNUSUAL = ("500105", "500112", "500157", "500109", "CQ-LJ", "CQ-JK", "CQ-GX")
BORDERS = (date(2020, 9, 23), date(2021, 9, 1), date(2022, 12, 31), date(2023, 4, 2), MERGER)


def a_day(rng, first, last):
    day = first + timedelta(days=rng.randint(0, (last - first).days))
    roll = rng.random()
    if roll < 0.1:
        day = month_end(day.year, 2)
    elif roll < 0.25:
        day = month_end(day.year, day.month)
    elif roll < 0.35:
        day = day.replace(day=1)
    return min(max(day, first), last)


def near(rng, day):
    return day + timedelta(days=rng.choice((-1, 0, 0, 1)))


def pilot_day(rng):
    """A day of the pilots or around them."""
    if rng.random() < 0.15:
        return near(rng, rng.choice(BORDERS))
    return a_day(rng, date(2021, 9, 1), date(2022, 12, 31))


def an_extension(rng):
    if rng.random() < 0.6:
        return None
    return rng.choice((date(2021, 12, 31), date(2022, 12, 31), date(2023, 6, 30), date(2027, 12, 31)))


def _events(rng, origin):
    events, before = [], origin
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))):
        roll = rng.random()
        if roll < 0.3:
            day = near(rng, years_later(before, 15))
        elif roll < 0.6:
            day = months_later(years_later(before, rng.choice((1, 4, 7, 9, 11, 13, 15, 16, 17))), rng.randint(-6, 6))
        elif roll < 0.68:
            day = near(rng, before)
        else:
            day = a_day(rng, origin - timedelta(days=200), years_later(origin, 28))
        events.append((rng.choice(("modernised", "major-repair", "major-repair", "restart")), day))
        before = day
    rng.shuffle(events)
    return events


def _done(rng, begins):
    """A day on which something was done, often at the edge of what still counts for a year."""
    anniversary = years_later(begins, rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 13, 14, 15, 16, 18, 22)))
    month = months_later(anniversary, rng.choice((-3, -2, -2, -1, -1, 0, 0, 1, 4, 9, 10, 11)))
    roll = rng.random()
    if roll < 0.3:
        return near(rng, month_end(month.year, month.month))
    if roll < 0.5:
        return near(rng, month.replace(day=1))
    return near(rng, month)


def _left(rng, begins, last):
    roll = rng.random()
    if roll < 0.3:
        return None
    if roll < 0.4:
        return near(rng, date(2023, 1, 1))
    if roll < 0.9:
        # Soon after the last inspection: what the pilot still allowed and the national rules did not.
        day = years_later(begins, rng.randint(1, 20)) if roll < 0.5 else years_later(last, rng.randint(0, 4))
        day = near(rng, rng.choice((day, month_end(day.year, day.month))))
        return day if roll < 0.7 else months_later(day, rng.randint(-6, 6))
    return a_day(rng, date(2021, 9, 1), date(2023, 1, 1))


def lift_history(rng):
    origin = a_day(rng, date(1988, 1, 1), date(2024, 12, 31))
    events = _events(rng, origin)
    begins = rng.choice([origin, *(day for _, day in events)])
    last = _done(rng, begins) if rng.random() < 0.8 else None
    roll = rng.random()
    test = None if roll < 0.35 else near(rng, last) if roll < 0.5 and last else _done(rng, begins)
    roll = rng.random()
    labelled = None if roll < 0.5 else near(rng, years_later(begins, rng.choice((3, 14, 15, 16, 18, 22))))
    profile_id = rng.choice(PROFILES)
    return {
        "profile_id": profile_id,
        "origin": origin,
        "last_inspection": last,
        "last_test": test,
        "events": events,
        "today": near(rng, rng.choice([day for _, day in events] or [origin])) if rng.random() < 0.4 else None,
        "years": rng.randint(1, 25),
        "labelled": labelled,
        "left": None if profile_id == PILOT else _left(rng, begins, last or begins),
    }


def visit(rng):
    last = a_day(rng, date(2020, 1, 1), date(2025, 12, 31)) if rng.random() < 0.8 else None
    begins = last or a_day(rng, date(2020, 1, 1), date(2025, 12, 31))
    plan = rng.choice((None, (1, 0), (2, 0), (3, 0), (0, 15), (0, 30), (0, 31), (0, 59), (0, 90)))
    return {
        "profile_id": rng.choice((PILOT, *PROFILES)),
        "labelled": rng.random() < 0.8,
        "iot": rng.random() < 0.4,
        "contract": rng.choice(("full", "other")),
        "last_visit": last,
        "since": begins + timedelta(days=rng.randint(-40, 40)) if last is None or rng.random() < 0.5 else None,
        "plan": plan,
    }


def rhythm(rng):
    since = a_day(rng, date(2019, 1, 1), date(2025, 12, 31))
    last = {}
    now = since + timedelta(days=rng.randint(0, 400))
    for code, back in (("HM", 15), ("TM", 92), ("SM", 184), ("OY", 366)):
        if rng.random() < 0.7:
            last[code] = now - timedelta(
                days=rng.choice((0, back, back - 1, back - 15, back - 16, rng.randint(0, back)))
            )
    return {"last": last, "since": since, "profile_id": rng.choice(PROFILES)}


def a_deadline(rng):
    start = a_day(rng, date(2004, 1, 1), date(2026, 10, 15))
    roll = rng.random()
    if roll < 0.2:
        start = start.replace(month=rng.choice((9, 10)), day=rng.randint(1, 15))
    elif roll < 0.4:
        start = start.replace(month=rng.choice((1, 2, 4, 5)), day=rng.randint(1, 28))
    elif roll < 0.5:
        start = rng.choice((date(2026, 4, 13), date(2026, 4, 14), date(2026, 4, 15), date(2026, 4, 16)))
    elif roll < 0.55:
        start = start.replace(month=12, day=rng.choice((19, 20, 21, 30, 31)), year=rng.randint(2004, 2025))
    if rng.random() < 0.5:
        zone = rng.choice((SHANGHAI, UTC, timezone(timedelta(hours=-5))))
        start = datetime(
            start.year, start.month, start.day, rng.randint(0, 23), rng.choice((0, 1, 30, 59)), tzinfo=zone
        )
    return {"kind": rng.choice((*KINDS, *KINDS, *LIFT_DECIDES)), "start": start}


def application_place(rng):
    extended = an_extension(rng)
    return {
        "programme": rng.choice(("maintenance", "maintenance", "inspection")),
        "unit_lifts": [rng.choice((0, 1, 500, 998, 999, 999, 999, 999, 1000, 1001)) for _ in range(rng.randint(1, 2))],
        "districts": sorted(
            {rng.choice(rng.choice((DISTRICTS, FIRST_BATCH, UNUSUAL))) for _ in range(rng.randint(0, 4))}
        ),
        "on": near(rng, MERGER) if extended and rng.random() < 0.4 else pilot_day(rng),
        "extended": extended,
        "confirmed": rng.sample(DISTRICTS, rng.choice((0, 0, 1, 3))),
    }


def an_area(rng):
    return {**application_place(rng), "district": rng.choice(rng.choice((DISTRICTS, FIRST_BATCH, UNUSUAL)))}


def labels(rng):
    since = rng.choice((None, date(2020, 1, 1), *(near(rng, day) for day in BORDERS[:3]), pilot_day(rng)))
    on = a_day(rng, date(2005, 1, 1), date(2028, 1, 1)) if rng.random() < 0.2 else pilot_day(rng)
    return {
        "programme": rng.choice(("maintenance", "inspection")),
        "since": near(rng, on) if since and rng.random() < 0.2 else since,
        "until": rng.choice((None, near(rng, on), pilot_day(rng))),
        "extended": an_extension(rng),
        "on": on,
    }


def a_phase(rng):
    borders = (date(2020, 9, 1), date(2020, 10, 1), date(2020, 11, 1), date(2021, 9, 1), date(2021, 10, 1))
    borders += (date(2021, 11, 1), date(2022, 11, 1), date(2023, 1, 1))
    on = near(rng, rng.choice(borders)) if rng.random() < 0.5 else a_day(rng, date(2020, 6, 1), date(2023, 3, 1))
    return {"programme": rng.choice(("maintenance", "inspection")), "on": on}


def promises(rng):
    names = (*METRICS, "complaints")
    values = (None, -1, 0, 0.5, 1, 1, 1.5, 2, 2)
    return {
        "baseline": {name: rng.choice(values) for name in names if rng.random() < 0.9},
        "pledged": {name: rng.choice(values) for name in names if rng.random() < 0.9},
        "no_bridging": rng.random() < 0.7,
    }


def figures(rng):
    year = rng.randint(2019, 2023)
    targets = TARGETS.get(year) or TARGETS[2021]
    values = {name: target + rng.choice((-1, -0.1, 0, 0, 0.1, 1)) for name, target in targets.items()}
    return {"year": year, "figures": {name: value for name, value in values.items() if rng.random() < 0.8}}


def bodies(rng):
    controllers = {code: rng.choice(("", "G", "H")) for code in "ABCD"}
    holdings = []
    for _ in range(rng.randint(0, 5)):
        code = rng.choice("ABCD")
        holdings.append((code, rng.choice(("inspection", "testing")), controllers[code]))
    return {"holdings": holdings}


def a_tester(rng):
    role = rng.choice(("using", "maintenance", "inspection", "testing"))
    return {"role": role, **{name: rng.random() < 0.5 for name in ("qualified", "maintains", "exited")}}


def pairs(rng):
    every = {(rng.choice(("u1", "u2", "u3")), rng.choice(("m1", "m2", "m3"))) for _ in range(rng.randint(0, 6))}
    return {"at_fault": rng.choice(("u1", "u2", "m1", "m2", "x")), "pairs": sorted(every)}
