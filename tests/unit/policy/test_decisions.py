"""Dated decisions of an authority that move due dates."""

from datetime import date

import pytest

from backend.policy.decisions import Decision, decided, decisions
from backend.policy.inspection import next_due
from backend.policy.profiles import profile

TODAY = date(2027, 7, 15)
FLOOD = Decision(
    document="某市场监督管理局关于延期检验的通知",
    rule_id="TSG-T7001-2023",
    decided_on=date(2027, 7, 1),
    kinds=("inspection",),
    valid_from=date(2027, 7, 1),
    valid_to=date(2027, 8, 31),
    months=2,
    districts=frozenset({"500103"}),
)


def due_in(month):
    return next_due(profile("tsg-2023"), date(2026, month, 10))["inspection"]


def test_a_postponement_moves_what_falls_due_in_its_days_and_says_so():
    moved = decided(due_in(7), "inspection", "500103", TODAY, [FLOOD])
    assert moved.due == date(2027, 9, 30)
    assert moved.clause == FLOOD.document
    assert "延期2个月" in moved.reason


def test_an_advance_is_a_decision_too():
    early = Decision(**{**{name: getattr(FLOOD, name) for name in FLOOD.__slots__}, "months": -1})
    moved = decided(due_in(8), "inspection", "500103", TODAY, [early])
    assert (moved.due, "提前1个月" in moved.reason) == (date(2027, 7, 31), True)


@pytest.mark.parametrize(
    ("month", "kind", "area", "today"),
    [
        (6, "inspection", "500103", TODAY),
        (9, "inspection", "500103", TODAY),
        (7, "test", "500103", TODAY),
        (7, "inspection", "500101", TODAY),
        (7, "inspection", "500103", date(2027, 6, 30)),
    ],
    ids=["due before", "due after", "another kind", "another district", "not decided yet"],
)
def test_what_a_decision_is_not_about_stays_due(month, kind, area, today):
    due = due_in(month)
    assert decided(due, kind, area, today, [FLOOD]) == due


def test_a_decision_about_a_district_moves_what_lies_in_a_zone_that_it_supervises():
    host = Decision(**{**{name: getattr(FLOOD, name) for name in FLOOD.__slots__}, "districts": frozenset({"500108"})})
    assert decided(due_in(7), "inspection", "CQ-JK", TODAY, [host]).due == date(2027, 9, 30)


def test_no_decision_is_in_force():
    assert decisions() == ()
