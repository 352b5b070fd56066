"""What stands against a label: the publicity, the authority, the lift, and each condition known not to be met."""

from dataclasses import replace
from datetime import date

import pytest

from backend.foundation.workdays import WorkCalendar
from backend.policy.labelling import Proposal, refusals

CALENDAR = WorkCalendar()
YUZHONG, WANZHOU, MUNICIPAL = "500103", "500101", "CQ"
# The fifteenth day of a publicity from 1 March 2021 is a Tuesday, 16 March; from 1 November 2021 it is 16 November.
GOOD = {
    "maintenance": Proposal("maintenance", date(2021, 3, 17), date(2021, 3, 1), YUZHONG, (9, 30), YUZHONG, True),
    "inspection": Proposal("inspection", date(2021, 11, 17), date(2021, 11, 1), MUNICIPAL, (9, 30), YUZHONG, True),
}
YEAR = {"pilot_since": "2020-10-15", "still_labelled": True, "quality_improved": True, "satisfaction_improved": True}
USING = {"id": "u", "role": "using", "accidents": [], "informatised": True, "tests_itself": False, **YEAR}
MAINTAINING = {
    **USING,
    "id": "m",
    "role": "maintenance",
    "standards_published": True,
    "pledges_published": True,
    "annex1_met": True,
}
LIFT = {
    "id": "1",
    "iot": {"present": False},
    "insurance": {"type": "liability", "from": "2021-01-01", "until": "2021-12-31"},
    "inspection": {"passed": True, "valid_until": "2021-12-31"},
}
FACTS = {"units": [USING, MAINTAINING], "lifts": [LIFT]}
PROGRAMMES = list(GOOD)


def against(programme, facts=FACTS, extended=None, **changes):
    proposal = replace(GOOD[programme], **changes)
    found = refusals(proposal, facts, CALENDAR, extended=extended)
    assert {(one.scope, one.verdict) for one in found} <= {("label", "unmet")}
    return [(one.rule_id, one.subject) for one in found]


def reason(programme, facts=FACTS, **changes):
    (found,) = refusals(replace(GOOD[programme], **changes), facts, CALENDAR)
    return found.reason


@pytest.mark.rule("M-18", "T-08")
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_nothing_stands_against_a_label_that_meets_all_that_is_asked(programme):
    assert against(programme) == []


@pytest.mark.rule("M-18", "T-08")
@pytest.mark.parametrize("programme", PROGRAMMES)
@pytest.mark.parametrize("facts", [{}, {"units": [{"id": "u"}], "lifts": [{"id": "1"}]}, {"units": [], "lifts": []}])
def test_what_is_not_known_stands_against_nothing(programme, facts):
    assert against(programme, facts) == []


@pytest.mark.rule("M-16", "T-07")
@pytest.mark.parametrize(("programme", "rule_id"), [("maintenance", "M-16"), ("inspection", "T-07")])
def test_nobody_is_labelled_without_a_publicity(programme, rule_id):
    assert against(programme, publicised_from=None) == [(rule_id, "publicised_from")]
    assert reason(programme, publicised_from=None) == "还没有公示"


@pytest.mark.rule("M-16", "T-07")
@pytest.mark.parametrize(
    ("programme", "begun", "since", "rules"),
    [
        ("maintenance", date(2021, 3, 1), date(2021, 3, 16), [("M-16", "since")]),  # its fifteenth day
        ("maintenance", date(2021, 3, 1), date(2021, 3, 17), []),
        ("maintenance", date(2021, 3, 17), date(2021, 3, 17), [("M-16", "since")]),
        ("maintenance", date(2020, 10, 9), date(2020, 10, 26), [("M-16", "since")]),  # rolls from Saturday to Monday
        ("maintenance", date(2020, 10, 9), date(2020, 10, 27), []),
        ("inspection", date(2021, 11, 1), date(2021, 11, 16), [("T-07", "since")]),
        ("inspection", date(2021, 11, 1), date(2021, 11, 17), []),
    ],
)
def test_a_lift_is_labelled_from_the_day_after_fifteen_days_of_publicity(programme, begun, since, rules):
    lift = {"id": "1", "iot": {"present": False}}
    found = against(programme, {"lifts": [lift]}, publicised_from=begun, since=since)
    assert found == rules


@pytest.mark.rule("M-16")
def test_a_publicity_that_is_not_over_says_until_when_it_runs():
    since = date(2020, 10, 26)
    said = reason("maintenance", {}, publicised_from=date(2020, 10, 9), since=since)
    assert said == "公示到2020-10-26才满十五天，之前不能确认和标注"


@pytest.mark.rule("M-15", "T-07")
@pytest.mark.parametrize(
    ("programme", "changes", "rules"),
    [
        ("maintenance", {"authority": "500107"}, [("M-15", "authority")]),  # another pilot district's
        ("maintenance", {"authority": MUNICIPAL}, [("M-15", "authority")]),
        ("maintenance", {"authority": MUNICIPAL, "unit_lifts": (9, 1000)}, []),
        ("maintenance", {"unit_lifts": (1000, 9)}, [("M-15", "authority")]),
        ("maintenance", {"unit_lifts": (999, 999)}, []),
        ("maintenance", {"district": WANZHOU}, [("M-15", "authority")]),  # no pilot district: nobody accepts
        ("maintenance", {"district": WANZHOU, "authority": WANZHOU}, [("M-15", "authority")]),
        ("inspection", {"authority": YUZHONG}, [("T-07", "authority")]),
        ("inspection", {"district": WANZHOU}, []),
    ],
)
def test_only_the_authority_that_accepts_an_application_labels(programme, changes, rules):
    assert against(programme, **changes) == rules


@pytest.mark.rule("M-15", "T-07")
def test_another_authority_is_told_whose_it_is():
    assert reason("inspection", authority=YUZHONG) == "不由这个局确认：调整检验检测方式试点由市局受理并确认"
    said = reason("maintenance", district=WANZHOU)
    assert said == "申请单位电梯不足1000台，且试点电梯不在市局确认的试点区县内，无受理机关"


@pytest.mark.rule("G-04")
@pytest.mark.parametrize(
    ("programme", "since", "inside"),
    [
        ("maintenance", date(2020, 9, 22), False),
        ("maintenance", date(2022, 12, 31), True),
        ("maintenance", date(2023, 1, 1), False),
        ("inspection", date(2021, 8, 31), False),
        ("inspection", date(2022, 12, 31), True),
        ("inspection", date(2023, 1, 1), False),
    ],
)
def test_outside_the_programmes_time_nobody_labels_and_that_is_said_once(programme, since, inside):
    begun = date(since.year, since.month - 3 if since.month > 3 else since.month, 1).replace(year=since.year - 1)
    found = against(programme, {}, publicised_from=begun, since=since)
    assert found == ([] if inside else [("G-04", "since")])
    assert against(programme, FACTS, publicised_from=begun, since=since)[:1] == found[:1] or inside


@pytest.mark.rule("G-04")
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_a_longer_pilot_labels_until_its_own_last_day(programme):
    longer = date(2026, 12, 31)
    assert against(programme, {}, longer, since=longer) == []
    assert against(programme, {}, date(2026, 12, 30), since=longer) == [("G-04", "since")]
    accident = {"units": [{**USING, "accidents": ["2026-01-01"]}]}
    rule_id = {"maintenance": "M-01", "inspection": "T-01"}[programme]
    assert against(programme, accident, longer, since=longer) == [(rule_id, "unit")]


@pytest.mark.rule("M-18", "T-08")
@pytest.mark.parametrize(("programme", "rule_id"), [("maintenance", "M-18"), ("inspection", "T-08")])
def test_a_lift_that_is_not_in_use_is_not_labelled(programme, rule_id):
    assert against(programme, in_use=False) == [(rule_id, "lift")]
    assert reason(programme, in_use=False) == "停用或注销的电梯不能标注"


@pytest.mark.parametrize(
    ("programme", "facts", "found"),
    [
        pytest.param(*values, marks=pytest.mark.rule(values[2][0]))
        for values in (
            ("maintenance", {"units": [{**USING, "accidents": ["2021-01-01"]}]}, ("M-01", "unit")),
            ("maintenance", {"units": [{**MAINTAINING, "informatised": False}]}, ("M-02", "unit")),
            ("maintenance", {"units": [{**MAINTAINING, "pledges_published": False}]}, ("M-06", "unit")),
            ("maintenance", {"lifts": [{**LIFT, "iot": {"present": True, "online": False}}]}, ("M-03", "lift")),
            ("maintenance", {"lifts": [{**LIFT, "insurance": {"until": "2021-03-16"}}]}, ("M-04", "lift")),
            ("maintenance", {"lifts": [{**LIFT, "inspection": {"passed": False}}]}, ("M-05", "lift")),
            ("inspection", {"units": [{**MAINTAINING, "accidents": ["2021-01-01"]}]}, ("T-01", "unit")),
            ("inspection", {"units": [{**USING, "pilot_since": "2020-11-18"}]}, ("T-02", "unit")),
            ("inspection", {"units": [{**MAINTAINING, "pilot_since": "2020-11-18"}]}, ("T-03", "unit")),
            ("inspection", {"units": [{**MAINTAINING, "annex1_met": False}]}, ("T-04", "unit")),
            ("inspection", {"lifts": [{**LIFT, "inspection": {"valid_until": "2021-11-16"}}]}, ("T-05", "lift")),
        )
    ],
)
def test_each_condition_that_is_known_not_to_be_met_on_the_labels_first_day_stands_against_it(programme, facts, found):
    assert against(programme, facts) == [found]


@pytest.mark.rule("M-18")
def test_a_conditions_reason_is_the_one_of_the_check():
    lift = {**LIFT, "insurance": {**LIFT["insurance"], "until": "2021-03-16"}}
    assert reason("maintenance", {**FACTS, "lifts": [lift]}) == "购买电梯安全责任保险：不符合（保险已到期）"


@pytest.mark.rule("M-18")
def test_all_that_stands_against_a_label_is_said_in_the_order_in_which_it_is_looked_at():
    changes = {"publicised_from": None, "authority": "500107", "in_use": False}
    facts = {"units": [{**USING, "informatised": False}], "lifts": [{**LIFT, "inspection": {"passed": False}}]}
    assert against("maintenance", facts, **changes) == [
        ("M-15", "authority"),
        ("M-16", "publicised_from"),
        ("M-18", "lift"),
        ("M-02", "unit"),
        ("M-05", "lift"),
    ]


@pytest.mark.rule("M-16")
@pytest.mark.parametrize(
    ("since", "begun", "told"),
    [
        (date(2020, 10, 30), date(2020, 9, 22), [("M-16", "publicised_from")]),
        (date(2020, 10, 30), date(2020, 9, 23), []),
        (date(2020, 9, 23), date(2020, 9, 1), [("M-16", "publicised_from")]),
    ],
)
def test_a_publicity_before_the_programmes_first_day_does_not_count(since, begun, told):
    assert [
        one for one in against("maintenance", since=since, publicised_from=begun) if one[1] == "publicised_from"
    ] == told


@pytest.mark.rule("M-16", "T-07")
@pytest.mark.parametrize(
    ("programme", "begun", "since", "rules"),
    [
        ("maintenance", date(2020, 9, 1), date(2020, 9, 22), [("G-04", "since")]),  # the day itself is against it
        ("maintenance", date(2020, 9, 1), date(2020, 9, 23), [("M-16", "publicised_from")]),
        ("maintenance", date(2020, 9, 22), date(2021, 3, 1), [("M-16", "publicised_from")]),
        ("maintenance", date(2020, 9, 23), date(2021, 3, 1), []),
        ("inspection", date(2021, 8, 31), date(2021, 11, 17), [("T-07", "publicised_from")]),
        ("inspection", date(2021, 9, 1), date(2021, 11, 17), []),
    ],
)
def test_a_publicity_from_before_the_programme_counts_for_nothing(programme, begun, since, rules):
    assert against(programme, {}, publicised_from=begun, since=since) == rules


@pytest.mark.rule("M-16", "T-07")
def test_a_publicity_from_before_the_programme_is_told_when_it_began():
    said = reason("inspection", publicised_from=date(2021, 8, 31))
    assert said == "试点自2021-09-01开始，之前的公示不算"
