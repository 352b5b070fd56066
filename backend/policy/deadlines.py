"""The deadline engine: calendar days, working days, clock hours, months and fixed days over one catalogue."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import config
from backend.policy.dates import SHANGHAI, add_years, local_date
from backend.policy.due import Due
from backend.policy.profiles import backwards, pilot
from backend.policy.rules import carries, register
from config import About, ConfigError, Files, references

CATALOGUE = "policies/deadlines"


class WorkingDays(Protocol):
    """The working days of China, as far as they are known."""

    def is_workday(self, d: date) -> bool:
        """Tell whether people work on that day, make-up Saturdays included."""

    def is_provisional(self, d: date) -> bool:
        """Tell whether the official calendar of that day is still missing."""

    def add(self, d: date, n: int) -> tuple[date, bool]:
        """Give the nth working day after a day, and whether that is provisional."""


def catalogue() -> tuple[Mapping[str, Any], ...]:
    """Give every entry of the catalogue: kind, length, unit, reason, clause, rule_id, on_miss, validity."""
    return tuple(config.load(CATALOGUE)["deadline"])


@carries("T-10", when="test_upload")
@carries("T-11", when="hazard_report")
@carries("P-12", when="annual_summary")
def deadline(kind: str, start: date | datetime, calendar: WorkingDays) -> Due:
    """Compute a deadline of the catalogue.

    Args:
        kind: a key such as publicity, test_upload, hazard_report, mediation.
        start: what starts the clock; a local date, or a datetime with zone (needed for hours and minutes).
        calendar: the working days.

    Raises:
        LookupError: no such kind, none valid on that day, or one that depends on the lift.
        ValueError: the start lacks its time or its zone.

    Source: 附件1 四（一）3, 四（三）1(2), 四（六）; 附件2 四（一）3, 四（二）, readings A12, A13, A17.
    """
    day = local_date(start)
    rule = _rule(kind, day)
    due, provisional = UNITS[rule["unit"]](rule, start, day, calendar)
    profile = pilot().id if rule["rule_id"] in register() else "national"
    return Due(due, rule["reason"], rule["clause"], rule["rule_id"], profile, provisional)


def confirmable_from(publicity: Due) -> date:
    """Give the first day on which a publicised unit may be confirmed: after the last day (reading A12)."""
    return publicity.date + timedelta(days=1)


def _rule(kind: str, day: date) -> Mapping[str, Any]:
    """Pick the entry of a kind that is valid on a day."""
    entries = [rule for rule in catalogue() if rule["kind"] == kind]
    if not entries:
        raise LookupError(f"kind: unknown {kind!r}")
    if "computed_by" in entries[0]:
        raise LookupError(f"kind: {kind} depends on the lift, ask {entries[0]['computed_by']}")
    for rule in entries:
        if rule.get("valid_from", date.min) <= day <= rule.get("valid_to", date.max):
            return rule
    raise LookupError(f"kind: {kind} had no deadline on {day}")


def _clock(rule: Mapping[str, Any], start: date | datetime, _day: date, _calendar: WorkingDays) -> tuple:
    if not isinstance(start, datetime):
        raise ValueError(f"start: {rule['kind']} counts {rule['unit']}, so it needs a time with its zone")
    return start.astimezone(SHANGHAI) + timedelta(**{rule["unit"]: rule["length"]}), False


def _calendar_days(rule: Mapping[str, Any], _start: object, day: date, calendar: WorkingDays) -> tuple:
    due = day + timedelta(days=rule["length"])
    if not rule.get("rolls"):
        return due, False
    provisional = calendar.is_provisional(due)
    if not calendar.is_workday(due):
        due, later = calendar.add(due, 1)
        provisional = provisional or later
    return due, provisional


def _working_days(rule: Mapping[str, Any], _start: object, day: date, calendar: WorkingDays) -> tuple:
    return calendar.add(day, rule["length"])


def _years(rule: Mapping[str, Any], _start: object, day: date, _calendar: WorkingDays) -> tuple:
    return add_years(day, rule["length"]), False


def _yearly(rule: Mapping[str, Any], _start: object, day: date, _calendar: WorkingDays) -> tuple:
    due = date(day.year, *rule["month_day"])
    return due if day <= due else add_years(due, 1), False


def _start_itself(_rule: object, _start: object, day: date, _calendar: WorkingDays) -> tuple:
    return day, False


UNITS: Mapping[str, Callable[..., tuple[date | datetime, bool]]] = {
    "minutes": _clock,
    "hours": _clock,
    "calendar_days": _calendar_days,
    "working_days": _working_days,
    "years": _years,
    "yearly": _yearly,
    "start": _start_itself,
}


@references
def _catalogue_fits(files: Files) -> Iterator[ConfigError]:
    """Each entry has what its unit needs, and no day of a kind has two entries or none."""
    about = About(files, CATALOGUE)
    yield from backwards(about, "deadline.*")
    for key, rule in about.each("deadline.*"):
        for name in _needed(rule):
            if name not in rule:
                yield about.wrong((*key, name), f"missing, {rule['kind']} needs it")
        if "month_day" in rule and not _is_day(rule["month_day"]):
            yield about.wrong((*key, "month_day"), f"month and day expected, not {rule['month_day']}")
    by_kind = sorted(about.each("deadline.*"), key=lambda found: found[1]["kind"])
    for _, entries in itertools.groupby(by_kind, key=lambda found: found[1]["kind"]):
        yield from _one_at_a_time(about, list(entries))


def _needed(rule: Mapping[str, Any]) -> tuple[str, ...]:
    if "computed_by" in rule:
        return ()
    return ("unit", "reason", *({"yearly": ("month_day",), "start": ()}.get(rule.get("unit", ""), ("length",))))


def _is_day(month_day: list[int]) -> bool:
    try:
        return bool(date(2023, *month_day))  # a year without 29 February: the day must exist in each
    except (TypeError, ValueError):
        return False


def _one_at_a_time(about: About, entries: list[tuple[tuple, Mapping[str, Any]]]) -> Iterator[ConfigError]:
    ordered = sorted(entries, key=lambda found: found[1].get("valid_from", date.min))
    for (_, rule), (key, following) in itertools.pairwise(ordered):
        last, then = rule.get("valid_to"), following.get("valid_from")
        if last is None or then != last + timedelta(days=1):
            expected = f"the day after the entry before it ends ({last or 'never'}) expected, not {then}"
            yield about.wrong((*key, "valid_from"), expected)
