"""Inspections and tests by index: what a day fulfils, what falls due when, and what each event changes."""

from datetime import date

import pytest

from backend.policy.inspection import YearsInUse, band, calendar, next_due, next_index, restart, years_in_use
from backend.policy.profiles import profile

CQ, OLD, NEW = profile("cq-2020-84"), profile("national-2009"), profile("tsg-2023")
ORIGIN = date(2010, 5, 20)


def dues(planned, kind="inspection"):
    return [one.due for one in planned if one.kind == kind]


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("start", "index", "asked", "due"),
    [
        (date(2010, 5, 20), 0, 0, date(2010, 5, 31)),
        (date(2010, 5, 20), 0, 3, date(2013, 5, 31)),
        (date(2012, 2, 29), 0, 1, date(2013, 2, 28)),
        (date(2026, 12, 1), 6, 8, date(2028, 12, 31)),
    ],
)
def test_an_index_falls_due_at_the_end_of_its_month(start, index, asked, due):
    assert YearsInUse(start, index).due(asked) == due


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("day", "index"),
    [
        (None, 0),
        (date(2009, 5, 20), 0),
        (date(2010, 5, 20), 0),
        (date(2010, 5, 21), 0),
        (date(2011, 2, 28), 0),
        (date(2011, 3, 1), 1),  # two months early
        (date(2011, 5, 31), 1),
        (date(2012, 2, 29), 1),
        (date(2012, 3, 1), 2),
    ],
)
def test_a_day_fulfils_the_year_whose_month_is_at_most_two_months_away(day, index):
    assert YearsInUse(ORIGIN).done(day, 2) == index
    assert YearsInUse(ORIGIN, 6).done(day, 2) == index + 6


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


def test_under_the_2023_rules_a_major_repair_only_skips_its_year():
    events = [("major-repair", date(2014, 3, 1)), ("major-repair", date(2030, 3, 1))]
    found = years_in_use(NEW, ORIGIN, events)
    assert (found.start, found.index, sorted(found.skipped)) == (ORIGIN, 0, [2014, 2030])
    both = years_in_use(NEW, ORIGIN, [*events, ("modernised", date(2020, 1, 1))])
    assert (both.start, both.note, sorted(both.skipped)) == (date(2020, 1, 1), "改造后视同新安装", [2014, 2030])
    assert 2014 not in [one.year for one in dues(calendar(NEW, ORIGIN, events=events))]
    assert years_in_use(NEW, ORIGIN, [("major-repair", date(2010, 5, 20))]).skipped == frozenset()


def test_under_the_old_national_rules_a_major_repair_changes_nothing():
    assert years_in_use(OLD, ORIGIN, [("major-repair", date(2030, 3, 1))]) == years_in_use(OLD, ORIGIN)


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


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("moved", "index", "due"),
    [
        ([], 10, date(2020, 10, 31)),
        ([date(2020, 6, 15)], 9, date(2019, 10, 31)),
        ([date(2020, 6, 15)], 10, date(2020, 6, 30)),
        ([date(2020, 6, 15)], 11, date(2021, 6, 30)),
        ([date(2020, 11, 15)], 10, date(2020, 10, 31)),  # what fell due before it keeps its month
        ([date(2020, 11, 15)], 11, date(2021, 11, 30)),
        ([date(2020, 6, 15), date(2023, 2, 1)], 12, date(2022, 6, 30)),
        ([date(2020, 6, 15), date(2023, 2, 1)], 13, date(2023, 2, 28)),
        ([date(2020, 6, 15), date(2023, 2, 1)], 14, date(2024, 2, 29)),
    ],
)
def test_an_inspection_that_moves_the_month_moves_what_falls_due_after_it(moved, index, due):
    assert YearsInUse(AUTUMN, moved=tuple(moved)).due(index) == due


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("moved", "day", "index"),
    [
        ([], date(2020, 6, 15), 9),
        ([date(2020, 6, 15)], date(2020, 6, 14), 9),
        ([date(2020, 6, 15)], date(2020, 6, 15), 10),
        ([date(2020, 6, 15)], date(2021, 3, 31), 10),
        ([date(2020, 6, 15)], date(2021, 4, 1), 11),
        ([date(2020, 6, 15), date(2023, 2, 1)], date(2022, 12, 1), 12),
        ([date(2020, 6, 15), date(2023, 2, 1)], date(2023, 2, 1), 13),
        ([date(2020, 6, 15), date(2023, 2, 1)], date(2023, 11, 30), 13),
        ([date(2020, 6, 15), date(2023, 2, 1)], date(2023, 12, 1), 14),
    ],
)
def test_a_day_fulfils_by_the_month_that_then_counted(moved, day, index):
    assert YearsInUse(AUTUMN, moved=tuple(moved)).done(day, 2) == index
    assert YearsInUse(AUTUMN, 6, moved=tuple(moved)).done(day, 2) == index + 6


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
    ("events", "moved", "note"),
    [
        ([], [], ""),
        ([("restart", date(2015, 8, 1))], [date(2015, 8, 1)], "到期月份随2015-08-01的检验"),
        ([("major-repair", date(2015, 8, 1))], [date(2015, 8, 1)], "到期月份随2015-08-01的检验"),
        (
            [("restart", date(2018, 3, 9)), ("major-repair", date(2015, 8, 1))],
            [date(2015, 8, 1), date(2018, 3, 9)],
            "到期月份随2018-03-09的检验",
        ),
        ([("restart", AUTUMN)], [], ""),
        ([("restart", date(2010, 10, 21))], [date(2010, 10, 21)], "到期月份随2010-10-21的检验"),
        ([("restart", date(2015, 8, 1)), ("modernised", date(2016, 1, 1))], [], "改造后视同新安装"),
        (
            [("modernised", date(2016, 1, 1)), ("restart", date(2018, 3, 9))],
            [date(2018, 3, 9)],
            "改造后视同新安装",
        ),
        ([("modernised", date(2016, 1, 1)), ("restart", date(2016, 1, 1))], [], "改造后视同新安装"),
    ],
)
def test_under_the_2023_rules_the_month_follows_a_supervision_inspection_and_one_before_a_restart(events, moved, note):
    found = years_in_use(NEW, AUTUMN, events)
    assert (list(found.moved), found.note) == (moved, note)
    for other in (CQ, OLD):
        assert years_in_use(other, AUTUMN, events).moved == ()


def test_only_a_major_repair_replaces_the_inspection_of_its_year():
    assert years_in_use(NEW, AUTUMN, [("restart", date(2015, 8, 1))]).skipped == frozenset()
    assert years_in_use(NEW, AUTUMN, [("major-repair", date(2015, 8, 1))]).skipped == frozenset({2015})
    assert years_in_use(CQ, AUTUMN, [("restart", date(2026, 8, 1))]) == YearsInUse(AUTUMN)


def test_a_moved_month_is_said_beside_the_reason():
    due = next_due(NEW, AUTUMN, date(2017, 10, 2), None, [("restart", date(2018, 8, 15))])
    assert due["inspection"].reason.endswith("（到期月份随2018-08-15的检验）")
    assert due["test"].reason.endswith("（到期月份随2018-08-15的检验）")


@pytest.mark.parametrize(
    ("stopped", "restarted", "inspected", "found"),
    [
        (date(2023, 3, 1), date(2024, 3, 1), [], None),
        (date(2023, 3, 1), date(2024, 3, 2), [], date(2024, 3, 2)),
        (date(2024, 2, 29), date(2025, 2, 28), [], None),
        (date(2024, 2, 29), date(2025, 3, 1), [], date(2025, 3, 1)),
        (date(2023, 3, 1), date(2025, 1, 1), [date(2023, 2, 28)], date(2025, 1, 1)),
        (date(2023, 3, 1), date(2025, 1, 1), [date(2024, 1, 1)], ("restart", date(2024, 1, 1))),
        (date(2023, 3, 1), date(2025, 1, 1), [date(2023, 12, 31)], date(2025, 1, 1)),
        (date(2024, 6, 1), date(2025, 6, 2), [date(2024, 6, 1)], date(2025, 6, 2)),
        (
            date(2023, 3, 1),
            date(2025, 1, 1),
            [date(2024, 12, 1), date(2022, 1, 1), date(2024, 11, 1)],
            ("restart", date(2024, 11, 1)),
        ),
    ],
)
def test_a_restart_after_more_than_a_year_needs_an_inspection(stopped, restarted, inspected, found):
    seen = restart(NEW, stopped, restarted, iter(inspected))
    if isinstance(found, date):
        assert (seen.due, seen.reason) == (found, "停用一年以上，重新启用前应当检验")
        assert (seen.clause, seen.rule_id, seen.profile) == ("TSG T7001-2023", "TSG-T7001-2023", "tsg-2023")
    else:
        assert seen == found
    assert restart(CQ, stopped, restarted, inspected) is restart(OLD, stopped, restarted, inspected) is None


MAY_2020 = date(2020, 5, 20)


@pytest.mark.rule("T-X9")
@pytest.mark.parametrize(
    ("chosen", "known", "left", "expected"),
    [
        # Inspected in the 3rd and tested in the 5th year: nothing of the pilot is missing, and the national inspection
        # of the 4th year, which would lie before the leaving, is asked for in the first year after it.
        (NEW, (date(2023, 5, 9), date(2025, 5, 9)), date(2025, 9, 1), "i2026N i2027N t2028N i2029N t2030N"),
        (NEW, (date(2023, 5, 9), date(2025, 5, 9)), date(2026, 5, 31), "i2026N i2027N t2028N i2029N t2030N"),
        # The pilot's own inspection of the 6th year was missed: it stays owed as the pilot's.
        (NEW, (date(2023, 5, 9), date(2025, 5, 9)), date(2026, 6, 1), "i2026P i2027N t2028N i2029N t2030N"),
        (NEW, (date(2023, 5, 9), date(2025, 5, 9)), date(2027, 7, 1), "i2026P t2027P t2028N i2029N t2030N"),
        # The test of the 5th year was missed.
        (NEW, (date(2023, 5, 9), date(2024, 5, 9)), date(2025, 9, 1), "t2025P i2026N i2027N t2028N i2029N t2030N"),
        (NEW, (date(2023, 5, 9), date(2024, 5, 9)), date(2026, 6, 1), "t2025P i2026P i2027N t2028N i2029N t2030N"),
        # Left before anything fell due: the national years as they are.
        (
            NEW,
            (date(2023, 5, 9), date(2024, 5, 9)),
            date(2023, 6, 1),
            "i2024N t2025N t2026N i2027N t2028N i2029N t2030N",
        ),
        # Nothing was ever done: the first of each kind stays owed as the pilot's.
        (NEW, (None, None), date(2025, 9, 1), "t2021P i2023P t2026N i2027N t2028N"),
        # The old national rules ask for no test, so none of the pilot's is left.
        (OLD, (date(2023, 5, 9), date(2024, 5, 9)), date(2025, 9, 1), "i2026N i2027N i2028N i2029N i2030N"),
        (OLD, (date(2023, 5, 9), date(2024, 5, 9)), date(2026, 6, 1), "i2026P i2027N i2028N i2029N i2030N"),
    ],
)
def test_after_a_pilot_the_national_duties_begin_with_the_leaving_and_the_missed_ones_stay(
    chosen, known, left, expected
):
    years = 7 if known[0] else 8
    planned = calendar(chosen, MAY_2020, known[0], last_test=known[1], left=left, years=years)
    assert {(one.due.month, one.due.day) for one in planned} == {(5, 31)}
    assert " ".join(f"{one.kind[0]}{one.due.year}{'P' if one.profile == CQ.id else 'N'}" for one in planned) == expected
    assert {one.profile for one in planned} <= {CQ.id, chosen.id}
    found = next_due(chosen, MAY_2020, *known, left=left)
    for kind, one in found.items():
        first = next((each for each in planned if each.kind == kind), None)
        assert (one and (one.due, one.profile, one.reason)) == (first and (first.due, first.profile, first.reason))


def test_leaving_changes_nothing_for_the_pilots_own_profile_nor_where_nobody_left():
    for chosen in (CQ, NEW, OLD):
        known = (chosen, MAY_2020, date(2023, 5, 9), date(2024, 5, 9))
        assert next_due(*known, left=None) == next_due(*known)
    assert next_due(CQ, MAY_2020, left=date(2022, 1, 1)) == next_due(CQ, MAY_2020)
    assert calendar(CQ, MAY_2020, left=date(2022, 1, 1)) == calendar(CQ, MAY_2020)


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


@pytest.mark.parametrize(
    ("chosen", "inspection", "test"), [(CQ, 2, 2), (OLD, 2, 2), (NEW, 2, 1)], ids=lambda one: getattr(one, "id", None)
)
def test_how_many_months_early_an_inspection_and_a_test_count(chosen, inspection, test):
    assert chosen.early_months == {"inspection": inspection, "test": test}
    assert chosen.month_follows == (("major-repair", "restart") if chosen is NEW else ())


@pytest.mark.parametrize(("age", "name"), [(0, "W"), (15, "W"), (16, "X"), (40, "X")])
def test_under_the_2023_rules_the_fifteenth_year_still_lies_within_fifteen(age, name):
    assert NEW.band_at(age).id == name


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("age", "asked", "day"), [(0, 15, date(2025, 10, 20)), (6, 15, date(2019, 10, 20)), (6, 6, AUTUMN)]
)
def test_a_year_begins_so_many_years_after_the_clock_as_it_is_above_the_age_it_began_with(age, asked, day):
    assert YearsInUse(AUTUMN, age).anniversary(asked) == day


@pytest.mark.rule("C-00")
def test_a_repaired_lift_of_15_years_owes_the_test_of_a_year_begun_after_its_label():
    repaired = [("major-repair", date(2027, 5, 20))]  # six years old again, and fifteen in 2036
    known = (CQ, ORIGIN, date(2036, 5, 20), None, repaired)
    assert next_due(*known, labelled=date(2036, 5, 19))["test"].due == date(2036, 5, 31)
    assert next_due(*known, labelled=date(2036, 5, 20))["test"].due == date(2037, 5, 31)
