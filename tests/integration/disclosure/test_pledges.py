from datetime import UTC, datetime

import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.card import queries as cards
from backend.disclosure import service
from backend.disclosure.documents import Declaration
from backend.foundation.errors import BadInput
from tests.factories import make_label, make_lift

PLEDGES = {
    "fault_rate": {"baseline": 6, "pledged": 4},
    "downtime_hours": {"baseline": 30, "pledged": 16},
    "rescue_minutes": {"baseline": 26, "pledged": 20},
}
UNITS = {"using_unit": "uu-1", "maintenance_unit": "mu-1", "actor": COMMAND}


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(datetime(2026, 6, 15, 4, tzinfo=UTC), tick=False):
        yield


def declare(*lifts, **changes):
    given = {"pledges": PLEDGES, "no_bridging": True, "lifts": lifts, **UNITS, **changes}
    return service.publish_declaration(**given)


def block(code):
    return cards.card(code)["blocks"]["pledges"]


@pytest.mark.rule("M-11")
def test_a_declaration_is_shown_on_every_lift_it_names():
    codes = [make_lift("500101"), make_lift("500102"), make_lift("500104")]
    declare(*codes[:2], standard_url="https://standard.example/a")
    assert [len(block(code)["pledges"]) for code in codes] == [3, 3, 0]
    first = block(codes[0])["pledges"][0]
    assert (first["name"], first["pledged"], first["baseline"]) == ("故障率", 4, 6)
    assert block(codes[0])["no_bridging"]


def test_the_newest_declaration_counts():
    code = make_lift()
    declare(code)
    with time_machine.travel(datetime(2026, 6, 16, 4, tzinfo=UTC), tick=False):
        declare(code, pledges=PLEDGES | {"fault_rate": {"baseline": 6, "pledged": 2}})
    assert block(code)["pledges"][0]["pledged"] == 2
    assert Declaration.objects.count() == 2


def test_only_a_pilot_lift_owes_a_declaration():
    code = make_lift()
    assert not block(code)["owed"]
    make_label(code)
    assert block(code)["owed"]
    assert block(code)["pledges"] == []


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("pledges.fault_rate", {"pledges": PLEDGES | {"fault_rate": {"baseline": 6, "pledged": 6}}}),
        ("pledges.rescue_minutes", {"pledges": {k: v for k, v in PLEDGES.items() if k != "rescue_minutes"}}),
        ("no_bridging", {"no_bridging": False}),
        ("lifts", {"lifts": ["999999"]}),
        ("standard_url", {"standard_url": "javascript:alert(1)"}),
    ],
)
def test_a_bad_declaration_names_the_field_and_changes_nothing(field, changes):
    code = make_lift()
    before = cards.card(code)
    with pytest.raises(BadInput) as error:
        declare(code, **changes)
    assert list(error.value.fields) == [field]
    assert cards.card(code) == before
    assert Declaration.objects.count() == 0
