"""Who may inspect and who may test a lift, by what an organisation is, what it does and what the lift is to it."""

import pytest

from backend.policy.bodies import may_examine
from backend.policy.inspection import COUNTED, EVENTS

BOTH = "同时承担电梯检验任务和电梯检测服务"
NO_INSPECTOR = "只有检验机构可以承担电梯检验"
INSPECTOR = "检验机构可以承担检验"
TESTER = "可以承担该电梯的检测"
NOT_ITS_OWN = "维保单位只能检测所维保的电梯"
STRANGER = "不是这台电梯的使用单位，也不是维保单位或检验检测机构"
ROWS = [
    ("inspection", ["inspection"], {}, ("C-03", "met", INSPECTOR)),
    ("inspection", ["inspection"], {"works": ["inspection"]}, ("C-03", "met", INSPECTOR)),
    ("inspection", ["inspection"], {"works": ["testing"]}, ("C-03", "unmet", BOTH)),
    ("inspection", ["inspection", "testing"], {}, ("C-03", "unmet", BOTH)),
    ("inspection", ["inspection", "testing", "using"], {}, ("C-03", "unmet", BOTH)),
    ("inspection", ["inspection", "maintenance"], {}, ("C-03", "met", INSPECTOR)),
    ("inspection", ["testing"], {}, ("C-03", "unmet", NO_INSPECTOR)),
    ("inspection", ["maintenance"], {"maintains": True}, ("C-03", "unmet", NO_INSPECTOR)),
    ("inspection", ["using"], {"uses": True}, ("C-03", "unmet", NO_INSPECTOR)),
    ("inspection", [], {}, ("C-03", "unmet", NO_INSPECTOR)),
    ("testing", ["testing"], {}, ("C-01", "met", TESTER)),
    ("testing", ["testing"], {"works": ["testing"]}, ("C-01", "met", TESTER)),
    ("testing", ["testing"], {"works": ["inspection"]}, ("C-03", "unmet", BOTH)),
    ("testing", ["inspection"], {}, ("C-01", "met", TESTER)),
    ("testing", ["inspection"], {"works": ["inspection"]}, ("C-03", "unmet", BOTH)),
    ("testing", ["inspection", "testing"], {}, ("C-03", "unmet", BOTH)),
    ("testing", ["maintenance"], {"maintains": True}, ("C-01", "met", TESTER)),
    ("testing", ["maintenance"], {}, ("C-01", "unmet", NOT_ITS_OWN)),
    ("testing", ["maintenance"], {"uses": True}, ("C-01", "unmet", NOT_ITS_OWN)),
    ("testing", ["maintenance", "testing"], {}, ("C-01", "met", TESTER)),
    ("testing", ["using"], {"uses": True}, ("C-01", "met", TESTER)),
    ("testing", ["using"], {}, ("C-01", "unmet", STRANGER)),
    ("testing", ["using"], {"maintains": True}, ("C-01", "unmet", STRANGER)),
    ("testing", ["using", "maintenance"], {"uses": True}, ("C-01", "met", TESTER)),
    ("testing", ["using", "maintenance"], {"maintains": True}, ("C-01", "met", TESTER)),
    ("testing", ["using", "maintenance"], {}, ("C-01", "unmet", NOT_ITS_OWN)),
    ("testing", ["maker"], {"uses": True, "maintains": True}, ("C-01", "unmet", STRANGER)),
    ("testing", [], {}, ("C-01", "unmet", STRANGER)),
]


@pytest.mark.rule("C-01", "C-03")
@pytest.mark.parametrize(("work", "kinds", "facts", "expected"), ROWS)
def test_who_may_examine_a_lift_and_why_not(work, kinds, facts, expected):
    found = may_examine(work, iter(kinds), body="91A", **facts)
    assert (found.rule_id, found.verdict, found.reason) == expected
    assert (found.scope, found.subject) == ("body", "91A")


@pytest.mark.rule("C-01", "C-03")
def test_the_finding_says_what_it_was_seen_from():
    assert may_examine("inspection", ["using", "inspection"], body="b").evidence == {"kinds": ["inspection", "using"]}
    assert may_examine("inspection", ["inspection"], works=["testing"], body="b").evidence == {
        "work": ["inspection", "testing"]
    }
    assert may_examine("testing", ["maintenance", "using"], maintains=True, body="b").evidence == {
        "role": "maintenance",
        "qualified": True,
        "maintains": True,
        "exited": False,
    }
    assert may_examine("testing", ["testing", "using"], uses=True, body="b").evidence["role"] == "using"
    assert may_examine("testing", [], body="b").evidence == {}


def test_what_counts_as_the_years_inspection_or_test_and_what_is_an_event():
    assert COUNTED == {"inspection": ("periodic", "re_inspection"), "test": ("self", "entrusted", "re_inspection")}
    assert EVENTS == ("modernised", "major-repair", "restart")
