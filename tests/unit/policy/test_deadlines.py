"""The deadline engine and the working days it stands on."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.foundation.workdays import WorkCalendar
from backend.policy.dates import SHANGHAI
from backend.policy.deadlines import catalogue, deadline
from backend.policy.profiles import profile
from backend.policy.visits import interval

CALENDAR = WorkCalendar()
KINDS = sorted({rule["kind"] for rule in catalogue() if rule.get("unit") == "working_days"})


def due(kind, start, calendar=CALENDAR):
    return deadline(kind, start, calendar).due


@pytest.mark.rule("T-11")
def test_twenty_four_hours_run_through_holidays():
    found = deadline("hazard_report", datetime(2021, 9, 30, 16, 30, tzinfo=UTC), CALENDAR)
    assert found.due == datetime(2021, 10, 2, 0, 30, tzinfo=SHANGHAI)
    assert found.date == date(2021, 10, 2)
    assert found.as_dict()["due"] == "2021-10-02T00:30:00+08:00"


def test_minutes_need_a_time():
    with pytest.raises(ValueError, match="start: rescue_arrival counts minutes"):
        due("rescue_arrival", date(2021, 1, 1))


def test_a_working_day_deadline_starts_the_day_after_the_local_day():
    late_on_the_30th_in_utc = datetime(2021, 9, 29, 17, tzinfo=UTC)
    assert due("test_upload", late_on_the_30th_in_utc) == date(2021, 10, 11)


@pytest.mark.parametrize(
    ("accepted", "expected"), [(date(2026, 4, 14), date(2026, 6, 18)), (date(2026, 4, 15), date(2026, 6, 15))]
)
def test_mediation_changed_from_45_working_days_to_60_days(accepted, expected):
    assert due("mediation", accepted) == expected


@pytest.mark.rule("M-16")
@pytest.mark.rule("T-07")
def test_a_publicity_that_ends_on_a_working_day_stays():
    assert due("publicity", date(2020, 10, 12)) == date(2020, 10, 27)


@pytest.mark.rule("P-12")
@pytest.mark.parametrize(
    ("start", "expected"),
    [(date(2021, 12, 20), date(2021, 12, 20)), (date(2021, 12, 21), date(2022, 12, 20))],
)
def test_the_annual_summary_is_due_on_the_twentieth_of_december(start, expected):
    assert due("annual_summary", start) == expected


def test_years_and_fixed_days():
    assert due("record_retention", date(2020, 2, 29)) == date(2024, 2, 29)
    assert due("insurance", date(2022, 6, 1)) == date(2022, 6, 1)


def test_the_fortnight_is_the_same_in_both_places_and_no_rest_day_moves_it():
    assert due("t5002_visit", date(2021, 1, 1)) == date(2021, 1, 16)
    assert interval(profile("national-2009"), False).after(date(2021, 1, 1)) == date(2021, 1, 16)


def test_what_depends_on_the_lift_is_pointed_to():
    with pytest.raises(LookupError, match="onsite_visit depends on the lift, ask interval"):
        due("onsite_visit", date(2021, 1, 1))
    with pytest.raises(LookupError, match="test_validity depends on the lift, ask calendar"):
        due("test_validity", date(2021, 1, 1))
    with pytest.raises(LookupError, match="kind: unknown 'x'"):
        due("x", date(2021, 1, 1))


def test_every_entry_says_what_happens_on_a_miss_and_where_it_stands():
    assert all(rule["on_miss"] and rule["clause"] and rule["rule_id"] for rule in catalogue())


def test_a_rule_of_the_register_belongs_to_the_pilotsprofile():
    assert deadline("test_upload", date(2021, 1, 1), CALENDAR).profile == "cq-2020-84"
    assert deadline("mediation", date(2021, 1, 1), CALENDAR).profile == "national"


@given(st.sampled_from(KINDS), st.dates(date(2004, 1, 1), date(2032, 1, 1)))
def test_a_working_day_deadline_never_falls_on_a_rest_day(kind, start):
    found = deadline(kind, start, CALENDAR)
    assert CALENDAR.is_workday(found.due)
    assert found.due > start
    assert found.provisional or found.due.year <= 2026


@given(st.dates(date(2004, 1, 1), date(2030, 1, 1)))
def test_a_publicity_lasts_at_least_fifteen_days_and_ends_on_a_working_day(start):
    last = due("publicity", start)
    assert last >= start + timedelta(days=15)
    assert CALENDAR.is_workday(last)


def test_a_publicity_rolled_into_a_year_without_calendar_is_provisional():
    assert deadline("publicity", date(2026, 12, 18), CALENDAR).provisional
    assert not deadline("publicity", date(2026, 11, 2), CALENDAR).provisional


def test_a_year_without_official_data_is_provisional_until_the_notice_is_imported():
    guess = deadline("test_upload", date(2026, 12, 29), CALENDAR)
    assert (guess.due, guess.provisional) == (date(2027, 1, 4), True)
    notice = WorkCalendar({date(2027, 1, 1): False, date(2027, 1, 2): True}, official_years={2027})
    official = deadline("test_upload", date(2026, 12, 29), notice)
    assert (official.due, official.provisional) == (date(2027, 1, 2), False)


def test_an_override_wins_and_is_official_for_its_day():
    calendar = WorkCalendar({date(2026, 11, 23): False, date(2027, 5, 4): False})
    assert not calendar.is_workday(date(2026, 11, 23))
    assert calendar.add(date(2026, 11, 20), 1) == (date(2026, 11, 24), False)
    assert not calendar.is_provisional(date(2027, 5, 4))
    assert calendar.is_provisional(date(2027, 5, 6))


def test_outside_the_known_years_the_fixed_holidays_rest():
    assert not CALENDAR.is_workday(date(2027, 10, 1))
    assert CALENDAR.is_workday(date(2027, 10, 8))


@pytest.mark.parametrize(
    "holiday",
    [
        date(2027, 2, 5),
        date(2027, 2, 8),
        date(2027, 4, 5),
        date(2027, 6, 9),
        date(2027, 9, 15),
        date(2028, 1, 25),
        date(2028, 1, 26),
        date(2028, 1, 28),
        date(2028, 4, 4),
    ],
    ids=str,
)
def test_holidays_by_the_moon_are_no_working_days_before_their_notice(holiday):
    assert holiday.weekday() < 5
    assert not CALENDAR.is_workday(holiday)
    assert CALENDAR.is_provisional(holiday)
    assert CALENDAR.is_workday(date(2027, 2, 9))


def test_no_working_days_is_the_day_itself_and_fewer_are_refused():
    assert CALENDAR.add(date(2026, 10, 1), 0) == (date(2026, 10, 1), False)
    with pytest.raises(ValueError, match="at least 0 working days"):
        CALENDAR.add(date(2026, 10, 1), -1)
