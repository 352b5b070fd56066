"""When a lift is inspected 检验 and tested 检测: bands, anniversaries, modernisation, major repair, leaving a pilot.

Everything is counted in the index k, full years on the lift's clock; index k falls due at the end of the
clock's month k years after its start. Index 0 is a new or modernised lift's supervision inspection.
"""

import functools
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from backend.policy.dates import add_years, full_years, month_end
from backend.policy.due import Due, Planned
from backend.policy.profiles import NATIONAL, Band, Profile, pilot
from backend.policy.rules import carries

MODERNISED = "modernised"
MAJOR_REPAIR = "major-repair"
RESTART = "restart"  # the periodic inspection before a lift that stood still for over a year runs again
EVENTS = (MODERNISED, MAJOR_REPAIR, RESTART)
# What counts as the year's inspection or test; a supervision inspection 监督检验 starts a clock or is an event of it.
COUNTED = {"inspection": ("periodic", "re_inspection"), "test": ("self", "entrusted", "re_inspection")}

TESTED_WITHIN = 2  # no more inspected years than these follow each other where tests go on

Event = tuple[str, date]  # one of EVENTS, and the day of its inspection


@dataclass(frozen=True, slots=True)
class YearsInUse:
    """From where the years are counted."""

    start: date  # the supervision inspection the clock runs from
    index: int = 0  # the age that counts on that day
    note: str = ""
    skipped: frozenset[int] = frozenset()  # calendar years whose inspection a major repair replaced
    moved: tuple[date, ...] = ()  # inspections since, each of which moves the month of what falls due after it

    def due(self, index: int) -> date:
        """Give the last day for index k."""
        last = month_end(add_years(self.start, index - self.index))
        for day in self.moved:
            if last >= day:
                last = month_end(date(last.year, day.month, 1))
        return last

    def asks(self, index: int, since: date) -> bool:
        """Tell whether an inspection can be asked for in a year: not before a day, and no repair replaced it."""
        due = self.due(index)
        return due >= since and due.year not in self.skipped

    def anniversary(self, index: int) -> date:
        """Give the day on which the lift reaches index k."""
        return add_years(self.start, index - self.index)

    def done(self, day: date | None, early_months: int) -> int:
        """Give the index that an inspection or test fulfils; one before the start fulfils nothing later."""
        if day is None or day <= self.start:
            return self.index
        month = next((one.month for one in reversed(self.moved) if one <= day), self.start.month)
        return self.index + ((day.year - self.start.year) * 12 + day.month - month + early_months) // 12


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a lift's examinations and of its label, as next_due() and calendar() take it."""

    origin: date
    inspected: date | None
    tested: date | None
    events: tuple[Event, ...]
    labelled: date | None
    left: date | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lift stands under one profile: its clock, the year last inspected and the year last tested."""

    running: YearsInUse
    inspected: int
    tested: int


@dataclass(frozen=True, slots=True)
class Duty:
    """An inspection or a test owed: index k, its last day, and what the reason adds."""

    profile: Profile
    index: int
    kind: str
    due: date
    note: str

    def words(self, estimated: bool) -> tuple[str, str, str, str, bool]:
        """Give reason, clause, rule, profile and whether it is provisional."""
        return _words(self.profile, self.index, self.kind, self.note, estimated)


def years_in_use(profile: Profile, origin: date, events: Iterable[Event] = ()) -> YearsInUse:
    """Find the clock in force after the events.

    Args:
        origin: day of the passed installation supervision inspection (reading A3).
        events: (one of EVENTS, day of its inspection); those up to the origin are part of it.

    Raises:
        ValueError: an event of another kind.

    Source: 二（二）3, readings A3, A7, A8, A26; TSG T7001-2023.
    """
    current, new_on = YearsInUse(origin), origin
    skipped: set[int] = set()
    moved: list[date] = []
    repair = profile.major_repair
    for kind, day in sorted(events, key=lambda event: event[1]):
        if kind not in EVENTS:
            raise ValueError(f"event: unknown kind {kind!r}, one of {', '.join(EVENTS)}")
        if day <= origin:
            continue
        if kind == MODERNISED:
            current, new_on, moved = YearsInUse(day, note="改造后视同新安装"), day, []
            continue
        if kind == MAJOR_REPAIR and repair.from_years is not None and day >= add_years(new_on, repair.from_years):
            note = f"重大修理后视同使用{repair.treated_as_years}年以上"
            current, moved = YearsInUse(day, repair.treated_as_years, note), []
        if kind == MAJOR_REPAIR and repair.skips_that_year:
            skipped.add(day.year)
        if kind in profile.month_follows and day > current.start:
            moved.append(day)
    note = current.note or (f"到期月份随{moved[-1]:%Y-%m-%d}的检验" if moved else "")
    return YearsInUse(current.start, current.index, note, frozenset(skipped), tuple(moved))


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


def restart(profile: Profile, stopped_on: date, restarted_on: date, inspected: Iterable[date]) -> Event | Due | None:
    """Judge a lift that stood still: over a year it is inspected before it runs again.

    Args:
        stopped_on: first day of 停用.
        restarted_on: first day in use again.
        inspected: days of the passed inspections of a type in COUNTED.

    Returns:
        The event that the inspection is, for next_due(); what is owed where there was none; None where it does not
        matter.

    Source: TSG T7001-2023.
    """
    if RESTART not in profile.month_follows or restarted_on <= add_years(stopped_on, 1):
        return None
    since_when = max(stopped_on, add_years(restarted_on, -1))  # an older one says nothing of the lift that runs again
    if since := [day for day in inspected if day >= since_when]:
        return RESTART, min(since)
    return Due(restarted_on, "停用一年以上，重新启用前应当检验", profile.clause, profile.rule_id, profile.id)


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
    labelled: date | None = None,
    left: date | None = None,
) -> tuple[Planned, ...]:
    """List every inspection and test, in order: what is owed, then what comes after the last inspection.

    A supervision inspection that restarts the clock is a last inspection too.

    Args:
        origin: day of the passed installation supervision inspection.
        last_inspection: day of the last passed inspection of a type in COUNTED, if any.
        events: see years_in_use().
        years: how many years from the last inspection, at least 1.
        last_test: a test done since fulfils its year.
        estimated: the origin is only the registration date, so that every date is provisional (A3).
        labelled: first day of the lift's inspection pilot; from 15 years the inspected year's test is owed
            from the first anniversary after it on.
        left: first day without the inspection pilot, for a lift that was in it.

    Raises:
        ValueError: years or an event's kind.

    Source: 二（二）3; 附件2 四（二）, readings A1–A8.
    """
    if years < 1:
        raise ValueError(f"years: at least 1, not {years}")
    known = Known(origin, last_inspection, last_test, tuple(events), labelled, left, estimated)
    standing = _standing(profile, known)
    until = standing.running.due(standing.inspected + years)
    owed = itertools.takewhile(lambda duty: duty.due <= until, _owed(profile, known, standing))
    return tuple(Planned(duty.due, *duty.words(estimated), kind=duty.kind) for duty in owed)


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
    labelled: date | None = None,
    left: date | None = None,
) -> dict[str, Due | None]:
    """Give what falls due next; a date in the past is overdue.

    Args:
        today: events after this day have not happened yet.
        The others: see calendar().

    Returns:
        {"inspection": Due, "test": Due or None where the profile asks for no further test}.

    Source: 二（二）3.
    """
    happened = tuple(event for event in events if today is None or event[1] <= today)
    known = Known(origin, last_inspection, last_test, happened, labelled, left, estimated)
    first = _first(profile, _standing(profile, known), known)
    return {
        kind: Due(first[kind].due, *first[kind].words(estimated)) if kind in first else None
        for kind in ("inspection", "test")
    }


def _first(profile: Profile, standing: Standing, known: Known | None = None) -> dict[str, Duty]:
    """Give the first duty of each kind; no test where no more are asked for.

    Args:
        known: leave it out for what the profile alone asks, whichever pilot was left.
    """
    found: dict[str, Duty] = {}
    inspections = 0
    for duty in _owed(profile, known, standing) if known else _duties(profile, standing):
        found.setdefault(duty.kind, duty)
        inspections += duty.kind == "inspection" and duty.index > standing.tested
        if "inspection" in found and ("test" in found or inspections > TESTED_WITHIN):
            break
    return found


def _owed(profile: Profile, known: Known, standing: Standing) -> Iterator[Duty]:
    """Yield the duties without end; after a pilot the national ones begin when it was left, never before.

    What the pilot itself had asked for and was not done stays owed on its day.
    """
    left = known.left
    if left is None or profile.kind != NATIONAL:
        yield from _duties(profile, standing)
        return
    missed = _missed(profile, known, left, standing)
    yield from missed.values()
    begins = None
    first = _first(profile, standing)["inspection"]
    if first.due < left and "inspection" not in missed:
        begins = next(index for index in itertools.count(standing.inspected + 1) if standing.running.asks(index, left))
    yield from (duty for duty in _duties(profile, standing, begins) if duty.due >= left)


def _missed(profile: Profile, known: Known, left: date, standing: Standing) -> dict[str, Duty]:
    """Give what the pilot asked for before the day it was left, and is not done: the first of each kind.

    A kind that the national rules ask for later, or no more at all, is theirs alone.
    """
    found: dict[str, Duty] = {}
    overdue = {kind for kind, duty in _first(profile, standing).items() if duty.due < left}
    for duty in itertools.takewhile(lambda duty: duty.due < left, _duties(pilot(), _standing(pilot(), known))):
        if duty.kind in overdue:
            found.setdefault(duty.kind, duty)
    return found


def _standing(profile: Profile, known: Known) -> Standing:
    """Find where a lift stands.

    With no test on record the year last inspected is tested, too, where it began before the label; otherwise its test
    is owed, if the profile asks for one in an inspected year.
    """
    running = years_in_use(profile, known.origin, known.events)
    last = running.done(known.inspected, profile.early_months["inspection"])
    if known.tested is not None:
        return Standing(running, last, running.done(known.tested, profile.early_months["test"]))
    begun_since = known.labelled is None or running.anniversary(last) > known.labelled
    return Standing(running, last, last - 1 if begun_since else last)


def _duties(profile: Profile, standing: Standing, begins: int | None = None) -> Iterator[Duty]:
    """Yield every duty without end, from the year last inspected, whose test may be owed.

    Args:
        begins: index of the first inspection, where it is not the profile's next.
    """
    running, last = standing.running, standing.inspected
    upcoming, index = next_index(profile, last) if begins is None else begins, last
    while True:
        band = profile.band_at(index)
        test_owed = band.tests and (band.both or index not in (last, upcoming))
        due = running.due(index)
        if index == upcoming:
            upcoming = next_index(profile, index)
            if due.year not in running.skipped:
                yield Duty(profile, index, "inspection", due, running.note)
        if test_owed and index > standing.tested:
            yield Duty(profile, index, "test", due, running.note)
        index += 1


@functools.lru_cache(maxsize=2048)
def _words(profile: Profile, index: int, kind: str, note: str, estimated: bool) -> tuple[str, str, str, str, bool]:
    """Give reason, clause, rule, profile and whether it is provisional."""
    band = profile.band_at(index)
    reason = band.inspection_reason if kind == "inspection" else band.test_reason
    reason += f"（{note}）" if note else ""
    reason += "（起算日按使用登记日期估计）" if estimated else ""
    return reason, profile.clause, profile.rule_id, profile.id, estimated
