"""The complaint's life as data holds together: states, moves, permissions, clocks and routing name what exists."""

from datetime import UTC, date, datetime

import pytest

from backend.casework.workflow import RESIDENT
from backend.complaints import workflow
from backend.complaints.intake import routing
from backend.foundation.permissions import permissions_of_role
from backend.foundation.workdays import WorkCalendar
from backend.policy.deadlines import deadline
from config import load

MOVES = [move for track in workflow.TABLE.tracks for move in workflow.TABLE.tracks[track].moves]
CLOCKS = [clock for track in workflow.TABLE.tracks.values() for clock in track.clocks]
INTERNAL = {
    *("note", "identify", "decide", "ask_extension", "deny_extension", "invite", "contribute", "set_aside"),
    *("emergency", "publish", "unpublish", "send_back"),
}
DAY = date(2026, 11, 23)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.action)
def test_a_move_goes_between_states_that_exist(move):
    assert {*move.sources, *(move.target(state) for state in move.sources)} <= {*workflow.TABLE.states, "before"}


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.action)
def test_a_move_belongs_to_the_resident_or_to_a_role(move):
    granted = {permission for role in load("roles") for permission in permissions_of_role(role)}
    assert move.permission in granted | {RESIDENT}
    assert (move.permission == RESIDENT) == (move.does.who == RESIDENT)


def test_every_action_stands_in_a_table_and_asks_for_fields_that_exist():
    assert {move.action for move in MOVES} == set(workflow.TABLE.actions)
    for action in workflow.TABLE.actions.values():
        assert {*action.needs, *action.takes} <= set(workflow.fields())
    for field in workflow.fields().values():
        assert field["missing"]
        assert (field["kind"] == "choice") == ("choices" in field)


def test_every_step_the_resident_hears_of_has_its_words():
    told = {action.news for action in workflow.TABLE.actions.values() if not action.internal and action.news}
    assert told | {"complaint.file"} <= set(load("wording"))


def test_every_letter_that_a_move_writes_is_one_of_the_official_forms():
    written = {move.letter for move in MOVES if move.letter}
    written |= {track.register for track in workflow.TABLE.tracks.values() if track.register}
    assert written == set(load("letters"))
    assert {letter["title"] for letter in load("letters").values()} == {
        *("投诉登记表", "举报登记表", "分送通知书", "限期提供身份证明材料通知书", "受理决定书", "不予受理决定书"),
        *("调解通知书", "终止调解决定书", "调解书", "举报处理结果告知书"),
    }


def test_every_state_can_be_reached_and_every_open_one_left():
    reached = {"filed", "held", "hidden"} | {move.target(state) for move in MOVES for state in move.sources} - {
        "before"
    }
    left = {state for move in MOVES for state in move.sources if move.target(state) != state}
    assert reached == set(workflow.TABLE.states)
    assert {state for state in workflow.TABLE.states if workflow.TABLE.is_open(state)} <= left


def test_only_internal_moves_stay_hidden_from_the_resident():
    assert {action.action for action in workflow.TABLE.actions.values() if action.internal} == INTERNAL


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: clock.kind)
def test_a_clock_starts_and_stops_at_states_and_has_a_legal_length(clock):
    assert {clock.starts, *clock.stops} <= set(workflow.TABLE.states)
    start = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert deadline(clock.kind, start, WorkCalendar()).date > DAY


@pytest.mark.parametrize("category", workflow.categories())
def test_a_category_belongs_to_a_track(category):
    assert workflow.TABLE.tracks[workflow.categories()[category]["track"]].label


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
