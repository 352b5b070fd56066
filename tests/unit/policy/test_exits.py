"""Exits: findings with evidence, facts only where the text leaves no room."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.foundation.workdays import WorkCalendar
from backend.policy.exits import Pair, affected, findings, withdraws

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
