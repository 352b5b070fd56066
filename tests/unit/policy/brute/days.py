"""Days, months and facts that may be missing."""

import calendar
from datetime import date, datetime, timedelta

ONE_DAY = timedelta(days=1)
NOT_A_DAY = "not a day"


def month_end(year, month):
    return date(year, month, calendar.monthrange(year, month)[1])


def months_later(day, months):
    """Move by months, one at a time; a day that the last month lacks is its end (A18)."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    return min(date(year, month, min(day.day, 28)) + timedelta(days=day.day - min(day.day, 28)), month_end(year, month))


def years_later(day, years):
    return months_later(day, 12 * years)


def known_day(value):
    """Give a fact as a day: None where it is missing, NOT_A_DAY where it is something else."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return NOT_A_DAY
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return NOT_A_DAY


def conjunction(parts):
    """One part known false decides, even where another is unknown; else an unknown part leaves it open."""
    verdict = "met"
    for part in parts:
        if part is False:
            return "unmet"
        if part is None:
            verdict = "unknown"
    return verdict
