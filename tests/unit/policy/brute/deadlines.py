"""The catalogue of deadlines, counted day by day (A12, A13, A17)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

from tests.unit.policy.brute.days import ONE_DAY, years_later

SHANGHAI = ZoneInfo("Asia/Shanghai")
LIFT_DECIDES = ("test_validity", "onsite_visit", "inspection")
CALENDAR_DAYS_THAT_ROLL = {"publicity": 15}
CALENDAR_DAYS = {"t5002_visit": 15}
WORKING_DAYS = {
    "iot_repair": 3,
    "test_upload": 3,
    "complaint_accept": 7,
    "mediation_inform": 7,
    "report_verify": 15,
    "report_verify_extended": 30,
    "report_inform": 5,
    "hotline_12345": 15,
    "identity_material": 5,
}
MINUTES = {"rescue_arrival": 30, "hazard_report": 24 * 60, "uu_sign": 24 * 60, "repair": 24 * 60}
YEARS = {"record_retention": 4}
FIXED_DAYS = {"annual_summary": (12, 20), "annual_evaluation": (12, 31)}
THE_DAY_ITSELF = ("insurance",)
KINDS = (
    *CALENDAR_DAYS_THAT_ROLL,
    *CALENDAR_DAYS,
    *WORKING_DAYS,
    *MINUTES,
    *YEARS,
    *FIXED_DAYS,
    *THE_DAY_ITSELF,
    "mediation",
)
NEW_COMPLAINT_RULES = date(2026, 4, 15)


def working_days_after(day, count):
    """Walk to the nth working day; the start is not counted, make-up Saturdays are."""
    while count:
        day += ONE_DAY
        if chinese_calendar.is_workday(day):
            count -= 1
    return day


def calendar_days_after(day, count, *, rolls):
    for _ in range(count):
        day += ONE_DAY
    while rolls and not chinese_calendar.is_workday(day):
        day += ONE_DAY
    return day


def local_day(start):
    return start.astimezone(SHANGHAI).date() if isinstance(start, datetime) else start


def _mediation(day):
    """45 working days under decree 20, 60 days under decree 121; the day of acceptance decides."""
    if day < NEW_COMPLAINT_RULES:
        return working_days_after(day, 45)
    return calendar_days_after(day, 60, rolls=True)


def _fixed(day, month_day):
    this_year = date(day.year, *month_day)
    return this_year if day <= this_year else date(day.year + 1, *month_day)


def _day(kind, day):
    if kind in CALENDAR_DAYS_THAT_ROLL:
        return calendar_days_after(day, CALENDAR_DAYS_THAT_ROLL[kind], rolls=True)
    if kind in CALENDAR_DAYS:
        return calendar_days_after(day, CALENDAR_DAYS[kind], rolls=False)
    if kind in WORKING_DAYS:
        return working_days_after(day, WORKING_DAYS[kind])
    if kind in YEARS:
        return years_later(day, YEARS[kind])
    return _fixed(day, FIXED_DAYS[kind]) if kind in FIXED_DAYS else day


def deadline(kind, start):
    """Give the last day, or the moment where minutes and hours count; an error where there is none."""
    if kind in LIFT_DECIDES:
        raise LookupError(kind)
    if kind in MINUTES:
        if not isinstance(start, datetime):
            raise ValueError(kind)
        return start + timedelta(minutes=MINUTES[kind])
    if kind == "mediation":
        return _mediation(local_day(start))
    return _day(kind, local_day(start))
