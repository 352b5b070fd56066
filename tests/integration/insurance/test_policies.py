from datetime import UTC, date, datetime

import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.card import queries as cards
from backend.foundation.errors import BadInput
from backend.insurance import service
from backend.registry.service import set_labels
from tests.factories import make_lift

NOW = datetime(2026, 6, 15, 4, tzinfo=UTC)
LABEL = {"programme": "maintenance", "since": "2026-01-05", "until": None}
POLICY = {"kind": "liability", "insurer": "鲤山财产保险", "start": date(2026, 1, 1), "end": date(2026, 12, 31)}


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(NOW, tick=False):
        yield


def block(code):
    return cards.card(code)["blocks"]["insurance"]


@pytest.mark.rule("M-04")
def test_a_pilot_lift_without_insurance_owes_it():
    code = make_lift()
    assert block(code)["dues"] == []
    set_labels(code, [LABEL])
    assert block(code)["dues"][0]["due"] is None


def test_the_policy_that_runs_longest_is_shown_on_every_lift_it_covers():
    codes = [make_lift("500101"), make_lift("500102")]
    service.insure("A-1", lifts=codes, actor=COMMAND, **POLICY)
    service.insure("A-2", lifts=codes[:1], actor=COMMAND, **{**POLICY, "end": date(2027, 5, 1)})
    assert [block(code)["policy"]["number"] for code in codes] == ["A-2", "A-1"]
    assert block(codes[0])["dues"][0]["due"] == "2027-05-01"


@pytest.mark.rule("P-36", "M-04")
@pytest.mark.parametrize(
    ("labels", "rule_id", "clause"), [([], "P-36", "二（三）3"), ([LABEL], "M-04", "附件1 三2; 三（一）2; 三（三）4")]
)
def test_only_a_pilot_lifts_policy_rests_on_the_pilots_clause(labels, rule_id, clause):
    code = make_lift()
    set_labels(code, labels)
    service.insure("A-1", lifts=[code], actor=COMMAND, **POLICY)
    due = block(code)["dues"][0]
    assert (due["rule_id"], due["clause"]) == (rule_id, clause)


def test_a_policy_that_begins_later_does_not_cover_today():
    code = make_lift()
    service.insure("A-1", lifts=[code], actor=COMMAND, **{**POLICY, "start": date(2026, 7, 1)})
    assert block(code)["policy"] is None


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "fire"}),
        ("end", {"end": date(2025, 1, 1)}),
        ("lifts", {"lifts": ["999999"]}),
        ("lifts", {"lifts": []}),
    ],
)
def test_a_bad_policy_names_the_field(field, changes):
    code = make_lift()
    with pytest.raises(BadInput) as error:
        service.insure("A-1", **{"lifts": [code], "actor": COMMAND, **POLICY, **changes})
    assert list(error.value.fields) == [field]
