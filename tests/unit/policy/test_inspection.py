"""Inspection and testing: bands, anniversaries, events, and the properties every calendar keeps."""

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.policy.dates import add_years, month_end
from backend.policy.inspection import band, calendar, next_due, next_index, years_in_use
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


@pytest.mark.rule("C-00")
def test_a_new_lift_is_inspected_after_3_6_8_10_12_14_years_and_then_yearly():
    assert ages_of(calendar(CQ, ORIGIN, years=18)) == [3, 6, 8, 10, 12, 14, 15, 16, 17, 18]


@pytest.mark.rule("C-00")
def test_years_without_inspection_have_a_test_and_from_15_years_there_are_both():
    assert ages_of(calendar(CQ, ORIGIN, years=17), "test") == [1, 2, 4, 5, 7, 9, 11, 13, 15, 16, 17]


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(("last", "following"), [(2, 5), (4, 6), (5, 7), (7, 9), (13, 15), (14, 15), (20, 21)])
def test_a_lift_that_joins_mid_cycle_is_inspected_as_soon_as_its_band_asks(last, following):
    assert next_index(CQ, last) == following


def test_the_calendar_begins_the_day_after_the_last_inspection():
    planned = calendar(CQ, ORIGIN, date(2016, 5, 31), years=2)
    assert [(one.kind, one.due) for one in planned] == [
        ("test", date(2017, 5, 31)),
        ("inspection", date(2018, 5, 31)),
    ]


def test_an_inspection_much_too_early_counts_for_the_year_before():
    assert years(calendar(CQ, ORIGIN, date(2012, 12, 1), years=5)) == [2015, 2017]


@pytest.mark.rule("C-00")
def test_a_modernised_lift_starts_anew():
    planned = calendar(CQ, ORIGIN, date(2016, 5, 20), [("modernised", date(2018, 3, 2))], years=8)
    assert years(planned) == [2021, 2024, 2026]
    assert planned[0].due == date(2019, 3, 31)
    assert "改造后视同新安装" in planned[0].reason


@pytest.mark.rule("C-00")
@pytest.mark.parametrize("day", [date(2025, 5, 20), date(2027, 8, 1)])
def test_a_major_repair_from_15_years_makes_the_lift_one_of_six_years(day):
    planned = calendar(CQ, ORIGIN, events=[("major-repair", day)], years=11)
    assert [year - day.year for year in years(planned)] == [2, 4, 6, 8, 9, 10, 11]
    assert "重大修理后视同使用6年以上" in planned[0].reason


def test_a_major_repair_one_day_before_15_years_changes_nothing():
    repaired = [("major-repair", date(2025, 5, 19))]
    assert calendar(CQ, ORIGIN, events=repaired) == calendar(CQ, ORIGIN)


def test_a_second_major_repair_counts_from_real_use_not_from_the_virtual_age():
    twice = [("major-repair", date(2026, 6, 1)), ("major-repair", date(2030, 6, 1))]
    assert years_in_use(CQ, ORIGIN, twice).start == date(2030, 6, 1)


def test_after_a_modernisation_a_major_repair_needs_15_years_again():
    both = [("modernised", date(2020, 1, 10)), ("major-repair", date(2030, 1, 10))]
    assert years_in_use(CQ, ORIGIN, both).start == date(2020, 1, 10)


def test_events_up_to_the_origin_are_part_of_it():
    assert years_in_use(CQ, ORIGIN, [("modernised", ORIGIN), ("major-repair", date(2000, 1, 1))]) == years_in_use(
        CQ, ORIGIN
    )


def test_an_event_of_another_kind_is_refused_by_name():
    with pytest.raises(ValueError, match="event: unknown kind 'painted'"):
        years_in_use(CQ, ORIGIN, [("painted", date(2020, 1, 1))])


def test_the_band_follows_the_virtual_age():
    repaired = [("major-repair", date(2026, 1, 1))]
    assert band(CQ, ORIGIN, date(2026, 1, 2), repaired).id == "B"
    assert band(CQ, ORIGIN, date(2035, 1, 1), repaired).id == "C"
    assert band(CQ, ORIGIN, date(2009, 1, 1)).id == "A"


def test_outside_the_pilot_every_year_has_an_inspection_and_no_test():
    planned = calendar(NATIONAL, ORIGIN, years=5)
    assert [one.kind for one in planned] == ["inspection"] * 5
    assert next_due(NATIONAL, ORIGIN)["test"] is None


@pytest.mark.rule("T-12")
def test_the_reason_names_the_band_and_the_clause():
    due = next_due(CQ, ORIGIN, date(2016, 5, 20))["inspection"]
    assert due.reason == "每2年检验1次 · 使用6年以上15年以内"
    assert (due.clause, due.rule_id, due.profile) == ("二（二）3", "C-00", "cq-2020-84")


def test_an_estimated_origin_makes_every_date_provisional():
    assert all(one.provisional for one in calendar(CQ, ORIGIN, estimated=True))
    assert next_due(CQ, ORIGIN, estimated=True)["test"].provisional


def test_what_is_overdue_stays_due():
    due = next_due(CQ, ORIGIN, date(2013, 5, 20), date(2012, 5, 20), (), date(2026, 1, 1))
    assert due["inspection"].due == date(2016, 5, 31)
    assert due["test"].due == date(2014, 5, 31)


def test_from_15_years_an_inspection_does_not_stand_in_for_the_test():
    due = next_due(CQ, ORIGIN, date(2026, 4, 2), date(2025, 5, 2))
    assert due["test"].due == date(2026, 5, 31)
    planned = calendar(CQ, ORIGIN, date(2026, 4, 2), last_test=date(2025, 5, 2), years=1)
    assert [(one.kind, one.due.year) for one in planned] == [("test", 2026), ("inspection", 2027), ("test", 2027)]


@pytest.mark.parametrize("inspected", [date(2026, 5, 30), date(2026, 5, 31), date(2026, 6, 2)])
def test_a_test_still_owed_heads_the_calendar_however_late_the_inspection_was(inspected):
    tested = date(2025, 5, 2)
    assert calendar(CQ, ORIGIN, inspected, last_test=tested)[0].due == date(2026, 5, 31)
    assert next_due(CQ, ORIGIN, inspected, tested)["test"].due == date(2026, 5, 31)


def test_an_event_of_today_has_happened():
    today = [("modernised", date(2020, 1, 1))]
    assert next_due(CQ, ORIGIN, None, None, today, date(2020, 1, 1))["inspection"].due == date(2023, 1, 31)


def test_an_early_test_fulfils_its_year():
    assert next_due(CQ, ORIGIN, None, date(2011, 3, 5))["test"].due == date(2012, 5, 31)


def test_events_after_today_have_not_happened():
    later = [("modernised", date(2030, 1, 1))]
    assert next_due(CQ, ORIGIN, None, None, later, date(2020, 1, 1)) == next_due(CQ, ORIGIN)
    assert next_due(CQ, ORIGIN, None, None, later)["inspection"].due == date(2033, 1, 31)


def test_a_calendar_of_no_years_is_refused():
    with pytest.raises(ValueError, match="years: at least 1"):
        calendar(CQ, ORIGIN, years=0)


@given(origins, ages)
def test_no_inspection_is_skipped_when_the_band_changes(origin, age):
    last = add_years(origin, age)
    done = age
    for year in years(calendar(CQ, origin, last if age else None, years=25)):
        due = year - origin.year
        waited = [k for k in range(done + 1, due) if k - done >= CQ.band_at(k).every_years]
        assert not waited
        done = due


@given(profiles, origins, ages, events)
def test_the_calendar_is_the_same_year_by_year_and_at_once(chosen, origin, age, happened):
    at_once = calendar(chosen, origin, add_years(origin, age), happened, years=12)
    last, tested, walked = add_years(origin, age), None, []
    while len(walked) < len(at_once):
        due = next_due(chosen, origin, last, tested, happened)
        one = min((d for d in due.values() if d), key=lambda d: d.due)
        kind = "inspection" if one is due["inspection"] else "test"
        walked.append((kind, one.due))
        last, tested = (one.due, tested or last) if kind == "inspection" else (last, one.due)
    assert walked == [(one.kind, one.due) for one in at_once]


@given(profiles, origins, ages, st.integers(0, 4000))
def test_an_early_test_never_moves_an_inspection(chosen, origin, age, days):
    last = add_years(origin, age)
    tested = calendar(chosen, origin, last, last_test=last + timedelta(days=days))
    assert years(tested) == years(calendar(chosen, origin, last))


@given(
    origins,
    ages,
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4)), min_size=3, max_size=3),
)
def test_stricter_bands_never_give_a_later_date(origin, age, intervals):
    loose, strict = (
        dataclasses.replace(
            CQ,
            bands=tuple(
                dataclasses.replace(one, every_years=every) for one, every in zip(CQ.bands, choice, strict=True)
            ),
        )
        for choice in ([n + m for n, m in intervals], [n for n, _ in intervals])
    )
    last = add_years(origin, age)
    assert next_due(strict, origin, last)["inspection"].due <= next_due(loose, origin, last)["inspection"].due


@given(profiles, origins, ages, events)
def test_next_due_is_the_head_of_the_calendar(chosen, origin, age, happened):
    last = add_years(origin, age) if age else None
    planned = calendar(chosen, origin, last, happened, years=30)
    due = next_due(chosen, origin, last, None, happened)
    for kind in ("inspection", "test"):
        first = next((one.due for one in planned if one.kind == kind), None)
        assert (due[kind].due if due[kind] else None) == first
        assert first is None or first == month_end(first)


@pytest.mark.rule("C-00")
def test_a_lift_of_15_years_that_was_never_tested_owes_the_inspected_years_test():
    planned = calendar(CQ, date(2008, 5, 20), date(2026, 5, 10), years=1)
    assert [(one.kind, one.due) for one in planned] == [
        ("test", date(2026, 5, 31)),
        ("inspection", date(2027, 5, 31)),
        ("test", date(2027, 5, 31)),
    ]


@pytest.mark.parametrize(("age", "owed"), [(14, 15), (15, 15), (16, 16)])
def test_below_15_years_an_inspection_stands_in_for_the_years_test(age, owed):
    inspected = add_years(ORIGIN, age)
    assert next_due(CQ, ORIGIN, inspected)["test"].due == month_end(add_years(ORIGIN, owed))


@pytest.mark.parametrize(
    ("labelled", "owed"),
    [(date(2026, 5, 19), 2026), (date(2026, 5, 20), 2027), (date(2026, 5, 21), 2027), (date(2025, 6, 1), 2026)],
)
def test_the_test_of_a_year_begun_before_the_label_is_not_owed(labelled, owed):
    due = next_due(CQ, date(2008, 5, 20), date(2026, 5, 10), labelled=labelled)
    assert due["test"].due == date(owed, 5, 31)


def test_a_test_known_to_be_missing_stays_owed_whenever_the_lift_was_labelled():
    due = next_due(CQ, date(2008, 5, 20), date(2026, 5, 10), date(2025, 5, 2), labelled=date(2026, 5, 21))
    assert due["test"].due == date(2026, 5, 31)


def test_the_15th_year_is_explained_as_one_of_the_years_within_15():
    due = next_due(TSG, ORIGIN, date(2023, 5, 2))["inspection"]
    assert due.due == date(2025, 5, 31)
    assert due.reason.startswith("第1、4、7、9、11、13、15年检验")
    assert next_due(TSG, ORIGIN, date(2025, 5, 2))["inspection"].reason == "每1年检验1次 · 监督检验后超过15年"
