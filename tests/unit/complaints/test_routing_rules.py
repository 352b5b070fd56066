"""Each condition of a routing rule chooses, the first match wins, and what is not asked for is not counted."""

from datetime import date

import pytest

from backend.complaints.intake.routing import route

DAY = date(2026, 11, 23)
LIFT = {"jurisdiction": "500103"}
LAST = {"rule": "last", "when": {}, "to": "CQ", "reason": "{bureau}"}


def rule(to="bureau", **when):
    return {"rule": "first", "when": when, "to": to, "reason": "{bureau}"}


def fired(first, lift=LIFT, **facts):
    known = {"category": "door", "track": "complaint", "channel": "web", "unit_lifts": lambda: 1000} | facts
    return route(known, lift, DAY, [first, LAST]).rule == "first"


@pytest.mark.parametrize(
    ("when", "matches"),
    [
        ({"category": "door"}, True),
        ({"category": ["noise", "door"]}, True),
        ({"category": "noise"}, False),
        ({"track": "report"}, False),
        ({"bureau": "500103"}, True),
        ({"bureau": ["500105", "500106"]}, False),
        ({"zone": True}, False),
        ({"unit_lifts": {"min": 1000}}, True),
        ({"unit_lifts": {"min": 1001}}, False),
        ({"unit_lifts": {"max": 999}}, False),
        ({"unit_lifts": {"min": 1, "max": 1000}}, True),
        ({"category": "door", "track": "report"}, False),
    ],
)
def test_a_rule_matches_what_it_names(when, matches):
    assert fired(rule(**when)) is matches


def test_a_development_zones_own_bureau_is_told_apart():
    assert fired(rule(zone=True), {"jurisdiction": "CQ-GX"})


def test_the_bureau_of_today_decides_for_an_abolished_district():
    assert fired(rule(bureau="500157"), {"jurisdiction": "500105"})


def test_the_first_rule_that_matches_wins_and_says_so():
    rules = [rule(category="noise"), rule(to="500106", track="complaint"), rule(category="door"), LAST]
    routed = route({"category": "door", "track": "complaint"}, LIFT, DAY, rules)
    assert (routed.jurisdiction, routed.reason) == ("500106", "沙坪坝区市场监督管理局")


def test_the_lifts_of_a_unit_are_counted_only_where_a_rule_asks():
    def count():
        raise AssertionError("counted")

    assert fired(rule(category="door"), unit_lifts=count)


def test_rules_that_match_nothing_are_a_mistake_that_is_told():
    with pytest.raises(LookupError):
        route({"category": "door"}, LIFT, DAY, [rule(category="noise")])
