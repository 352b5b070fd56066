"""Visits by each basis, the T5002 rhythm by each type, the item tables by their numbers, and the key checks."""

from datetime import date, timedelta

import pytest

import config
from backend.policy.profiles import profile
from backend.policy.visits import (
    CONTRACTS,
    VISIT_TYPES,
    case_is_barred,
    interval,
    item_count,
    items,
    next_t5002,
    next_visit,
    rhythm,
)

CQ, OLD, NEW = profile("cq-2020-84"), profile("national-2009"), profile("tsg-2023")
DAY = timedelta(days=1)


@pytest.mark.rule("M-20", "M-21", "M-22", "M-23")
@pytest.mark.parametrize(
    ("governing", "labelled", "basis", "length", "rule_id"),
    [
        (CQ, True, (True, "full"), (3, 0), "M-20"),
        (CQ, True, (True, "other"), (3, 0), "M-20"),
        (CQ, True, (False, "full"), (2, 0), "M-21"),
        (CQ, True, (False, "other"), (1, 0), "M-22"),
        (CQ, False, (True, "full"), (0, 15), "STATE-549-31"),
        (CQ, False, (False, "other"), (0, 15), "STATE-549-31"),
        (OLD, False, (True, "full"), (0, 15), "STATE-549-31"),
        (OLD, True, (True, "full"), (0, 15), "STATE-549-31"),
        (NEW, True, (True, "full"), (0, 15), "STATE-549-31"),
    ],
)
def test_each_basis_has_its_interval(governing, labelled, basis, length, rule_id):
    iot, contract = basis
    found = interval(governing, labelled, iot=iot, contract=contract)
    assert ((found.months, found.days), found.rule_id, found.profile) == (length, rule_id, governing.id)
    assert found.clause == ("特种设备安全监察条例 第三十一条" if found.days else "三（一）2")
    if found.days:
        why = "试点间隔不适用于此规则" if labelled else "未标注维保试点"
        assert found.reason == f"半月维护保养，至少每15日1次 · {why}"


def test_without_more_a_lift_has_neither_iot_nor_a_full_contract():
    assert interval(CQ, True) == interval(CQ, True, iot=False, contract="other")
    assert CONTRACTS == ("full", "other")
    with pytest.raises(ValueError, match=r"^contract: unknown 'gold', one of full, other$"):
        interval(CQ, True, iot=True, contract="gold")


@pytest.mark.rule("M-20", "M-23")
@pytest.mark.parametrize(
    ("longest", "last", "since", "due"),
    [
        (interval(CQ, True, iot=True), date(2021, 11, 30), None, date(2022, 2, 28)),
        (interval(CQ, True, iot=True), None, date(2021, 11, 30), date(2022, 2, 28)),
        (interval(CQ, False), date(2021, 12, 1), date(2021, 12, 10), date(2021, 12, 25)),
        (interval(CQ, False), date(2021, 12, 20), date(2021, 12, 10), date(2022, 1, 4)),
    ],
)
def test_the_next_visit_is_counted_from_the_later_of_both_days(longest, last, since, due):
    found = next_visit(longest, last, since=since)
    assert found.due == due
    assert (found.reason, found.clause) == (longest.reason, longest.clause)
    assert (found.rule_id, found.profile, found.provisional) == (longest.rule_id, "cq-2020-84", False)


START = date(2021, 1, 31)
# The State Council's regulation names 15 days; a quarter, half-year and year are whole months from the last such visit.
LATEST = {
    "HM": date(2021, 2, 15),
    "TM": date(2021, 4, 30),
    "SM": date(2021, 7, 31),
    "OY": date(2022, 1, 31),
}
SAID = {
    "HM": "半月维护保养，至少每15日1次",
    "TM": "季度维护保养，距上次不超过3个月（平台约定：季度按3个月计）",
    "SM": "半年维护保养，距上次不超过6个月（平台约定：半年按6个月计）",
    "OY": "年度维护保养，距上次不超过12个月（平台约定：年度按12个月计）",
}
WIDER = [code for code in LATEST if code != "HM"]


@pytest.mark.parametrize("profile_id", ["cq-2020-84", "national-2009", "tsg-2023"])
def test_each_type_of_visit_has_its_length_and_says_what_it_rests_on(profile_id):
    found = rhythm(profile_id)
    assert list(found) == list(VISIT_TYPES) == list(LATEST)
    assert {code: (one.months, one.days) for code, one in found.items()} == {
        "HM": (0, 15),
        "TM": (3, 0),
        "SM": (6, 0),
        "OY": (12, 0),
    }
    assert {code: one.after(START) for code, one in found.items()} == LATEST
    for code, one in found.items():
        law = ("特种设备安全监察条例 第三十一条", "STATE-549-31")
        rule = ("TSG T5002-2017 第六条", "TSG-T5002-6")
        assert (one.clause, one.rule_id) == (law if code == "HM" else rule)
        assert (one.reason, one.profile) == (SAID[code], profile_id)


@pytest.mark.rule("M-23", "M-X14")
@pytest.mark.parametrize(("code", "latest"), LATEST.items())
def test_a_visit_is_of_the_widest_type_that_could_not_wait_for_the_next(code, latest):
    # Everything wider was done on the way, so that only this type is old enough to ask for itself.
    wider = VISIT_TYPES[VISIT_TYPES.index(code) + 1 :]
    today = latest - 15 * DAY
    last = dict.fromkeys((code, *wider), START) | dict.fromkeys(VISIT_TYPES[: VISIT_TYPES.index(code)], today)
    found, due = next_t5002(last, date(2020, 1, 1), "national-2009")
    assert (found, due.due) == (code, latest)
    assert due.reason == SAID[code]
    rests_on = ("特种设备安全监察条例 第三十一条", "STATE-549-31")
    assert (due.clause, due.rule_id) == (rests_on if code == "HM" else ("TSG T5002-2017 第六条", "TSG-T5002-6"))
    assert (due.profile, due.provisional) == ("national-2009", False)


@pytest.mark.rule("M-23", "M-X14")
@pytest.mark.parametrize(("code", "latest"), [(code, LATEST[code]) for code in WIDER])
@pytest.mark.parametrize("years_ago", [0, 1, 4])
def test_a_visit_long_overdue_keeps_its_day(code, latest, years_ago):
    last = dict.fromkeys(VISIT_TYPES[VISIT_TYPES.index(code) :], START)
    narrower = dict.fromkeys(VISIT_TYPES[: VISIT_TYPES.index(code)], latest + 366 * years_ago * DAY)
    found, due = next_t5002(last | narrower, date(2020, 1, 1), "national-2009")
    widest = next(kind for kind in reversed(VISIT_TYPES) if kind in last and LATEST[kind] < latest + 15 * DAY)
    assert (found, due.due) == (widest, latest)


@pytest.mark.rule("M-23")
@pytest.mark.parametrize(("code", "latest"), [(code, LATEST[code]) for code in WIDER])
@pytest.mark.parametrize(("ago", "now"), [(29, False), (30, False), (31, True)])
def test_a_wider_visit_is_made_when_the_one_after_next_would_be_late_for_it(code, latest, ago, now):
    # The next visit is due 15 days after `today`, the one after it 30 days after; the wider one on its latest day.
    today = latest - 30 * DAY + (ago - 30) * DAY
    narrower = VISIT_TYPES[: VISIT_TYPES.index(code)]
    last = {kind: START for kind in VISIT_TYPES if kind not in narrower} | dict.fromkeys(narrower, today)
    assert (next_t5002(last, date(2020, 1, 1), "national-2009")[0] == code) is now


def test_visits_before_the_rhythm_began_anew_no_longer_count():
    before = dict.fromkeys(VISIT_TYPES, START)
    for since in (START, START + 100 * DAY):
        code, due = next_t5002(before, since, "national-2009")
        assert (code, due.due) == ("HM", since + 15 * DAY)
    assert next_t5002({}, START, "tsg-2023")[1].profile == "tsg-2023"


COUNTS = {"A": (31, 13, 15, 17), "B": (30, 13, 9, 14), "C": (20, 8, 10, 14), "D": (33, 5, 12, 13)}


@pytest.mark.parametrize(("annex", "counts"), COUNTS.items())
def test_each_table_has_its_count_and_includes_the_narrower_ones(annex, counts):
    totals = [item_count(annex, code) for code in ("HM", "TM", "SM", "OY")]
    assert totals == [sum(counts[: at + 1]) for at in range(4)]


@pytest.mark.parametrize(
    ("annex", "number", "name", "note"),
    [
        ("A", "A-1-1", "机房、滑轮间环境", ""),
        ("A", "A-1-29", "层门锁紧元件啮合长度", "不小于7mm"),
        ("A", "A-2-1", "减速机润滑油", ""),
        ("A", "A-3-15", "上、下极限开关", ""),
        ("A", "A-4-4", "制动器制动能力", "必要时进行125%额定载荷试验"),
        ("A", "A-4-17", "缓冲器", ""),
        ("D", "D-2-1", "扶手带的运行速度", "0～+2%"),
        ("D", "D-4-13", "设备运行状况", ""),
    ],
)
def test_an_item_has_its_place_its_name_and_its_note(annex, number, name, note):
    found = {one.code: one for one in items(annex, "OY")}
    assert (found[number].name, found[number].note) == (name, note)
    table = int(number.split("-")[1])
    narrower = {one.code for one in items(annex, VISIT_TYPES[table - 1])}
    assert number in narrower
    if table > 1:
        assert number not in {one.code for one in items(annex, VISIT_TYPES[table - 2])}


@pytest.mark.parametrize(
    ("ask", "annex", "code", "says"),
    [
        (items, "B", "HM", "^annex: only the item counts of annex B are held$"),
        (items, "C", "OY", "^annex: only the item counts of annex C are held$"),
        (items, "Z", "HM", "^items: unknown annex 'Z' or type 'HM'$"),
        (items, "A", "FM", "^items: unknown annex 'A' or type 'FM'$"),
        (item_count, "Z", "FM", "^items: unknown annex 'Z' or type 'FM'$"),
    ],
)
def test_items_that_are_not_held_are_refused_by_name(ask, annex, code, says):
    with pytest.raises(LookupError, match=says):
        ask(annex, code)


@pytest.mark.parametrize(
    ("topic", "names"),
    [
        (
            "门锁装置",
            {"层门和轿门旁路装置", "轿门门锁电气触点", "层门门锁自动复位", "层门门锁电气触点", "层门锁紧元件啮合长度"},
        ),
        (
            "制动力",
            {
                "制动器各销轴部位",
                "制动器间隙",
                "制动器作为轿厢意外移动保护装置制停子系统时的自监测",
                "制动衬",
                "制动器动作状态监测装置",
                "制动器铁芯（柱塞）",
                "制动器制动能力",
            },
        ),
    ],
)
def test_the_key_checks_are_of_door_locks_and_of_brakes(topic, names):  # 三（三）1: 电梯门锁装置、制动力
    by_code = {one.code: one.name for one in items("A", "OY")}
    assert {by_code[code] for code in config.load("policies/t5002-items")["focus"][topic]} == names


@pytest.mark.rule("M-25")
@pytest.mark.parametrize(
    ("labelled", "follows", "barred"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_a_case_is_barred_only_for_a_labelled_lift_that_follows_its_plan(labelled, follows, barred):
    assert case_is_barred(labelled, follows) is barred
