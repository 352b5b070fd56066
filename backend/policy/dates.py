"""Arithmetic on Asia/Shanghai local dates: months with month-end clamps, anniversaries, ends of months."""

import calendar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_date(moment: date | datetime, name: str = "start") -> date:
    """Give the day a moment falls on in Chongqing.

    Args:
        moment: a plain date, which is local already, or a datetime with its zone.
        name: what to call it in an error.

    Raises:
        ValueError: the datetime has no zone, so that its day is unknown.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{name}: a time needs its zone, e.g. 2021-09-30T10:00+08:00")
    return moment.astimezone(SHANGHAI).date()


def add_months(day: date, months: int) -> date:
    """Move a day by whole months; a day the month does not have becomes its last (01-31 + 1 = 02-28)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if day.day <= 28:
        return date(year, month, day.day)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """Give the anniversary; 02-29 becomes 02-28 in a common year."""
    return add_months(day, 12 * years)


def month_end(day: date) -> date:
    """Give the last day of the day's month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)


def months_between(start: date, end: date) -> int:
    """Count calendar months from one month to another, whatever the days."""
    return (end.year - start.year) * 12 + end.month - start.month


def full_years(start: date, end: date) -> int:
    """Count the anniversaries of start up to and including end; 0 when end comes first."""
    years = end.year - start.year
    return max(years - (add_years(start, years) > end), 0)
