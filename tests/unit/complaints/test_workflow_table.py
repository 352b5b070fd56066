"""The complaint's life as data holds together: states, moves, permissions, clocks and routing name what exists."""

from datetime import UTC, date, datetime

import pytest

from backend.complaints import routing, workflow
from backend.foundation.permissions import permissions_of_role
from backend.foundation.workdays import WorkCalendar
from backend.policy.deadlines import deadline
from config import load

MOVES = list(workflow.transitions().values())
CLOCKS = [clock for track in load("complaints")["tracks"].values() for clock in track["clocks"]]
DAY = date(2026, 11, 23)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.action)
def test_a_move_goes_between_states_that_exist(move):
    assert {*move.sources, *(move.target(state) for state in move.sources)} <= set(workflow.states())


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.action)
def test_a_move_belongs_to_the_resident_or_to_a_role(move):
    granted = {permission for role in load("roles") for permission in permissions_of_role(role)}
    assert move.permission in granted | {workflow.RESIDENT}


def test_every_state_can_be_reached_and_every_open_one_left():
    reached = {"filed"} | {move.target(state) for move in MOVES for state in move.sources}
    left = {state for move in MOVES for state in move.sources if move.target(state) != state}
    assert reached == set(workflow.states())
    assert {state for state in workflow.states() if workflow.is_open(state)} <= left


def test_only_internal_moves_stay_hidden_from_the_resident():
    assert [move.action for move in MOVES if move.internal] == ["note"]


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: clock["kind"])
def test_a_clock_starts_and_stops_at_states_and_has_a_legal_length(clock):
    assert {clock["starts"], *clock["stops"]} <= set(workflow.states())
    start = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert deadline(clock["kind"], start, WorkCalendar()).date > DAY


@pytest.mark.parametrize("category", workflow.categories())
def test_a_category_belongs_to_a_track(category):
    assert workflow.track_label(workflow.categories()[category]["track"])


@pytest.mark.parametrize(
    ("lift", "jurisdiction", "rule"),
    [
        ({"jurisdiction": "500103"}, "500103", "lift-bureau"),
        ({"jurisdiction": "500105"}, "500157", "lift-bureau"),
        ({"jurisdiction": None}, "CQ", "municipal-desk"),
        ({}, "CQ", "municipal-desk"),
        (None, "CQ", "municipal-desk"),
    ],
)
def test_every_case_has_a_desk_and_the_rule_says_why(lift, jurisdiction, rule):
    routed = routing.route({"category": "door", "track": "complaint", "channel": "web"}, lift, DAY)
    assert (routed.jurisdiction, routed.rule) == (jurisdiction, rule)
    assert "市场监督管理局" in routed.reason


def test_the_last_routing_rule_matches_everything():
    assert load("complaints")["routing"][-1]["when"] == {}
