"""Who may join a pilot, what the file must hold, and that pledges better the baseline."""

import copy
import re
from datetime import UTC, date, datetime

import pytest

from backend.policy.eligibility import check, documents, lift_list
from backend.policy.findings import day, fact, objects, plain
from backend.policy.pledges import check as check_pledges

ON = date(2021, 3, 1)
LIFT = {
    "id": "500001",
    "iot": {"present": True, "online": True, "interface": True, "safety_report": True},
    "insurance": {"type": "liability", "from": "2021-01-01", "until": "2021-12-31"},
    "inspection": {"passed": True, "valid_until": "2021-03-01"},
}
USING = {"id": "u", "role": "using", "accidents": [], "informatised": True}
MAINTAINING = {
    **USING,
    "id": "m",
    "role": "maintenance",
    "standards_published": True,
    "pledges_published": True,
}
BASELINE = {"fault_rate": 2.0, "downtime_hours": 30.0, "rescue_minutes": 25.0}
PLEDGED = {"fault_rate": 1.5, "downtime_hours": 20.0, "rescue_minutes": 20.0}
FACTS = {
    "units": [USING, MAINTAINING],
    "lifts": [LIFT],
    "application": {
        "voluntary": True,
        "declaration": True,
        "plan_stamped": True,
        "plan_url": "https://example.com/plan",
        "plan_inputs": dict.fromkeys(("basis", "informatisation", "equipment", "usage", "instructions"), "stated"),
        "iot_description": True,
        "iot_interface": True,
        "iot_safety_report": True,
        "records_url": "https://example.com/records",
        "pledges": {"baseline": BASELINE, "pledged": PLEDGED, "no_bridging": True},
    },
}
PILOT_YEAR = {
    "pilot_since": "2020-10-15",
    "still_labelled": True,
    "quality_improved": True,
    "satisfaction_improved": True,
    "annex1_met": True,
}


def changed(path, value, facts=FACTS):
    """Copy the facts with one of them changed; None removes it."""
    facts = copy.deepcopy(facts)
    *above, last = path
    target = facts
    for step in above:
        target = target[step]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return facts


def verdicts(result, rule_id):
    return [one.verdict for one in result.findings if one.rule_id == rule_id]


@pytest.mark.rule("M-01")
@pytest.mark.rule("M-05")
def test_a_pair_and_a_lift_that_meet_everything_are_eligible():
    assert check("maintenance", FACTS, ON).eligible is True


@pytest.mark.rule("M-01", "M-02", "M-03", "M-04", "M-05", "M-06")
@pytest.mark.parametrize(
    ("rule_id", "path", "value", "verdict"),
    [
        ("M-01", ("units", 0, "accidents"), ["2018-03-01"], "unmet"),
        ("M-01", ("units", 0, "accidents"), ["2018-02-28"], "met"),
        ("M-01", ("units", 0, "accidents"), None, "unknown"),
        ("M-02", ("units", 1, "informatised"), False, "unmet"),
        ("M-03", ("lifts", 0, "iot", "online"), False, "unmet"),
        ("M-03", ("lifts", 0, "iot", "safety_report"), None, "unknown"),
        ("M-03", ("lifts", 0, "iot"), None, "unknown"),
        ("M-04", ("lifts", 0, "insurance", "until"), "2021-02-28", "unmet"),
        ("M-04", ("lifts", 0, "insurance", "until"), "2021-03-01", "met"),
        ("M-04", ("lifts", 0, "insurance", "type"), "fire", "unmet"),
        ("M-04", ("lifts", 0, "insurance", "type"), "pension", "met"),
        ("M-04", ("lifts", 0, "insurance", "type"), "service", "met"),
        ("M-04", ("lifts", 0, "insurance", "from"), "2021-03-01", "met"),
        ("M-04", ("lifts", 0, "insurance", "from"), "2021-03-02", "unmet"),
        ("M-04", ("lifts", 0, "insurance", "from"), None, "unknown"),
        ("M-04", ("lifts", 0, "insurance"), None, "unknown"),
        ("M-03", ("lifts", 0, "iot", "interface"), False, "unmet"),
        ("M-03", ("lifts", 0, "iot", "safety_report"), False, "unmet"),
        ("M-03", ("lifts", 0, "iot", "present"), None, "unknown"),
        ("M-05", ("lifts", 0, "inspection", "passed"), False, "unmet"),
        ("M-05", ("lifts", 0, "inspection", "valid_until"), "2021-02-28", "unmet"),
        ("M-06", ("units", 1, "pledges_published"), False, "unmet"),
    ],
)
def test_each_condition_of_the_maintenance_pilot_is_looked_at(rule_id, path, value, verdict):
    result = check("maintenance", changed(path, value), ON)
    assert verdict in verdicts(result, rule_id)
    assert result.eligible is {"met": True, "unmet": False, "unknown": None}[verdict]


@pytest.mark.rule("M-03")
def test_a_lift_without_iot_needs_no_iot_condition():
    assert verdicts(check("maintenance", changed(("lifts", 0, "iot"), {"present": False}), ON), "M-03") == []


@pytest.mark.rule("M-03", "M-04", "M-05", "M-06")
@pytest.mark.parametrize(
    ("rule_id", "path", "value", "without"),
    [
        ("M-03", ("lifts", 0, "iot", "interface"), False, ("lifts", 0, "iot", "online")),
        ("M-04", ("lifts", 0, "insurance", "until"), "2021-02-28", ("lifts", 0, "insurance", "type")),
        ("M-05", ("lifts", 0, "inspection", "passed"), False, ("lifts", 0, "inspection", "valid_until")),
        ("M-06", ("units", 1, "pledges_published"), False, ("units", 1, "standards_published")),
    ],
)
def test_one_part_known_to_fail_decides_whatever_else_is_unknown(rule_id, path, value, without):
    facts = changed(without, None, changed(path, value))
    assert "unmet" in verdicts(check("maintenance", facts, ON), rule_id)
    assert check("maintenance", changed(without, None), ON).eligible is None


@pytest.mark.rule("M-10")
@pytest.mark.parametrize(
    "facts",
    [
        changed(("units",), []),
        changed(("lifts",), []),
        changed(("units",), [USING]),
        changed(("units",), [MAINTAINING]),
        changed(("units", 0, "role"), None),
        changed(("units", 0, "role"), "owner"),
        changed(("lifts", 0, "iot", "present"), None),
    ],
    ids=["no units", "no lifts", "no maintenance unit", "no using unit", "no role", "no such role", "unknown IoT"],
)
def test_who_was_not_looked_at_is_never_eligible(facts):
    assert check("maintenance", facts, ON).eligible is None


@pytest.mark.rule("M-01", "M-02")
def test_the_maintenance_pilot_asks_nothing_of_a_testing_body():
    body = {"id": "t", "role": "testing", "accidents": ["2021-02-01"], "informatised": False}
    assert check("maintenance", {**FACTS, "units": [USING, MAINTAINING, body]}, ON).eligible is True


@pytest.mark.rule("M-10")
@pytest.mark.parametrize(
    ("units", "verdict"),
    [
        (None, "unknown"),
        ([], "unmet"),
        ([USING], "unmet"),
        ([{"id": "x"}], "unmet"),
        ([{"id": "x"}, {"id": "y"}], "unknown"),
        ([USING, {"id": "x"}], "unknown"),
        ([USING, MAINTAINING, {"id": "x"}], "met"),
    ],
)
def test_a_joint_application_is_told_from_the_roles_that_are_known(units, verdict):
    assert verdicts(documents("maintenance", {**FACTS, "units": units}, ON), "M-10") == [verdict]


@pytest.mark.rule("T-04")
@pytest.mark.parametrize(("tests_itself", "verdict"), [(None, ["unknown"]), (False, []), (True, ["met"])])
def test_a_using_unit_of_which_nobody_knows_whether_it_tests_itself_is_unknown(tests_itself, verdict):
    unit = {**USING, **PILOT_YEAR, "tests_itself": tests_itself}
    assert verdicts(check("inspection", {"units": [unit]}, date(2021, 10, 15)), "T-04") == verdict


def test_a_unit_without_role_is_unknown_to_every_condition_that_depends_on_it():
    result = check("inspection", {"units": [{**PILOT_YEAR, "accidents": [], "role": None}]}, date(2021, 10, 15))
    for rule_id in ("T-01", "T-02", "T-03"):
        assert verdicts(result, rule_id) == ["unknown"]
    assert verdicts(result, "T-04") == ["unknown", "unknown"]


@pytest.mark.rule("G-04")
@pytest.mark.parametrize(
    ("programme", "on", "verdict"),
    [
        ("maintenance", date(2020, 9, 22), "unmet"),
        ("maintenance", date(2020, 9, 23), "met"),
        ("maintenance", date(2022, 12, 31), "met"),
        ("maintenance", date(2023, 1, 1), "unmet"),
        ("inspection", date(2021, 8, 31), "unmet"),
        ("inspection", date(2021, 9, 1), "met"),
    ],
)
def test_outside_the_programmes_time_nobody_is_eligible(programme, on, verdict):
    result = check(programme, FACTS, on)
    assert verdicts(result, "G-04") == [verdict]
    assert verdict == "met" or result.eligible is False


def test_a_longer_programme_is_looked_at_with_its_last_day():
    assert verdicts(check("maintenance", FACTS, date(2026, 1, 1), extended=date(2026, 1, 1)), "G-04") == ["met"]


@pytest.mark.rule("T-02", "T-03")
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"satisfaction_improved": False}, "群众满意度没有提高"),
        ({"quality_improved": False}, "服务质量没有提升"),
        ({"still_labelled": False}, "不再参加维保试点"),
        ({"pilot_since": "2020-10-16"}, "参加维保试点不满一年"),
    ],
)
@pytest.mark.parametrize(("rule_id", "unit"), [("T-02", USING), ("T-03", MAINTAINING)])
def test_the_reason_names_what_fails_and_nothing_else(change, says, rule_id, unit):
    result = check("inspection", {"units": [{**unit, **PILOT_YEAR, **change}]}, date(2021, 10, 15))
    reason = next(one.reason for one in result.findings if one.rule_id == rule_id)
    assert reason.endswith(f"不符合（{says}）")


def test_nothing_looked_at_is_nothing_known():
    assert check("maintenance", {}, ON).eligible is None


@pytest.mark.rule("T-01")
@pytest.mark.rule("T-05")
def test_units_a_year_in_the_maintenance_pilot_may_apply_for_the_inspection_pilot():
    units = [{**USING, **PILOT_YEAR, "tests_itself": True}, {**MAINTAINING, **PILOT_YEAR}]
    body = {"id": "t", "role": "testing", "annex2_met": True, "approved": True}
    facts = {"units": [*units, body], "lifts": [LIFT]}
    on = date(2021, 10, 15)
    result = check("inspection", changed(("lifts", 0, "inspection", "valid_until"), "2022-01-01", facts), on)
    assert result.eligible is True
    assert len(verdicts(result, "T-04")) == 3


@pytest.mark.parametrize(
    ("rule_id", "unit", "change"),
    [
        pytest.param("T-01", USING, {"accidents": ["2021-01-01"]}, marks=pytest.mark.rule("T-01")),
        pytest.param("T-02", USING, {"pilot_since": "2020-10-16"}, marks=pytest.mark.rule("T-02")),
        pytest.param("T-02", USING, {"still_labelled": False}, marks=pytest.mark.rule("T-02")),
        pytest.param("T-03", MAINTAINING, {"quality_improved": False}, marks=pytest.mark.rule("T-03")),
        pytest.param("T-04", MAINTAINING, {"annex1_met": False}, marks=pytest.mark.rule("T-04")),
        pytest.param("T-04", USING, {"annex1_met": False, "tests_itself": True}, marks=pytest.mark.rule("T-04")),
        pytest.param(
            "T-04", {"role": "testing", "annex2_met": True}, {"approved": False}, marks=pytest.mark.rule("T-04")
        ),
    ],
)
def test_each_condition_of_the_inspection_pilot_is_looked_at(rule_id, unit, change):
    result = check("inspection", {"units": [{**unit, **PILOT_YEAR, **change}]}, date(2021, 10, 15))
    assert verdicts(result, rule_id) == ["unmet"]


@pytest.mark.rule("T-05")
def test_a_lift_whose_inspection_ran_out_cannot_join_the_inspection_pilot():
    assert verdicts(check("inspection", {"lifts": [LIFT]}, date(2021, 10, 15)), "T-05") == ["unmet"]


@pytest.mark.rule("M-10")
@pytest.mark.rule("M-24")
def test_a_complete_file_is_accepted():
    assert documents("maintenance", FACTS, ON).eligible is True


@pytest.mark.rule("M-10", "M-11", "M-12", "M-13", "M-14", "M-24")
@pytest.mark.parametrize(
    ("rule_id", "path", "value"),
    [
        ("M-10", ("units",), [USING]),
        ("M-10", ("application", "voluntary"), False),
        ("M-11", ("application", "declaration"), False),
        ("M-11", ("application", "pledges"), None),
        ("M-12", ("application", "plan_url"), ""),
        ("M-12", ("application", "plan_stamped"), False),
        ("M-13", ("application", "iot_description"), False),
        ("M-13", ("application", "iot_interface"), False),
        ("M-13", ("application", "iot_safety_report"), False),
        ("M-14", ("application", "records_url"), ""),
        ("M-24", ("application", "plan_inputs", "usage"), ""),
    ],
)
def test_each_paper_of_the_file_is_asked_for(rule_id, path, value):
    result = documents("maintenance", changed(path, value), ON)
    assert "unmet" in verdicts(result, rule_id)
    assert result.eligible is False


@pytest.mark.rule("M-13")
def test_iot_papers_are_asked_for_only_where_a_lift_relies_on_iot():
    assert verdicts(documents("maintenance", changed(("lifts",), []), ON), "M-13") == []
    assert verdicts(documents("maintenance", changed(("lifts", 0, "iot", "present"), False), ON), "M-13") == []
    assert verdicts(documents("maintenance", changed(("lifts", 0, "iot", "present"), None), ON), "M-13") == ["unknown"]


@pytest.mark.rule("T-06")
def test_the_inspection_pilot_asks_for_evidence_and_the_address_of_the_reports():
    facts = {"application": {"evidence": True, "reports_url": "https://example.com/reports"}}
    assert documents("inspection", facts, ON).eligible is True
    assert documents("inspection", {}, ON).eligible is None


SHEET = dict.fromkeys(("device_code", "factory", "management", "usage", "inspection"), "stated")


@pytest.mark.rule("M-17")
@pytest.mark.parametrize(
    ("basis", "eligible"),
    [
        ({"iot_proof": True}, True),
        ({"contract": "full", "contract_proof": True}, True),
        ({"contract": "other", "contract_proof": True}, None),
        ({"contract": "other", "contract_proof": True, "other_accepted_reason": "已核"}, True),
        ({"contract": "full"}, False),
    ],
)
def test_a_listed_lift_shows_its_basis(basis, eligible):
    lift = {"id": "1", "sheet": SHEET, "insurance_proof": True, **basis}
    assert lift_list("maintenance", [lift]).eligible is eligible


@pytest.mark.rule("M-17")
def test_a_listed_lift_needs_its_sheet_and_its_insurance():
    lift = {"id": "1", "sheet": {**SHEET, "usage": ""}, "iot_proof": True}
    assert [one.verdict for one in lift_list("maintenance", [lift]).findings] == ["unmet", "met", "unmet"]


@pytest.mark.rule("T-08")
def test_the_inspection_pilots_list_asks_for_the_sheet_only():
    assert lift_list("inspection", [{"id": "1", "sheet": SHEET}]).eligible is True
    assert lift_list("inspection", [{"id": "1"}]).eligible is False
    with pytest.raises(LookupError, match="programme: unknown 'x'"):
        lift_list("x", [])


def test_facts_of_the_wrong_shape_are_named():
    with pytest.raises(ValueError, match=r"iot\.online: an object expected"):
        fact({"iot": "yes"}, "iot.online")
    with pytest.raises(ValueError, match="lifts: a list of objects expected"):
        objects({"lifts": ["500001"]}, "lifts")
    with pytest.raises(ValueError, match="lifts: a list expected"):
        objects({"lifts": {"id": 1}}, "lifts")
    with pytest.raises(ValueError, match="accidents: a date YYYY-MM-DD expected, not 3"):
        day(3, "accidents")
    with pytest.raises(ValueError, match="application: an object expected"):
        documents("maintenance", {"application": "complete"}, ON)
    with pytest.raises(ValueError, match=r"pledges\.fault_rate: a number expected, not '1'"):
        check_pledges(BASELINE, {"fault_rate": "1"}, no_bridging=True)
    with pytest.raises(ValueError, match="on: a date"):
        day(datetime(2021, 3, 1), "on")  # noqa: DTZ001 - the missing zone is what is tested


def test_a_fact_may_be_a_date_a_moment_or_text():
    assert day(ON, "on") == day("2021-03-01", "on") == ON
    assert day(datetime(2021, 2, 28, 17, tzinfo=UTC), "on") == ON


def test_a_finding_is_plain_data():
    found = check("maintenance", changed(("units", 0, "accidents"), [date(2021, 1, 1)]), ON).findings[1]
    assert found.as_dict()["evidence"] == {"accidents": ["2021-01-01"]}
    assert found.as_dict()["clause"] == "附件1 二1"
    assert plain({"a": (1, {ON})}) == {"a": [1, ["2021-03-01"]]}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("units", 0, "informatised"), "no"),
        (("units", 1, "standards_published"), "false"),
        (("lifts", 0, "inspection", "passed"), "false"),
        (("lifts", 0, "iot", "present"), "no"),
        (("lifts", 0, "iot", "online"), 1),
        (("units", 0, "tests_itself"), "no"),
        (("application", "plan_stamped"), "no"),
        (("application", "voluntary"), "no"),
        (("application", "pledges", "no_bridging"), "no"),
    ],
)
def test_words_are_neither_yes_nor_no(path, value):
    facts = changed(path, value)
    name = ".".join(str(step) for step in path[1:] if isinstance(step, str))
    with pytest.raises(ValueError, match=f"^{re.escape(name)}: true or false expected, not {value!r}"):
        (documents if path[0] == "application" else check)(
            "inspection" if path[-1] == "tests_itself" else "maintenance", facts, ON
        )


def test_an_accident_still_to_come_is_none_yet():
    assert "unmet" not in verdicts(check("maintenance", changed(("units", 0, "accidents"), ["2021-03-02"]), ON), "M-01")
