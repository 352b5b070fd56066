"""Exits by each cause, each failure, each lost condition and each day at the edge of a window."""

from datetime import date, timedelta

import pytest

from backend.policy.exits import Pair, affected, findings, withdraws
from tests.unit.policy.leaving import CALENDAR, INSPECTION, MAINTENANCE, NO_IOT, ON, brief, of_lift, of_unit


@pytest.mark.rule("M-X7", "M-X9", "T-X7")
@pytest.mark.parametrize(
    ("programme", "kind", "final", "rules"),
    [
        (MAINTENANCE, "inspection", True, ["M-X9", "M-X7"]),
        (MAINTENANCE, "inspection", False, []),
        (MAINTENANCE, "test", True, []),
        (MAINTENANCE, None, True, []),
        (INSPECTION, "inspection", True, ["T-X7"]),
        (INSPECTION, "test", True, ["T-X7"]),
        (INSPECTION, "test", False, []),
        (INSPECTION, None, True, []),
    ],
)
def test_a_final_failure_is_raised_with_what_failed(programme, kind, final, rules):
    failed = {"kind": kind, "on": "2021-11-01", "final": final}
    found = of_lift(programme, failed=[failed])
    kinds = {"M-X9": ("lift", "fact"), "M-X7": ("unit", "review"), "T-X7": ("lift", "fact")}
    assert brief(found) == [(rule_id, kinds[rule_id][0], "1", kinds[rule_id][1]) for rule_id in rules]
    assert all(one.evidence == failed for one in found)


def lost(programme, **facts):
    (found,) = findings(programme, {"lifts": [{"id": "1", **facts}]}, ON, CALENDAR)
    return found


@pytest.mark.parametrize(
    ("condition", "facts"),
    [
        ("M-03", {"iot": {"present": True, "online": True, "interface": False, "safety_report": True}}),
        ("M-03", {"iot": {"present": True, "online": True, "interface": True, "safety_report": False}}),
        ("M-03", {"iot": {"present": True, "interface": False}}),  # one part known to fail is enough
        ("M-04", {**NO_IOT, "insurance": {"type": "pension", "from": "2021-01-01", "until": "2021-11-30"}}),
        ("M-04", {**NO_IOT, "insurance": {"type": "pension", "from": "2021-12-02", "until": "2022-12-01"}}),
        ("M-04", {**NO_IOT, "insurance": {"type": "fire", "from": "2021-01-01", "until": "2022-11-30"}}),
        ("M-04", {**NO_IOT, "insurance": {"until": "2021-11-30"}}),
        ("M-05", {**NO_IOT, "inspection": {"passed": True, "valid_until": "2021-11-30"}}),
        ("M-05", {**NO_IOT, "inspection": {"passed": False, "valid_until": "2022-11-30"}}),
    ],
)
@pytest.mark.rule("M-X9")
def test_each_lost_condition_of_a_lift_ends_its_maintenance_pilot(condition, facts):
    found = lost(MAINTENANCE, **facts)
    assert (found.rule_id, found.scope, found.subject, found.verdict) == ("M-X9", "lift", "1", "fact")
    assert found.evidence["rule_id"] == condition
    assert found.reason.startswith("不再具备试点电梯基本条件：")
    assert len(found.evidence) > 1


@pytest.mark.rule("M-X2", "M-X9")
@pytest.mark.parametrize("online", [False, None, True])
def test_an_iot_system_offline_for_a_day_is_no_lost_condition(online):  # 三个工作日内未能解决 is for M-X2 to say
    iot = {"present": True, "online": online, "interface": True, "safety_report": True}
    assert of_lift(MAINTENANCE, iot=iot) == ()
    (found,) = of_lift(MAINTENANCE, iot={**iot, "interface": False})
    assert (found.rule_id, found.reason.rpartition("：")[2]) == ("M-X9", "不符合（没有查询接口）")
    assert found.evidence == {"rule_id": "M-03", "iot.interface": False, "iot.safety_report": True}


@pytest.mark.rule("M-X9", "T-X1")
@pytest.mark.parametrize("programme", [MAINTENANCE, INSPECTION])
def test_what_is_not_known_of_a_lift_is_not_lost(programme):
    for facts in ({}, {"iot": {"present": True}}, {"iot": {"interface": False}}, {"insurance": {"type": "pension"}}):
        assert of_lift(programme, **{"iot": {}, **facts}) == ()


@pytest.mark.rule("M-X9", "T-X1")
def test_a_lift_loses_only_conditions_of_lifts_that_concern_it():
    nothing = {"present": False, "online": False, "interface": False, "safety_report": False}
    of_a_unit = {"informatised": False, "accidents": ["2021-11-01"], "standards_published": False, "role": "testing"}
    for programme in (MAINTENANCE, INSPECTION):
        assert of_lift(programme, iot=nothing) == ()
        assert of_lift(programme, **of_a_unit, pledges_published=False, annex2_met=False, approved=False) == ()


@pytest.mark.rule("T-X1")
def test_a_lost_condition_in_the_inspection_pilot_is_weighed_by_an_official():
    found = lost(INSPECTION, inspection={"passed": True, "valid_until": "2021-11-30"})
    assert (found.rule_id, found.scope, found.subject, found.verdict) == ("T-X1", "lift", "1", "review")
    assert found.evidence["rule_id"] == "T-05"


def test_a_lift_that_keeps_its_conditions_has_nothing_against_it():
    good = {
        "insurance": {"type": "service", "from": "2021-12-01", "until": "2021-12-01"},
        "inspection": {"passed": True, "valid_until": "2021-12-01"},
    }
    assert of_lift(MAINTENANCE, **good) == ()
    assert of_lift(INSPECTION, **good) == ()
    assert findings(MAINTENANCE, {}, ON, CALENDAR) == ()


@pytest.mark.rule("M-X1", "M-X8", "T-X1", "T-X6")
@pytest.mark.parametrize("programme", [MAINTENANCE, INSPECTION])
def test_two_kinds_of_evidence_for_one_trigger_are_one_finding(programme):
    unit = {"id": "u", "false_materials": ["a"], "lost_conditions": True, "serious_acts": ["b"]}
    found = findings(programme, {"units": [unit]}, ON, CALENDAR)
    rules = {MAINTENANCE: ["M-X1", "M-X8"], INSPECTION: ["T-X1", "T-X6"]}[programme]
    assert brief(found) == [(rule_id, "unit", "u", "review") for rule_id in rules]
    assert [one.evidence for one in found] == [
        {"false_materials": ["a"], "lost_conditions": True},
        {"serious_acts": ["b"]},
    ]
    assert all(one.reason for one in found)


def test_units_come_before_lifts_and_one_without_a_name_is_looked_at_too():
    facts = {
        "units": [{"accidents": ["x"]}],
        "lifts": [{**NO_IOT, "failed": [{"kind": "inspection", "final": True}]}, {"faults": []}],
    }
    assert brief(findings(INSPECTION, facts, ON, CALENDAR)) == [
        ("T-X3", "unit", "", "review"),
        ("T-X7", "lift", "1", "fact"),
    ]


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"iot_outages": [{"alarm": "soon"}]}, "iot_outages.alarm"),
        ({"iot_outages": [{"found": "soon"}]}, "iot_outages.found"),
        ({"iot_outages": [{"alarm": "2021-09-30", "repaired": "soon"}]}, "iot_outages.repaired"),
        ({"faults": [{"on": "soon"}]}, "faults.on"),
        ({"complaints": [{"on": "soon", "verified": True, "cause": "use"}]}, "complaints.on"),
        ({"insurance": {"type": "liability", "until": "soon"}}, "insurance.until"),
        ({"inspection": {"passed": True, "valid_until": "soon"}}, "inspection.valid_until"),
    ],
)
def test_a_day_that_is_none_is_refused_by_its_name(facts, name):
    with pytest.raises(ValueError, match=f"^{name}: a date YYYY-MM-DD expected, not 'soon'$"):
        of_lift(MAINTENANCE, **facts)


@pytest.mark.rule("M-X11", "T-X9")
def test_who_withdraws_the_publicity_depends_on_the_pilot():  # 受理申请单位 · 市局
    assert withdraws(MAINTENANCE, "500103") == "500103"
    assert withdraws(INSPECTION, "500103") == "CQ"


@pytest.mark.parametrize(
    ("at_fault", "ended", "reviewed"),
    [
        ("u1", ["u1 m1", "u1 m2"], ["u2 m1"]),
        ("m1", ["u1 m1", "u2 m1"], ["u1 m2"]),
        ("u3", ["u3 m3"], []),
        ("x", [], []),
    ],
)
def test_an_exit_ends_every_pair_of_the_unit_and_reviews_the_other_pairs_of_its_partners(at_fault, ended, reviewed):
    pairs = [Pair(*words.split()) for words in ("u1 m1", "u1 m2", "u2 m1", "u3 m3")]
    gone, review = affected(at_fault, iter(pairs))
    assert [f"{one.using} {one.maintenance}" for one in gone] == ended
    assert [f"{one.using} {one.maintenance}" for one in review] == reviewed


REASONS = {
    MAINTENANCE: {
        "M-X1": "提交虚假材料或不再具备试点单位基本条件",
        "M-X3": "未按照提交的维护保养方案开展维护保养",
        "M-X4": "信息化维保系统记录与实际不符合",
        "M-X5": "发生电梯安全责任事故",
        "M-X6": "短接电梯门锁回路、安全回路",
        "M-X8": "发生其它严重违法失信行为",
        "M-X12": "未按承诺实施维保",
        "M-X13": "监督检查发现严重问题",
    },
    INSPECTION: {
        "T-X1": "不再符合试点基本条件或提交虚假材料",
        "T-X2": "出具虚假检测报告",
        "T-X3": "发生电梯安全责任事故",
        "T-X4": "电梯门锁回路、安全回路被短接",
        "T-X5": "超过检测有效期未及时开展检测并上传检测结果，经责令整改仍未整改",
        "T-X6": "发生其它严重违法失信行为",
    },
}
KEYS = {
    "false_materials": ("M-X1", "T-X1"),
    "lost_conditions": ("M-X1", "T-X1"),
    "plan_breaches": ("M-X3", None),
    "record_mismatches": ("M-X4", None),
    "accidents": ("M-X5", "T-X3"),
    "bridged_circuits": ("M-X6", "T-X4"),
    "serious_acts": ("M-X8", "T-X6"),
    "serious_problems": ("M-X13", None),
    "false_test_reports": (None, "T-X2"),
    "unrectified_orders": (None, "T-X5"),
}


@pytest.mark.rule("M-X1", "M-X3", "M-X4", "M-X5", "M-X6", "M-X8", "M-X13")
@pytest.mark.rule("T-X1", "T-X2", "T-X3", "T-X4", "T-X5", "T-X6")
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("programme", [MAINTENANCE, INSPECTION])
@pytest.mark.parametrize("told", [True, ["当日记录"]])
def test_each_fact_about_a_unit_is_one_trigger_of_its_programme_or_none(programme, key, told):
    rule_id = KEYS[key][programme == INSPECTION]
    found = of_unit(programme, **{key: told})
    assert [(one.rule_id, one.scope, one.subject, one.verdict, one.reason, one.evidence) for one in found] == (
        [(rule_id, "unit", "u", "review", REASONS[programme][rule_id], {key: told})] if rule_id else []
    )


@pytest.mark.rule("M-X12")
@pytest.mark.parametrize(
    ("pledged", "measured", "broken"),
    [
        (4, 4, False),
        (4, 4.5, True),
        (4, 3.9, False),
        (0, 0, False),
        (0, 0.1, True),
        (None, 4, False),
        (4, None, False),
    ],
)
def test_a_pledge_is_broken_by_more_than_was_pledged(pledged, measured, broken):
    found = of_unit(MAINTENANCE, pledged={"fault_rate": pledged}, measured={"fault_rate": measured})
    values = {"fault_rate": {"pledged": pledged, "measured": measured}}
    assert [(one.rule_id, one.reason, one.evidence) for one in found] == (
        [("M-X12", "未按承诺实施维保", {"broken": values})] if broken else []
    )


@pytest.mark.rule("M-X12")
def test_only_the_pledges_that_were_broken_are_named():
    pledged = {"fault_rate": 4, "downtime_hours": 16, "rescue_minutes": 20}
    (found,) = of_unit(MAINTENANCE, pledged=pledged, measured={"rescue_minutes": 21, "fault_rate": 5, "other": 99})
    assert list(found.evidence["broken"]) == ["fault_rate", "rescue_minutes"]
    assert of_unit(MAINTENANCE, measured={"fault_rate": 9}) == ()


@pytest.mark.rule("M-X12")
@pytest.mark.parametrize("name", ["pledged", "measured"])
@pytest.mark.parametrize("programme", [MAINTENANCE, INSPECTION])
def test_a_pledge_that_is_no_number_is_refused_by_its_name(programme, name):
    facts = {"pledged": {"fault_rate": 4}, "measured": {"fault_rate": 4}}
    facts[name] = {"downtime_hours": 1, "fault_rate": "few"}
    with pytest.raises(ValueError, match=rf"^{name}\.fault_rate: a number expected, not 'few'$"):
        of_unit(programme, **facts)
    with pytest.raises(ValueError, match=f"^{name}: an object expected, not 'x'$"):
        of_unit(programme, **{**facts, name: "x"})


@pytest.mark.rule("M-X5", "T-X3")
@pytest.mark.parametrize(
    ("programme", "since", "first"),
    [
        (MAINTENANCE, None, date(2020, 9, 23)),
        (MAINTENANCE, "", date(2020, 9, 23)),
        (MAINTENANCE, "2020-09-01", date(2020, 9, 23)),
        (MAINTENANCE, "2021-03-01", date(2021, 3, 1)),
        (INSPECTION, None, date(2021, 9, 1)),
        (INSPECTION, "2020-10-01", date(2021, 9, 1)),
        (INSPECTION, date(2021, 10, 1), date(2021, 10, 1)),
    ],
)
def test_an_accident_counts_from_the_first_day_in_the_pilot_to_today(programme, since, first):
    days = [first - timedelta(days=1), first, ON, ON + timedelta(days=1)]
    found = of_unit(programme, accidents=days, pilot_since=since)
    assert [one.rule_id for one in found] == [{MAINTENANCE: "M-X5", INSPECTION: "T-X3"}[programme]]
    assert found[0].evidence == {"accidents": [first, ON]}


@pytest.mark.rule("M-X5", "T-X3")
@pytest.mark.parametrize("programme", [MAINTENANCE, INSPECTION])
def test_an_accident_told_in_words_counts_whenever_it_was(programme):
    (found,) = of_unit(programme, accidents=["2019-01-01", "夹人", "2021-11-01"], pilot_since="2021-10-01")
    assert found.evidence == {"accidents": ["夹人", "2021-11-01"]}
    assert of_unit(programme, accidents=[]) == of_unit(programme, accidents=None) == ()
    with pytest.raises(ValueError, match=r"^accidents: a list expected, not 'one'$"):
        of_unit(programme, accidents="one")


@pytest.mark.rule("M-X1", "T-X1")
@pytest.mark.parametrize(
    ("programme", "facts", "lost"),
    [
        (MAINTENANCE, {"role": "using", "informatised": False}, {"M-02": "维保工作采取信息化管理"}),
        (MAINTENANCE, {"role": "maintenance", "informatised": False}, {"M-02": "维保工作采取信息化管理"}),
        (MAINTENANCE, {"role": "maintenance", "pledges_published": False}, {"M-06": "公开维保工作标准和质量承诺"}),
        (MAINTENANCE, {"role": "using", "accidents": ["2018-12-01"]}, {"M-01": "近三年未发生电梯安全责任事故"}),
        (MAINTENANCE, {"role": "using", "pledges_published": False}, {}),
        (MAINTENANCE, {"role": "testing", "informatised": False}, {}),
        (MAINTENANCE, {"informatised": False}, {}),  # whether it is asked of it is not known
        (MAINTENANCE, {"role": "using"}, {}),
        (MAINTENANCE, {"role": "using", "insurance": {"type": "fire"}, "inspection": {"passed": False}}, {}),
        (INSPECTION, {"role": "using", "inspection": {"passed": False}}, {}),
        (MAINTENANCE, {"role": "using", "accidents": ["2018-11-30"]}, {}),
        (INSPECTION, {"role": "using", "accidents": ["2018-12-01"]}, {"T-01": "近三年未发生电梯安全责任事故"}),
        (INSPECTION, {"role": "using", "pilot_since": "2020-12-02"}, {"T-02": "维保试点满一年且继续参与，达到成效"}),
        (INSPECTION, {"role": "maintenance", "quality_improved": False}, {"T-03": "维保试点满一年，达到成效"}),
        (INSPECTION, {"role": "testing", "annex2_met": False}, {"T-04": "满足总局56号文附件2并取得核准"}),
        (INSPECTION, {"role": "using", "annex1_met": False}, {}),
        (
            INSPECTION,
            {"role": "using", "tests_itself": True, "annex1_met": False},
            {"T-04": "满足总局56号文附件1的规定"},
        ),
    ],
)
def test_a_units_conditions_are_lost_where_the_facts_of_the_day_say_so(programme, facts, lost):
    found = of_unit(programme, **facts)
    rule_id = {MAINTENANCE: "M-X1", INSPECTION: "T-X1"}[programme]
    assert [one.rule_id for one in found] == [rule_id] * bool(lost)
    told = found[0].evidence if found else {"unmet": {}}
    assert list(told) == ["unmet"]
    assert {key: words.partition("：")[0] for key, words in told["unmet"].items()} == lost
    assert all("不符合" in words for words in told["unmet"].values())


@pytest.mark.rule("M-X3", "M-X5")
@pytest.mark.parametrize("kind", [list, tuple])
@pytest.mark.parametrize("key", ["plan_breaches", "accidents"])
def test_of_several_days_told_those_outside_the_pilot_are_left_out(kind, key):
    days = kind([date(2020, 9, 22), date(2020, 9, 23), ON, ON + timedelta(days=1)])
    (found,) = of_unit(MAINTENANCE, **{key: days})
    assert found.evidence == {key: [date(2020, 9, 23), ON]}
    assert of_unit(MAINTENANCE, **{key: kind([date(2020, 9, 22)])}) == ()
