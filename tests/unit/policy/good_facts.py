"""Facts of units and a lift that meet everything, and one of them changed."""

import copy
from datetime import date

import pytest

ON = date(2021, 10, 15)


GOOD_LIFT = {
    "id": "500001",
    "iot": {"present": True, "online": True, "interface": True, "safety_report": True},
    "insurance": {"type": "liability", "from": "2021-10-15", "until": "2021-10-15"},
    "inspection": {"passed": True, "valid_until": "2021-10-15"},
}


YEAR = {"pilot_since": "2020-10-15", "still_labelled": True, "quality_improved": True, "satisfaction_improved": True}


GOOD_UNITS = {
    "using": {
        "id": "u",
        "role": "using",
        "accidents": [],
        "informatised": True,
        "tests_itself": False,
        "annex1_met": True,
        **YEAR,
    },
    "maintenance": {
        "id": "m",
        "role": "maintenance",
        "accidents": [],
        "informatised": True,
        "standards_published": True,
        "pledges_published": True,
        "annex1_met": True,
        **YEAR,
    },
    "testing": {"id": "t", "role": "testing", "annex2_met": True, "approved": True},
}


def changed(facts, path, value):
    """Copy facts with one of them changed; ... takes it away."""
    facts = copy.deepcopy(facts)
    *above, last = path.split(".")
    target = facts
    for step in above:
        target = target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return facts


def row(*values):
    return pytest.param(*values, marks=pytest.mark.rule(values[1]))
