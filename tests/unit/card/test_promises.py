"""Each pledge of a lift beside the fact: kept, broken, nothing to compare, or not compared while it stands still."""

import pytest

from backend.card.promises import BROKEN, IDLE, KEPT, NOTHING, promises, summary
from config import load

pytestmark = pytest.mark.rule("M-11")
FAULTS = {"key": "fault_rate", "name": "故障率", "unit": "次/台·年", "pledged": 3}
RESCUE = {"key": "rescue_minutes", "name": "救援时间", "unit": "分钟", "pledged": 20}
OTHER = {"key": "doors", "name": "门故障", "unit": "次", "pledged": 1}


def card(*pledges, status="in_use", **measured):
    return {
        "blocks": {"identity": {"status": status}, "said": {"pledges": list(pledges)}, "done": {"measured": measured}}
    }


@pytest.mark.parametrize(
    ("pledge", "measured", "status", "state"),
    [
        (FAULTS, {"fault_rate": 3}, "in_use", KEPT),
        (FAULTS, {"fault_rate": 4}, "in_use", BROKEN),
        (RESCUE, {"rescue_minutes": None}, "in_use", NOTHING),
        (RESCUE, {}, "in_use", NOTHING),
        (FAULTS, {"fault_rate": 0}, "stopped", IDLE),
        (RESCUE, {}, "stopped", IDLE),
        (FAULTS, {"fault_rate": 4}, "stopped", BROKEN),
    ],
)
def test_a_promise_is_broken_only_by_what_was_measured_and_kept_only_by_a_lift_that_runs(
    pledge, measured, status, state
):
    assert [found.state for found in promises(card(pledge, status=status, **measured))] == [state]


def test_a_promise_has_the_residents_words_and_one_nobody_foresaw_its_own():
    assert [(found.name, found.unit) for found in promises(card(FAULTS, OTHER))] == [
        ("故障次数", "次/年"),
        ("门故障", "次"),
    ]


@pytest.mark.parametrize(
    ("shown", "text", "css"),
    [
        (card(FAULTS, RESCUE, fault_rate=2), "承诺2项，都做到", "ok"),
        (card(FAULTS, RESCUE, fault_rate=4, rescue_minutes=10), "承诺2项，没做到：故障次数", "late"),
        (card(FAULTS, RESCUE, fault_rate=4, rescue_minutes=30), "承诺2项，没做到：故障次数、救援到场", "late"),
        (card(RESCUE), "承诺1项，没有发生可比较的事", "dim"),
        (card(FAULTS, fault_rate=0, status="stopped"), "承诺1项，停用期间不比较", "dim"),
    ],
)
def test_all_promises_of_a_lift_are_said_in_one_line_of_which_the_worst_decides(shown, text, css):
    line = summary(promises(shown))
    assert (line.text, line.css) == (text, css)


def test_a_lift_without_promises_says_nothing_of_them():
    assert summary(promises(card())) is None


@pytest.mark.parametrize("state", [KEPT, BROKEN, NOTHING, IDLE])
def test_every_state_has_its_words_and_a_colour(state):
    assert {"word", "all", "css"} == {
        name for name, value in load("card")["promises"]["states"][state].items() if value
    }
