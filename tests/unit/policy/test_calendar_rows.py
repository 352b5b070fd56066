"""Inspections and tests by index: what a day fulfils, what falls due when, and what each event changes."""

from datetime import date

import pytest

from backend.policy.inspection import YearsInUse, band, calendar, next_due, next_index, years_in_use
from backend.policy.profiles import profile

CQ, OLD, NEW = profile("cq-2020-84"), profile("national-2009"), profile("tsg-2023")
ORIGIN = date(2010, 5, 20)


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("last", "cq", "new"),
    [
        *((0, 3, 1), (1, 4, 4), (3, 6, 4), (4, 6, 7), (5, 7, 7), (6, 8, 7), (7, 9, 9), (12, 14, 13), (13, 15, 15)),
        *((14, 15, 15), (15, 16, 16), (16, 17, 17), (30, 31, 31)),
    ],
)
def test_the_year_after_the_last_is_the_first_its_band_or_its_list_asks_for(last, cq, new):
    assert (next_index(CQ, last), next_index(NEW, last), next_index(OLD, last)) == (cq, new, last + 1)


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("events", "start", "index", "note", "skipped"),
    [
        ([], ORIGIN, 0, "", []),
        ([("modernised", ORIGIN)], ORIGIN, 0, "", []),
        ([("modernised", date(2010, 5, 21))], date(2010, 5, 21), 0, "改造后视同新安装", []),
        (
            [("major-repair", date(2000, 1, 1)), ("modernised", date(2012, 1, 1))],
            date(2012, 1, 1),
            0,
            "改造后视同新安装",
            [],
        ),
        ([("major-repair", date(2025, 5, 19))], ORIGIN, 0, "", []),
        ([("major-repair", date(2025, 5, 20))], date(2025, 5, 20), 6, "重大修理后视同使用6年以上", []),
        (
            [("modernised", date(2030, 1, 1)), ("major-repair", date(2026, 1, 1))],
            date(2030, 1, 1),
            0,
            "改造后视同新安装",
            [],
        ),
        (
            [("modernised", date(2012, 1, 1)), ("major-repair", date(2026, 12, 31))],
            date(2012, 1, 1),
            0,
            "改造后视同新安装",
            [],
        ),
        (
            [("modernised", date(2012, 1, 1)), ("major-repair", date(2027, 1, 1))],
            date(2027, 1, 1),
            6,
            "重大修理后视同使用6年以上",
            [],
        ),
    ],
)
def test_each_event_moves_the_clock_as_the_regulation_says(events, start, index, note, skipped):
    found = years_in_use(CQ, ORIGIN, events)
    assert (found.start, found.index, found.note, sorted(found.skipped)) == (start, index, note, skipped)
    assert years_in_use(CQ, ORIGIN, reversed(events)) == found


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("today", "name"),
    [(date(2010, 5, 20), "A"), (date(2016, 5, 19), "A"), (date(2016, 5, 20), "B"), (date(2025, 5, 20), "C")],
)
def test_a_lift_changes_band_on_its_anniversary(today, name):
    assert band(CQ, ORIGIN, today).id == name


@pytest.mark.rule("C-00")
def test_a_calendar_runs_so_many_years_from_the_last_inspection():
    for years in (1, 2, 3, 9):
        planned = calendar(CQ, ORIGIN, date(2016, 5, 20), years=years)
        assert max(one.due for one in planned) == date(2016 + years, 5, 31)
        assert min(one.due for one in planned) == date(2017, 5, 31)
    assert max(one.due for one in calendar(CQ, ORIGIN)) == date(2030, 5, 31)
    for years in (0, -1):
        with pytest.raises(ValueError, match=f"^years: at least 1, not {years}$"):
            calendar(CQ, ORIGIN, years=years)


@pytest.mark.rule("C-00")
def test_what_a_calendar_says_of_each_date():
    first, second = calendar(CQ, ORIGIN, date(2021, 5, 20), [("modernised", date(2018, 3, 2))], years=2, estimated=True)
    assert (first.kind, first.due) == ("test", date(2022, 3, 31))
    assert (first.clause, first.rule_id, first.profile, first.provisional) == ("二（二）3", "C-00", CQ.id, True)
    assert first.reason == (
        "在不实施检验的年份每年检测1次 · 新安装电梯监督检验后6年以内（改造后视同新安装）（起算日按使用登记日期估计）"
    )
    assert (second.kind, second.due) == ("test", date(2023, 3, 31))


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("last", "tested", "inspection", "test"),
    [
        (None, None, date(2013, 5, 31), date(2011, 5, 31)),
        (date(2013, 5, 20), None, date(2016, 5, 31), date(2014, 5, 31)),
        (date(2013, 5, 20), date(2014, 5, 2), date(2016, 5, 31), date(2015, 5, 31)),
        (date(2013, 5, 20), date(2015, 5, 2), date(2016, 5, 31), date(2017, 5, 31)),
        (date(2024, 5, 20), None, date(2025, 5, 31), date(2025, 5, 31)),
        (date(2025, 5, 20), None, date(2026, 5, 31), date(2025, 5, 31)),  # never tested: the 15th year's is owed
        (date(2026, 5, 20), None, date(2027, 5, 31), date(2026, 5, 31)),
        (date(2025, 5, 20), date(2026, 4, 1), date(2026, 5, 31), date(2027, 5, 31)),
        (date(2026, 5, 20), date(2025, 5, 2), date(2027, 5, 31), date(2026, 5, 31)),
    ],
)
def test_what_falls_due_next(last, tested, inspection, test):
    found = next_due(CQ, ORIGIN, last, tested)
    assert (found["inspection"].due, found["test"].due) == (inspection, test)
    assert not found["inspection"].provisional
    assert next_due(CQ, ORIGIN, last, tested, estimated=True)["inspection"].provisional


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("today", "inspection"),
    [(date(2018, 3, 1), date(2018, 5, 31)), (date(2018, 3, 2), date(2021, 3, 31)), (None, date(2021, 3, 31))],
)
def test_an_event_counts_from_its_day_on(today, inspection):
    found = next_due(CQ, ORIGIN, date(2016, 5, 20), None, [("modernised", date(2018, 3, 2))], today)
    assert found["inspection"].due == inspection


@pytest.mark.parametrize("chosen", [CQ, NEW, OLD], ids=lambda one: one.id)
def test_an_unknown_event_is_refused_with_those_there_are(chosen):
    with pytest.raises(ValueError, match=r"^event: unknown kind 'x', one of modernised, major-repair, restart$"):
        years_in_use(chosen, ORIGIN, [("x", date(2020, 1, 1))])


def test_under_the_2023_rules_each_date_says_whether_it_lies_beyond_the_fifteenth_year():
    for one in calendar(NEW, ORIGIN, years=18):
        age = one.due.year - ORIGIN.year
        before = "第1、4、7、9、11、13、15年检验 · 监督检验后15年以内"
        inspected = before if age <= 15 else "每1年检验1次 · 监督检验后超过15年"
        tested = "在不实施检验的年份自行检测1次 · 监督检验后15年以内"
        assert one.reason == (inspected if one.kind == "inspection" else tested)


def test_from_fifteen_years_the_2023_rules_know_no_further_test():
    assert next_due(NEW, ORIGIN, date(2025, 5, 20))["test"] is None
    assert next_due(NEW, ORIGIN, date(2023, 5, 20))["test"].due == date(2024, 5, 31)
    assert next_due(OLD, ORIGIN, date(2023, 5, 20))["test"] is None


AUTUMN = date(2010, 10, 20)


@pytest.mark.parametrize(
    ("since", "asked"),
    [(date(2020, 10, 31), True), (date(2020, 11, 1), False), (date(2019, 1, 1), True)],
)
def test_an_inspection_can_be_asked_for_from_a_day_on_and_in_a_year_that_was_not_replaced(since, asked):
    assert YearsInUse(AUTUMN).asks(10, since) is asked
    assert not YearsInUse(AUTUMN, skipped=frozenset({2020})).asks(10, since)
    assert YearsInUse(AUTUMN, skipped=frozenset({2019, 2021})).asks(10, since) is asked


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("labelled", "owed"),
    [
        (None, 2026),
        (date(2026, 5, 19), 2026),
        (date(2026, 5, 20), 2027),  # the year that began on the anniversary had begun when it was labelled
        (date(2020, 1, 1), 2026),
        (date(2027, 1, 1), 2027),
    ],
)
def test_from_15_years_the_inspected_years_test_is_owed_unless_the_year_began_before_the_label(labelled, owed):
    known = (CQ, ORIGIN, date(2026, 5, 10))
    assert next_due(*known, labelled=labelled)["test"].due == date(owed, 5, 31)
    first = next(one for one in calendar(*known, labelled=labelled) if one.kind == "test")
    assert first.due == date(owed, 5, 31)
    assert next_due(*known, date(2026, 5, 10), labelled=labelled)["test"].due == date(2027, 5, 31)
    young = next_due(CQ, ORIGIN, date(2024, 5, 10), labelled=labelled)
    assert young["test"].due == date(2025, 5, 31)


@pytest.mark.parametrize(("age", "name"), [(0, "W"), (15, "W"), (16, "X"), (40, "X")])
def test_under_the_2023_rules_the_fifteenth_year_still_lies_within_fifteen(age, name):
    assert NEW.band_at(age).id == name


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("age", "asked", "day"), [(0, 15, date(2025, 10, 20)), (6, 15, date(2019, 10, 20)), (6, 6, AUTUMN)]
)
def test_a_year_begins_so_many_years_after_the_clock_as_it_is_above_the_age_it_began_with(age, asked, day):
    assert YearsInUse(AUTUMN, age).anniversary(asked) == day
