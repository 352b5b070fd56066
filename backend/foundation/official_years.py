"""Official days off and make-up workdays that the packaged calendar does not know yet, merged from yearly notices."""

import functools
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

import mongoengine as me

from backend.foundation import clock
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput
from backend.foundation.reading.rows import BadRow, Table
from backend.foundation.workdays import WorkCalendar

KEPT_SECONDS = 60
COLUMNS = ("day", "is_workday")
DAY_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
WORKED = {"1": True, "是": True, "true": True, "0": False, "否": False, "false": False}
YEARS_AHEAD = 5  # a notice comes two months before its year; a day further away is mistyped
EARLIEST_YEAR = 2000
DECEMBER = 12


class OfficialYear(me.Document):
    """What the State Council's notices say of one year: the days that differ from plain weekdays."""

    meta = {"collection": "official_years", "auto_create_index": False}

    year = me.IntField(primary_key=True)
    days = me.MapField(me.BooleanField())
    source_url = me.StringField()


class NoticeError(BadInput):
    """A notice cannot be read; the message names its line or what is missing."""

    exit_status = 2


@dataclass(frozen=True)
class Loaded:
    """What a notice said of a year that was not known: days that are new, and those that are now the other way."""

    year: int
    new: int
    changed: int


@dataclass(frozen=True)
class Named:
    """A day that a notice names, and the line where it does."""

    day: date
    worked: bool
    source_url: str
    line: int


def calendar() -> WorkCalendar:
    """Return the working calendar with the notices that were loaded, read anew at most once a minute."""
    return _calendar(int(clock.now().timestamp()) // KEPT_SECONDS)


@functools.lru_cache(maxsize=1)
def _calendar(_minute: int) -> WorkCalendar:
    days = {
        date.fromisoformat(day): worked
        for year in OfficialYear.objects.as_pymongo()
        for day, worked in year["days"].items()
    }
    return WorkCalendar(days, official_years=_own_years(days))


def load_table(table: Table) -> list[Loaded]:
    """Merge the notice in an open table into the years it names; see `load`.

    Raises:
        NoticeError: a column is missing, or a row cannot be read; nothing is stored.
    """
    heading = [name.strip().lower() for name in table.heading]
    if missing := [name for name in COLUMNS if name not in heading]:
        raise NoticeError.of("heading", f"缺少列：{'、'.join(missing)}；应为 day,is_workday,source_url")
    rows = []
    for line, cells in table.rows:
        if isinstance(cells, BadRow):
            raise _unreadable(line, cells.reason)
        if any(cell.strip() for cell in cells[len(heading) :]):
            raise _unreadable(line, f"有 {len(cells)} 格，表头只有 {len(heading)} 格")
        rows.append((line, dict(zip(heading, cells, strict=False))))
    return _load(rows)


def load(rows: Iterable[Mapping[str, str]]) -> list[Loaded]:
    """Merge a notice into the years it names: a day that it names is replaced, every other one stays as it was.

    A year's notice names days of the December before it, too, and says nothing else of that year.

    Args:
        rows: `day` (2027-01-01, 2027/1/1, 2027年1月1日), `is_workday` (1 or 0), `source_url`: the days of a notice
            that differ from weekdays, the first under line 2.

    Returns:
        What is new, a year each, in order.

    Raises:
        NoticeError: there is no row, or one cannot be read or says the contrary of another; names its line; nothing
            is stored.

    Source: the yearly 国务院办公厅关于节假日安排的通知 lists days off and 调休上班 days.
    """
    return _load(enumerate(rows, start=2))


@transactional
def _load(rows: Iterable[tuple[int, Mapping[str, str]]]) -> list[Loaded]:
    named: dict[date, Named] = {}
    for line, row in rows:
        one = _read(line, row)
        other = named.setdefault(one.day, one)
        if other.worked != one.worked:
            raise _unreadable(line, f"{one.day} 和第 {other.line} 行说的相反")
    if not named:
        raise NoticeError.of("rows", "文件里没有一天：表头下面应有通知里的放假日和调休上班日")
    loaded = [_merge(year, [one for one in named.values() if one.day.year == year]) for year in _years(named)]
    _calendar.cache_clear()
    return loaded


def _merge(year: int, days: list[Named]) -> Loaded:
    """Put the named days of one year beside those that are known; the year's own notice gives the source."""
    kept = OfficialYear.objects(year=year).first() or OfficialYear(year=year)
    new = [one for one in days if one.day.isoformat() not in kept.days]
    changed = [one for one in days if kept.days.get(one.day.isoformat(), one.worked) != one.worked]
    for one in [*new, *changed]:
        kept.days[one.day.isoformat()] = one.worked
    source = next((one.source_url for one in days if one.source_url), None)
    if source and (not kept.source_url or _own_years(one.day for one in days)):
        kept.source_url = source
    kept.save()
    return Loaded(year, len(new), len(changed))


def _own_years(days: Iterable[date]) -> frozenset[int]:
    """Return the years whose own notice names the days: those of December alone come with the next year's."""
    return frozenset(day.year for day in days if day.month != DECEMBER)


def _years(days: Iterable[date]) -> list[int]:
    return sorted({day.year for day in days})


def _read(line: int, row: Mapping[str, str]) -> Named:
    words = {name: unicodedata.normalize("NFKC", row.get(name) or "").strip() for name in (*COLUMNS, "source_url")}
    day = _day(words["day"])
    if day is None:
        raise _unreadable(line, f"day “{words['day']}”不是日期，应为 2027-01-01 这样")
    if not EARLIEST_YEAR <= day.year <= clock.today().year + YEARS_AHEAD:
        raise _unreadable(line, f"day “{words['day']}”的年份不对")
    worked = WORKED.get(words["is_workday"].lower())
    if worked is None:
        raise _unreadable(line, f"is_workday “{words['is_workday']}”应为 1（上班）或 0（放假）")
    return Named(day, worked, words["source_url"], line)


def _day(text: str) -> date | None:
    for form in DAY_FORMS:
        with suppress(ValueError):
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    return None


def _unreadable(line: int, reason: str) -> NoticeError:
    return NoticeError.of(f"line {line}", f"第 {line} 行：{reason}")
