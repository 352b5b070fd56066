from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.card import queries as cards
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.pilots import service as pilots
from backend.upkeep import queries, service
from backend.upkeep.documents import Visit
from tests.factories import make_label, make_lift, make_visit
from tests.factories.people import OFFICER

NOW = datetime(2026, 6, 15, 4, tzinfo=UTC)
VISIT = {"maintenance_unit": "mu-1", "work_type": "HM", "workers": ["云知满", "禾溯"], "photos": 4, "actor": COMMAND}
ITEMS = [
    {"code": "A-1-21", "name": "轿门门锁电气触点", "result": "normal"},
    {"code": "A-1-16", "name": "轿厢照明", "result": "abnormal", "note": "灯管已换"},
    {"code": "A-1-9", "name": "旁路装置", "result": "not_applicable", "note": "没有这个装置"},
]


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(NOW, tick=False):
        yield


def visit(code, day, **changes):
    start = datetime(2026, day.month, day.day, 2, tzinfo=UTC) if isinstance(day, date) else day
    return make_visit(code, start, minutes=50, **{**VISIT, **changes})


def block(code):
    return cards.card(code)["blocks"]["upkeep"]


def due(code):
    return block(code)["dues"][0]


def test_a_visit_is_shown_with_masked_names_and_counted_items():
    code = make_lift()
    visit(code, date(2026, 6, 10), items=ITEMS)
    shown = block(code)["visits"][0]
    assert (shown["date"], shown["type"], shown["minutes"]) == ("2026-06-10", "半月维保", 50)
    assert (shown["workers"], shown["names"], shown["photos"]) == (2, ["云**", "禾*"], 4)
    assert (shown["normal"], shown["abnormal"], shown["not_applicable"]) == (1, 1, 1)
    assert shown["found"] == [{"name": "轿厢照明", "note": "灯管已换"}]
    assert not shown["signed"]


@pytest.mark.rule("M-23")
def test_a_lift_outside_the_pilot_is_due_after_fifteen_days():
    code = make_lift()
    service.begin_contract(code, maintenance_unit="mu-1", mode="full", start=date(2026, 6, 1), actor=COMMAND)
    visit(code, date(2026, 6, 10))
    assert (due(code)["due"], due(code)["rule_id"]) == ("2026-06-25", "STATE-549-31")


@pytest.mark.rule("M-20")
@pytest.mark.parametrize(
    ("iot", "mode", "expected"),
    [(True, "other", "2026-09-10"), (False, "comprehensive", "2026-08-10"), (False, "other", "2026-07-10")],
)
def test_a_pilot_lift_is_due_after_three_two_or_one_months(iot, mode, expected):
    code = make_lift(iot=iot)
    service.begin_contract(code, maintenance_unit="mu-1", mode=mode, start=date(2026, 1, 1), actor=COMMAND)
    make_label(code)
    visit(code, date(2026, 6, 10), work_type="FM")
    assert due(code)["due"] == expected


@pytest.mark.rule("M-X14")
def test_after_an_exit_the_first_visit_is_due_within_fifteen_days():
    code = make_lift(iot=True)
    make_label(code)
    visit(code, date(2026, 5, 20), work_type="FM")
    pilots.exit(code, programme="maintenance", on=date(2026, 6, 12), reason="保险到期", rule_id="M-X9", actor=OFFICER)
    assert due(code)["due"] == "2026-06-27"


def test_after_the_pilot_ends_the_rhythm_runs_from_the_first_day_without_it():
    code = make_lift(iot=True)
    service.begin_contract(code, maintenance_unit="mu-1", mode="full", start=date(2026, 1, 1), actor=COMMAND)
    make_label(code)
    with time_machine.travel(datetime(2027, 12, 20, 4, tzinfo=UTC), tick=False):
        make_visit(code, datetime(2027, 12, 19, 2, tzinfo=UTC), minutes=50, **{**VISIT, "work_type": "FM"})
    with time_machine.travel(datetime(2028, 1, 10, 4, tzinfo=UTC), tick=False):
        upcoming = queries.build([code])[code]["dues"][0]
    assert (upcoming["due"], upcoming["rule_id"]) == ("2028-01-16", "STATE-549-31")


def contract(code, start, end=None, mode="full", unit="mu-1"):
    service.begin_contract(code, maintenance_unit=unit, mode=mode, start=start, end=end, actor=COMMAND)


def piloted(**facts):
    code = make_lift(**facts)
    make_label(code)
    return code


@pytest.mark.rule("M-21")
def test_a_renewed_contract_leaves_an_overdue_visit_overdue():
    code = piloted()
    contract(code, date(2025, 1, 1), date(2026, 6, 9))
    visit(code, date(2026, 3, 10), work_type="FM")
    contract(code, date(2026, 6, 10))
    assert due(code)["due"] == "2026-05-10"


def test_a_renewed_contract_leaves_the_fortnight_running_too():
    code = make_lift()
    contract(code, date(2025, 1, 1), date(2026, 6, 9))
    visit(code, date(2026, 5, 10))
    contract(code, date(2026, 6, 10))
    assert due(code)["due"] == "2026-05-25"


@pytest.mark.parametrize("former", [True, False], ids=["with the former contract", "with its visits only"])
def test_another_unit_that_takes_over_begins_anew(former):
    code = piloted()
    if former:
        contract(code, date(2025, 1, 1), date(2026, 6, 9), unit="mu-2")
    visit(code, date(2026, 3, 10), work_type="FM", maintenance_unit="mu-2")
    contract(code, date(2026, 6, 10))
    assert due(code)["due"] == "2026-08-10"


def test_where_nobody_ever_came_the_first_contract_of_the_unit_starts_the_interval():
    code = piloted()
    contract(code, date(2026, 2, 1), date(2026, 5, 31))
    contract(code, date(2026, 6, 1))
    assert due(code)["due"] == "2026-04-01"


@pytest.mark.rule("M-21")
def test_an_ended_contract_is_no_basis_and_the_card_says_so(client):
    code = piloted()
    contract(code, date(2023, 1, 1), date(2024, 12, 31))
    visit(code, date(2026, 6, 1), work_type="FM")
    assert (due(code)["due"], due(code)["rule_id"]) == ("2026-07-01", "M-22")
    assert "到期</span>，不再作为维保间隔的依据" in client.get(f"/e/{code}").get_data(as_text=True)


def test_a_contract_is_a_basis_until_the_end_of_its_last_day(client):
    code = piloted()
    contract(code, date(2026, 1, 1), date(2026, 6, 15))
    visit(code, date(2026, 6, 1), work_type="FM")
    assert due(code)["due"] == "2026-08-01"
    assert "不再作为维保间隔的依据" not in client.get(f"/e/{code}").get_data(as_text=True)
    with time_machine.travel(datetime(2026, 6, 15, 16, 5, tzinfo=UTC), tick=False):
        assert "不再作为维保间隔的依据" in client.get(f"/e/{code}").get_data(as_text=True)
        assert queries.build([code])[code]["dues"][0]["due"] == "2026-07-01"


def test_a_lift_without_contract_and_visits_owes_both():
    code = make_lift()
    assert due(code)["due"] is None
    assert (block(code)["contract"], block(code)["visits"]) == (None, [])


def test_a_stopped_lift_owes_no_visit():
    code = make_lift(status="stopped")
    assert block(code)["dues"] == []


def test_a_correction_replaces_the_visit_on_the_card_and_keeps_it_in_the_record():
    code = make_lift()
    first = visit(code, date(2026, 6, 10))
    second = visit(code, date(2026, 6, 10), photos=6, corrects=first.id)
    assert [row["id"] for row in block(code)["visits"]] == [str(second.id)]
    assert block(code)["visits"][0]["corrected"]
    assert Visit.objects.count() == 2
    with pytest.raises(Conflict):
        visit(code, date(2026, 6, 10), corrects=first.id)


def test_a_visit_of_another_lift_cannot_be_corrected():
    make_lift("500102")
    other = visit("500102", date(2026, 6, 10))
    with pytest.raises(NotFound):
        visit(make_lift(), date(2026, 6, 10), corrects=other.id)


def test_a_signature_is_shown_and_given_once():
    code = make_lift()
    stored = visit(code, date(2026, 6, 10))
    service.sign_visit(stored.id, actor=OFFICER)
    assert block(code)["visits"][0]["signed"]
    with pytest.raises(Conflict):
        service.sign_visit(stored.id, actor=OFFICER)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("work_type", {"work_type": "XX"}),
        ("workers", {"workers": []}),
        ("workers", {"workers": [" "]}),
        ("end", {"end": datetime(2026, 6, 9, tzinfo=UTC)}),
        ("end", {"end": datetime(2026, 6, 16, tzinfo=UTC)}),
        ("hazards", {"hazards": ["S9"]}),
        ("photos", {"photos": -1}),
        ("items", {"items": [{"name": "制动器", "result": "abnormal"}]}),
        ("items", {"items": [{"name": "制动器", "result": "好"}]}),
    ],
)
def test_a_bad_visit_names_the_field_and_changes_nothing(field, changes):
    code = make_lift()
    before = cards.card(code)
    with pytest.raises(BadInput) as error:
        visit(code, date(2026, 6, 10), **changes)
    assert list(error.value.fields) == [field]
    assert cards.card(code) == before
    assert Visit.objects.count() == 0


def test_a_visit_to_an_unknown_lift_is_refused():
    with pytest.raises(BadInput) as error:
        visit("999999", date(2026, 6, 10))
    assert list(error.value.fields) == ["lift"]


@pytest.mark.parametrize(("field", "changes"), [("mode", {"mode": "half"}), ("end", {"end": date(2025, 1, 1)})])
def test_a_bad_contract_names_the_field(field, changes):
    code = make_lift()
    given = {"maintenance_unit": "mu-1", "mode": "full", "start": date(2026, 1, 1), "actor": COMMAND, **changes}
    with pytest.raises(BadInput) as error:
        service.begin_contract(code, **given)
    assert list(error.value.fields) == [field]


@pytest.mark.rule("M-23")
@pytest.mark.parametrize("with_contract", [True, False])
def test_a_lift_that_only_gets_fortnightly_visits_owes_the_wider_ones_from_its_first(with_contract):
    code = make_lift()
    if with_contract:
        contract(code, date(2025, 1, 1))
    for days in range(0, 105, 14):
        visit(code, datetime(2026, 3, 1, 2, tzinfo=UTC) + timedelta(days=days))
    assert (due(code)["due"], due(code)["type"], due(code)["rule_id"]) == ("2026-06-01", "季度维保", "TSG-T5002-6")


@pytest.mark.rule("M-X14")
def test_what_was_overdue_in_the_pilot_stays_overdue_after_an_exit():
    code = piloted()
    visit(code, date(2026, 3, 10), work_type="FM")
    pilots.exit(code, programme="maintenance", on=date(2026, 6, 12), reason="保险到期", rule_id="M-X9", actor=OFFICER)
    assert (due(code)["due"], due(code)["rule_id"]) == ("2026-04-10", "M-22")
    visit(code, date(2026, 6, 13))
    assert (due(code)["due"], due(code)["rule_id"]) == ("2026-06-28", "STATE-549-31")


def test_a_label_that_was_never_held_begins_no_rhythm():
    code = make_lift()
    visit(code, date(2026, 6, 1))
    make_label(code, date(2026, 6, 12))
    pilots.exit(code, programme="maintenance", on=date(2026, 6, 12), reason="误标", rule_id="M-X1", actor=OFFICER)
    assert due(code)["due"] == "2026-06-16"


def test_another_unit_that_takes_over_after_an_exit_begins_anew():
    code = piloted()
    contract(code, date(2025, 1, 1), date(2026, 6, 12), unit="mu-2")
    visit(code, date(2026, 3, 10), work_type="FM", maintenance_unit="mu-2")
    pilots.exit(code, programme="maintenance", on=date(2026, 6, 12), reason="保险到期", rule_id="M-X9", actor=OFFICER)
    contract(code, date(2026, 6, 13), mode="other")
    assert due(code)["due"] == "2026-06-28"
