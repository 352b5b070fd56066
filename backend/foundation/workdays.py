"""Working days in China: the published calendar, newer notices, else Mon–Fri less the holidays by law, provisional."""

import functools
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from types import MappingProxyType

import chinese_calendar
import holidays

SATURDAY = 5


@functools.lru_cache(maxsize=4096)
def _published(d: date) -> bool | None:
    """Tell whether people work on a day, None where the package does not know its year yet."""
    try:
        return chinese_calendar.is_workday(d)
    except NotImplementedError:
        return None


@functools.cache
def _by_law(year: int) -> frozenset[date]:
    """Give the holidays that the law fixes, by sun and by moon; days made up for and shifted need the yearly notice."""
    return frozenset(holidays.China(years=year, observed=False))


class WorkCalendar:
    """Answers which days are worked, and whether that is official yet."""

    def __init__(
        self,
        overrides: Mapping[date, bool] = MappingProxyType({}),
        *,
        official_years: Collection[int] = frozenset(),
    ):
        """Take what is known beyond the package.

        Args:
            overrides: {day: is it worked}; they win over everything else.
            official_years: years of which a notice is among the overrides: what it does not name is a plain weekday,
                and only a holiday by law that it leaves out is provisional.
        """
        self._overrides = overrides
        self._official_years = official_years

    def is_workday(self, d: date) -> bool:
        """Tell whether people work on that day, make-up Saturdays included."""
        if d in self._overrides:
            return self._overrides[d]
        published = _published(d)
        return d.weekday() < SATURDAY and d not in _by_law(d.year) if published is None else published

    def is_provisional(self, d: date) -> bool:
        """Tell whether no official calendar covers the day yet."""
        if d in self._overrides or _published(d) is not None:
            return False
        return d.year not in self._official_years or (d.weekday() < SATURDAY and d in _by_law(d.year))

    def add(self, d: date, n: int) -> tuple[date, bool]:
        """Give the nth working day after a day, which itself is not counted.

        Args:
            d: local date.
            n: working days, at least 0; 0 gives the day itself.

        Returns:
            The day, and whether a day on the way to it was provisional.

        Raises:
            ValueError: n is negative.
        """
        if n < 0:
            raise ValueError(f"n: at least 0 working days, not {n}")
        provisional = False
        while n:
            d += timedelta(days=1)
            provisional = provisional or self.is_provisional(d)
            n -= self.is_workday(d)
        return d, provisional
