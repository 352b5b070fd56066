from datetime import UTC, date, datetime

import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.card import queries as cards
from backend.foundation.errors import BadInput
from backend.pilots import service as pilots
from backend.registry.documents import Organisation
from backend.upkeep import queries, service
from backend.upkeep.documents import MaintenancePlan
from tests.factories import make_label, make_lift, make_visit


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


@pytest.mark.rule("M-29")
def test_the_filed_plan_counts_where_it_is_shorter_than_the_limit():
    code = make_lift(iot=True)
    make_label(code)
    plan(code, interval_months=1)
    make_visit(code, datetime(2026, 4, 1, 2, tzinfo=UTC), work_type="FM")
    due = block(code)["dues"][0]
    assert (due["due"], due["rule_id"], due["clause"]) == ("2026-05-01", "M-29", "附件1 四（二）")


@pytest.mark.rule("M-29")
@pytest.mark.parametrize(
    ("field", "facts", "changes"),
    [
        ("interval_months", {"iot": True}, {"interval_months": 12}),
        ("interval_months", {"iot": True}, {"interval_months": 4}),
        ("interval_months", {}, {"interval_months": 2}),
        ("interval_days", {}, {"interval_months": None, "interval_days": 32}),
    ],
)
def test_a_plan_above_the_limit_of_its_basis_is_refused_with_the_clause(field, facts, changes):
    code = make_lift(**facts)
    with pytest.raises(BadInput, match="三（一）2") as error:
        plan(code, **changes)
    assert list(error.value.fields) == [field]
    assert MaintenancePlan.objects.count() == 0


@pytest.mark.rule("M-29")
def test_a_plan_filed_for_a_longer_basis_gives_way_to_the_limit_of_todays():
    code = make_lift()
    make_label(code)
    ends = {"start": date(2026, 1, 1), "end": date(2026, 6, 20)}
    service.begin_contract(code, maintenance_unit="mu-1", mode="full", actor=COMMAND, **ends)
    plan(code, interval_months=2)
    make_visit(code, datetime(2026, 6, 1, 2, tzinfo=UTC), work_type="FM")
    with time_machine.travel(datetime(2026, 6, 21, 4, tzinfo=UTC), tick=False):
        assert queries.build([code])[code]["dues"][0]["due"] == "2026-07-01"


def test_another_units_plan_times_nothing_and_the_card_says_so(client):
    code = make_lift()
    make_label(code)
    plan(code, interval_months=None, interval_days=20)
    ends = {"start": date(2026, 6, 1), "end": date(2026, 12, 31)}
    Organisation(id="mu-2", name="渝快电梯维保有限公司", kinds=["maintenance"]).save()
    service.begin_contract(code, maintenance_unit="mu-2", mode="other", actor=COMMAND, **ends)
    assert block(code)["dues"][0]["due"] == "2026-07-01"
    assert not block(code)["plan"]["counts"]
    assert "现在不按这个方案维保" in client.get(f"/e/{code}").get_data(as_text=True)


def test_a_plan_counts_in_the_pilot_and_not_after_it(client):
    code = make_lift()
    make_label(code)
    plan(code)
    assert block(code)["plan"]["counts"]
    assert "现在不按这个方案维保" not in client.get(f"/e/{code}").get_data(as_text=True)
    pilots.exit(code, programme="maintenance", on=date(2026, 6, 12), reason="保险到期", rule_id="M-X9", actor=COMMAND)
    assert not block(code)["plan"]["counts"]


@pytest.mark.parametrize("unit", ["mu-77", "uu-1"])
def test_only_a_registered_maintenance_unit_files_a_plan(unit):
    with pytest.raises(BadInput) as error:
        plan(make_lift(), maintenance_unit=unit)
    assert list(error.value.fields) == ["maintenance_unit"]
