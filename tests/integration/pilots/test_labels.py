from datetime import UTC, date, datetime

import pytest
import time_machine

from backend.card import queries as cards
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.pilots import service
from backend.pilots.documents import Label
from backend.registry.documents import Lift
from tests.factories import make_lift
from tests.factories.people import OFFICER

GIVEN = {"programme": "maintenance", "authority": "500103", "since": date(2026, 1, 5), "actor": OFFICER}
ENDED = {
    "programme": "maintenance",
    "on": date(2026, 6, 1),
    "reason": "保险到期未续",
    "rule_id": "M-X9",
    "actor": OFFICER,
}


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(datetime(2026, 6, 15, 4, tzinfo=UTC), tick=False):
        yield


def block(code):
    return cards.card(code)["blocks"]["pilots"]


@pytest.mark.rule("M-18")
def test_a_label_is_shown_with_its_authority_and_left_on_the_lift():
    code = make_lift()
    service.label(code, publicised_from=date(2025, 12, 10), **GIVEN)
    shown = block(code)["current"][0]
    assert (shown["label"], shown["authority"]) == ("维保试点", "渝中区市场监督管理局")
    assert (shown["since"], shown["publicised_from"]) == ("2026-01-05", "2025-12-10")
    assert Lift.objects.get(code=code).labels == [{"programme": "maintenance", "since": "2026-01-05", "until": None}]


def test_an_exit_moves_the_label_to_the_past_with_its_reason_and_clause():
    code = make_lift()
    service.label(code, **GIVEN)
    service.exit(code, **ENDED)
    shown = block(code)["past"][0]
    assert block(code)["current"] == []
    assert (shown["until"], shown["exit_reason"]) == ("2026-06-01", "保险到期未续")
    assert shown["exit_clause"] == "附件1 四（三）2(1)"
    assert Lift.objects.get(code=code).labels[0]["until"] == "2026-06-01"


def test_a_lift_may_come_back_after_an_exit_and_keeps_its_history():
    code = make_lift()
    service.label(code, **GIVEN)
    service.exit(code, **ENDED)
    service.label(code, **{**GIVEN, "since": date(2026, 6, 10)})
    assert (len(block(code)["current"]), len(block(code)["past"])) == (1, 1)
    assert Lift.objects.get(code=code).labels == [{"programme": "maintenance", "since": "2026-06-10", "until": None}]


def test_both_programmes_are_kept_apart():
    code = make_lift()
    service.label(code, **GIVEN)
    service.label(code, **{**GIVEN, "programme": "inspection", "authority": "CQ"})
    service.exit(code, **ENDED)
    assert [row["programme"] for row in block(code)["current"]] == ["inspection"]


def test_a_label_is_given_once():
    code = make_lift()
    service.label(code, **GIVEN)
    with pytest.raises(Conflict):
        service.label(code, **GIVEN)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("programme", {"programme": "other"}),
        ("authority", {"authority": "123456"}),
        ("since", {"since": date(2026, 6, 16)}),
        ("publicised_from", {"publicised_from": date(2026, 1, 5)}),
        ("lift", {"lift": "999999"}),
    ],
)
def test_a_bad_label_names_the_field_and_changes_nothing(field, changes):
    code = make_lift()
    before = cards.card(code)
    with pytest.raises(BadInput) as error:
        service.label(**{"lift": code, **GIVEN, **changes})
    assert list(error.value.fields) == [field]
    assert cards.card(code) == before
    assert Label.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("on", {"on": date(2026, 1, 4)}),
        ("on", {"on": date(2026, 6, 16)}),
        ("reason", {"reason": " "}),
        ("rule_id", {"rule_id": "Z-99"}),
    ],
)
def test_a_bad_exit_names_the_field(field, changes):
    code = make_lift()
    service.label(code, **GIVEN)
    with pytest.raises(BadInput) as error:
        service.exit(code, **{**ENDED, **changes})
    assert list(error.value.fields) == [field]
    assert Label.objects.get(lift=code).until is None


def test_a_lift_without_the_label_cannot_leave():
    with pytest.raises(NotFound):
        service.exit(make_lift(), **ENDED)
