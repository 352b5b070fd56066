"""The calendar after a pilot was left, after a repair and after a standstill."""

from datetime import date

import pytest

from backend.policy.inspection import YearsInUse, calendar, next_due, restart, years_in_use
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


@pytest.mark.parametrize(
    ("chosen", "inspection", "test"), [(CQ, 2, 2), (OLD, 2, 2), (NEW, 2, 1)], ids=lambda one: getattr(one, "id", None)
)
def test_how_many_months_early_an_inspection_and_a_test_count(chosen, inspection, test):
    assert chosen.early_months == {"inspection": inspection, "test": test}
    assert chosen.month_follows == (("major-repair", "restart") if chosen is NEW else ())


@pytest.mark.rule("C-00")
def test_a_repaired_lift_of_15_years_owes_the_test_of_a_year_begun_after_its_label():
    repaired = [("major-repair", date(2027, 5, 20))]  # six years old again, and fifteen in 2036
    known = (CQ, ORIGIN, date(2036, 5, 20), None, repaired)
    assert next_due(*known, labelled=date(2036, 5, 19))["test"].due == date(2036, 5, 31)
    assert next_due(*known, labelled=date(2036, 5, 20))["test"].due == date(2037, 5, 31)
