"""Pledges against the service before, who may inspect and test, and the yearly targets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.policy.bodies import Holding, conflicts, may_test
from backend.policy.pledges import check as check_pledges
from backend.policy.pledges import metrics
from backend.policy.targets import attainment, percent, years

BASELINE = {"fault_rate": 2.0, "downtime_hours": 30.0, "rescue_minutes": 25.0}
PLEDGED = {"fault_rate": 1.5, "downtime_hours": 20.0, "rescue_minutes": 20.0}


@pytest.mark.rule("M-11")
@given(st.sampled_from(sorted(BASELINE)), st.floats(0, 50))
def test_a_pledge_counts_only_when_it_betters_the_baseline(metric, value):
    found = check_pledges(BASELINE, {**PLEDGED, metric: value}, no_bridging=True)
    assert {one.subject for one in found if one.verdict == "unmet"} == (
        {metric} if value >= BASELINE[metric] else set()
    )


@pytest.mark.rule("M-11")
@pytest.mark.parametrize(
    ("baseline", "pledged", "no_bridging", "unmet"),
    [
        (BASELINE, {**PLEDGED, "fault_rate": -1}, True, ["fault_rate"]),
        (BASELINE, {**PLEDGED, "fault_rate": BASELINE["fault_rate"]}, True, ["fault_rate"]),
        ({}, PLEDGED, True, list(BASELINE)),
        (BASELINE, {}, True, list(BASELINE)),
        (BASELINE, PLEDGED, False, ["no_bridging"]),
        (BASELINE, {**PLEDGED, "complaints": 3}, True, ["complaints"]),
        ({**BASELINE, "complaints": 4}, {**PLEDGED, "complaints": 3}, True, []),
    ],
)
def test_a_pledge_must_be_quantified_comparable_and_honest(baseline, pledged, no_bridging, unmet):
    found = check_pledges(baseline, pledged, no_bridging=no_bridging)
    assert [one.subject for one in found if one.verdict == "unmet"] == unmet


def test_a_pledge_beyond_the_required_ones_is_called_by_its_key():
    found = check_pledges({"complaints": 4}, {"complaints": 3}, no_bridging=True)
    assert next(one for one in found if one.subject == "complaints").reason.startswith("complaints")


def test_every_metric_has_a_name_and_a_unit():
    assert metrics()["rescue_minutes"] == ("救援时间", "分钟")


@pytest.mark.rule("C-03")
def test_one_body_may_not_inspect_and_test_at_once():
    both = [Holding("91A", "inspection"), Holding("91A", "testing"), Holding("91B", "testing")]
    assert [(one.subject, one.verdict) for one in conflicts(both)] == [("91A", "unmet")]


@pytest.mark.rule("C-03")
def test_bodies_under_one_controller_are_only_pointed_out():
    group = [Holding("91A", "inspection", "91G"), Holding("91B", "testing", "91G")]
    assert [(one.subject, one.verdict) for one in conflicts(group)] == [("91G", "review")]
    assert conflicts([Holding("91A", "testing", "91G"), Holding("91B", "testing", "91G")]) == ()


@pytest.mark.rule("C-01")
@pytest.mark.parametrize(
    ("role", "facts", "rule_id", "verdict"),
    [
        ("using", {"qualified": True}, "C-01", "met"),
        ("using", {"qualified": False}, "C-01", "unmet"),
        ("maintenance", {"qualified": True}, "C-01", "unmet"),
        ("maintenance", {"qualified": True, "maintains": True}, "C-01", "met"),
        ("testing", {"qualified": True}, "C-01", "met"),
        ("testing", {"qualified": True, "exited": True}, "T-X9", "unmet"),
    ],
)
def test_who_may_test_a_lift(role, facts, rule_id, verdict):
    found = may_test(role, **facts)
    assert (found.rule_id, found.verdict) == (rule_id, verdict)


def test_a_role_that_nobody_has_may_not_be_asked_for():
    with pytest.raises(ValueError, match="role: unknown 'insurer'"):
        may_test("insurer", qualified=True)


@pytest.mark.rule("T-X9")
def test_an_exited_maintenance_unit_may_not_test_pilot_lifts():
    assert may_test("maintenance", qualified=True, maintains=True, exited=True).verdict == "unmet"


@pytest.mark.parametrize(
    ("year", "figures", "expected"),
    [
        pytest.param(
            2020,
            {"insurance_percent": 40, "rescue_platform_percent": 99},
            ["met", "unmet", "unknown"],
            marks=pytest.mark.rule("G-01"),
        ),
        pytest.param(
            2021,
            {"insurance_percent": 49.9, "maintenance_districts": 20, "inspection_districts": 6},
            ["unmet", "met", "met"],
            marks=pytest.mark.rule("G-02"),
        ),
        pytest.param(
            2022,
            {"insurance_percent": 60, "maintenance_districts_percent": 100},
            ["met", "met", "unknown"],
            marks=pytest.mark.rule("G-03"),
        ),
        (2023, {}, []),
    ],
)
def test_the_targets_of_a_year(year, figures, expected):
    assert [one.verdict for one in attainment(year, figures)] == expected


def test_a_share_of_nothing_is_nothing():
    assert percent(0, 0) == 0
    assert percent(1, 4) == 25
    assert years() == (2020, 2021, 2022)


def test_yes_is_no_number():
    with pytest.raises(ValueError, match=r"pledges\.fault_rate: a number expected, not True"):
        check_pledges(BASELINE, {"fault_rate": True}, no_bridging=True)
