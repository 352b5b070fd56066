"""Official days off and make-up workdays that the packaged calendar does not know yet, loaded year by year."""

import functools
from collections.abc import Iterable, Mapping
from datetime import date

import mongoengine as me

from backend.foundation import clock
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput
from backend.foundation.workdays import WorkCalendar

KEPT_SECONDS = 60


class OfficialYear(me.Document):
    """The State Council's notice for one year: the days that differ from plain weekdays."""

    meta = {"collection": "official_years", "auto_create_index": False}

    year = me.IntField(primary_key=True)
    days = me.MapField(me.BooleanField())
    source_url = me.StringField()


def calendar() -> WorkCalendar:
    """Return the working calendar with the years that were loaded, read anew at most once a minute."""
    return _calendar(int(clock.now().timestamp()) // KEPT_SECONDS)


@functools.lru_cache(maxsize=1)
def _calendar(_minute: int) -> WorkCalendar:
    years = list(OfficialYear.objects.as_pymongo())
    days = {date.fromisoformat(day): worked for year in years for day, worked in year["days"].items()}
    return WorkCalendar(days, official_years=frozenset(year["_id"] for year in years))


@transactional
def load(rows: Iterable[Mapping[str, str]]) -> list[int]:
    """Store complete notices; a year loaded again is replaced.

    Args:
        rows: `day` (ISO date), `is_workday` (1 or 0), `source_url`: all days of a notice that differ from weekdays.

    Returns:
        The years, in order.

    Raises:
        BadInput: a row cannot be read; names its line; nothing is stored.
    """
    notices: dict[int, OfficialYear] = {}
    for line, row in enumerate(rows, start=2):
        try:
            day, worked = date.fromisoformat(row["day"].strip()), {"1": True, "0": False}[row["is_workday"].strip()]
        except (KeyError, ValueError, AttributeError) as error:
            raise BadInput.of(f"line {line}", f"第 {line} 行：应为 day,is_workday,source_url") from error
        notice = notices.setdefault(day.year, OfficialYear(year=day.year, source_url=row.get("source_url") or None))
        notice.days[day.isoformat()] = worked
    for notice in notices.values():
        notice.save()
    _calendar.cache_clear()
    return sorted(notices)
