"""Every condition and every paper by each fact that it needs: known and good, known and bad, not known."""

import re
from datetime import date

import pytest

from backend.policy.eligibility import check, documents
from tests.unit.policy.good_facts import GOOD_LIFT, GOOD_UNITS, ON, changed, row


def looked(result, rule_id):
    return [(one.scope, one.subject, one.verdict) for one in result.findings if one.rule_id == rule_id]


UNIT_ROWS = [
    row("maintenance", "M-01", "using", "accidents", ["2018-10-15"]),
    row("maintenance", "M-01", "maintenance", "accidents", ["2021-10-15"]),
    row("maintenance", "M-02", "using", "informatised", False),
    row("maintenance", "M-02", "maintenance", "informatised", False),
    row("maintenance", "M-06", "maintenance", "standards_published", False),
    row("maintenance", "M-06", "maintenance", "pledges_published", False),
    row("inspection", "T-01", "using", "accidents", ["2018-10-15"]),
    row("inspection", "T-01", "maintenance", "accidents", ["2021-10-15"]),
    row("inspection", "T-02", "using", "pilot_since", "2020-10-16"),
    row("inspection", "T-02", "using", "still_labelled", False),
    row("inspection", "T-02", "using", "quality_improved", False),
    row("inspection", "T-02", "using", "satisfaction_improved", False),
    row("inspection", "T-03", "maintenance", "pilot_since", "2020-10-16"),
    row("inspection", "T-03", "maintenance", "still_labelled", False),
    row("inspection", "T-03", "maintenance", "quality_improved", False),
    row("inspection", "T-03", "maintenance", "satisfaction_improved", False),
    row("inspection", "T-04", "maintenance", "annex1_met", False),
    row("inspection", "T-04", "testing", "annex2_met", False),
    row("inspection", "T-04", "testing", "approved", False),
]


@pytest.mark.parametrize(("programme", "rule_id", "role", "key", "bad"), UNIT_ROWS)
def test_each_fact_of_a_unit_decides_its_condition(programme, rule_id, role, key, bad):
    def verdict(unit):
        result = check(programme, {"units": [unit]}, ON)
        ((scope, subject, found),) = looked(result, rule_id)
        assert (scope, subject) == ("unit", unit["id"])
        assert (result.eligible is False) == (found == "unmet")
        return found

    good = GOOD_UNITS[role]
    assert verdict(good) == "met"
    assert verdict(changed(good, key, bad)) == "unmet"
    assert verdict(changed(good, key, ...)) == "unknown"


@pytest.mark.rule("M-01", "M-06", "T-01", "T-02", "T-03", "T-04")
@pytest.mark.parametrize(
    ("programme", "unit", "rules"),
    [
        ("maintenance", GOOD_UNITS["testing"], []),
        ("maintenance", {**GOOD_UNITS["testing"], "accidents": ["2021-10-15"], "informatised": False}, []),
        ("maintenance", GOOD_UNITS["using"], ["M-01", "M-02"]),
        ("maintenance", GOOD_UNITS["maintenance"], ["M-01", "M-02", "M-06"]),
        ("inspection", GOOD_UNITS["using"], ["T-01", "T-02"]),
        ("inspection", {**GOOD_UNITS["using"], "tests_itself": True}, ["T-01", "T-02", "T-04"]),
        ("inspection", {**GOOD_UNITS["using"], "tests_itself": False}, ["T-01", "T-02"]),
        ("inspection", GOOD_UNITS["maintenance"], ["T-01", "T-03", "T-04"]),
        ("inspection", {**GOOD_UNITS["maintenance"], "tests_itself": False}, ["T-01", "T-03", "T-04"]),
        ("inspection", GOOD_UNITS["testing"], ["T-04"]),
    ],
)
def test_each_role_meets_its_own_conditions(programme, unit, rules):
    result = check(programme, {"units": [unit]}, ON)
    assert [(one.rule_id, one.verdict) for one in result.findings if one.scope == "unit"] == [
        (rule_id, "met") for rule_id in rules
    ]


@pytest.mark.rule("M-01", "M-06", "T-01", "T-02", "T-03", "T-04")
@pytest.mark.parametrize(
    ("programme", "rules"),
    [
        ("maintenance", ["M-01", "M-02", "M-06"]),
        ("inspection", ["T-01", "T-02", "T-03", "T-04", "T-04"]),
    ],
)
@pytest.mark.parametrize("role", [{"role": "owner"}, {"role": None}, {"role": ""}, {}])
@pytest.mark.parametrize("facts", [{}, {"accidents": ["2021-10-15"], "informatised": False, "annex1_met": False}])
def test_of_a_unit_whose_role_is_not_known_no_condition_is_known(programme, rules, role, facts):
    unit = {"id": "x", **GOOD_UNITS["maintenance"], **facts}
    del unit["role"]
    result = check(programme, {"units": [{**unit, **role}]}, ON)
    of_unit = [one for one in result.findings if one.scope == "unit"]
    assert [(one.rule_id, one.verdict) for one in of_unit] == [(rule_id, "unknown") for rule_id in rules]
    assert {one.reason.rpartition("：")[2] for one in of_unit} == {"尚不能确定是否适用"}
    assert result.eligible is None


@pytest.mark.rule("T-04")
@pytest.mark.parametrize(
    ("unit", "verdicts"),
    [
        ({"role": "using"}, ["unknown"]),
        ({"role": "using", "tests_itself": None, "annex1_met": False}, ["unknown"]),
        ({"role": "using", "tests_itself": False}, []),
        ({"role": "using", "tests_itself": True, "annex1_met": False}, ["unmet"]),
        ({"role": "maintenance", "annex1_met": False}, ["unmet"]),
        ({"role": "maintenance", "tests_itself": False, "annex1_met": True}, ["met"]),
        ({"role": "testing", "tests_itself": True, "annex1_met": False}, ["unknown"]),
    ],
)
def test_annex_1_is_asked_of_who_tests_and_unknown_where_nobody_says_who_does(unit, verdicts):
    assert [verdict for *_, verdict in looked(check("inspection", {"units": [unit]}, ON), "T-04")] == verdicts


ALL = {
    "maintenance": [GOOD_UNITS["using"], GOOD_UNITS["maintenance"]],
    "inspection": [GOOD_UNITS["using"]],
}


@pytest.mark.rule("M-10", "M-17", "T-06", "T-08")
@pytest.mark.parametrize(
    ("programme", "roles", "lifts", "missing"),
    [
        ("maintenance", ["using", "maintenance"], [GOOD_LIFT], []),
        ("maintenance", ["using"], [GOOD_LIFT], ["M-10 缺少维保单位"]),
        ("maintenance", ["maintenance"], [GOOD_LIFT], ["M-10 缺少使用单位"]),
        ("maintenance", ["testing"], [GOOD_LIFT], ["M-10 缺少使用单位", "M-10 缺少维保单位"]),
        ("maintenance", ["using", "maintenance"], [], ["M-17 缺少试点电梯"]),
        ("maintenance", [], [], ["M-10 缺少使用单位", "M-10 缺少维保单位", "M-17 缺少试点电梯"]),
        ("inspection", ["using"], [GOOD_LIFT], []),
        ("inspection", ["maintenance"], [GOOD_LIFT], []),
        ("inspection", ["testing"], [GOOD_LIFT], []),
        ("inspection", [], [GOOD_LIFT], ["T-06 缺少申请单位"]),
        ("inspection", ["using"], [], ["T-08 缺少试点电梯"]),
        ("inspection", [], [], ["T-06 缺少申请单位", "T-08 缺少试点电梯"]),
    ],
)
def test_who_was_not_looked_at_is_said_at_the_end_and_leaves_it_open(programme, roles, lifts, missing):
    result = check(programme, {"units": [GOOD_UNITS[role] for role in roles], "lifts": lifts}, ON)
    first, *others = [one for one in result.findings if one.scope == "application"]
    assert result.findings[0] == first
    assert [f"{one.rule_id} {one.reason}" for one in others] == missing
    assert list(result.findings[-len(others) :]) == others or not others
    assert {(one.subject, one.verdict) for one in others} <= {("", "unknown")}
    assert result.eligible is (None if missing else True)


@pytest.mark.parametrize("role", ["owner", None])
def test_a_unit_without_a_known_role_is_not_the_applicant_that_is_missing(role):
    found = check("inspection", {"units": [{"role": role}], "lifts": [GOOD_LIFT]}, ON).findings
    assert [(one.rule_id, one.reason) for one in found if one.scope == "application"][1:] == [("T-06", "缺少申请单位")]


@pytest.mark.rule("G-04")
@pytest.mark.parametrize(
    ("programme", "on", "extended", "verdict", "words"),
    [
        ("maintenance", date(2020, 9, 22), None, "unmet", "试点时间2020-09-23至2022-12-31：2020-09-22不在试点期内"),
        ("maintenance", date(2020, 9, 23), None, "met", "试点时间2020-09-23至2022-12-31：在试点期内"),
        ("maintenance", date(2022, 12, 31), None, "met", "试点时间2020-09-23至2022-12-31：在试点期内"),
        ("maintenance", date(2023, 1, 1), None, "unmet", "试点时间2020-09-23至2022-12-31：2023-01-01不在试点期内"),
        ("maintenance", date(2023, 1, 1), date(2023, 1, 1), "met", "试点时间2020-09-23至2023-01-01：在试点期内"),
        ("inspection", date(2021, 8, 31), None, "unmet", "试点时间2021-09-01至2022-12-31：2021-08-31不在试点期内"),
        ("inspection", date(2021, 9, 1), None, "met", "试点时间2021-09-01至2022-12-31：在试点期内"),
    ],
)
def test_the_day_of_an_application_is_looked_at_before_all_else(programme, on, extended, verdict, words):
    units = [{**unit, "pilot_since": "2020-09-01"} for unit in ALL[programme]]
    result = check(programme, {"units": units}, on, extended=extended)
    first = result.findings[0]
    assert (first.rule_id, first.scope, first.subject) == ("G-04", "application", "")
    assert (first.verdict, first.reason) == (verdict, words)
    last = str(extended or "2022-12-31")
    assert first.evidence == {"on": on, "first": words[4:14], "last": last}
    assert result.eligible is (False if verdict == "unmet" else None)
    assert [one.rule_id for one in result.findings].count("G-04") == 1


@pytest.mark.rule("T-04")
def test_a_using_unit_that_tests_itself_meets_annex_1_of_the_national_text():  # 二（一）3
    itself = {**GOOD_UNITS["using"], "tests_itself": True}
    assert looked(check("inspection", {"units": [itself]}, ON), "T-04") == [("unit", "u", "met")]
    without = {**itself, "annex1_met": False}
    assert looked(check("inspection", {"units": [without]}, ON), "T-04") == [("unit", "u", "unmet")]


LIFT_ROWS = [
    row("maintenance", "M-03", "iot.online", False),
    row("maintenance", "M-03", "iot.interface", False),
    row("maintenance", "M-03", "iot.safety_report", False),
    row("maintenance", "M-04", "insurance.type", "fire"),
    row("maintenance", "M-04", "insurance.from", "2021-10-16"),
    row("maintenance", "M-04", "insurance.until", "2021-10-14"),
    row("maintenance", "M-05", "inspection.passed", False),
    row("maintenance", "M-05", "inspection.valid_until", "2021-10-14"),
    row("inspection", "T-05", "inspection.passed", False),
    row("inspection", "T-05", "inspection.valid_until", "2021-10-14"),
]


@pytest.mark.parametrize(("programme", "rule_id", "key", "bad"), LIFT_ROWS)
def test_each_fact_of_a_lift_decides_its_condition(programme, rule_id, key, bad):
    def verdict(lift):
        ((scope, subject, found),) = looked(check(programme, {"lifts": [lift]}, ON), rule_id)
        assert (scope, subject) == ("lift", "500001")
        return found

    assert verdict(GOOD_LIFT) == "met"
    assert verdict(changed(GOOD_LIFT, key, bad)) == "unmet"
    assert verdict(changed(GOOD_LIFT, key, ...)) == "unknown"


@pytest.mark.rule("M-04")
@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("liability", "met"), ("pension", "met"), ("service", "met"), ("accident", "unmet"), ("", "unmet")],
)  # 责任保险，或者养老保险、“保险+服务”等保险
def test_three_kinds_of_insurance_are_accepted(kind, verdict):
    lift = changed(GOOD_LIFT, "insurance.type", kind)
    assert looked(check("maintenance", {"lifts": [lift]}, ON), "M-04") == [("lift", "500001", verdict)]


@pytest.mark.parametrize(
    ("programme", "rule_id", "key", "bad", "says"),
    [
        row("maintenance", "M-03", "iot.online", False, "没有持续在线"),
        row("maintenance", "M-03", "iot.interface", False, "没有查询接口"),
        row("maintenance", "M-03", "iot.safety_report", False, "没有安全评价合格报告"),
        row("maintenance", "M-04", "insurance.type", "fire", "不是责任保险、养老保险或保险+服务"),
        row("maintenance", "M-04", "insurance.from", "2021-10-16", "保险尚未生效"),
        row("maintenance", "M-04", "insurance.until", "2021-10-14", "保险已到期"),
        row("maintenance", "M-05", "inspection.passed", False, "检验不合格"),
        row("maintenance", "M-05", "inspection.valid_until", "2021-10-14", "检验超过有效期"),
        row("inspection", "T-05", "inspection.passed", False, "检验不合格"),
        row("inspection", "T-05", "inspection.valid_until", "2021-10-14", "检验超过有效期"),
    ],
)
def test_one_part_that_fails_decides_and_is_named_whatever_else_is_unknown(programme, rule_id, key, bad, says):
    top = key.partition(".")[0]
    alone = {"id": "500001", top: {key.partition(".")[2]: bad, **({"present": True} if top == "iot" else {})}}
    for lift in (changed(GOOD_LIFT, key, bad), alone):
        found = next(one for one in check(programme, {"lifts": [lift]}, ON).findings if one.rule_id == rule_id)
        assert (found.verdict, found.reason.rpartition("：")[2]) == ("unmet", f"不符合（{says}）")


@pytest.mark.rule("M-06")
def test_parts_that_fail_are_all_named():
    unit = {**GOOD_UNITS["maintenance"], "standards_published": False, "pledges_published": False}
    found = next(one for one in check("maintenance", {"units": [unit]}, ON).findings if one.rule_id == "M-06")
    assert found.reason == "公开维保工作标准和质量承诺：不符合（没有公开维保工作标准、没有公开质量承诺）"
    one_known = next(
        one
        for one in check("maintenance", {"units": [changed(unit, "pledges_published", ...)]}, ON).findings
        if one.rule_id == "M-06"
    )
    assert (one_known.verdict, one_known.reason.rpartition("：")[2]) == ("unmet", "不符合（没有公开维保工作标准）")


@pytest.mark.rule("M-03")
@pytest.mark.parametrize(("present", "looks"), [(True, 1), (False, 0), (..., 1)])
def test_iot_is_looked_at_unless_the_lift_has_none(present, looks):
    lift = changed(GOOD_LIFT, "iot.present", present)
    assert len(looked(check("maintenance", {"lifts": [lift]}, ON), "M-03")) == looks


@pytest.mark.rule("M-03")
def test_whether_a_lift_has_iot_must_be_known_whatever_else_is():
    lift = changed(GOOD_LIFT, "iot.present", ...)
    assert looked(check("maintenance", {"lifts": [lift]}, ON), "M-03") == [("lift", "500001", "unknown")]
    offline = changed(lift, "iot.online", False)
    assert looked(check("maintenance", {"lifts": [offline]}, ON), "M-03") == [("lift", "500001", "unknown")]
    assert looked(check("maintenance", {"lifts": [GOOD_LIFT]}, ON), "M-03") == [("lift", "500001", "met")]


@pytest.mark.parametrize(
    ("programme", "facts", "says"),
    [
        ("maintenance", {"units": [changed(GOOD_UNITS["using"], "accidents", ["soon"])]}, "accidents: a date"),
        ("maintenance", {"units": [changed(GOOD_UNITS["using"], "accidents", "none")]}, "accidents: a list expected"),
        ("inspection", {"units": [changed(GOOD_UNITS["using"], "pilot_since", "soon")]}, "pilot_since: a date"),
        ("maintenance", {"lifts": [changed(GOOD_LIFT, "insurance.from", "soon")]}, "insurance.from: a date"),
        ("maintenance", {"lifts": [changed(GOOD_LIFT, "insurance.until", "soon")]}, "insurance.until: a date"),
        ("maintenance", {"lifts": [changed(GOOD_LIFT, "inspection.valid_until", "soon")]}, "inspection.valid_until: a"),
        ("inspection", {"lifts": "all"}, "lifts: a list expected"),
        ("inspection", {"units": ["u"]}, "units: a list of objects expected"),
    ],
)
def test_a_fact_that_cannot_be_read_is_refused_by_its_name(programme, facts, says):
    with pytest.raises(ValueError, match=f"^{says}"):
        check(programme, facts, ON)


@pytest.mark.rule("M-05")
def test_an_inspection_that_failed_is_not_met_whatever_its_date():
    lift = {"id": "1", "inspection": {"passed": False, "valid_until": "2030-01-01"}}
    assert looked(check("maintenance", {"lifts": [lift]}, ON), "M-05") == [("lift", "1", "unmet")]
    assert looked(check("inspection", {"lifts": [lift]}, ON), "T-05") == [("lift", "1", "unmet")]


@pytest.mark.parametrize(
    ("good", "unknown", "bad", "eligible"),
    [
        (1, 0, 0, True),
        (2, 0, 0, True),
        (1, 1, 0, None),
        (1, 0, 1, False),
        (1, 1, 1, False),
        (0, 1, 0, None),
        (0, 0, 0, None),
    ],
)
def test_one_unmet_condition_decides_and_one_unknown_leaves_it_open(good, unknown, bad, eligible):
    lifts = [{"id": "1", "inspection": {"passed": True, "valid_until": "2022-01-01"}}] * good
    lifts += [{"id": "2"}] * unknown
    lifts += [{"id": "3", "inspection": {"passed": False, "valid_until": "2022-01-01"}}] * bad
    assert check("inspection", {"units": ALL["inspection"], "lifts": lifts}, ON).eligible is eligible


def test_a_condition_says_what_it_saw_and_what_it_lacks():
    lift = changed(GOOD_LIFT, "insurance.until", ...)
    found = next(one for one in check("maintenance", {"lifts": [lift]}, ON).findings if one.rule_id == "M-04")
    assert found.evidence == {"insurance.type": "liability", "insurance.from": "2021-10-15", "insurance.until": None}
    assert list(found.evidence) == ["insurance.type", "insurance.from", "insurance.until"]
    assert found.reason.endswith("：缺少insurance.until")
    reasons = {one.rule_id: one.reason for one in check("maintenance", {"lifts": [GOOD_LIFT]}, ON).findings}
    assert reasons["M-04"].endswith("：符合")
    bad = changed(GOOD_LIFT, "inspection.passed", False)
    reasons = {one.rule_id: one.reason for one in check("maintenance", {"lifts": [bad]}, ON).findings}
    assert reasons["M-05"].endswith("：不符合（检验不合格）")
    both = changed(bad, "inspection.valid_until", "2021-10-14")
    reasons = {one.rule_id: one.reason for one in check("maintenance", {"lifts": [both]}, ON).findings}
    assert reasons["M-05"] == "经法定检验合格在有效期内：不符合（检验不合格、检验超过有效期）"


def test_a_subject_without_a_name_is_looked_at_too():
    found = check("inspection", {"units": [{"role": "testing"}]}, ON).findings
    (one,) = [one for one in found if one.scope == "unit"]
    assert (one.subject, one.verdict) == ("", "unknown")
    assert one.reason.endswith("：缺少annex2_met、approved")
    assert one.evidence == {"annex2_met": None, "approved": None}


@pytest.mark.parametrize("ask", [check, documents])
def test_an_unknown_programme_is_refused_with_those_there_are(ask):
    with pytest.raises(LookupError, match="programme: unknown 'x', one of maintenance, inspection"):
        ask("x", {}, ON)


FLAGS = {
    "maintenance": ("informatised", "standards_published", "pledges_published"),
    "inspection": ("annex1_met", "still_labelled", "quality_improved", "satisfaction_improved"),
}


@pytest.mark.parametrize(("programme", "key"), [(programme, key) for programme, keys in FLAGS.items() for key in keys])
@pytest.mark.parametrize("word", ["no", 0, 1, []])
def test_a_unit_s_fact_that_is_neither_true_nor_false_is_refused_by_its_name(programme, key, word):
    unit = {**GOOD_UNITS["maintenance"], key: word}
    with pytest.raises(ValueError, match=rf"^{key}: true or false expected, not {re.escape(repr(word))}$"):
        check(programme, {"units": [unit]}, ON)


@pytest.mark.parametrize("key", ["tests_itself", "annex2_met", "approved"])
def test_a_fact_about_testing_that_is_neither_true_nor_false_is_refused_by_its_name(key):
    unit = {**GOOD_UNITS["using" if key == "tests_itself" else "testing"], key: "no"}
    with pytest.raises(ValueError, match=rf"^{key}: true or false expected, not 'no'$"):
        check("inspection", {"units": [unit]}, ON)


@pytest.mark.parametrize(
    "key", ["iot.present", "iot.online", "iot.interface", "iot.safety_report", "inspection.passed"]
)
def test_a_lift_s_fact_that_is_neither_true_nor_false_is_refused_by_its_name(key):
    with pytest.raises(ValueError, match=rf"^{re.escape(key)}: true or false expected, not 'no'$"):
        check("maintenance", {"lifts": [changed(GOOD_LIFT, key, "no")]}, ON)


@pytest.mark.rule("M-04")
def test_a_lift_known_to_have_no_insurance_is_told_so_and_nothing_else():
    for lift in ({"id": "1", "insurance": {"type": "none"}}, changed(GOOD_LIFT, "insurance.type", "none")):
        (found,) = [one for one in check("maintenance", {"lifts": [lift]}, ON).findings if one.rule_id == "M-04"]
        assert (found.verdict, found.reason.rpartition("：")[2]) == ("unmet", "不符合（没有当日有效的保险单）")
