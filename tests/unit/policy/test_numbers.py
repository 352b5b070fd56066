"""The numbers and days of the regulation and of the national rules, each held by what follows from it."""

import dataclasses
from datetime import date, timedelta

import pytest

import config
from backend.foundation.workdays import WorkCalendar
from backend.policy.authority import authority_for
from backend.policy.dates import add_months, month_end
from backend.policy.eligibility import check
from backend.policy.exits import findings
from backend.policy.inspection import band, calendar, next_due
from backend.policy.profiles import Labels, MajorRepair, governing, national, phases, pilot, profile, profiles, window
from backend.policy.visits import interval

CQ, OLD, NEW = profile("cq-2020-84"), profile("national-2009"), profile("tsg-2023")
DAY = timedelta(days=1)


@pytest.mark.rule("G-04")
@pytest.mark.parametrize(
    ("programme", "label", "first", "last", "clause"),
    [
        ("maintenance", "维保试点", date(2020, 9, 23), date(2022, 12, 31), "附件1 一"),  # 自发文之日起至 2022年 12月
        ("inspection", "检验检测试点", date(2021, 9, 1), date(2022, 12, 31), "附件2 一"),  # 2021年 9月至 2022年 12月
    ],
)
def test_a_programme_runs_from_its_first_day_to_its_last(programme, label, first, last, clause):
    found = window(programme)
    assert (found.name, found.clause, found.rule_id) == (label, clause, "G-04")
    assert [found.holds(day) for day in (first - DAY, first, last, last + DAY)] == [False, True, True, False]
    assert found.holds(last + DAY, extended=last + DAY)
    assert not found.holds(last + DAY + DAY, extended=last + DAY)
    assert found.holds(last, extended=first)


@pytest.mark.parametrize(
    ("programme", "name", "first", "last", "place"),
    [
        pytest.param(*row[:4], row[4:], marks=pytest.mark.rule(row[-1]))
        for row in (
            ("maintenance", "准备", date(2020, 9, 1), date(2020, 10, 31), "附件1 五（一）", "G-05"),
            ("maintenance", "实施", date(2020, 10, 1), date(2022, 10, 31), "附件1 五（二）", "G-05"),
            ("maintenance", "总结", date(2022, 11, 1), date(2022, 12, 31), "附件1 五（三）", "G-05"),
            ("inspection", "准备", date(2021, 9, 1), date(2021, 10, 31), "附件2 五（一）", "G-06"),
            ("inspection", "实施", date(2021, 10, 1), date(2022, 10, 31), "附件2 五（二）", "G-06"),
            ("inspection", "总结", date(2022, 11, 1), date(2022, 12, 31), "附件2 五（三）", "G-06"),
        )
    ],
)
def test_a_phase_runs_from_its_first_day_to_its_last(programme, name, first, last, place):
    def on(day):
        return [one for one in phases(programme, day) if one.name == name]

    assert [bool(on(day)) for day in (first - DAY, first, last, last + DAY)] == [False, True, True, False]
    assert [(one.clause, one.rule_id) for one in on(first)] == [place]


@pytest.mark.parametrize(
    ("found", "kind", "first", "last", "place"),
    [
        (CQ, "pilot", date(2020, 9, 23), date(2022, 12, 31), ("二（二）3", "C-00")),
        (OLD, "national", date(2010, 4, 1), date(2023, 4, 1), ("TSG T7001-2009", "TSG-T7001-2009")),
        (NEW, "national", date(2023, 4, 2), None, ("TSG T7001-2023", "TSG-T7001-2023")),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_a_profile_holds_for_its_time_and_names_its_place(found, kind, first, last, place):
    assert (found.kind, found.valid_from, found.valid_to) == (kind, first, last)
    assert (found.clause, found.rule_id) == place
    assert found.title
    assert found.document


def test_the_pilots_profile_comes_first_and_the_national_ones_by_age():
    assert list(profiles()) == ["cq-2020-84", "national-2009", "tsg-2023"]
    assert pilot() is CQ
    assert national() == (OLD, NEW)


def test_profiles_are_ordered_by_what_they_are_and_not_by_the_names_of_their_files(monkeypatch):
    backwards = list(reversed(config.names("policies")))
    monkeypatch.setattr(config, "names", lambda _folder: backwards)
    assert list(profiles.__wrapped__()) == ["cq-2020-84", "national-2009", "tsg-2023"]


def test_a_profile_that_says_nothing_of_major_repairs_knows_none():
    assert OLD.major_repair == MajorRepair(None, 0, False)


def test_the_national_rules_follow_each_other_day_by_day():
    assert governing(Labels(), date(2023, 4, 1)).profile is OLD
    assert governing(Labels(), date(2023, 4, 2)).profile is NEW


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(
    ("age", "name"), [(0, "A"), (5, "A"), (6, "B"), (14, "B"), (15, "C"), (16, "C"), (40, "C")]
)  # 6年以内 · 6 年以上、15年以内 · 15 年及以上
def test_the_bands_begin_with_6_and_with_15_years(age, name):
    assert CQ.band_at(age).id == name
    assert band(CQ, date(2000, 5, 20), date(2000 + age, 5, 20)).id == name


@pytest.mark.rule("C-00")
@pytest.mark.parametrize(("name", "every", "both"), [("A", 3, False), ("B", 2, False), ("C", 1, True)])
def test_a_band_is_inspected_every_3_2_or_1_years(name, every, both):
    found = next(one for one in CQ.bands if one.id == name)
    assert (found.every_years, found.both) == (every, both)
    assert found.inspection_reason.startswith(f"每{every}年检验1次")
    assert "检测1次" in found.test_reason


def test_under_the_old_national_rules_one_band_is_inspected_each_year_and_never_tested():
    (only,) = OLD.bands
    assert (only.from_years, only.every_years, only.both, OLD.tests) == (0, 1, False, False)
    assert only.inspection_reason.startswith("每1年检验1次")
    assert OLD.fixed_years == ()


def test_under_the_2023_rules_no_band_waits_longer_than_a_year_beyond_the_years_they_name():
    assert {one.every_years for one in NEW.bands} == {1}
    assert (NEW.tests, CQ.tests) == (True, True)


@pytest.mark.parametrize("chosen", [CQ, OLD, NEW], ids=lambda one: one.id)
def test_an_inspection_up_to_two_months_early_leaves_the_later_dates_where_they_are(chosen):
    origin = date(2010, 5, 20)
    first = next_due(chosen, origin)["inspection"].due
    on_time = next_due(chosen, origin, first)["inspection"].due

    def following(months):
        return next_due(chosen, origin, add_months(first, -months))["inspection"].due

    assert [following(months) for months in (1, 2)] == [on_time, on_time]
    assert following(3) < on_time


@pytest.mark.rule("C-00")
@pytest.mark.parametrize("age", [14, 15, 16])
def test_a_major_repair_counts_from_exactly_15_years_and_makes_the_lift_six_years_old(age):
    day = date(2000 + age, 5, 20)
    found = band(CQ, date(2000, 5, 20), day, [("major-repair", day)])
    assert found.id == "B"
    after = calendar(CQ, date(2000, 5, 20), events=[("major-repair", day)], years=30)
    expected = [8, 10, 12, 14, 15] if age >= 15 else [3, 6, 8, 10, 12]
    started = day.year - 6 if age >= 15 else 2000
    assert [one.due.year - started for one in after if one.kind == "inspection"][:5] == expected


def test_before_15_years_only_the_2023_rules_let_a_major_repair_stand_in_for_its_year():
    origin, repaired = date(2015, 5, 20), [("major-repair", date(2022, 3, 1))]
    for chosen, skips in ((CQ, False), (OLD, False), (NEW, True)):
        due = [one.due for one in calendar(chosen, origin, events=repaired) if one.kind == "inspection"]
        without = [one.due for one in calendar(chosen, origin) if one.kind == "inspection"]
        # Where it stands in for its year, what falls due after it does so in its month.
        expected = [month_end(day.replace(month=3, day=1)) if skips and day.year > 2022 else day for day in without]
        assert due == [day for day in expected if not skips or day.year != 2022]
        assert (len(due) < len(without)) is skips


def test_only_the_old_national_rules_know_no_test():
    assert [bool(next_due(one, date(2010, 5, 20))["test"]) for one in (CQ, OLD, NEW)] == [True, False, True]


def test_the_2023_rules_name_seven_years_and_no_test_from_the_fifteenth_on():
    planned = calendar(NEW, date(2000, 5, 20), years=18)
    inspected = [one.due.year - 2000 for one in planned if one.kind == "inspection"]
    tested = [one.due.year - 2000 for one in planned if one.kind == "test"]
    assert inspected == [1, 4, 7, 9, 11, 13, 15, 16, 17, 18]
    assert tested == [2, 3, 5, 6, 8, 10, 12, 14]
    assert {one.due for one in planned} == {month_end(one.due) for one in planned}


@pytest.mark.parametrize(
    ("basis", "months", "rule_id"),
    [
        pytest.param({"iot": True}, 3, "M-20", marks=pytest.mark.rule("M-20")),
        pytest.param({"contract": "full"}, 2, "M-21", marks=pytest.mark.rule("M-21")),
        pytest.param({"contract": "other"}, 1, "M-22", marks=pytest.mark.rule("M-22")),
    ],
)
def test_someone_comes_every_3_2_or_1_months(basis, months, rule_id):
    found = interval(CQ, True, **basis)
    assert (found.months, found.days, found.rule_id, found.clause) == (months, 0, rule_id, "三（一）2")
    assert f"最长不超过{months}个月" in found.reason


@pytest.mark.rule("M-15")
@pytest.mark.parametrize(("lifts", "municipal"), [(999, False), (1000, True)])
def test_the_municipal_bureau_takes_over_at_1000_lifts(lifts, municipal):  # 1000台以上（含 1000台）
    found = authority_for("maintenance", [lifts], ["500103"], date(2021, 3, 1))
    assert found.bureaus == (("CQ",) if municipal else ("500103",))
    assert (found.clause, found.rule_id) == ("附件1 四（一）3", "M-15")


@pytest.mark.rule("M-01", "T-01")
@pytest.mark.parametrize("programme", ["maintenance", "inspection"])
def test_an_accident_counts_for_three_years(programme):  # 近三年
    def verdict(accident):
        facts = {"units": [{"id": "u", "role": "using", "accidents": [accident]}]}
        found = check(programme, facts, date(2021, 10, 15)).findings
        (one,) = [one for one in found if one.rule_id == {"maintenance": "M-01", "inspection": "T-01"}[programme]]
        return one.verdict

    assert verdict(date(2018, 10, 14)) == "met"
    assert verdict(date(2018, 10, 15)) == "unmet"


@pytest.mark.rule("T-02", "T-03")
@pytest.mark.parametrize(("role", "rule_id"), [("using", "T-02"), ("maintenance", "T-03")])
def test_a_unit_needs_twelve_months_in_the_maintenance_pilot(role, rule_id):  # 满一年
    def verdict(since):
        unit = {"id": "u", "role": role, "pilot_since": since}
        facts = {"units": [unit | dict.fromkeys(("still_labelled", "quality_improved", "satisfaction_improved"), True)]}
        found = check("inspection", facts, date(2021, 10, 15)).findings
        return next(one.verdict for one in found if one.rule_id == rule_id)

    assert verdict(date(2020, 10, 15)) == "met"
    assert verdict(date(2020, 10, 16)) == "unmet"


def looks(**lift):
    found = findings("inspection", {"lifts": [{"id": "1", **lift}]}, date(2021, 12, 1), WorkCalendar())
    return [one.reason for one in found]


@pytest.mark.rule("M-X10", "T-X8")
@pytest.mark.parametrize(
    ("before", "now", "raised"),
    [
        (0, 1, False),
        (0, 2, True),
        (2, 3, False),
        (2, 4, True),
        (4, 6, True),
        (5, 7, False),
        (6, 9, True),
        (6, 8, False),
    ],
)
def test_faults_are_raised_at_half_as_many_again_and_two_more(before, now, raised):
    days = [date(2020, 11, 1)] * before + [date(2021, 11, 1)] * now
    reasons = looks(faults=[{"on": day, "cause": "equipment"} for day in days])
    assert reasons == ([f"近12个月故障{now}次，前一年度{before}次，疑似明显高于前一年度"] if raised else [])


@pytest.mark.rule("M-X10", "T-X8")
@pytest.mark.parametrize(
    ("in_90_days", "before_that", "raised"),
    [(2, 0, False), (3, 0, True), (0, 4, False), (0, 5, True), (2, 2, False), (2, 3, True)],
)
def test_complaints_are_raised_at_three_in_90_days_and_at_five_in_twelve_months(in_90_days, before_that, raised):
    days = [date(2021, 11, 1)] * in_90_days + [date(2021, 3, 1)] * before_that
    reasons = looks(complaints=[{"on": day, "verified": True} for day in days])
    counted = f"近90天{in_90_days}件，近12个月{in_90_days + before_that}件"
    assert reasons == ([f"疑似频繁受到投诉举报：{counted}"] if raised else [])


def test_a_profile_is_itself_and_nothing_else():
    assert dataclasses.replace(CQ) != CQ
