"""The file of an application and the list of lifts, paper by paper."""

import pytest

from backend.policy.eligibility import documents, lift_list
from tests.unit.policy.good_facts import GOOD_LIFT, GOOD_UNITS, ON, changed, row

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


@pytest.mark.rule("M-10")
@pytest.mark.parametrize(
    ("roles", "verdict", "known"),
    [
        ([None], "unmet", []),  # one unit is not two
        (["owner"], "unmet", []),
        ([None, "owner"], "unknown", None),
        (["using", None], "unknown", None),
        (["maintenance", None], "unknown", None),
        (["testing", None], "unmet", ["testing"]),
        (["testing", None, None], "unknown", None),
        (["using", "maintenance", None], "met", ["using", "maintenance"]),
        (["maintenance", "using", "using"], "met", ["using", "maintenance"]),
        (..., "unknown", None),
        (None, "unknown", None),
    ],
)
def test_whether_two_units_apply_together_is_open_where_those_not_told_could_be_the_ones_missing(roles, verdict, known):
    units = [{"id": "x", "role": one} for one in roles] if isinstance(roles, list) else roles
    found = documents("maintenance", changed(FILES["maintenance"], "units", units), ON).findings[0]
    assert (found.rule_id, found.verdict, found.evidence["roles"]) == ("M-10", verdict, known)
    alone = changed(changed(FILES["maintenance"], "units", units), "application.voluntary", False)
    assert documents("maintenance", alone, ON).findings[0].verdict == "unmet"


@pytest.mark.rule("M-10")
def test_a_joint_application_says_what_it_lacks():
    one = changed(FILES["maintenance"], "units", [GOOD_UNITS["using"]])
    assert documents("maintenance", one, ON).findings[0].reason.endswith("：不符合（不是两个单位共同提交）")
    forced = changed(FILES["maintenance"], "application.voluntary", False)
    assert documents("maintenance", forced, ON).findings[0].reason.endswith("：不符合（不是自愿）")


@pytest.mark.rule("M-13")
@pytest.mark.parametrize(
    ("present", "verdicts"),
    [
        ([True], ["met"]),
        ([False], []),
        ([False, True], ["met"]),
        ([None, True], ["met"]),
        ([True, True], ["met"]),
        ([None], ["unknown"]),
        ([False, None], ["unknown"]),
        ([], []),
    ],
)
def test_papers_about_iot_are_asked_for_once_if_any_lift_has_it(present, verdicts):
    lifts = [{"id": str(at), "iot": {"present": one}} for at, one in enumerate(present)]
    found = documents("maintenance", changed(FILES["maintenance"], "lifts", lifts), ON).findings
    assert [one.verdict for one in found if one.rule_id == "M-13"] == verdicts


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
