"""Dates, dues, findings, pledges and bodies: the small parts that everything else stands on."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from backend.policy.bodies import Holding, conflicts, may_test
from backend.policy.dates import (
    SHANGHAI,
    add_months,
    add_years,
    full_years,
    local_date,
    month_end,
    months_between,
)
from backend.policy.due import Due, Planned
from backend.policy.findings import Finding, day, fact, items, objects, plain, record, verdict_of
from backend.policy.pledges import check as check_pledges
from backend.policy.pledges import metrics

WORDS = ("理由", "二（二）3", "C-00", "cq-2020-84")


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2021, 1, 29), 1, date(2021, 2, 28)),
        (date(2021, 1, 28), 1, date(2021, 2, 28)),
        (date(2021, 1, 29), 2, date(2021, 3, 29)),
        (date(2021, 3, 31), 1, date(2021, 4, 30)),
        (date(2021, 11, 30), 1, date(2021, 12, 30)),
        (date(2021, 11, 30), 2, date(2022, 1, 30)),
        (date(2021, 12, 31), 12, date(2022, 12, 31)),
        (date(2021, 1, 15), -1, date(2020, 12, 15)),
        (date(2021, 1, 31), -2, date(2020, 11, 30)),
        (date(2021, 6, 5), 0, date(2021, 6, 5)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(start, months, expected):
    assert add_months(start, months) == expected


@pytest.mark.parametrize(
    ("start", "years", "expected"),
    [
        (date(2020, 2, 29), 1, date(2021, 2, 28)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2021, 10, 15), -3, date(2018, 10, 15)),
    ],
)
def test_an_anniversary_is_the_same_day_or_the_28th_of_february(start, years, expected):
    assert add_years(start, years) == expected


@pytest.mark.parametrize(
    ("one", "last"),
    [
        (date(2021, 1, 1), 31),
        (date(2021, 1, 31), 31),
        (date(2021, 2, 14), 28),
        (date(2020, 2, 14), 29),
        (date(2021, 4, 30), 30),
        (date(2021, 11, 1), 30),
        (date(2021, 12, 1), 31),
        (date(2021, 12, 31), 31),
    ],
)
def test_a_month_ends_on_its_last_day(one, last):
    assert month_end(one) == one.replace(day=last)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2021, 1, 31), date(2021, 2, 1), 1),
        (date(2021, 1, 1), date(2021, 1, 31), 0),
        (date(2020, 11, 5), date(2022, 2, 5), 15),
        (date(2022, 2, 5), date(2020, 11, 5), -15),
    ],
)
def test_months_are_counted_from_one_to_the_other_whatever_the_days(start, end, months):
    assert months_between(start, end) == months


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (date(2010, 5, 20), date(2016, 5, 19), 5),
        (date(2010, 5, 20), date(2016, 5, 20), 6),
        (date(2010, 5, 20), date(2010, 5, 20), 0),
        (date(2010, 5, 20), date(2010, 5, 19), 0),
        (date(2010, 5, 20), date(2009, 5, 20), 0),
        (date(2012, 2, 29), date(2021, 2, 28), 9),
    ],
)
def test_full_years_are_anniversaries(start, end, years):
    assert full_years(start, end) == years


def test_a_day_is_local_already_and_a_moment_is_turned_into_one():
    assert local_date(date(2021, 9, 30)) == date(2021, 9, 30)
    assert local_date(datetime(2021, 9, 30, 15, 59, tzinfo=UTC)) == date(2021, 9, 30)
    assert local_date(datetime(2021, 9, 30, 16, 0, tzinfo=UTC)) == date(2021, 10, 1)
    assert local_date(datetime(2021, 9, 30, 23, 59, tzinfo=SHANGHAI)) == date(2021, 9, 30)
    assert str(SHANGHAI) == "Asia/Shanghai"


def test_a_moment_without_zone_is_refused_by_the_name_it_has():
    moment = datetime(2021, 9, 30, 10)  # noqa: DTZ001 - the missing zone is what is tested
    with pytest.raises(ValueError, match=r"^start: a time needs its zone, e\.g\. 2021-09-30T10:00\+08:00$"):
        local_date(moment)
    with pytest.raises(ValueError, match=r"^faults\.on: a time needs its zone"):
        local_date(moment, "faults.on")


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (date(2021, 3, 4), "2021-03-04"),
        (datetime(2021, 3, 4, 5, 6, tzinfo=SHANGHAI), "2021-03-04T05:06:00+08:00"),
        (datetime(2021, 3, 3, 21, 6, tzinfo=UTC), "2021-03-03T21:06:00+00:00"),
    ],
)
@pytest.mark.parametrize("provisional", [True, False])
def test_a_due_date_is_stored_with_all_it_says_and_read_back(due, text, provisional):
    stored = Due(due, *WORDS, provisional=provisional).as_dict()
    assert stored == {
        "due": text,
        "reason": "理由",
        "clause": "二（二）3",
        "rule_id": "C-00",
        "profile": "cq-2020-84",
        "provisional": provisional,
    }
    back = Due.from_dict(stored)
    assert back == Due(due, *WORDS, provisional=provisional)
    assert type(back.due) is type(due)
    assert back.date == date(2021, 3, 4)


def test_a_due_date_is_certain_unless_it_says_otherwise():
    assert Due(date(2021, 3, 4), *WORDS).provisional is False


def test_a_planned_date_is_a_due_date_with_its_kind():
    one = Planned(date(2021, 3, 4), *WORDS, kind="test")
    assert one.as_dict() == {"kind": "test", **Due(date(2021, 3, 4), *WORDS).as_dict()}
    assert one.date == date(2021, 3, 4)


def test_a_planned_date_needs_its_kind():
    with pytest.raises(TypeError, match="kind"):
        Planned(date(2021, 3, 4), *WORDS)


def test_a_due_moment_falls_on_its_day_in_chongqing():
    assert Due(datetime(2021, 1, 1, 12, tzinfo=timezone(timedelta(hours=-5))), *WORDS).date == date(2021, 1, 2)


@pytest.mark.parametrize(("holds", "verdict"), [(True, "met"), (False, "unmet"), (None, "unknown")])
def test_an_outcome_has_its_name(holds, verdict):
    assert verdict_of(holds) == verdict


def test_a_finding_is_stored_with_all_it_says():
    found = Finding("M-01", "unit", "u", "unmet", "近三年", {"accidents": (date(2021, 1, 1),)})
    assert found.clause == "附件1 二1"
    assert found.as_dict() == {
        "rule_id": "M-01",
        "clause": "附件1 二1",
        "scope": "unit",
        "subject": "u",
        "verdict": "unmet",
        "reason": "近三年",
        "evidence": {"accidents": ["2021-01-01"]},
    }
    assert Finding("M-01", "unit", "u", "met", "近三年").as_dict()["evidence"] == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": {"b": date(2021, 1, 1)}}, {"a": {"b": "2021-01-01"}}),
        ([date(2021, 1, 1), 3], ["2021-01-01", 3]),
        ((1, "x"), [1, "x"]),
        ({7}, [7]),
        (frozenset({7}), [7]),
        (datetime(2021, 1, 1, 8, tzinfo=SHANGHAI), "2021-01-01T08:00:00+08:00"),
        ("text", "text"),
        (None, None),
        (1.5, 1.5),
    ],
)
def test_facts_become_what_json_can_hold(value, expected):
    assert plain(value) == expected


@pytest.mark.parametrize(
    ("facts", "path", "expected"),
    [
        ({"iot": {"online": True}}, "iot.online", True),
        ({"iot": {"online": False}}, "iot.online", False),
        ({"iot": {}}, "iot.online", None),
        ({"iot": None}, "iot.online", None),
        ({}, "iot.online", None),
        ({"a": {"b": {"c": 1}}}, "a.b.c", 1),
        ({"a": 1}, "a", 1),
    ],
)
def test_a_fact_is_read_by_its_path(facts, path, expected):
    assert fact(facts, path) is expected


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (lambda: fact({"iot": 3}, "iot.online"), r"^iot\.online: an object expected, not 3$"),
        (lambda: record({"a": [1]}, "a"), r"^a: an object expected, not \[1\]$"),
        (lambda: objects({"lifts": ["x"]}, "lifts"), "^lifts: a list of objects expected$"),
        (lambda: objects({"lifts": [{}, "x"]}, "lifts"), "^lifts: a list of objects expected$"),
        (lambda: objects({"lifts": "x"}, "lifts"), "^lifts: a list expected, not 'x'$"),
        (lambda: items("x", "accidents"), "^accidents: a list expected, not 'x'$"),
        (lambda: items(None, "accidents"), "^accidents: a list expected, not None$"),
        (lambda: day("soon", "on"), "^on: a date YYYY-MM-DD expected, not 'soon'$"),
        (lambda: day(None, "on"), "^on: a date YYYY-MM-DD expected, not None$"),
    ],
)
def test_a_fact_of_the_wrong_shape_is_refused_by_its_name(read, says):
    with pytest.raises(ValueError, match=says):
        read()


def test_what_is_not_known_is_an_empty_object_or_list():
    assert record({}, "application") == {}
    assert record({"a": {"b": {"c": 1}}}, "a.b") == {"c": 1}
    assert list(objects({}, "lifts")) == []
    assert list(objects({"lifts": None}, "lifts")) == []
    assert list(objects({"lifts": ({"id": 1},)}, "lifts")) == [{"id": 1}]
    assert items((1, 2), "x") == (1, 2)
    assert items([1], "x") == [1]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2021, 3, 1), date(2021, 3, 1)),
        ("2021-03-01", date(2021, 3, 1)),
        (datetime(2021, 2, 28, 16, tzinfo=UTC), date(2021, 3, 1)),
    ],
)
def test_a_day_is_read_from_what_says_one(value, expected):
    assert day(value, "on") == expected


@pytest.mark.rule("M-11")
def test_the_regulation_names_three_metrics():  # 故障率、停梯时间、救援时间等量化指标
    assert list(metrics()) == ["fault_rate", "downtime_hours", "rescue_minutes"]
    assert [name for name, _ in metrics().values()] == ["故障率", "停梯时间", "救援时间"]
    assert [unit for _, unit in metrics().values()] == ["次/台·年", "小时/台·年", "分钟"]


@pytest.mark.rule("M-11")
@pytest.mark.parametrize(
    ("before", "pledge", "verdict", "reason"),
    [
        (2.0, 1.5, "met", "故障率：承诺1.5，试点前2，有所提高"),
        (2.0, 2.0, "unmet", "故障率：承诺2，试点前2，未优于试点前"),
        (2.0, 2.5, "unmet", "故障率：承诺2.5，试点前2，未优于试点前"),
        (2.0, 0, "met", "故障率：承诺0，试点前2，有所提高"),
        (0, 0, "unmet", "故障率：承诺0，试点前0，未优于试点前"),
        (2.0, -1, "unmet", "故障率：承诺值不能为负"),
        (2.0, None, "unmet", "故障率：未作量化承诺"),
        (None, 1.5, "unmet", "故障率：缺少试点前数据，无法比较"),
        (None, None, "unmet", "故障率：未作量化承诺"),
        (None, -1, "unmet", "故障率：承诺值不能为负"),
    ],
)
def test_a_pledge_is_better_than_before_or_it_is_said_why_not(before, pledge, verdict, reason):
    baseline = {} if before is None else {"fault_rate": before}
    pledged = {} if pledge is None else {"fault_rate": pledge}
    found = check_pledges(baseline, pledged, no_bridging=True)[0]
    assert (found.rule_id, found.scope, found.subject) == ("M-11", "application", "fault_rate")
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.evidence == {"metric": "fault_rate", "baseline": before, "pledged": pledge}


@pytest.mark.rule("M-11")
def test_a_pledge_beyond_the_three_is_compared_by_its_own_name():
    found = check_pledges({"noise": 3}, {"noise": 2, "fault_rate": 1}, no_bridging=True)
    assert [one.subject for one in found] == ["fault_rate", "downtime_hours", "rescue_minutes", "noise", "no_bridging"]
    assert (found[3].verdict, found[3].reason) == ("met", "noise：承诺2，试点前3，有所提高")


@pytest.mark.rule("M-11")
@pytest.mark.parametrize(("no_bridging", "verdict", "said"), [(True, "met", "已承诺"), (False, "unmet", "未承诺")])
def test_the_safety_circuit_is_part_of_the_pledge(no_bridging, verdict, said):
    found = check_pledges({}, {}, no_bridging=no_bridging)[-1]
    assert (found.rule_id, found.scope, found.subject) == ("M-11", "application", "no_bridging")
    assert (found.verdict, found.reason) == (verdict, f"{said}不得将短接安全回路的电梯投入使用")
    assert found.evidence == {"no_bridging": no_bridging}


@pytest.mark.rule("M-11")
@pytest.mark.parametrize(("baseline", "pledged"), [({"fault_rate": "2"}, {}), ({}, {"fault_rate": "2"})])
def test_a_pledge_that_is_no_number_is_refused_by_its_name(baseline, pledged):
    with pytest.raises(ValueError, match=r"^pledges\.fault_rate: a number expected, not '2'$"):
        check_pledges(baseline, pledged, no_bridging=True)


@pytest.mark.rule("C-03")
@pytest.mark.parametrize(
    ("holdings", "expected"),
    [
        ([("A", "inspection"), ("A", "testing")], [("A", "unmet", {"work": ["inspection", "testing"]})]),
        ([("A", "testing"), ("A", "inspection")], [("A", "unmet", {"work": ["inspection", "testing"]})]),
        ([("A", "inspection"), ("A", "inspection")], []),
        ([("A", "inspection"), ("B", "testing")], []),
        ([("A", "inspection", "G"), ("B", "testing", "G")], [("G", "review", {"bodies": ["A", "B"]})]),
        ([("B", "testing", "A"), ("A", "inspection")], [("A", "review", {"bodies": ["A", "B"]})]),
        ([("A", "inspection", "G"), ("B", "inspection", "G")], []),
        ([("A", "inspection", "G"), ("B", "testing", "H")], []),
        ([("A", "inspection", "G"), ("A", "testing", "G")], [("A", "unmet", {"work": ["inspection", "testing"]})]),
        (
            [("A", "inspection", "G"), ("B", "testing", "G"), ("C", "inspection"), ("C", "testing")],
            [("C", "unmet", {"work": ["inspection", "testing"]}), ("G", "review", {"bodies": ["A", "B"]})],
        ),
        ([], []),
    ],
)
def test_one_body_with_both_kinds_of_work_breaks_the_rule_and_two_under_one_hand_are_pointed_out(holdings, expected):
    found = conflicts([Holding(*one) for one in holdings])
    assert [(one.subject, one.verdict, one.evidence) for one in found] == expected
    assert {(one.rule_id, one.scope) for one in found} <= {("C-03", "body")}
    reasons = {"unmet": "同时承担电梯检验任务和电梯检测服务", "review": "同一控制人下的机构分别承担检验和检测，请核实"}
    assert all(one.reason == reasons[one.verdict] for one in found)


MAY, UNFIT = "可以承担该电梯的检测", "不具备检测条件或未经核准"
OTHERS, LEFT = "维保单位只能检测所维保的电梯", "已退出试点或被取消核准，不得从事试点电梯检测"


@pytest.mark.rule("C-01", "T-X9")
@pytest.mark.parametrize(
    ("role", "qualified", "maintains", "exited", "expected"),
    [
        ("using", True, False, False, ("C-01", "met", MAY)),
        ("using", True, False, True, ("C-01", "met", MAY)),
        ("using", False, False, False, ("C-01", "unmet", UNFIT)),
        ("maintenance", True, True, False, ("C-01", "met", MAY)),
        ("maintenance", True, False, False, ("C-01", "unmet", OTHERS)),
        ("maintenance", False, True, False, ("C-01", "unmet", UNFIT)),
        ("maintenance", True, True, True, ("T-X9", "unmet", LEFT)),
        ("inspection", True, False, False, ("C-01", "met", MAY)),
        ("inspection", False, False, False, ("C-01", "unmet", UNFIT)),
        ("testing", True, False, False, ("C-01", "met", MAY)),
        ("testing", True, False, True, ("T-X9", "unmet", LEFT)),
        ("testing", False, False, True, ("T-X9", "unmet", LEFT)),
    ],
)
def test_who_may_test_and_why_not(role, qualified, maintains, exited, expected):
    facts = {"qualified": qualified, "maintains": maintains, "exited": exited}
    found = may_test(role, subject="91A", **facts)
    assert (found.rule_id, found.verdict, found.reason) == expected
    assert (found.scope, found.subject) == ("body", "91A")
    assert found.evidence == {"role": role, **facts}


@pytest.mark.rule("C-01")
def test_a_tester_is_taken_to_be_still_in_the_pilot_and_to_maintain_nothing():
    assert may_test("testing", qualified=True).verdict == "met"
    assert may_test("maintenance", qualified=True).reason == OTHERS
    assert may_test("using", qualified=True).subject == ""
