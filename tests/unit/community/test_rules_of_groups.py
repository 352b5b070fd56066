from datetime import UTC, datetime

import pytest

from backend.card.verdict import Verdict
from backend.community import groups, queries, workflow
from backend.community.queries import _worst_first
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.foundation.permissions import permissions_of_role
from config import load

pytestmark = pytest.mark.rule("P-09")
KINDS = (workflow.GROUP, workflow.URGE, workflow.MEDIATION)
MOVES = {
    ("group", "applied", "approve"): "approved",
    ("group", "refused", "approve"): "approved",
    ("group", "applied", "refuse"): "refused",
    ("group", "approved", "dissolve"): "dissolved",
    ("urge", "open", "answer"): "answered",
    ("urge", "escalated", "answer"): "escalated",
    ("urge", "open", "close"): "closed",
    ("urge", "answered", "close"): "closed",
    ("urge", "escalated", "close"): "closed",
    ("urge", "open", "escalate"): "escalated",
    ("urge", "answered", "escalate"): "escalated",
    ("mediation", "opened", "meet"): "opened",
    ("mediation", "opened", "agree"): "agreed",
    ("mediation", "opened", "fail"): "failed",
    ("mediation", "opened", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_allows_these_moves_and_no_others(kind):
    actions = {move["action"] for move in load("community")[kind]["moves"]}
    for state in load("community")[kind]["states"]:
        for action in actions:
            if expected := MOVES.get((kind, state, action)):
                assert workflow.target(kind, state, action) == expected
            else:
                with pytest.raises(Conflict):
                    workflow.target(kind, state, action)


def test_an_action_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound):
        workflow.target(workflow.URGE, "open", "explode")


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_of_the_table_has_a_name(kind):
    states = load("community")[kind]["states"]
    assert {state for move in load("community")[kind]["moves"] for state in [*move["from"], move["to"]]} <= set(states)


def test_a_lead_may_all_a_member_may_and_invite():
    roles = {name: permissions_of_role(row["role"]) for name, row in load("community")["roles"].items()}
    assert roles["lead"] - roles["member"] == {"group.invite"}


@pytest.mark.parametrize("permission", ["group.approve", "group.oversee", "complaint.see", "account.own"])
def test_no_neighbour_has_an_officers_permission(permission):
    assert permission not in permissions_of_role("group_lead")


def row(code, level="valid", **facts):
    plain = {"ongoing": False, "severe": False, "complaints": 0, "hazards": [], "faults": 0, "urges": 0, "doubts": 0}
    return {"code": code, "verdict": Verdict(level, level, ()), **plain, **facts}


def test_the_worst_comes_first():
    rows = [
        row("9", "out"),
        row("8"),
        row("7", complaints=2),
        row("6", "soon"),
        row("5", "missing"),
        row("4", "overdue"),
        row("3", "failed"),
        row("2", severe=True),
        row("1", "out", ongoing=True),
    ]
    assert [one["code"] for one in sorted(rows, key=_worst_first)] == [str(place) for place in range(1, 10)]


def test_the_summary_counts_lifts_by_verdict_and_what_is_open():
    counted = queries.summary([row("1", "overdue", hazards=[{}, {}], faults=1), row("2", "overdue", urges=3), row("3")])
    assert counted["lifts"] == 3
    assert (counted["overdue"], counted["valid"], counted["hazards"]) == (2, 1, 2)
    assert (counted["faults"], counted["urges"], counted["doubts"]) == (1, 3, 0)


@pytest.mark.parametrize(
    ("at", "week"),
    [
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "2026-W47"),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "2026-W48"),
        (datetime(2027, 1, 1, 4, 0, tzinfo=UTC), "2026-W53"),
    ],
)
def test_a_week_begins_on_monday_in_shanghai(at, week):
    assert groups.week_of(at) == week


@pytest.mark.parametrize(("text", "message"), [(" ", "请写"), ("很" * 6, "最多 5 个字")])
def test_a_text_that_cannot_be_taken_names_its_field(text, message):
    with pytest.raises(BadInput) as refused:
        groups.words("note", text, 5, "请写")
    assert refused.value.fields == {"note": message}
