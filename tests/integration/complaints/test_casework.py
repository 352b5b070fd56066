"""What officers do around a case: assign, watch, visit; and the inbox in which they hear of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.casework import watching
from backend.complaints import service
from backend.complaints.desk import case_view, reads, undelivered
from backend.complaints.desk.reads import Filters
from backend.complaints.life import around
from backend.complaints.life.around import NewSiteVisit
from backend.delivery import inbox
from backend.foundation import clock
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from tests.factories.people import make_officer


@pytest.fixture
def colleague(context):
    return make_officer("tongshi")


@pytest.fixture
def number(filed):
    return filed()["number"]


def visit(**changed):
    """A visit to the lift an hour from now back; changed as a test needs."""
    usual = {"form": "f-1", "visited_at": clock.now(), "visitors": "甲、乙", "findings": "层门地坎有异物，已清除"}
    return NewSiteVisit(**usual | changed)


def case_of(db, number):
    return db.complaints.find_one({"_id": number})


def test_a_case_is_given_to_a_colleague_who_is_told(db, officer, colleague, number):
    version = case_of(db, number)["version"]
    assert around.assign(number, officer, version, colleague.id, "周三前到现场") is None
    case = case_of(db, number)
    assert (case["assignee"], case["version"]) == (colleague.id, version + 1)
    told = db.outbox.find_one({"target": colleague.id})
    assert (told["channel"], told["template"], told["data"]["text"]) == ("inbox", "complaint.assigned", "周三前到现场")
    entry = db.case_entries.find_one({"case": number, "action": "assign"})
    assert not entry["public"]
    assert "tongshi" in entry["text"]
    assert db.events.find_one({"kind": "complaint.assign", "actor": officer.id})


def test_handing_over_names_who_had_the_case_before(db, officer, colleague, number):
    around.assign(number, officer, case_of(db, number)["version"], colleague.id)
    assert around.assign(number, colleague, case_of(db, number)["version"], officer.id) == colleague.id


def test_of_two_officers_who_assign_at_once_the_second_is_told(db, officer, colleague, number):
    version = case_of(db, number)["version"]
    around.assign(number, officer, version, colleague.id)
    with pytest.raises(Conflict, match="刚刚被别人更新过"):
        around.assign(number, colleague, version, officer.id)
    assert case_of(db, number)["assignee"] == colleague.id


def test_a_case_is_not_given_to_another_bureau_or_to_nobody_known(db, officer, neighbour, number):
    version = case_of(db, number)["version"]
    for stranger in (neighbour.id, "person:x", "key:1"):
        with pytest.raises(BadInput) as wrong:
            around.assign(number, officer, version, stranger)
        assert list(wrong.value.fields) == ["assignee"]
    assert case_of(db, number)["version"] == version


def test_another_bureau_neither_assigns_watches_nor_visits(db, officer, neighbour, number):
    with pytest.raises(NotFound):
        around.assign(number, neighbour, case_of(db, number)["version"], "")
    with pytest.raises(NotFound):
        around.record_visit(number, neighbour, visit())
    with pytest.raises(NotFound):
        around.own_case(neighbour, number)


def test_who_may_not_assign_is_refused(db, officer, number):
    nobody = replace(officer, permissions=frozenset())
    with pytest.raises(Forbidden):
        around.assign(number, nobody, case_of(db, number)["version"], officer.id)


def test_a_closed_case_is_not_assigned(db, officer, number):
    service.act(number, "refuse", officer, case_of(db, number)["version"], {"ground": "too_old"})
    with pytest.raises(Conflict, match="已经结束"):
        around.assign(number, officer, case_of(db, number)["version"], officer.id)


def test_who_watches_hears_of_the_steps_of_others_and_not_of_the_own(db, officer, colleague, number):
    watching.start(number, colleague.id)
    watching.start(number, colleague.id)
    service.act(number, "accept", officer, case_of(db, number)["version"], {})
    service.act(number, "note", colleague, case_of(db, number)["version"], {"text": "看过"})
    told = list(db.outbox.find({"target": colleague.id}))
    assert [(row["template"], row["data"]["action"], row["data"]["state"]) for row in told] == [
        ("complaint.watched", "受理", "已受理")
    ]
    for row in told:
        inbox.send(row)
    [notice] = inbox.notices([colleague.id])
    assert "受理" in notice["text"]
    watching.end(number, colleague.id)
    service.act(number, "answer", officer, case_of(db, number)["version"], {"text": "已通知"})
    assert db.outbox.count_documents({"target": colleague.id}) == 1


def test_the_list_can_be_of_what_is_watched(officer, filed):
    watched, _ = filed()["number"], filed("noise")
    watching.start(watched, officer.id)
    found, _ = reads.desk_list(officer, Filters(watched=True))
    assert [case["number"] for case in found] == [watched]


def test_a_visit_is_kept_once_with_who_when_and_what(db, officer, number):
    for _ in range(2):
        around.record_visit(number, officer, visit())
    [kept] = around.visits(number)
    assert (kept["visitors"], kept["findings"], kept["by"]) == ("甲、乙", "层门地坎有异物，已清除", officer.id)
    assert db.events.count_documents({"kind": "complaint.visited"}) == 1


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("visitors", {"visitors": " "}),
        ("visitors", {"visitors": "长" * 101}),
        ("findings", {"findings": ""}),
        ("findings", {"findings": "长" * 2001}),
        ("visited_at", {"visited_at": clock.now() + timedelta(days=400)}),
        ("visited_at", {"visited_at": clock.now() - timedelta(days=400)}),
        ("photos", {"photos": [None] * 7}),
    ],
)
def test_a_visit_that_cannot_be_is_refused_by_its_field(db, officer, number, field, changed):
    with pytest.raises(BadInput) as wrong:
        around.record_visit(number, officer, visit(**changed))
    assert list(wrong.value.fields) == [field]
    assert db.case_visits.find_one() is None


def test_the_card_of_the_day_of_filing_stands_beside_todays(db, officer, number):
    db.cards.update_one({"_id": "500101"}, {"$set": {"blocks.identity.status": "stopped"}})
    found = reads.desk_case(officer, number)
    beside = case_view.around(officer, found)
    assert beside["evidence"]["verdict"].level != "out"
    assert beside["verdict"].level == "out"


def test_moves_are_offered_with_the_fields_their_action_needs(db, officer, number):
    forms = case_view.moves(officer, reads.desk_case(officer, number))
    fields = {form["action"]: form["fields"] for form in (*forms["own"], *forms["shared"])}
    assert [field["name"] for field in fields["refuse"]] == ["ground", "text"]
    assert [field["name"] for field in fields["transfer"]] == ["to", "text"]
    [to, _] = fields["transfer"]
    assert officer.jurisdiction not in to["choices"]
    assert "resolve" not in fields
    assert "reopen" not in fields


def test_a_case_of_the_same_lift_is_offered_to_merge_into(officer, filed):
    first, second = filed("door")["number"], filed("noise")["number"]
    forms = case_view.moves(officer, reads.desk_case(officer, second))
    into = next(form for form in forms["shared"] if form["action"] == "merge")["fields"][0]
    assert [one["number"] for one in into["candidates"]] == [first]


def test_news_that_did_not_arrive_are_seen_by_the_bureau_whose_case_it_is(db, officer, neighbour, filed):
    number = filed(binding="b" * 32)["number"]
    db.outbox.update_one({"channel": "wechat"}, {"$set": {"state": "failed", "error": "43101"}})
    [missed] = undelivered.undelivered(officer)
    assert (missed["number"], missed["channel"], missed["error"]) == (number, "微信", "43101")
    assert undelivered.undelivered(neighbour) == []
    [told] = [one for one in case_view.deliveries(number) if one["bad"]]
    assert told["state"] == "发送失败"
