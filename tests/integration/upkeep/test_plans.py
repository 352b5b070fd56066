from datetime import UTC, datetime

import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.card import queries as cards
from backend.foundation.errors import BadInput
from backend.upkeep import service
from backend.upkeep.documents import MaintenancePlan
from tests.factories import make_lift


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(datetime(2026, 6, 15, 4, tzinfo=UTC), tick=False):
        yield


def plan(lift, **changes):
    given = {"maintenance_unit": "mu-1", "items": ["制动器"], "interval_months": 1, "actor": COMMAND, **changes}
    return service.file_plan(lift, **given)


def block(code):
    return cards.card(code)["blocks"]["upkeep"]


@pytest.mark.rule("M-12")
def test_the_newest_plan_is_shown_with_its_interval():
    code = make_lift()
    plan(code)
    with time_machine.travel(datetime(2026, 6, 16, 4, tzinfo=UTC), tick=False):
        plan(code, interval_months=None, interval_days=15)
    assert (block(code)["plan"]["interval"], block(code)["plan"]["items"]) == ("每15天至少1次", ["制动器"])


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("items", {"items": []}),
        ("interval_months", {"interval_days": 15}),
        ("interval_months", {"interval_months": 0}),
        ("query_url", {"query_url": "ftp://plan.example"}),
    ],
)
def test_a_bad_plan_names_the_field(field, changes):
    code = make_lift()
    with pytest.raises(BadInput) as error:
        plan(code, **changes)
    assert list(error.value.fields) == [field]
    assert MaintenancePlan.objects.count() == 0
