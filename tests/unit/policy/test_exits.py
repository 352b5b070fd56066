"""Exits: findings with evidence, facts only where the text leaves no room."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.foundation.workdays import WorkCalendar
from backend.policy.exits import Pair, affected, findings, rule_ids, withdraws

ON = date(2021, 12, 1)
CALENDAR = WorkCalendar()


def of_unit(programme, **facts):
    return findings(programme, {"units": [{"id": "u", **facts}]}, ON, CALENDAR)


def of_lift(programme, on=ON, **facts):
    return findings(programme, {"lifts": [{"id": "1", "iot": {"present": False}, **facts}]}, on, CALENDAR)


def brief(found):
    return [(one.rule_id, one.scope, one.verdict) for one in found]


@pytest.mark.rule("M-X1", "M-X3", "M-X4", "M-X5", "M-X6", "M-X8")
@pytest.mark.rule("T-X1", "T-X2", "T-X3", "T-X4", "T-X5", "T-X6")
@pytest.mark.parametrize(
    ("programme", "rule_id", "key"),
    [
        ("maintenance", "M-X1", "false_materials"),
        ("maintenance", "M-X1", "lost_conditions"),
        ("maintenance", "M-X3", "plan_breaches"),
        ("maintenance", "M-X4", "record_mismatches"),
        ("maintenance", "M-X5", "accidents"),
        ("maintenance", "M-X6", "bridged_circuits"),
        ("maintenance", "M-X8", "serious_acts"),
        ("inspection", "T-X1", "false_materials"),
        ("inspection", "T-X2", "false_test_reports"),
        ("inspection", "T-X3", "accidents"),
        ("inspection", "T-X4", "bridged_circuits"),
        ("inspection", "T-X5", "unrectified_orders"),
        ("inspection", "T-X6", "serious_acts"),
    ],
)
def test_a_units_exit_is_proposed_with_its_evidence_and_never_decided(programme, rule_id, key):
    found = of_unit(programme, **{key: ["2021-11-02 记录"]})
    assert brief(found) == [(rule_id, "unit", "review")]
    assert found[0].evidence == {key: ["2021-11-02 记录"]}
    assert of_unit(programme, **{key: []}) == ()


@pytest.mark.rule("M-X12", "M-X13")
def test_broken_pledges_and_serious_problems_propose_the_units_exit():
    broken = of_unit("maintenance", pledged={"fault_rate": 4, "downtime_hours": 16}, measured={"fault_rate": 4.5})
    assert brief(broken) == [("M-X12", "unit", "review")]
    assert broken[0].evidence == {"broken": {"fault_rate": {"pledged": 4, "measured": 4.5}}}
    assert brief(of_unit("maintenance", serious_problems=["制动器失效"])) == [("M-X13", "unit", "review")]
    assert of_unit("inspection", pledged={"fault_rate": 4}, measured={"fault_rate": 9}) == ()


@pytest.mark.parametrize("measured", [{"fault_rate": 4}, {"fault_rate": None}, {}, {"rescue_minutes": 90}])
def test_a_pledge_kept_or_not_measured_is_not_broken(measured):
    assert of_unit("maintenance", pledged={"fault_rate": 4}, measured=measured) == ()


@pytest.mark.parametrize("measured", ["many", True])
def test_a_measured_value_that_is_no_number_is_refused_by_name(measured):
    with pytest.raises(ValueError, match=r"measured\.fault_rate: a number expected"):
        of_unit("maintenance", pledged={"fault_rate": 4}, measured={"fault_rate": measured})


@pytest.mark.rule("M-X1", "T-X1")
@pytest.mark.parametrize(
    ("programme", "facts", "lost"),
    [
        ("maintenance", {"role": "using", "informatised": False}, ["M-02"]),
        ("maintenance", {"role": "maintenance", "standards_published": False}, ["M-06"]),
        ("inspection", {"role": "using", "still_labelled": False}, ["T-02"]),
        ("inspection", {"role": "maintenance", "annex1_met": False}, ["T-04"]),
        ("inspection", {"role": "testing", "approved": False}, ["T-04"]),
    ],
)
def test_a_units_lost_conditions_are_computed_from_its_facts(programme, facts, lost):
    found = of_unit(programme, **facts)
    assert brief(found) == [({"maintenance": "M-X1", "inspection": "T-X1"}[programme], "unit", "review")]
    assert list(found[0].evidence["unmet"]) == lost


@pytest.mark.rule("M-X5", "T-X3")
@pytest.mark.parametrize(
    ("programme", "accident", "facts", "raised"),
    [
        ("maintenance", "2020-09-22", {}, False),
        ("maintenance", "2020-09-23", {}, True),
        ("maintenance", "2020-11-30", {"pilot_since": "2020-12-01"}, False),
        ("maintenance", "2020-12-01", {"pilot_since": "2020-12-01"}, True),
        ("maintenance", "2021-12-01", {}, True),
        ("maintenance", "2021-12-02", {}, False),
        ("inspection", "2021-08-31", {"pilot_since": "2020-10-01"}, False),
        ("inspection", "2021-09-01", {"pilot_since": "2020-10-01"}, True),
    ],
)
def test_an_accident_ends_a_pilot_only_where_it_happened_during_it(programme, accident, facts, raised):
    found = of_unit(programme, accidents=[accident], **facts)
    assert any(one.rule_id in {"M-X5", "T-X3"} for one in found) is raised


@pytest.mark.rule("M-X1", "M-X5")
def test_an_accident_of_the_last_three_years_is_a_lost_condition_too():
    found = of_unit("maintenance", role="using", accidents=["2021-11-30"])
    assert brief(found) == [("M-X1", "unit", "review"), ("M-X5", "unit", "review")]
    assert brief(of_unit("maintenance", role="maintenance", accidents=["2018-12-01"])) == [("M-X1", "unit", "review")]
    assert of_unit("maintenance", role="using", accidents=["2018-11-30"]) == ()


@pytest.mark.rule("M-X2", "M-X9")
def test_one_offline_day_is_not_a_fact():
    online = {"present": True, "online": False, "interface": True, "safety_report": True}
    assert of_lift("maintenance", iot=online) == ()
    assert of_lift("maintenance", iot=online, iot_outages=[{"alarm": "2021-11-30"}]) == ()
    assert brief(of_lift("maintenance", iot={**online, "interface": False})) == [("M-X9", "lift", "fact")]


def test_what_an_exit_can_rest_on_is_of_its_own_programme():
    assert rule_ids("maintenance") == {f"M-X{number}" for number in (*range(1, 11), 12, 13)}
    assert rule_ids("inspection") == {f"T-X{number}" for number in range(1, 9)}


@pytest.mark.rule("M-X2")
@pytest.mark.parametrize(
    ("outage", "expected"),
    [
        ({"alarm": "2021-09-30"}, ["unit", "lift"]),
        ({"alarm": "2021-09-30", "repaired": "2021-10-11"}, []),
        ({"alarm": "2021-09-30", "repaired": "2021-10-12"}, ["unit"]),
        ({"alarm": "2021-11-30", "found": "2021-09-30"}, ["unit", "lift"]),
        ({"alarm": "2021-11-30"}, []),
        ({"alarm": "2021-09-30", "declared": True}, []),
        ({}, []),
    ],
)
def test_an_outage_of_more_than_three_working_days_is_raised(outage, expected):
    found = of_lift("maintenance", iot_outages=[outage])
    assert [one.scope for one in found] == expected
    assert all(one.verdict == {"unit": "review", "lift": "fact"}[one.scope] for one in found)


@pytest.mark.rule("M-X7")
def test_a_failed_inspection_ends_the_lifts_pilot_and_proposes_the_units():
    found = of_lift("maintenance", failed=[{"kind": "inspection", "on": "2021-11-01", "final": True}])
    assert brief(found) == [("M-X9", "lift", "fact"), ("M-X7", "unit", "review")]


def test_a_failure_that_may_still_be_reinspected_is_not_raised():
    assert of_lift("maintenance", failed=[{"kind": "inspection"}]) == ()
    assert of_lift("maintenance", failed=[{"kind": "test", "final": True}]) == ()


@pytest.mark.rule("T-X7")
@pytest.mark.parametrize("kind", ["inspection", "test"])
def test_a_failed_inspection_or_test_ends_the_lifts_inspection_pilot(kind):
    assert brief(of_lift("inspection", failed=[{"kind": kind, "final": True}])) == [("T-X7", "lift", "fact")]


@pytest.mark.rule("M-X9")
def test_a_lapsed_insurance_is_a_fact():
    found = of_lift("maintenance", insurance={"type": "liability", "until": "2021-11-30"})
    assert brief(found) == [("M-X9", "lift", "fact")]
    assert found[0].evidence["rule_id"] == "M-04"


@pytest.mark.rule("T-X1")
def test_in_the_inspection_pilot_a_lapsed_inspection_is_for_review():
    found = of_lift("inspection", inspection={"passed": True, "valid_until": "2021-11-30"})
    assert brief(found) == [("T-X1", "lift", "review")]


def test_what_is_not_known_is_not_lost():
    assert of_lift("maintenance", insurance={"type": "liability"}) == ()


def faults(*days, **more):
    return [{"on": day, "cause": "equipment", **more} for day in days]


@pytest.mark.rule("M-X10")
@pytest.mark.rule("T-X8")
@pytest.mark.parametrize(
    ("before", "now", "raised"), [(0, 1, False), (0, 2, True), (4, 5, False), (4, 6, True), (10, 14, False)]
)
def test_a_clearly_higher_fault_rate_is_raised_for_review(before, now, raised):
    days = [ON - timedelta(days=400 + n) for n in range(before)] + [ON - timedelta(days=n) for n in range(now)]
    for programme, rule_id in (("maintenance", "M-X10"), ("inspection", "T-X8")):
        found = of_lift(programme, faults=faults(*days))
        assert brief(found) == ([(rule_id, "lift", "review")] if raised else [])


@pytest.mark.rule("M-X10")
def test_a_fault_of_exactly_a_year_ago_belongs_to_the_year_before():
    rates = of_lift("maintenance", faults=faults("2020-12-01", "2019-12-01", *[ON] * 3))[0].evidence
    assert (rates["current"], rates["previous"]) == (3, 1)


@pytest.mark.rule("M-X10")
def test_annex_1_says_whether_the_cause_is_verified():
    days = [ON - timedelta(days=n) for n in range(2)]
    assert "原因待查实" in of_lift("maintenance", faults=faults(*days))[0].reason
    assert "原因" not in of_lift("maintenance", faults=faults(*days), faults_cause_verified=True)[0].reason
    assert "原因" not in of_lift("inspection", faults=faults(*days))[0].reason


@pytest.mark.rule("M-X10", "T-X8")
@pytest.mark.parametrize(
    ("cause", "counts"),
    [("equipment", True), ("maintenance", True), ("use", True), ("human", False), ("external", False), (None, False)],
)
def test_faults_by_equipment_maintenance_and_use_management_count(cause, counts):
    days = [ON - timedelta(days=n) for n in range(3)]
    verified = [{"on": day, "cause": cause, "verified": True} for day in days]
    assert bool(of_lift("maintenance", faults=verified)) is counts


@pytest.mark.rule("M-X10")
@pytest.mark.parametrize(("cause", "counts"), [("use", True), ("maintenance", True), ("equipment", False)])
def test_annex_1_counts_complaints_caused_by_use_or_maintenance(cause, counts):
    verified = [{"on": ON - timedelta(days=n), "verified": True, "cause": cause} for n in range(3)]
    assert bool(of_lift("maintenance", complaints=verified)) is counts


def test_verified_outside_causes_do_not_count():
    days = [ON - timedelta(days=n) for n in range(3)]
    outside = [{"on": day, "cause": "external", "verified": True} for day in days]
    assert of_lift("inspection", faults=outside) == ()
    assert of_lift("inspection", faults=[{**one, "verified": False} for one in outside])


@pytest.mark.rule("M-X10")
@pytest.mark.rule("T-X8")
@pytest.mark.parametrize(("days_ago", "raised"), [((1, 2), False), ((1, 2, 89), True), ((1, 2, 90), False)])
def test_frequent_complaints_are_raised_for_review(days_ago, raised):
    verified = [{"on": ON - timedelta(days=n), "verified": True, "cause": "maintenance"} for n in days_ago]
    assert bool(of_lift("maintenance", complaints=verified)) is raised
    assert bool(of_lift("inspection", complaints=verified)) is raised


@pytest.mark.rule("T-X8")
def test_annex_2_counts_complaints_whatever_their_cause_and_annex_1_does_not():
    other = [{"on": ON - timedelta(days=70 * n), "verified": True, "cause": "noise"} for n in range(5)]
    assert brief(of_lift("inspection", complaints=other)) == [("T-X8", "lift", "review")]
    assert of_lift("maintenance", complaints=other) == ()
    assert of_lift("inspection", complaints=[{**one, "verified": False} for one in other]) == ()


@given(st.lists(st.dates(date(2019, 1, 1), ON), max_size=8), st.dates(date(2019, 1, 1), ON))
def test_more_complaints_never_raise_less(days, another):
    def raised(those):
        complaints = [{"on": one, "verified": True, "cause": "use"} for one in those]
        return len(of_lift("maintenance", complaints=complaints))

    assert raised([*days, another]) >= raised(days)


@pytest.mark.rule("M-X11")
@pytest.mark.rule("T-X9")
def test_the_accepting_bureau_withdraws_the_publicity_in_the_inspection_pilot_the_municipal_one():
    assert withdraws("maintenance", "500103") == "500103"
    assert withdraws("inspection", "CQ") == "CQ"


def test_an_exit_ends_the_pairs_of_the_unit_at_fault_and_reviews_its_partners():
    shared, theirs, far = Pair("u1", "m1"), Pair("u1", "m2"), Pair("u3", "m3")
    assert affected("m1", [shared, theirs, far]) == ((shared,), (theirs,))


def test_an_unknown_programme_is_refused():
    with pytest.raises(LookupError, match="programme: unknown 'x'"):
        findings("x", {}, ON, CALENDAR)


def test_a_fault_without_a_day_is_refused_by_name():
    with pytest.raises(ValueError, match=r"faults\.on: a date"):
        of_lift("inspection", faults=[{"cause": "equipment"}])


@pytest.mark.rule("M-X7", "M-X9", "T-X7")
@pytest.mark.parametrize(
    ("programme", "failed_on", "speaks"),
    [
        ("maintenance", "2020-09-22", False),
        ("maintenance", "2020-09-23", True),
        ("maintenance", "2021-12-02", False),
        ("inspection", "2021-08-31", False),
        ("inspection", "2021-09-01", True),
    ],
)
def test_a_failure_outside_the_pilot_or_still_to_come_ends_nothing(programme, failed_on, speaks):
    failed = [{"kind": "inspection", "on": failed_on, "final": True}]
    assert bool(of_lift(programme, failed=failed)) is speaks


@pytest.mark.rule("M-X3", "M-X5")
@pytest.mark.parametrize("key", ["plan_breaches", "accidents", "bridged_circuits"])
def test_what_happened_after_a_pilots_end_ends_nothing(key):
    facts = {"units": [{"id": "u", key: ["2023-01-01"]}]}
    assert findings("maintenance", facts, date(2026, 6, 15), CALENDAR) == ()
    assert findings("maintenance", facts, date(2026, 6, 15), CALENDAR, extended=date(2026, 12, 31)) != ()
