"""Every condition and every paper by each fact that it needs: known and good, known and bad, not known."""

import copy
from datetime import date

import pytest

from backend.policy.eligibility import check, documents, lift_list

ON = date(2021, 10, 15)
GOOD_LIFT = {
    "id": "500001",
    "iot": {"present": True, "online": True, "interface": True, "safety_report": True},
    "insurance": {"type": "liability", "until": "2021-10-15"},
    "inspection": {"passed": True, "valid_until": "2021-10-15"},
}
YEAR = {"pilot_since": "2020-10-15", "still_labelled": True, "quality_improved": True, "satisfaction_improved": True}
GOOD_UNITS = {
    "using": {"id": "u", "role": "using", "accidents": [], "informatised": True, "annex1_met": True, **YEAR},
    "maintenance": {
        "id": "m",
        "role": "maintenance",
        "accidents": [],
        "informatised": True,
        "standards_published": True,
        "pledges_published": True,
        "annex1_met": True,
        **YEAR,
    },
    "testing": {"id": "t", "role": "testing", "annex2_met": True, "approved": True},
}


def changed(facts, path, value):
    """Copy facts with one of them changed; ... takes it away."""
    facts = copy.deepcopy(facts)
    *above, last = path.split(".")
    target = facts
    for step in above:
        target = target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return facts


def row(*values):
    return pytest.param(*values, marks=pytest.mark.rule(values[1]))


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
        ("maintenance", GOOD_UNITS["using"], ["M-01", "M-02"]),
        ("maintenance", GOOD_UNITS["maintenance"], ["M-01", "M-02", "M-06"]),
        ("inspection", GOOD_UNITS["using"], ["T-01", "T-02"]),
        ("inspection", {**GOOD_UNITS["using"], "tests_itself": True}, ["T-01", "T-02", "T-04"]),
        ("inspection", {**GOOD_UNITS["using"], "tests_itself": False}, ["T-01", "T-02"]),
        ("inspection", GOOD_UNITS["maintenance"], ["T-01", "T-03", "T-04"]),
        ("inspection", {**GOOD_UNITS["maintenance"], "tests_itself": False}, ["T-01", "T-03", "T-04"]),
        ("inspection", GOOD_UNITS["testing"], ["T-04"]),
        ("inspection", {"id": "x", "role": "owner", "tests_itself": True}, []),
    ],
)
def test_each_role_meets_its_own_conditions(programme, unit, rules):
    result = check(programme, {"units": [unit]}, ON)
    assert [one.rule_id for one in result.findings] == rules
    assert result.eligible is (True if rules else None)


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


@pytest.mark.rule("M-03")
@pytest.mark.parametrize(("present", "looks"), [(True, 1), (False, 0), (..., 1)])
def test_iot_is_looked_at_unless_the_lift_has_none(present, looks):
    lift = changed(GOOD_LIFT, "iot.present", present)
    assert len(looked(check("maintenance", {"lifts": [lift]}, ON), "M-03")) == looks


@pytest.mark.rule("M-03")
def test_whether_a_lift_has_iot_must_be_known_whatever_else_is():
    lift = changed(GOOD_LIFT, "iot.present", ...)
    assert looked(check("maintenance", {"lifts": [lift]}, ON), "M-03") == [("lift", "500001", "unknown")]
    assert looked(check("maintenance", {"lifts": [GOOD_LIFT]}, ON), "M-03") == [("lift", "500001", "met")]


@pytest.mark.parametrize(
    ("programme", "facts", "says"),
    [
        ("maintenance", {"units": [changed(GOOD_UNITS["using"], "accidents", ["soon"])]}, "accidents: a date"),
        ("maintenance", {"units": [changed(GOOD_UNITS["using"], "accidents", "none")]}, "accidents: a list expected"),
        ("inspection", {"units": [changed(GOOD_UNITS["using"], "pilot_since", "soon")]}, "pilot_since: a date"),
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
    [(1, 0, 0, True), (1, 1, 0, None), (1, 0, 1, False), (1, 1, 1, False), (0, 1, 0, None), (0, 0, 0, None)],
)
def test_one_unmet_condition_decides_and_one_unknown_leaves_it_open(good, unknown, bad, eligible):
    lifts = [{"id": "1", "inspection": {"passed": True, "valid_until": "2022-01-01"}}] * good
    lifts += [{"id": "2"}] * unknown
    lifts += [{"id": "3", "inspection": {"passed": False, "valid_until": "2022-01-01"}}] * bad
    assert check("inspection", {"lifts": lifts}, ON).eligible is eligible


def test_a_condition_says_what_it_saw_and_what_it_lacks():
    lift = changed(GOOD_LIFT, "insurance.until", ...)
    found = next(one for one in check("maintenance", {"lifts": [lift]}, ON).findings if one.rule_id == "M-04")
    assert found.evidence == {"insurance.type": "liability", "insurance.until": None}
    assert found.reason.endswith("：缺少insurance.until")
    reasons = {one.rule_id: one.reason for one in check("maintenance", {"lifts": [GOOD_LIFT]}, ON).findings}
    assert reasons["M-04"].endswith("：符合")
    bad = changed(GOOD_LIFT, "inspection.passed", False)
    reasons = {one.rule_id: one.reason for one in check("maintenance", {"lifts": [bad]}, ON).findings}
    assert reasons["M-05"].endswith("：不符合")


def test_a_subject_without_a_name_is_looked_at_too():
    found = check("inspection", {"units": [{"role": "testing"}]}, ON).findings
    assert [(one.subject, one.verdict) for one in found] == [("", "unknown")]
    assert found[0].reason.endswith("：缺少annex2_met、approved")


BASELINE = {"fault_rate": 2.0, "downtime_hours": 30.0, "rescue_minutes": 25.0}
PLEDGED = {"fault_rate": 1.5, "downtime_hours": 20.0, "rescue_minutes": 20.0}
INPUTS = ("basis", "informatisation", "equipment", "usage", "instructions")
FILES = {
    "maintenance": {
        "units": [GOOD_UNITS["using"], GOOD_UNITS["maintenance"]],
        "lifts": [GOOD_LIFT],
        "application": {
            "voluntary": True,
            "declaration": True,
            "plan_stamped": True,
            "plan_url": "https://example.com/plan",
            "plan_inputs": dict.fromkeys(INPUTS, "stated"),
            "iot_description": True,
            "iot_interface": True,
            "iot_safety_report": True,
            "records_url": "https://example.com/records",
            "pledges": {"baseline": BASELINE, "pledged": PLEDGED, "no_bridging": True},
        },
    },
    "inspection": {"application": {"evidence": True, "reports_url": "https://example.com/reports"}},
}
PAPER_ROWS = [
    row("maintenance", "M-10", "voluntary"),
    row("maintenance", "M-11", "declaration"),
    row("maintenance", "M-12", "plan_stamped"),  # 加盖申请单位公章
    row("maintenance", "M-12", "plan_url"),
    row("maintenance", "M-13", "iot_description"),
    row("maintenance", "M-13", "iot_interface"),
    row("maintenance", "M-13", "iot_safety_report"),
    row("maintenance", "M-14", "records_url"),
    *(row("maintenance", "M-24", f"plan_inputs.{name}") for name in INPUTS),
    row("inspection", "T-06", "evidence"),  # 按照对应条件，逐一提供见证资料
    row("inspection", "T-06", "reports_url"),
]


@pytest.mark.parametrize(("programme", "rule_id", "key"), PAPER_ROWS)
def test_each_paper_is_asked_for(programme, rule_id, key):
    def verdicts(value):
        facts = changed(FILES[programme], f"application.{key}", value)
        found = documents(programme, facts, ON)
        assert found.eligible is {False: False, ...: None}[value]
        assert {one.scope for one in found.findings} == {"application"}
        return [one.verdict for one in found.findings if one.rule_id == rule_id and key in one.evidence]

    assert documents(programme, FILES[programme], ON).eligible is True
    assert verdicts(False) == ["unmet"]
    assert verdicts(...) == ["unknown"]


@pytest.mark.rule("M-10", "M-11", "M-12", "M-13", "M-14", "M-24", "T-06")
def test_a_file_is_looked_at_paper_by_paper_and_pledge_by_pledge():
    found = documents("maintenance", FILES["maintenance"], ON).findings
    papers = ["M-10", "M-11", "M-12", "M-13", "M-14", "M-24"]
    assert [one.rule_id for one in found] == [*papers, *["M-11"] * 4]
    assert [one.subject for one in found] == [
        *[""] * 6,
        "fault_rate",
        "downtime_hours",
        "rescue_minutes",
        "no_bridging",
    ]
    assert [one.rule_id for one in documents("inspection", FILES["inspection"], ON).findings] == ["T-06"]


@pytest.mark.rule("M-10")
@pytest.mark.parametrize(
    ("roles", "verdict"),
    [
        (["using", "maintenance"], "met"),
        (["using"], "unmet"),
        (["maintenance"], "unmet"),
        (["using", "testing"], "unmet"),
        ([], "unmet"),
    ],
)
def test_a_using_and_a_maintenance_unit_apply_together(roles, verdict):
    facts = changed(FILES["maintenance"], "units", [{"id": one, "role": one} for one in roles])
    found = next(one for one in documents("maintenance", facts, ON).findings if one.rule_id == "M-10")
    assert found.verdict == verdict
    assert found.evidence == {"roles": roles, "voluntary": True}


@pytest.mark.rule("M-13")
@pytest.mark.parametrize(("present", "asked"), [([True], 1), ([False], 0), ([False, True], 1), ([None], 0), ([], 0)])
def test_papers_about_iot_are_asked_for_once_if_any_lift_has_it(present, asked):
    lifts = [{"id": str(at), "iot": {"present": one}} for at, one in enumerate(present)]
    found = documents("maintenance", changed(FILES["maintenance"], "lifts", lifts), ON).findings
    assert sum(one.rule_id == "M-13" for one in found) == asked


@pytest.mark.rule("M-11")
@pytest.mark.parametrize(
    ("path", "value", "unmet"),
    [
        ("no_bridging", False, ["no_bridging"]),
        ("no_bridging", ..., ["no_bridging"]),
        ("baseline", ..., ["fault_rate", "downtime_hours", "rescue_minutes"]),
        ("pledged", ..., ["fault_rate", "downtime_hours", "rescue_minutes"]),
        ("pledged.rescue_minutes", 25, ["rescue_minutes"]),
        ("baseline.downtime_hours", 19, ["downtime_hours"]),
    ],
)
def test_the_pledges_of_a_file_are_compared_with_what_was_before(path, value, unmet):
    facts = changed(FILES["maintenance"], f"application.pledges.{path}", value)
    found = documents("maintenance", facts, ON).findings
    assert [one.subject for one in found if one.verdict == "unmet"] == unmet


SHEET = dict.fromkeys(("device_code", "factory", "management", "usage", "inspection"), "stated")
LISTED = {"id": "7", "sheet": SHEET, "iot_proof": True, "insurance_proof": True}


@pytest.mark.rule("M-17", "T-08")
@pytest.mark.parametrize("programme", ["maintenance", "inspection"])
@pytest.mark.parametrize("key", SHEET)  # 设备代码、出厂信息、管理信息、使用情况、检验信息
def test_each_part_of_a_lifts_sheet_is_asked_for(programme, key):
    rule_id = {"maintenance": "M-17", "inspection": "T-08"}[programme]
    good, bad = lift_list(programme, [LISTED]), lift_list(programme, [changed(LISTED, f"sheet.{key}", ...)])
    assert (good.eligible, bad.eligible) == (True, False)
    for result, verdict, missing in ((good, "met", []), (bad, "unmet", [key])):
        sheet = result.findings[0]
        assert (sheet.rule_id, sheet.scope, sheet.subject, sheet.verdict) == (rule_id, "lift", "7", verdict)
        assert sheet.evidence == {"missing": missing}
        assert sheet.reason.endswith(f"：缺少{key}" if missing else "：齐全")


@pytest.mark.rule("M-17")
@pytest.mark.parametrize(
    ("basis", "verdict", "word"),
    [
        ({"iot_proof": True}, "met", "物联网"),
        ({"contract": "full", "contract_proof": True}, "met", "全包"),
        ({"contract": "other", "contract_proof": True}, "review", "其他维保"),
        ({"contract_proof": True}, "review", "其他维保"),
        ({"contract": "other", "contract_proof": True, "other_accepted_reason": "已核"}, "met", "其他维保"),
        ({"contract": "full"}, "unmet", "未提供"),
        ({"contract": "other", "other_accepted_reason": "已核"}, "unmet", "未提供"),
        ({}, "unmet", "未提供"),
    ],
)
def test_the_basis_of_a_listed_lift_is_proven_or_weighed_by_an_official(basis, verdict, word):
    lift = {"id": "7", "sheet": SHEET, "insurance_proof": True, **basis}
    found = lift_list("maintenance", [lift]).findings[1]
    assert (found.rule_id, found.scope, found.subject, found.verdict) == ("M-17", "lift", "7", verdict)
    assert word in found.reason
    keys = ("iot_proof", "contract", "contract_proof", "other_accepted_reason")
    assert found.evidence == dict.fromkeys(keys) | basis
    assert lift_list("maintenance", [lift]).eligible is {"met": True, "review": None, "unmet": False}[verdict]


@pytest.mark.rule("M-17")
@pytest.mark.parametrize(("given", "verdict", "word"), [(True, "met", "已提供"), (False, "unmet", "未提供")])
def test_a_listed_lift_shows_that_it_is_insured(given, verdict, word):
    found = lift_list("maintenance", [{**LISTED, "insurance_proof": given}]).findings[2]
    assert (found.rule_id, found.scope, found.subject, found.verdict) == ("M-17", "lift", "7", verdict)
    assert found.reason == f"投保证明：{word}"
    assert found.evidence == {"insurance_proof": given}


@pytest.mark.rule("M-17", "T-08")
def test_each_listed_lift_is_looked_at_and_an_empty_list_says_nothing():
    two = [LISTED, {**LISTED, "id": "8"}]
    assert [one.subject for one in lift_list("maintenance", two).findings] == ["7", "7", "7", "8", "8", "8"]
    assert [one.subject for one in lift_list("inspection", two).findings] == ["7", "8"]
    assert lift_list("maintenance", []).eligible is None
    assert lift_list("inspection", [{}]).findings[0].subject == ""


@pytest.mark.parametrize("ask", [check, documents])
def test_an_unknown_programme_is_refused_with_those_there_are(ask):
    with pytest.raises(LookupError, match="programme: unknown 'x', one of maintenance, inspection"):
        ask("x", {}, ON)
