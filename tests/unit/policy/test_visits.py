"""On-site visits: the longest intervals, the T5002 rhythm and its item tables."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.policy.dates import add_months
from backend.policy.profiles import profile
from backend.policy.visits import case_is_barred, interval, item_count, items, next_t5002, next_visit, planned

CQ = profile("cq-2020-84")
CODES = ("HM", "TM", "SM", "OY")


@pytest.mark.rule("M-20")
def test_iot_governs_whatever_the_contract():
    assert interval(CQ, True, iot=True, contract="full").months == 3


@pytest.mark.rule("M-21")
def test_without_iot_a_full_contract_gives_two_months():
    assert (interval(CQ, True, contract="full").months, interval(CQ, True, contract="full").rule_id) == (2, "M-21")


@pytest.mark.rule("M-22")
def test_any_other_contract_gives_one_month():
    assert interval(CQ, True).months == 1


@pytest.mark.rule("M-23")
@pytest.mark.parametrize("governing", [CQ, profile("national-2009"), profile("tsg-2023")])
def test_a_lift_without_label_is_visited_every_fifteen_days(governing):
    found = interval(governing, False, iot=True, contract="full")
    assert (found.months, found.days, found.rule_id, found.profile) == (0, 15, "STATE-549-31", governing.id)


def test_the_pilots_intervals_are_not_those_of_another_profile():
    assert interval(profile("tsg-2023"), True, iot=True).days == 15


def test_an_unknown_contract_is_refused_by_name():
    with pytest.raises(ValueError, match="contract: unknown 'gold'"):
        interval(CQ, True, contract="gold")


@pytest.mark.rule("M-X11")
@pytest.mark.rule("T-X9")
def test_after_an_exit_the_first_visit_is_due_within_fifteen_days():
    due = next_visit(interval(CQ, False), date(2021, 10, 1), since=date(2021, 12, 10))
    assert due.due == date(2021, 12, 25)


def test_a_visit_after_the_exit_counts_from_itself():
    assert next_visit(interval(CQ, False), date(2021, 12, 20), since=date(2021, 12, 10)).due == date(2022, 1, 4)


def test_a_rhythm_that_began_nowhere_has_no_next_visit():
    with pytest.raises(ValueError, match="last_visit: needed"):
        next_visit(interval(CQ, True))


@given(st.dates(date(2020, 9, 23), date(2030, 1, 1)))
def test_a_stricter_basis_never_gives_a_later_visit(last):
    bases = [
        interval(CQ, False),
        interval(CQ, True),
        interval(CQ, True, contract="full"),
        interval(CQ, True, iot=True),
    ]
    dues = [next_visit(basis, last).due for basis in bases]
    assert dues == sorted(dues)


@pytest.mark.rule("M-25")
def test_no_case_for_leaving_the_rhythm_while_the_filed_plan_is_followed():
    assert case_is_barred(labelled=True, follows_plan=True)
    assert not case_is_barred(labelled=True, follows_plan=False)
    assert not case_is_barred(labelled=False, follows_plan=True)


@pytest.mark.rule("M-23")
def test_the_first_visit_of_a_contract_is_a_half_month_one():
    code, due = next_t5002({}, date(2021, 1, 1), "national-2009")
    assert (code, due.due) == ("HM", date(2021, 1, 16))


def test_a_wider_visit_stands_in_for_the_narrower_ones():
    code, due = next_t5002({"OY": date(2021, 6, 1), "HM": date(2021, 5, 1)}, date(2020, 1, 1), "national-2009")
    assert (code, due.due) == ("HM", date(2021, 6, 16))


def test_after_an_exit_the_whole_rhythm_runs_anew():
    before = dict.fromkeys(CODES, date(2021, 1, 1))
    code, due = next_t5002(before, date(2021, 3, 20), "national-2009")
    assert (code, due.due) == ("HM", date(2021, 4, 4))


def test_a_wider_visit_waits_while_the_next_visit_is_still_in_time_for_it():
    recent = {"SM": date(2021, 12, 2), "OY": date(2021, 1, 1)}
    assert next_t5002(recent, date(2020, 1, 1), "national-2009")[0] == "HM"
    assert next_t5002({**recent, "OY": date(2020, 12, 31)}, date(2020, 1, 1), "national-2009")[0] == "OY"


@pytest.mark.parametrize(
    ("code", "months", "due"),
    [("TM", 3, date(2022, 2, 28)), ("SM", 6, date(2022, 5, 30)), ("OY", 12, date(2022, 11, 30))],
)
def test_a_quarter_half_year_and_year_are_counted_in_calendar_months_from_the_last_visit(code, months, due):
    last = {"HM": due, **{wider: due for wider in CODES[1:] if wider != code}, code: date(2021, 11, 30)}
    narrower = {name: day for name, day in last.items() if CODES.index(name) <= CODES.index(code)}
    chosen, found = next_t5002(narrower, date(2021, 11, 30), "tsg-2023")
    assert (chosen, found.due) == (code, due)
    assert found.rule_id == "TSG-T5002-6"
    assert f"{months}个月" in found.reason
    assert "平台约定" in found.reason


@pytest.mark.rule("M-23")
def test_a_fortnightly_visit_rests_on_the_state_councils_regulation():
    _, due = next_t5002({"HM": date(2026, 6, 1)}, date(2026, 6, 1), "tsg-2023")
    assert (due.clause, due.rule_id) == ("特种设备安全监察条例 第三十一条", "STATE-549-31")


def test_a_labelled_lift_under_national_rules_is_not_told_that_it_is_unlabelled():
    assert "未标注" not in interval(profile("tsg-2023"), True).reason
    assert "未标注维保试点" in interval(profile("tsg-2023"), False).reason


@pytest.mark.rule("M-29")
@pytest.mark.parametrize(
    ("basis", "plan", "due", "rule_id"),
    [
        ({"iot": True}, {"months": 1}, date(2026, 5, 1), "M-29"),
        ({"iot": True}, {"months": 3}, date(2026, 7, 1), "M-20"),
        ({"iot": True}, {"days": 20}, date(2026, 4, 21), "M-29"),
        ({"contract": "full"}, {"days": 61}, date(2026, 6, 1), "M-21"),
        ({}, {"days": 30}, date(2026, 5, 1), "M-22"),
    ],
)
def test_due_is_the_earlier_of_plan_and_limit(basis, plan, due, rule_id):
    longest = interval(CQ, True, **basis)
    found = next_visit(longest, date(2026, 4, 1), plan=planned(longest, **plan))
    assert (found.due, found.rule_id) == (due, rule_id)


@pytest.mark.parametrize(("plan", "words"), [({"months": 2}, "每2个月至少1次"), ({"days": 45}, "每45天至少1次")])
def test_a_plan_is_named_in_the_unit_it_was_filed_in(plan, words):
    assert planned(interval(CQ, True, iot=True), **plan).reason == f"按提交的维护保养方案，{words}"


@pytest.mark.rule("M-29")
@pytest.mark.parametrize(
    ("basis", "fits", "too_long"),
    [
        ({"iot": True}, {"months": 3}, {"months": 4}),
        ({"iot": True}, {"days": 92}, {"days": 93}),
        ({"contract": "full"}, {"months": 2}, {"months": 3}),
        ({"contract": "full"}, {"days": 62}, {"days": 63}),
        ({}, {"months": 1}, {"months": 2}),
        ({}, {"days": 31}, {"days": 32}),
        ({}, {"days": 31}, {"months": 12}),
    ],
)
def test_a_plan_above_the_limit_of_its_basis_is_refused_with_the_clause(basis, fits, too_long):
    longest = interval(CQ, True, **basis)
    assert planned(longest, **fits).clause == "附件1 四（二）"
    with pytest.raises(ValueError, match="三（一）2"):
        planned(longest, **too_long)


@given(st.integers(1, 15))
def test_walking_the_rhythm_never_leaves_a_type_overdue(days_used):
    start = today = date(2021, 1, 1)
    last = {}
    for _ in range(60):
        code, due = next_t5002(last, start, "national-2009")
        today = min(today + timedelta(days=days_used), due.due)
        for done in CODES[: CODES.index(code) + 1]:
            before = last.get(done, start)
            latest = {"HM": before + timedelta(days=15), "TM": add_months(before, 3)}
            latest |= {"SM": add_months(before, 6), "OY": add_months(before, 12)}
            assert today <= latest[done]
            last[done] = today


@pytest.mark.parametrize(
    ("annex", "totals"),
    [("A", (31, 44, 59, 76)), ("B", (30, 43, 52, 66)), ("C", (20, 28, 38, 52)), ("D", (33, 38, 50, 63))],
)
def test_the_item_tables_are_cumulative(annex, totals):
    assert tuple(item_count(annex, code) for code in CODES) == totals


@pytest.mark.parametrize("annex", ["A", "D"])
@pytest.mark.parametrize("code", CODES)
def test_the_items_held_are_as_many_as_counted(annex, code):
    held = items(annex, code)
    assert len(held) == len({one.code for one in held}) == item_count(annex, code)
    assert all(one.name for one in held)


def test_an_item_carries_its_code_and_note():
    lock = next(one for one in items("A", "HM") if one.code == "A-1-29")
    assert (lock.name, lock.note) == ("层门锁紧元件啮合长度", "不小于7mm")


def test_items_that_are_not_held_are_refused():
    with pytest.raises(LookupError, match="only the item counts of annex B"):
        items("B", "HM")
    with pytest.raises(LookupError, match="unknown annex 'Z'"):
        items("Z", "HM")
    with pytest.raises(LookupError, match="type 'XX'"):
        item_count("A", "XX")
