"""When a lift is inspected (检验) and tested (检测): bands, anniversaries, modernisation, major repair.

Everything is counted in the index k, full years on the lift's clock; index k falls due at the end of the
clock's month k years after its start. Index 0 is a new or modernised lift's supervision inspection.
"""

import functools
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from backend.policy.dates import add_years, full_years, month_end, months_between
from backend.policy.due import Due, Planned
from backend.policy.profiles import Band, Profile
from backend.policy.rules import carries

MODERNISED = "modernised"
MAJOR_REPAIR = "major-repair"
EVENTS = (MODERNISED, MAJOR_REPAIR)

Event = tuple[str, date]  # one of EVENTS, and the day of its supervision inspection


@dataclass(frozen=True, slots=True)
class YearsInUse:
    """From where the years are counted."""

    start: date  # the supervision inspection the clock runs from
    index: int = 0  # the age that counts on that day
    note: str = ""
    skipped: frozenset[int] = frozenset()  # calendar years whose inspection a major repair replaced

    def due(self, index: int) -> date:
        """Give the last day for index k."""
        return month_end(add_years(self.start, index - self.index))

    def done(self, day: date | None, early_months: int) -> int:
        """Give the index that an inspection or test fulfils; one before the start fulfils nothing later."""
        if day is None or day <= self.start:
            return self.index
        return self.index + (months_between(self.start, day) + early_months) // 12


def years_in_use(profile: Profile, origin: date, events: Iterable[Event] = ()) -> YearsInUse:
    """Find the clock in force after the events.

    Args:
        origin: day of the passed installation supervision inspection (reading A3).
        events: (modernised | major-repair, day of its supervision inspection); those up to the origin
            are part of it.

    Raises:
        ValueError: an event of another kind.

    Source: 二（二）3, readings A3, A7, A8, A26.
    """
    current, new_on, skipped = YearsInUse(origin), origin, set()
    repair = profile.major_repair
    for kind, day in sorted(events, key=lambda event: event[1]):
        if kind not in EVENTS:
            raise ValueError(f"event: unknown kind {kind!r}, one of {', '.join(EVENTS)}")
        if day <= origin:
            continue
        if kind == MODERNISED:
            current, new_on = YearsInUse(day, note="改造后视同新安装"), day
        elif repair.from_years is not None and day >= add_years(new_on, repair.from_years):
            note = f"重大修理后视同使用{repair.treated_as_years}年以上"
            current = YearsInUse(day, repair.treated_as_years, note)
        elif repair.skips_that_year:
            skipped.add(day.year)
    return YearsInUse(current.start, current.index, current.note, frozenset(skipped)) if skipped else current


def band(profile: Profile, origin: date, today: date, events: Iterable[Event] = ()) -> Band:
    """Give the age band of a lift; on the anniversary the stricter one (readings A1, A2).

    Source: 二（二）3.
    """
    running = years_in_use(profile, origin, events)
    return profile.band_at(running.index + full_years(running.start, today))


@functools.lru_cache(maxsize=2048)
def next_index(profile: Profile, last: int) -> int:
    """Give the next inspection year after the one last inspected.

    That is the smallest k > last with k - last >= interval(band(k)), so that a band change never
    postpones what the stricter band asks for (reading A5). Profiles with fixed years name theirs.

    Source: 二（二）3.
    """
    if profile.fixed_years:
        return next((year for year in profile.fixed_years if year > last), last + 1)
    index = last + 1
    while index - last < profile.band_at(index).every_years:
        index += 1
    return index


@carries("C-00", "T-12")
def calendar(
    profile: Profile,
    origin: date,
    last_inspection: date | None = None,
    events: Iterable[Event] = (),
    years: int = 20,
    *,
    last_test: date | None = None,
    estimated: bool = False,
) -> tuple[Planned, ...]:
    """List every inspection and test, in order, from the day after the last inspection.

    A supervision inspection that restarts the clock is a last inspection too.

    Args:
        origin: day of the passed installation supervision inspection.
        last_inspection: day of the last passed inspection, if any.
        events: see years_in_use().
        years: how many years from the last inspection, at least 1.
        last_test: a test done since fulfils its year.
        estimated: the origin is only the registration date, so that every date is provisional (A3).

    Raises:
        ValueError: years or an event's kind.

    Source: 二（二）3; 附件2 四（二）, readings A1–A8.
    """
    if years < 1:
        raise ValueError(f"years: at least 1, not {years}")
    running = years_in_use(profile, origin, events)
    last, tested = _indices(profile, running, last_inspection, last_test)
    since = max(running.start, last_inspection or running.start)
    duties = _duties(profile, running, last, tested)
    return tuple(
        Planned(running.due(index), *_words(profile, index, kind, running.note, estimated), kind=kind)
        for index, kind in itertools.takewhile(lambda duty: duty[0] <= last + years, duties)
        if running.due(index) > since
    )


@carries("C-00")
def next_due(  # noqa: PLR0917 - what is known of a lift, in the order of a lift's record
    profile: Profile,
    origin: date,
    last_inspection: date | None = None,
    last_test: date | None = None,
    events: Iterable[Event] = (),
    today: date | None = None,
    *,
    estimated: bool = False,
) -> dict[str, Due | None]:
    """Give what falls due next; a date in the past is overdue.

    Args:
        today: events after this day have not happened yet.
        The others: see calendar().

    Returns:
        {"inspection": Due, "test": Due or None where the profile asks for no further test}.

    Source: 二（二）3.
    """
    if events and today is not None:
        events = [event for event in events if event[1] <= today]
    running = years_in_use(profile, origin, events)
    last, tested = _indices(profile, running, last_inspection, last_test)
    found: dict[str, Due | None] = {"inspection": None, "test": None}
    beyond = max(last, tested) + 2  # no two test-free years follow each other where tests go on
    duties, index = _duties(profile, running, last, tested), last
    while found["inspection"] is None or (found["test"] is None and index <= beyond):
        index, kind = next(duties)
        if found[kind] is None:
            found[kind] = Due(running.due(index), *_words(profile, index, kind, running.note, estimated))
    return found


def _indices(
    profile: Profile, running: YearsInUse, last_inspection: date | None, last_test: date | None
) -> tuple[int, int]:
    """Give the years last inspected and last tested; with no test on record an inspection counts for both."""
    last = running.done(last_inspection, profile.early_months)
    return last, last if last_test is None else running.done(last_test, profile.early_months)


def _duties(profile: Profile, running: YearsInUse, last: int, tested: int) -> Iterator[tuple[int, str]]:
    """Yield (index, inspection | test) without end, from the year last inspected, whose test may be owed."""
    upcoming, index = next_index(profile, last), last
    while True:
        test_owed = index not in (last, upcoming) or profile.band_at(index).both
        if index == upcoming:
            upcoming = next_index(profile, index)
            if running.due(index).year not in running.skipped:
                yield index, "inspection"
        if profile.tests and test_owed and index > tested:
            yield index, "test"
        index += 1


@functools.lru_cache(maxsize=2048)
def _words(profile: Profile, index: int, kind: str, note: str, estimated: bool) -> tuple[str, str, str, str, bool]:
    """Give reason, clause, rule, profile and whether it is provisional."""
    band = profile.band_at(index)
    reason = band.inspection_reason if kind == "inspection" else band.test_reason
    reason += f"（{note}）" if note else ""
    reason += "（起算日按使用登记日期估计）" if estimated else ""
    return reason, profile.clause, profile.rule_id, profile.id, estimated
