"""The one clock: instants are aware UTC, days are Asia/Shanghai."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this instant in UTC, cut to the millisecond that MongoDB keeps."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def today() -> date:
    """Return today's date in Asia/Shanghai."""
    return datetime.now(SHANGHAI).date()


def local(instant: datetime) -> datetime:
    """Return an aware instant as Asia/Shanghai time, for people."""
    return instant.astimezone(SHANGHAI)


def written(moment: date) -> str:
    """Write a day, or the day of an instant, as official papers do: 2026年12月4日, without zeros (GB/T 9704)."""
    day = local(moment) if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月{day.day}日"


def end_of(day: date) -> datetime:
    """Return the last second of a day in Asia/Shanghai, as UTC: by when something due that day must be done."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI).astimezone(UTC)


def iso(instant: datetime) -> str:
    """Return an aware instant as every machine is told it: ISO 8601 to the second, with the offset of Asia/Shanghai."""
    return local(instant).isoformat(timespec="seconds")
