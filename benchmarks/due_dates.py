"""A year of due dates for a city of lifts: what the daily sweep computes, in seconds.

    python -m benchmarks.due_dates [lifts]

Each lift gets its next inspection and test and its next visit, and every deadline that falls into the coming
year is counted; mixed ages, profiles, events and contracts, made from a fixed seed.
"""

import random
import sys
import time
from datetime import date, timedelta

from backend.policy.inspection import MAJOR_REPAIR, MODERNISED, next_due
from backend.policy.profiles import national, pilot
from backend.policy.visits import CONTRACTS, interval, next_visit

LIFTS = 300_000
TODAY = date(2022, 6, 1)
LIMIT_SECONDS = 30


def lifts(count: int) -> list[tuple]:
    """Make lifts: (origin, last inspection, last test, events, last visit, profile, labelled, iot, contract)."""
    chance = random.Random(84)
    profiles = [pilot(), pilot(), *national()]
    made = []
    for _ in range(count):
        origin = TODAY - timedelta(days=chance.randrange(30 * 365))
        since = (TODAY - origin).days
        happened = chance.random()
        kind = MODERNISED if happened < 0.02 else MAJOR_REPAIR
        made.append(
            (
                origin,
                origin + timedelta(days=chance.randrange(since + 1)),
                origin + timedelta(days=chance.randrange(since + 1)),
                ((kind, origin + timedelta(days=chance.randrange(since + 1))),) if happened < 0.05 else (),
                TODAY - timedelta(days=chance.randrange(90)),
                chance.choice(profiles),
                chance.random() < 0.5,
                chance.random() < 0.3,
                chance.choice(CONTRACTS),
            )
        )
    return made


def sweep(city: list[tuple]) -> int:
    """Compute every lift's due dates and count those within a year."""
    horizon = TODAY + timedelta(days=365)
    within = 0
    for origin, inspected, tested, events, visited, governing, labelled, iot, contract in city:
        due = next_due(governing, origin, inspected, tested, events, TODAY)
        visit = next_visit(interval(governing, labelled, iot=iot, contract=contract), visited)
        within += sum(one is not None and one.due <= horizon for one in (*due.values(), visit))
    return within


def main(count: int = LIFTS) -> None:
    """Run the sweep and print what it took; fail beyond the limit.

    Args:
        count: lifts.
    """
    city = lifts(count)
    start = time.perf_counter()
    within = sweep(city)
    seconds = time.perf_counter() - start
    print(f"{count} lifts, {within} dates within a year: {seconds:.1f} s, {seconds / count * 1e6:.1f} µs a lift")
    assert seconds < LIMIT_SECONDS * count / LIFTS + 1


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
