"""A complaint is filed once, routed, kept, joined and moved as the table allows, by one officer at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from backend.casework import record
from backend.complaints import numbers, queries, service
from backend.complaints.documents import Complaint
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from tests.factories import make_lift
from tests.factories.people import make_officer

DETAILS = {"text": "已经安排人员到场", "ground": "too_old", "to": "500106"}
WAY_TO = {"filed": (), "accepted": ("accept",), "resolved": ("accept", "resolve")}


def walk(number, actions, officer):
    """Take a case through actions, each seen by the officer before the next."""
    for action in actions:
        service.act(number, action, officer, Complaint.objects(number=number).first().version, DETAILS)


@pytest.mark.rule("P-16")
def test_a_complaint_lies_on_the_desk_of_the_lifts_bureau_with_a_date_and_its_rule(filed):
    receipt = filed()
    assert receipt["jurisdiction"] == "500103"
    assert receipt["bureau"] == "渝中区市场监督管理局"
    assert receipt["due_for"] == "受理"
    assert receipt["due_reason"]
    assert "渝中区" in receipt["route"]


@pytest.mark.rule("P-16")
def test_accepted_means_kept_complaint_history_event_and_card_in_one(db, filed):
    number = filed(binding="f" * 32)["number"]
    assert db.complaints.find_one({"_id": number})["state"] == "filed"
    assert [line["action"] for line in record.history(number)] == ["file"]
    assert db.events.count_documents({"subject": f"complaint:{number}"}) == 1
    told = db.outbox.find_one({"subject": f"complaint:{number}", "channel": "wechat"})
    assert told["target"] == "f" * 32
    assert db.cards.find_one({"_id": "500101"})["blocks"]["complaints"]["open"] == 1


@pytest.mark.rule("P-16")
def test_a_place_without_a_lift_goes_to_the_municipal_desk(filed):
    assert filed(place="某小区 3 栋")["jurisdiction"] == "CQ"


def test_a_lift_of_an_abolished_district_goes_to_its_successor(context):
    code = make_lift("500901", jurisdiction="500105")
    receipt = service.file(NewComplaint("door", NewReporter("web"), lift=code))
    assert receipt["jurisdiction"] == "500157"


def test_the_same_draft_from_eight_threads_at_once_is_one_complaint(app, db, filed):
    def file(_):
        with app.app_context():
            return filed(draft="one-form")["number"]

    with ThreadPoolExecutor(8) as threads:
        numbers = set(threads.map(file, range(8)))
    assert len(numbers) == 1
    assert db.complaints.count_documents({}) == 1
    assert len(record.history(numbers.pop())) == 1
    assert db.repairs.count_documents({}) == 1
    assert db.cards.find_one({"_id": "500101"})["blocks"]["complaints"]["open"] == 1


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("category", {"category": "bribery"}),
        ("category", {"category": ""}),
        ("description", {"description": "长" * 2001}),
        ("phone", {"reporter": NewReporter("web", phone="not a phone")}),
        ("phone", {"reporter": NewReporter("web", phone="12")}),
        ("name", {"reporter": NewReporter("web", name="长" * 51)}),
        ("track", {"track": "gossip"}),
        ("track", {"track": "fault"}),
        ("lift_code", {"lift": "999999"}),
        ("place", {"lift": None}),
        ("place", {"lift": None, "place": "   "}),
        ("place", {"lift": None, "place": "长" * 201}),
        ("photos", {"photos": (None,) * 7}),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(db, lift, field, facts):
    good = {"category": "door", "reporter": NewReporter("web"), "lift": lift}
    events = db.events.count_documents({})
    with pytest.raises(BadInput) as refused:
        service.file(NewComplaint(**{**good, **facts}))
    assert list(refused.value.fields) == [field]
    assert db.complaints.find_one() is None
    assert db.events.count_documents({}) == events


def test_an_officer_cannot_reopen_in_the_residents_name(filed, officer):
    number = filed()["number"]
    walk(number, ("accept", "resolve"), officer)
    with pytest.raises(Forbidden):
        service.act(number, "reopen", officer, 3, DETAILS)


@pytest.mark.parametrize(
    ("action", "missing", "state"),
    [
        ("refuse", "ground", "filed"),
        ("transfer", "to", "filed"),
        ("transfer", "text", "filed"),
        ("answer", "text", "accepted"),
        ("resolve", "text", "accepted"),
        ("note", "text", "filed"),
    ],
)
def test_what_a_move_needs_is_asked_for_by_name(filed, officer, action, missing, state):
    number = filed()["number"]
    walk(number, WAY_TO[state], officer)
    version = Complaint.objects(number=number).first().version
    for blank in ("", "  \n"):
        with pytest.raises(BadInput) as refused:
            service.act(number, action, officer, version, {**DETAILS, missing: blank})
        assert list(refused.value.fields) == [missing]


@pytest.mark.parametrize(("name", "value"), [("to", "500103"), ("to", "500105"), ("to", "nowhere"), ("ground", "mood")])
def test_a_value_outside_the_list_is_refused(filed, officer, name, value):
    action = {"to": "transfer", "ground": "refuse"}[name]
    with pytest.raises(BadInput) as refused:
        service.act(filed()["number"], action, officer, 1, {**DETAILS, name: value})
    assert list(refused.value.fields) == [name]


@pytest.mark.parametrize("action", ["accept", "note"])
def test_of_two_officers_at_once_exactly_one_wins(app, db, filed, officer, action):
    number = filed()["number"]

    def act(_):
        with app.app_context():
            try:
                service.act(number, action, officer, 1, DETAILS)
            except Conflict:
                return "told to look again"
            return "done"

    with ThreadPoolExecutor(8) as threads:
        outcomes = sorted(threads.map(act, range(8)))
    assert outcomes == ["done"] + ["told to look again"] * 7
    assert db.case_entries.count_documents({"case": number, "action": action}) == 1
    assert db.complaints.find_one({"_id": number})["version"] == 2


def test_whoever_accepts_a_case_has_it_until_it_is_transferred(filed, officer):
    number = filed()["number"]
    assert service.act(number, "accept", officer, 1, {}).assignee == officer.id
    assert service.act(number, "transfer", officer, 2, DETAILS).assignee is None


def test_a_transferred_case_leaves_the_desk_and_keeps_its_time(filed, officer, neighbour):
    receipt = filed()
    service.act(receipt["number"], "transfer", officer, 1, DETAILS)
    with pytest.raises(NotFound):
        service.act(receipt["number"], "accept", officer, 2, {})
    moved = Complaint.objects(number=receipt["number"]).first()
    assert (moved.jurisdiction, moved.next_due) == ("500106", receipt["due"])
    assert service.act(receipt["number"], "accept", neighbour, 2, {}).state == "accepted"


def test_a_bureau_acts_on_the_cases_of_those_it_took_over(filed, context):
    number = filed()["number"]
    Complaint.objects(number=number).update(set__jurisdiction="500105")
    successor = make_officer("liangjiang", jurisdiction="500157")
    assert service.act(number, "accept", successor, 1, {}).state == "accepted"


def test_another_bureaus_case_does_not_exist_for_an_officer(filed, neighbour):
    with pytest.raises(NotFound):
        service.act(filed()["number"], "accept", neighbour, 1, {})


def test_news_goes_to_everybody_who_joined_but_not_of_internal_notes(db, filed, officer):
    number = filed(binding="a" * 32)["number"]
    service.join(number, NewReporter("wechat", binding="b" * 32), "我也遇到了", draft="chat-1")
    service.act(number, "note", officer, 2, DETAILS)
    service.act(number, "accept", officer, 3, {})
    news = {(row["target"], row["template"]) for row in db.outbox.find({"channel": "wechat"})}
    assert news == {
        ("a" * 32, "complaint.file"),
        ("a" * 32, "complaint.accept"),
        ("b" * 32, "complaint.accept"),
    }


def test_the_same_draft_joins_once(filed):
    number = filed()["number"]
    for _ in range(2):
        service.join(number, NewReporter("web"), draft="form-2")
    assert len(Complaint.objects(number=number).first().reporters) == 2


def test_a_closed_case_cannot_be_joined(filed, officer):
    number = filed()["number"]
    walk(number, ("refuse",), officer)
    with pytest.raises(Conflict):
        service.join(number, NewReporter("web"))


def test_a_case_that_is_not_there_cannot_be_joined(context):
    with pytest.raises(NotFound):
        service.join("261123-000000", NewReporter("web"))


def test_a_phone_is_sealed_at_rest(db, filed):
    filed(phone="02300001234")
    assert "02300001234" not in str(list(db.complaints.find()))


@pytest.mark.rule("P-15")
def test_resolving_stops_the_clocks_and_closes_the_case(filed, officer):
    number = filed()["number"]
    walk(number, ("accept", "resolve"), officer)
    case = Complaint.objects(number=number).first()
    assert all(clock.met_at for clock in case.clocks)
    assert (case.open, case.next_due, case.outcome) == (False, None, DETAILS["text"])
    assert case.closed_at


def test_a_receipts_key_opens_its_progress_and_no_other(filed):
    receipt, other = filed(), filed("noise")
    assert queries.progress(receipt["number"], receipt["query_key"])["full"]
    assert queries.progress(receipt["number"], other["query_key"]) is None


def test_a_number_that_is_taken_is_replaced_by_another(context, monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr("backend.complaints.numbers.secrets.randbelow", lambda _: next(drawn))
    new = NewComplaint("other", NewReporter("web"), place="虚构路 9 号")
    assert [service.file(new)["number"][-6:] for _ in range(2)] == ["000007", "000008"]


def test_a_number_begins_with_the_day_of_filing_in_chongqing():
    assert numbers.new_number(datetime(2027, 12, 31, 16, 0, tzinfo=UTC)).startswith("280101-")
