"""Reads of complaints: by date, within the scope, without personal data in public."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.card import service as cards
from backend.complaints import block, queries, service
from backend.complaints.desk import reads
from backend.complaints.desk.reads import Filters, checked, desk_case, desk_list, open_counts
from backend.complaints.documents import Complaint
from backend.complaints.life import contact
from backend.complaints.service import NewReporter
from backend.foundation.errors import BadInput, NotFound
from tests.factories import make_lift
from tests.factories.people import acting, make_officer

MONDAY = datetime(2026, 11, 23, 4, tzinfo=UTC)
TEXT = {"text": "已经修好"}


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as now:
        yield now


def numbers(page):
    return [case["number"] for case in page[0]]


def pages(actor, filters, limit):
    """Follow the cursor to the end and give all numbers in order."""
    seen, cursor = [], None
    while True:
        found, cursor = desk_list(actor, filters, cursor, limit)
        seen += [case["number"] for case in found]
        if cursor is None:
            return seen


def test_the_earliest_date_leads_and_overdue_is_marked(clock, filed, officer):
    old = filed()["number"]
    clock.shift(timedelta(days=30))
    new = filed("noise")["number"]
    listed, _ = desk_list(officer, Filters())
    assert [(case["number"], case["overdue"]) for case in listed] == [(old, True), (new, False)]
    assert numbers(desk_list(officer, Filters(overdue=True))) == [old]


def test_paging_by_key_gives_every_case_once(clock, filed, officer):
    made = []
    for day in range(7):
        made.append(filed(draft=f"a{day}")["number"])
        made.append(filed("overdue", draft=f"b{day}")["number"])
        clock.shift(timedelta(days=1))
    for number in made[1::4]:
        service.act(number, "accept", officer, 1, {})
        service.act(number, "answer", officer, 2, TEXT)
    whole = pages(officer, Filters(), 100)
    assert sorted(whole) == sorted(made)
    assert [pages(officer, Filters(), size) for size in (1, 2, 3, 5)] == [whole] * 4


def test_a_case_whose_clocks_are_all_met_comes_after_those_with_a_date(clock, filed, officer):
    decided = filed("overdue")["number"]
    service.act(decided, "accept", officer, 1, {})
    service.act(decided, "decide", officer, 2, TEXT | {"decision": "no_case"})
    clock.shift(timedelta(days=60))
    dated = filed()["number"]
    listed, _ = desk_list(officer, Filters())
    assert [(case["number"], case["overdue"]) for case in listed] == [(dated, False), (decided, False)]


def test_closed_cases_page_with_the_newest_first(clock, filed, officer):
    made = []
    for day in range(5):
        made.append(filed(draft=str(day))["number"])
        service.act(made[-1], "refuse", officer, 1, {"ground": "too_old"})
        clock.shift(timedelta(days=1))
    assert pages(officer, Filters(state="closed"), 2) == made[::-1]
    assert pages(officer, Filters(state="refused"), 2) == made[::-1]
    assert pages(officer, Filters(), 2) == []


def test_filters_narrow_the_list(filed, officer):
    door, noise = filed()["number"], filed("noise")["number"]
    service.act(noise, "accept", officer, 1, {})
    for filters, expected in (
        (Filters(category="door"), [door]),
        (Filters(state="accepted"), [noise]),
        (Filters(mine=True), [noise]),
        (Filters(text=door), [door]),
        (Filters(text="云栖苑", category="door"), [door]),
        (Filters(text="500101", category="noise"), [noise]),
        (Filters(text=".*"), []),
        (Filters(bureau="500106"), []),
    ):
        assert numbers(desk_list(officer, filters)) == expected, filters


@pytest.mark.parametrize(
    ("field", "filters"),
    [
        ("state", Filters(state="lost")),
        ("category", Filters(category="bribery")),
        ("bureau", Filters(bureau="nowhere")),
        ("q", Filters(text="长" * 51)),
    ],
)
def test_a_filter_without_meaning_is_named(field, filters):
    with pytest.raises(BadInput) as refused:
        checked(filters)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("cursor", ["x", "~", "1~", "-~x", "999999999999999~261123-000001", "$gt~261123-000001"])
def test_a_forged_cursor_is_refused(officer, cursor):
    with pytest.raises(BadInput):
        desk_list(officer, Filters(), cursor)


def test_an_officer_sees_the_own_bureau_the_city_sees_all(filed, officer, neighbour, city):
    number = filed()["number"]
    assert numbers(desk_list(officer, Filters())) == numbers(desk_list(city, Filters())) == [number]
    assert numbers(desk_list(neighbour, Filters())) == []
    assert numbers(desk_list(city, Filters(bureau="500103"))) == [number]
    assert numbers(desk_list(neighbour, Filters(bureau="500103"))) == []
    assert open_counts(neighbour)["total"] == 0
    with pytest.raises(NotFound):
        desk_case(neighbour, number)


def test_an_actor_without_a_bureau_sees_nothing(filed, context):
    filed()
    nobody = acting("x", jurisdiction=None, permissions=frozenset({"complaint.see"}))
    assert desk_list(nobody, Filters()) == ([], None)


def test_a_bureau_sees_the_cases_of_those_it_took_over(filed, context):
    number = filed()["number"]
    Complaint.objects(number=number).update(set__jurisdiction="500105")
    successor = make_officer("liangjiang", jurisdiction="500157")
    assert numbers(desk_list(successor, Filters())) == [number]


def test_counts_say_what_is_open_and_what_is_overdue(clock, filed, officer):
    service.act(filed("overdue")["number"], "accept", officer, 1, {})
    filed()
    clock.shift(timedelta(days=60))
    filed("noise")
    assert open_counts(officer) == {"total": 3, "overdue": 2, "states": {"filed": 2, "accepted": 1}, "more": False}


def test_counting_stops_at_its_limit(filed, officer, monkeypatch):
    monkeypatch.setattr(reads, "COUNT_LIMIT", 2)
    for draft in "abc":
        filed(draft=draft)
    assert open_counts(officer)["total"] == 2
    assert open_counts(officer)["more"]


def test_a_list_costs_the_same_few_commands_however_long_it_is(filed, officer, commands):
    filed()
    commands.clear()
    desk_list(officer, Filters())
    one = list(commands)
    for draft in range(20):
        filed(draft=str(draft))
    commands.clear()
    desk_list(officer, Filters())
    assert commands == one == ["find complaints", "find complaints"]


def test_one_case_shows_history_masked_phone_and_the_lifts_card(filed, officer):
    number = filed(phone="02300001234", description="门关不上")["number"]
    service.act(number, "note", officer, 1, {"text": "电话未接"})
    case = desk_case(officer, number)
    assert [(entry["action"], entry["public"]) for entry in case["entries"]] == [("file", True), ("note", False)]
    assert case["reporters"][0]["phone"] == "023****1234"
    assert case["card"]["_id"] == "500101"
    assert case["description"] == "门关不上"


def test_a_phone_is_shown_to_the_own_officer_and_that_is_recorded(db, filed, officer, neighbour):
    number = filed(phone="02300001234")["number"]
    assert contact.show_phone(number, 0, officer) == "02300001234"
    event = db.events.find_one({"kind": "complaint.phone_shown"})
    assert (event["actor"], event["subject"]) == (officer.id, f"complaint:{number}")
    assert "0001234" not in str(event)
    for wrong in ((number, 0, neighbour), (number, 1, officer), ("261123-000000", 0, officer)):
        with pytest.raises(NotFound):
            contact.show_phone(*wrong)
    assert db.events.count_documents({"kind": "complaint.phone_shown"}) == 1


def test_a_reporter_without_a_phone_has_none_to_show(filed, officer):
    with pytest.raises(NotFound):
        contact.show_phone(filed()["number"], 0, officer)


def test_progress_without_the_key_tells_only_state_bureau_and_date(filed):
    shown = queries.progress(filed(phone="02300001234")["number"])
    assert shown["full"] is False
    assert set(shown) == {
        *("number", "state", "state_label", "css", "open", "bureau", "jurisdiction", "overdue", "full"),
        *("due", "due_for", "due_reason", "due_clause"),
    }


def test_progress_with_the_key_hides_people_notes_and_the_words_of_other_reporters(filed, officer):
    receipt = filed(phone="02300001234", description="我住 3-2,姓名甲乙丙", binding="f" * 32)
    service.join(receipt["number"], NewReporter("web", phone="02300009999"), "也是我家")
    service.act(receipt["number"], "note", officer, 2, {"text": "内部看法"})
    service.act(receipt["number"], "accept", officer, 3, {"text": "马上安排"})
    shown = queries.progress(receipt["number"], receipt["query_key"].lower())
    assert [entry["action"] for entry in shown["history"]] == ["file", "join", "accept"]
    assert shown["history"][-1]["actor_label"] == "办理单位"
    for secret in ("也是我家", "内部看法", "ffff", "1234", "9999", officer.id, "yuzhong"):
        assert secret not in str(shown)


@pytest.mark.parametrize("key", ["WRONGKEY", "钥匙", " ", "\0", "A" * 1000])
def test_a_wrong_key_opens_nothing(filed, key):
    assert queries.progress(filed()["number"], key) is None


def test_no_case_has_no_progress(context):
    assert queries.progress("261123-000000") is None


def test_a_residents_own_cases_come_newest_first(clock, filed):
    first = filed(binding="f" * 32)["number"]
    clock.shift(timedelta(hours=1))
    second = filed("noise", binding="f" * 32)["number"]
    filed("other", binding="e" * 32)
    own = queries.of_binding("f" * 32)
    assert [case["number"] for case in own] == [second, first]
    assert own[0]["query_key"] == service.query_key(second)


def test_an_open_case_on_the_same_lift_about_the_same_problem_is_found(filed, lift, officer):
    assert queries.similar(lift, "door") is None
    number = filed()["number"]
    assert queries.similar(lift, "door")["number"] == number
    assert queries.similar(lift, "noise") is None
    assert [case["number"] for case in queries.open_on_lift(lift)] == [number]
    service.act(number, "refuse", officer, 1, {"ground": "too_old"})
    assert queries.similar(lift, "door") is None
    assert queries.open_on_lift(lift) == []


def test_the_cards_block_counts_and_shows_five_with_the_outcomes_that_were_published(clock, filed, lift, officer):
    old = filed(draft="old")["number"]
    service.act(old, "accept", officer, 1, {})
    service.act(old, "resolve", officer, 2, TEXT)
    clock.shift(timedelta(days=366))
    made = []
    for day in range(6):
        made.append(filed(draft=str(day), consent_publish=True)["number"])
        clock.shift(timedelta(minutes=1))
    service.act(made[-1], "accept", officer, 1, {})
    service.act(made[-1], "resolve", officer, 2, {"text": "张三家门口的门已经修好"})
    service.act(made[-1], "publish", officer, 3, TEXT)
    shown = block.build([lift])[lift]
    assert (shown["open"], shown["resolved"], len(shown["recent"])) == (5, 1, 5)
    assert [item["outcome"] for item in shown["recent"]] == ["已经修好", None, None, None, None]
    assert shown["recent"][0]["due"] is None
    assert shown["recent"][1]["due"] > shown["recent"][1]["filed_at"] == "2027-11-24"


def test_a_lift_without_complaints_has_an_empty_block(lift):
    shown = block.build([lift])[lift]
    assert (shown["open"], shown["resolved"], shown["recent"], shown["updated_at"]) == (0, 0, [], None)


def test_blocks_of_many_lifts_cost_one_query(context, commands):
    codes = [make_lift(f"50020{n}") for n in range(3)]
    commands.clear()
    assert set(block.build(codes)) == set(codes)
    assert commands == ["aggregate complaints"]


def test_a_rebuilt_block_is_the_one_that_the_service_kept(db, filed, lift, officer):
    service.act(filed()["number"], "accept", officer, 1, {})
    kept = db.cards.find_one({"_id": lift})["blocks"]["complaints"]
    cards.rebuild([lift])
    assert db.cards.find_one({"_id": lift})["blocks"]["complaints"] == kept


def test_a_block_grown_by_each_filing_is_the_one_that_is_built_anew(clock, db, filed, lift, officer):
    for n in range(7):
        filed(draft=str(n), category="door" if n % 2 else "noise")
        clock.shift(timedelta(minutes=1))
        kept = db.cards.find_one({"_id": lift})["blocks"]["complaints"]
        assert kept == block.build([lift])[lift]
    assert (kept["open"], len(kept["recent"])) == (7, 5)


def test_a_filing_on_a_card_without_the_block_builds_it_of_all_cases(db, filed, lift):
    filed(draft="1")
    db.cards.update_one({"_id": lift}, {"$unset": {"blocks.complaints": 1}})
    filed(draft="2")
    assert db.cards.find_one({"_id": lift})["blocks"]["complaints"]["open"] == 2
