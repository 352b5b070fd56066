"""What is due after the inspection pilot was left, and months that a later inspection moves."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.policy.dates import add_years
from backend.policy.inspection import calendar, next_due, restart
from backend.policy.profiles import profile

CQ = profile("cq-2020-84")


TSG = profile("tsg-2023")


NATIONAL = profile("national-2009")


ORIGIN = date(2010, 5, 20)


origins = st.dates(date(1990, 1, 1), date(2024, 12, 31))


ages = st.integers(0, 30)


profiles = st.sampled_from([CQ, TSG, NATIONAL])


events = st.lists(
    st.tuples(st.sampled_from(["modernised", "major-repair"]), st.dates(date(1990, 1, 1), date(2040, 1, 1))),
    max_size=4,
)


def years(planned, kind="inspection"):
    return [one.due.year for one in planned if one.kind == kind]


def ages_of(planned, kind="inspection", origin=ORIGIN):
    return [year - origin.year for year in years(planned, kind)]


def test_every_date_is_the_last_day_of_the_anniversary_month():
    planned = calendar(CQ, date(2012, 2, 29), years=4)
    assert [one.due for one in planned] == [
        date(2013, 2, 28),
        date(2014, 2, 28),
        date(2015, 2, 28),
        date(2016, 2, 29),
    ]


@pytest.mark.parametrize("day", [date(2013, 3, 1), date(2013, 5, 20), date(2013, 9, 30)])
def test_an_inspection_two_months_early_or_late_leaves_the_later_dates_alone(day):
    assert years(calendar(CQ, ORIGIN, day, years=5)) == [2016, 2018]


def test_the_2023_rules_name_their_years():
    assert ages_of(calendar(TSG, ORIGIN, years=18)) == [1, 4, 7, 9, 11, 13, 15, 16, 17, 18]
    assert ages_of(calendar(TSG, ORIGIN, years=18), "test") == [2, 3, 5, 6, 8, 10, 12, 14]


def test_under_the_2023_rules_a_major_repair_stands_in_for_that_years_inspection():
    repaired = [("major-repair", date(2019, 3, 1))]
    assert ages_of(calendar(TSG, ORIGIN, events=repaired, years=14)) == [1, 4, 7, 11, 13]
    due = next_due(TSG, ORIGIN, date(2017, 5, 2), None, repaired, date(2020, 1, 1))
    assert due["inspection"].due == date(2021, 3, 31)


@given(profiles, origins, ages, events)
def test_no_year_is_left_without_inspection_or_test(chosen, origin, age, happened):
    happened = [event for event in happened if event[0] == "modernised" or chosen is CQ]
    last = add_years(origin, age) if age else None
    planned = calendar(chosen, origin, last, happened, years=25)
    covered = [one.due.year for one in planned]
    assert set(covered) == set(range(covered[0], covered[-1] + 1))
    assert len(set(covered)) >= 25
    assert covered == sorted(covered)


REPAIRED = [("major-repair", date(2023, 6, 27))]


AUTUMN = date(2010, 10, 19)


@pytest.mark.parametrize(
    ("inspected", "due"),
    [
        (date(2026, 6, 20), date(2027, 6, 30)),
        (date(2026, 4, 1), date(2027, 6, 30)),
        (date(2026, 3, 31), date(2026, 6, 30)),
        (date(2021, 8, 2), date(2025, 6, 30)),
        (date(2021, 7, 31), date(2021, 10, 31)),
    ],
)
def test_under_the_2023_rules_the_month_is_that_of_the_latest_supervision_inspection(inspected, due):
    assert next_due(TSG, AUTUMN, inspected, None, REPAIRED)["inspection"].due == due


def test_the_month_before_a_repair_stays_what_it_was():
    due = next_due(TSG, date(2010, 3, 8), date(2019, 3, 2), date(2020, 3, 2), [("major-repair", date(2023, 11, 5))])
    assert (due["inspection"].due, due["test"].due) == (date(2021, 3, 31), date(2022, 3, 31))


def test_an_inspection_before_a_restart_moves_the_month_and_no_year():
    restarted = [("restart", date(2024, 8, 15))]
    due = next_due(TSG, AUTUMN, date(2024, 8, 15), None, restarted)
    assert (due["inspection"].due, due["test"]) == (date(2025, 8, 31), None)
    assert next_due(TSG, AUTUMN, date(2020, 8, 15), None, [("restart", date(2020, 8, 15))])["test"].due.month == 8


@pytest.mark.parametrize("event", ["major-repair", "restart"])
def test_the_pilots_calendar_keeps_the_month_of_its_clock(event):
    assert next_due(CQ, ORIGIN, date(2018, 5, 2), None, [(event, date(2018, 9, 1))]) == next_due(
        CQ, ORIGIN, date(2018, 5, 2)
    )


def test_under_the_2023_rules_a_test_counts_one_month_early_and_an_inspection_two():
    assert next_due(TSG, ORIGIN, date(2011, 5, 2), date(2012, 4, 1))["test"].due == date(2013, 5, 31)
    assert next_due(TSG, ORIGIN, date(2011, 5, 2), date(2012, 3, 31))["test"].due == date(2012, 5, 31)
    assert next_due(TSG, ORIGIN, date(2014, 3, 1))["inspection"].due == date(2017, 5, 31)
    assert next_due(TSG, ORIGIN, date(2014, 2, 28))["inspection"].due == date(2014, 5, 31)


LEFT = date(2026, 6, 10)


@pytest.mark.rule("T-X9")
def test_the_first_national_duty_is_not_before_the_pilot_was_left():
    origin, inspected, tested = date(2021, 5, 20), date(2024, 5, 10), date(2026, 5, 2)
    due = next_due(TSG, origin, inspected, tested, left=LEFT)
    assert due["inspection"].due == date(2027, 5, 31)
    assert due["test"].due == date(2029, 5, 31)
    assert years(calendar(TSG, origin, inspected, last_test=tested, years=7, left=LEFT)) == [2027, 2028, 2030]


@pytest.mark.parametrize(("left", "due"), [(date(2026, 5, 31), 2026), (date(2026, 6, 1), 2027)])
def test_a_national_duty_on_the_day_the_pilot_was_left_stays(left, due):
    found = next_due(TSG, date(2019, 5, 20), date(2025, 5, 10), date(2024, 5, 2), left=left)
    assert found["inspection"].due == date(due, 5, 31)


def test_what_the_pilot_asked_for_and_was_not_done_stays_owed_after_it():
    due = next_due(TSG, date(2013, 5, 20), date(2022, 5, 10), date(2023, 5, 2), left=LEFT)
    assert due["inspection"].due == date(2024, 5, 31)
    assert due["test"].due == date(2025, 5, 31)
    assert due["inspection"].profile == "cq-2020-84"


def test_leaving_a_pilot_means_nothing_to_the_pilots_own_calendar():
    assert next_due(CQ, ORIGIN, date(2018, 5, 2), left=LEFT) == next_due(CQ, ORIGIN, date(2018, 5, 2))


@pytest.mark.parametrize(
    ("restarted", "inspected", "found"),
    [
        (date(2024, 3, 1), [], None),
        (date(2024, 3, 2), [], date(2024, 3, 2)),
        (date(2024, 3, 2), [date(2023, 2, 28)], date(2024, 3, 2)),
        (date(2024, 3, 2), [date(2024, 2, 20), date(2024, 8, 1)], ("restart", date(2024, 2, 20))),
        (date(2025, 3, 2), [date(2024, 3, 1)], date(2025, 3, 2)),
        (date(2025, 3, 2), [date(2024, 3, 2)], ("restart", date(2024, 3, 2))),
    ],
)
def test_a_lift_that_stood_still_for_over_a_year_is_inspected_before_it_runs_again(restarted, inspected, found):
    seen = restart(TSG, date(2023, 3, 1), restarted, inspected)
    assert (seen.due if isinstance(found, date) else seen) == found
    assert restart(CQ, date(2023, 3, 1), restarted, inspected) is None


@pytest.mark.parametrize(("labelled", "owed"), [(date(2036, 3, 4), 2036), (date(2036, 3, 5), 2037)])
def test_a_repaired_lift_counts_its_label_by_the_years_it_is_treated_as(labelled, owed):
    repaired = [("major-repair", date(2027, 3, 5))]
    due = next_due(CQ, ORIGIN, date(2036, 3, 2), None, repaired, labelled=labelled)
    assert due["test"].due == date(owed, 3, 31)


@pytest.mark.parametrize(("left", "missed"), [(date(2026, 5, 31), False), (date(2026, 6, 1), True)])
def test_a_national_duty_on_the_day_the_pilot_was_left_makes_nothing_of_before_overdue(left, missed):
    due = next_due(TSG, date(2025, 5, 20), left=left)["inspection"]
    assert due.due == (date(2027, 5, 31) if missed else date(2026, 5, 31))
