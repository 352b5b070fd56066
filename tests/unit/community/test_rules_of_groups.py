from datetime import UTC, datetime

import pytest

from backend.card.verdict import Verdict
from backend.casework.moving import Situation, refusal
from backend.community import groups, matters, queries
from backend.community.queries import _worst_first
from backend.foundation import forms
from backend.foundation.errors import BadInput, Conflict, Forbidden
from backend.foundation.permissions import permissions_of_role
from config import load

pytestmark = pytest.mark.rule("P-09")
TABLES = {"group": matters.GROUP, "urge": matters.URGE, "mediation": matters.MEDIATION}
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
    ("urge", "open", "lapse"): "escalated",
    ("mediation", "opened", "meet"): "opened",
    ("mediation", "opened", "agree"): "agreed",
    ("mediation", "opened", "fail"): "failed",
    ("mediation", "opened", "withdraw"): "withdrawn",
}
WHO = {
    "approve": "lead", "refuse": "lead", "dissolve": "lead", "answer": "unit", "close": "group", "escalate": "group",
    "lapse": "worker", "meet": "group", "agree": "group", "fail": "group", "withdraw": "group",
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_the_table_allows_these_moves_and_no_others(kind):
    table = TABLES[kind]
    found = {
        (kind, state, action): move.target(state)
        for state in table.states
        for action in table.actions
        if (move := table.move(kind, action, state))
    }
    assert found == {move: to for move, to in MOVES.items() if move[0] == kind}


@pytest.mark.parametrize("kind", TABLES)
def test_each_move_is_for_those_it_is_meant_for(kind):
    assert {action: does.who for action, does in TABLES[kind].actions.items()}.items() <= WHO.items()


def test_a_move_that_is_not_of_the_state_is_refused_in_words():
    closed = Situation("urge", "closed", frozenset({"group"}))
    why = refusal(matters.URGE, closed, "escalate", {"group.urge"})
    assert (type(why), why.message) == (Conflict, "“已整改”的督促不能没有解决，转市场监管局")


def test_an_action_that_does_not_exist_is_nobodys():
    opened = Situation("urge", "open", frozenset({"group"}))
    assert isinstance(refusal(matters.URGE, opened, "explode", {"group.urge"}), Forbidden)


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
        forms.words("note", text, 5, "请写")
    assert refused.value.fields == {"note": message}
