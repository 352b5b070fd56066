"""The worked examples that the calendars, intervals and deadlines must reproduce."""

from datetime import date

import pytest

from backend.foundation.workdays import WorkCalendar
from backend.policy.deadlines import confirmable_from, deadline
from backend.policy.inspection import band
from backend.policy.profiles import profile
from backend.policy.visits import interval, next_visit

CQ = profile("cq-2020-84")
CALENDAR = WorkCalendar()


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("origin", "today", "expected"),
    [
        (date(2010, 5, 20), date(2016, 5, 19), "A"),
        (date(2010, 5, 20), date(2016, 5, 20), "B"),
        (date(2005, 3, 10), date(2020, 3, 9), "B"),
        (date(2005, 3, 10), date(2020, 3, 10), "C"),
    ],
)
def test_the_stricter_band_begins_on_the_anniversary(origin, today, expected):
    assert band(CQ, origin, today).id == expected


@pytest.mark.parametrize(
    ("basis", "last_visit", "expected"),
    [
        pytest.param({"iot": True}, date(2021, 11, 30), date(2022, 2, 28), marks=pytest.mark.rule("M-20")),
        pytest.param({"contract": "full"}, date(2021, 12, 31), date(2022, 2, 28), marks=pytest.mark.rule("M-21")),
        pytest.param({"contract": "other"}, date(2021, 1, 31), date(2021, 2, 28), marks=pytest.mark.rule("M-22")),
    ],
)
def test_the_next_visit_clamps_to_the_end_of_a_short_month(basis, last_visit, expected):
    assert next_visit(interval(CQ, labelled=True, **basis), last_visit).due == expected


@pytest.mark.rule("T-10")
@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        (date(2021, 9, 30), date(2021, 10, 11)),
        (date(2026, 9, 28), date(2026, 10, 8)),
        (date(2026, 9, 30), date(2026, 10, 10)),
        (date(2026, 2, 13), date(2026, 2, 25)),
        (date(2026, 4, 30), date(2026, 5, 8)),
    ],
)
def test_three_working_days_pass_over_holidays_and_count_make_up_saturdays(finished, expected):
    due = deadline("test_upload", finished, CALENDAR)
    assert (due.due, due.provisional) == (expected, False)


@pytest.mark.rule("M-16")
def test_a_publicity_that_would_end_on_a_saturday_ends_on_monday():
    due = deadline("publicity", date(2020, 10, 9), CALENDAR)
    assert due.due == date(2020, 10, 26)
    assert confirmable_from(due) == date(2020, 10, 27)
