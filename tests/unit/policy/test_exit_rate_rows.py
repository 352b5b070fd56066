"""Exits by faults, complaints and outages, count by count and day by day."""

from datetime import date, datetime, timedelta

import pytest

from backend.policy.dates import SHANGHAI
from tests.unit.policy.leaving import INSPECTION, MAINTENANCE, ON, brief, of_lift, of_unit


@pytest.mark.rule("M-X10", "T-X8")
@pytest.mark.parametrize(
    ("cause", "verified", "counts"),
    [
        ("equipment", True, True),
        ("equipment", False, True),
        ("maintenance", True, True),
        ("maintenance", False, True),
        ("use", True, True),
        ("use", False, True),
        ("human", True, False),
        ("human", False, True),
        ("external", True, False),
        ("external", False, True),
        (None, False, True),
        (None, True, False),
    ],
)
def test_a_fault_counts_unless_its_cause_is_verified_as_another(cause, verified, counts):
    faults = [{"on": ON, "cause": cause, "verified": verified}] * 2
    assert bool(of_lift(MAINTENANCE, faults=faults)) is counts
    assert bool(of_lift(INSPECTION, faults=faults)) is counts


@pytest.mark.rule("M-X10", "T-X8")
@pytest.mark.parametrize(
    ("cause", "verified", "annex_1", "annex_2"),
    [
        ("use", True, True, True),  # 经查实为使用管理或维护保养原因造成的
        ("maintenance", True, True, True),
        ("other", True, False, True),
        (None, True, False, True),
        ("use", False, False, False),
        ("maintenance", False, False, False),
    ],
)
def test_a_complaint_counts_when_verified_and_in_annex_1_by_its_cause(cause, verified, annex_1, annex_2):
    complaints = [{"on": ON, "cause": cause, "verified": verified}] * 3
    assert bool(of_lift(MAINTENANCE, complaints=complaints)) is annex_1
    assert bool(of_lift(INSPECTION, complaints=complaints)) is annex_2


@pytest.mark.rule("M-X10", "T-X8")
@pytest.mark.parametrize(
    ("day", "current", "previous"),
    [
        (date(2021, 12, 2), 2, 0),
        (date(2021, 12, 1), 3, 0),
        (date(2020, 12, 2), 3, 0),
        (date(2020, 12, 1), 2, 1),
        (date(2019, 12, 2), 2, 1),
        (date(2019, 12, 1), 2, 0),
    ],
)
@pytest.mark.parametrize("programme", [MAINTENANCE, INSPECTION])
def test_a_fault_belongs_to_the_last_twelve_months_to_those_before_or_to_neither(programme, day, current, previous):
    faults = [{"on": one, "cause": "equipment"} for one in (ON, ON, day)]
    found = of_lift(programme, faults=faults)
    if (current, previous) == (2, 1):
        assert found == ()  # only one more than the year before
        more = [{"on": ON, "cause": "equipment"}] * 2
        found = of_lift(programme, faults=[*faults, *more])
        current += 2
    (one,) = found
    assert brief(found) == [({MAINTENANCE: "M-X10", INSPECTION: "T-X8"}[programme], "lift", "1", "review")]
    assert one.evidence == {"current": current, "previous": previous, "cause_verified": False}


@pytest.mark.rule("M-X10", "T-X8")
@pytest.mark.parametrize(
    ("day", "in_90_days", "in_12_months"),
    [
        (date(2021, 12, 2), 3, 4),
        (date(2021, 12, 1), 4, 5),
        (date(2021, 9, 3), 4, 5),
        (date(2021, 9, 2), 3, 5),
        (date(2020, 12, 2), 3, 5),
        (date(2020, 12, 1), 3, 4),
    ],
)
@pytest.mark.parametrize("programme", [MAINTENANCE, INSPECTION])
def test_a_complaint_belongs_to_the_last_90_days_to_twelve_months_or_to_neither(
    programme, day, in_90_days, in_12_months
):
    days = (ON, ON, ON, date(2021, 6, 1), day)
    found = of_lift(programme, complaints=[{"on": one, "cause": "use", "verified": True} for one in days])
    assert brief(found) == [({MAINTENANCE: "M-X10", INSPECTION: "T-X8"}[programme], "lift", "1", "review")]
    assert found[0].evidence == {"complaints_in_90_days": in_90_days, "complaints_in_12_months": in_12_months}


@pytest.mark.rule("M-X10", "T-X8")
@pytest.mark.parametrize(
    ("programme", "verified", "ending"),
    [
        (MAINTENANCE, False, "；原因待查实"),
        (MAINTENANCE, True, "明显高于前一年度"),
        (INSPECTION, False, "明显高于前一年度"),
        (INSPECTION, True, "明显高于前一年度"),
    ],
)
def test_only_annex_1_waits_for_a_verified_cause(programme, verified, ending):
    faults = [{"on": ON, "cause": "equipment"}] * 2
    (found,) = of_lift(programme, faults=faults, faults_cause_verified=verified)
    assert found.reason.endswith(ending)
    assert found.evidence["cause_verified"] is verified


@pytest.mark.rule("M-X2")
@pytest.mark.parametrize(
    ("outage", "on", "scopes"),
    [
        ({"alarm": "2021-09-30"}, date(2021, 10, 11), []),  # the third working day is not over
        ({"alarm": "2021-09-30"}, date(2021, 10, 12), ["unit", "lift"]),
        ({"found": "2021-09-30"}, date(2021, 10, 12), ["unit", "lift"]),
        ({"alarm": "2021-09-30", "found": "2021-10-09"}, date(2021, 10, 12), ["unit", "lift"]),
        ({"alarm": "2021-10-09", "found": "2021-10-11"}, date(2021, 10, 12), []),
        ({"alarm": "2021-09-30", "repaired": "2021-10-11"}, date(2021, 12, 1), []),
        ({"alarm": "2021-09-30", "repaired": "2021-10-12"}, date(2021, 12, 1), ["unit"]),
        ({"alarm": "2021-09-30", "declared": True}, date(2021, 12, 1), []),
        ({"alarm": "2021-09-30", "declared": False}, date(2021, 12, 1), ["unit", "lift"]),
        ({"repaired": "2021-10-12"}, date(2021, 12, 1), []),
    ],
)
def test_an_outage_ends_in_three_working_days_or_is_raised(outage, on, scopes):
    found = of_lift(MAINTENANCE, on, iot_outages=[outage])
    verdicts = {"unit": "review", "lift": "fact"}
    assert [(one.scope, one.verdict) for one in found] == [(scope, verdicts[scope]) for scope in scopes]
    reasons = {
        "unit": "物联网系统不能正常使用，三个工作日内未能解决",
        "lift": "物联网基础丧失，现场维保间隔即按维保合同模式执行",
    }
    for one in found:
        assert (one.rule_id, one.subject, one.reason) == ("M-X2", "1", reasons[one.scope])
        assert one.evidence["since"] == date(2021, 9, 30)
        assert one.evidence["due"] == date(2021, 10, 11)
        assert one.evidence["provisional"] is False
        assert one.evidence.items() >= outage.items()


@pytest.mark.rule("M-X2")
def test_each_outage_of_a_lift_is_looked_at():
    outages = [{"alarm": "2021-09-01", "declared": True}, {}, {"alarm": "2021-11-30"}, {"alarm": "2021-09-30"}]
    assert [one.scope for one in of_lift(MAINTENANCE, iot_outages=outages)] == ["unit", "lift"]
    assert of_lift(INSPECTION, iot_outages=outages) == ()


@pytest.mark.rule("M-X2")
def test_an_outage_may_be_known_by_its_minute():
    late = datetime(2021, 9, 30, 23, 59, tzinfo=SHANGHAI)
    found = of_lift(MAINTENANCE, iot_outages=[{"alarm": late}])
    assert found[0].evidence["since"] == date(2021, 9, 30)


def test_the_fault_window_is_twelve_months_of_any_day():
    leap = date(2024, 2, 29)
    faults = [{"on": leap - timedelta(days=n), "cause": "equipment"} for n in (0, 366)]
    assert of_lift(INSPECTION, leap, faults=faults) == ()


@pytest.mark.rule("M-X1", "M-X5")
@pytest.mark.parametrize("accidents", [True, ["夹人"]])
def test_an_accident_without_a_day_is_no_accident_of_the_last_three_years(accidents):
    found = of_unit(MAINTENANCE, role="using", accidents=accidents)
    assert [(one.rule_id, one.evidence) for one in found] == [("M-X5", {"accidents": accidents})]
