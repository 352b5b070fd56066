"""The JSON API of complaints: one body, one answer, plain problems, nothing twice."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.accounts import service as accounts
from backend.accounts.actors import COMMAND
from tests.factories import make_lift

URL = "/api/v1/complaints"
BODY = {"lift_code": "500101", "category": "door", "description": "门关不上", "phone": "02300001234"}


@pytest.fixture(autouse=True)
def lift(app, db):
    with app.app_context():
        return make_lift("500101")


@pytest.fixture
def hotline(app, lift):
    """The headers of a hotline with its key."""
    with app.app_context():
        return {"Authorization": f"Bearer {accounts.create_api_key('12345热线', 'hotline', by=COMMAND)}"}


def problem(answer):
    """Give status and field errors of an answer that must be problem+json."""
    assert answer.mimetype == "application/problem+json", answer.text
    return answer.status_code, {error["field"]: error["message"] for error in answer.json.get("errors", [])}


def test_a_filed_complaint_is_answered_with_number_key_bureau_date_and_reason(client):
    answer = client.post(URL, json=BODY)
    assert answer.status_code == 201
    told = answer.json
    assert (told["bureau"], told["jurisdiction"], told["state"]) == ("渝中区市场监督管理局", "500103", "filed")
    assert (told["category"], told["lift_code"], told["due_for"]) == ("door", "500101", "受理")
    assert told["due"].endswith("+08:00")
    assert told["due_reason"]
    assert "02300001234" not in answer.text


def test_the_same_idempotency_key_gets_the_same_answer_and_files_once(client, db):
    answers = [client.post(URL, json=BODY, headers={"Idempotency-Key": "k-1"}) for _ in range(3)]
    assert len({answer.data for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {201}
    assert db.complaints.count_documents({}) == 1


def test_the_same_idempotency_key_gets_the_same_answer_when_it_could_not_be_done_any_more(client, db):
    first = client.post(URL, json=BODY, headers={"Idempotency-Key": "k-1"})
    db.lifts.delete_many({})
    assert client.post(URL, json=BODY, headers={"Idempotency-Key": "k-1"}).data == first.data
    assert client.post(URL, json=BODY, headers={"Idempotency-Key": "k-2"}).status_code == 422


def test_a_fault_is_kept_whole_in_one_command_a_collection(client, commands):
    client.post(URL, json=BODY, headers={"Idempotency-Key": "k-1"})
    commands.clear()
    client.post(URL, json=BODY, headers={"Idempotency-Key": "k-2"})
    assert sorted(commands) == sorted(
        [
            *("update windows", "find lifts", "aggregate complaint_blocks", "insert complaints", "insert repairs"),
            *("findAndModify cards", "update pages"),
            *("insert case_entries", "insert events"),
            *("update outbox", "insert answers", "commitTransaction 1"),
        ]
    )


def test_the_same_idempotency_key_from_eight_threads_files_once(app, db):
    def send(_):
        return app.test_client().post(URL, json=BODY, headers={"Idempotency-Key": "k-8"}).data

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(send, range(8)))) == 1
    assert db.complaints.count_documents({}) == 1


def test_an_idempotency_key_used_for_something_else_is_a_conflict(client, db):
    client.post(URL, json=BODY, headers={"Idempotency-Key": "k-1"})
    other = client.post(URL, json=BODY | {"category": "noise"}, headers={"Idempotency-Key": "k-1"})
    assert problem(other) == (409, {"Idempotency-Key": "已用于另一个请求"})
    assert db.complaints.count_documents({}) == 1


def test_keys_of_different_callers_do_not_meet(client, db, hotline):
    numbers = {
        client.post(URL, json=BODY, headers={"Idempotency-Key": "1", **headers}).json["number"]
        for headers in ({}, hotline)
    }
    assert len(numbers) == 2


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("category", {"lift_code": "500101"}),
        ("category", BODY | {"category": "bribery"}),
        ("category", BODY | {"category": None}),
        ("category", BODY | {"category": ["door"]}),
        ("category", BODY | {"category": {"$ne": 1}}),
        ("lift_code", BODY | {"lift_code": "50010"}),
        ("lift_code", BODY | {"lift_code": "500101\n"}),
        ("lift_code", BODY | {"lift_code": "５００１０１"}),
        ("lift_code", BODY | {"lift_code": 500101}),
        ("lift_code", BODY | {"lift_code": "999999"}),
        ("lift_code", {"category": "door"}),
        ("lift_code", {"category": "door", "place": " "}),
        ("place", {"category": "door", "place": "长" * 201}),
        ("description", BODY | {"description": "长" * 2001}),
        ("description", BODY | {"description": "\0"}),
        ("phone", BODY | {"phone": "12"}),
        ("phone", BODY | {"phone": "call me"}),
        ("channel_order_no", BODY | {"channel_order_no": "A-1"}),
        ("photo", BODY | {"photo": "data:"}),
        ("_id", BODY | {"_id": "x"}),
        ("consent_publish", BODY | {"consent_publish": 1}),
        ("lift_code", {"category": "door", "place": "\u200b\ufeff "}),
    ],
)
def test_a_bad_field_is_named_in_chinese_and_nothing_is_filed(client, db, field, body):
    status, errors = problem(client.post(URL, json=body))
    assert status == 422
    assert list(errors) == [field]
    assert any("\u4e00" <= char <= "\u9fff" for char in errors[field]), errors
    assert db.complaints.find_one() is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"1", 422),
        (b"1" * 5000, 422),
        (b"\xff\xfe", 422),
        (b"NaN", 422),
        (rb'{"lift_code": "500101", "category": "door", "\udfff": 1}', 422),
        (b"[" * 60_000, 422),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 422),
        (b'{"description": "' + b"x" * 70_000 + b'"}', 413),
        (json.dumps(BODY | {"description": "\ud800"}).encode(), 422),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_hostile_body_is_a_plain_problem(client, db, body, status):
    answer = client.post(URL, data=body, content_type="application/json")
    assert problem(answer)[0] == status
    assert db.complaints.find_one() is None


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_that_is_not_json_is_refused(client, kind):
    assert problem(client.post(URL, data=b"category=door", content_type=kind))[0] == 415


@pytest.mark.parametrize("key", ["", "k" * 129])
def test_an_idempotency_key_of_wrong_length_is_named(client, db, key):
    status, errors = problem(client.post(URL, json=BODY, headers={"Idempotency-Key": key}))
    assert (status, list(errors)) == (422, ["Idempotency-Key"])
    assert db.complaints.find_one() is None


def test_a_hotline_files_for_a_caller_under_its_own_order_number_once(client, db, hotline):
    sent = BODY | {"channel_order_no": "20261123-7"}
    first, again = (client.post(URL, json=sent, headers=hotline).json for _ in range(2))
    assert first == again
    assert first["channel_order_no"] == "20261123-7"
    assert db.complaints.find_one()["channel"] == "hotline"
    assert db.complaints.count_documents({}) == 1


def test_anonymous_callers_are_limited_and_hotlines_are_not(client, hotline):
    answers = [client.post(URL, json=BODY | {"category": "bad"}).status_code for _ in range(31)]
    assert answers == [422] * 30 + [429]
    assert client.post(URL, json=BODY, headers=hotline).status_code == 201


def test_progress_is_full_with_the_key_in_header_or_link_and_short_without(client):
    told = client.post(URL, json=BODY).json
    url = f"{URL}/{told['number']}"
    short = client.get(url).json
    assert "history" not in short
    assert short["due"] == told["due"] or short["due"]
    by_header = client.get(url, headers={"X-Query-Key": told["query_key"]})
    by_link = client.get(url, query_string={"k": told["query_key"]})
    assert by_header.json == by_link.json
    assert [entry["action"] for entry in by_header.json["history"]] == ["file"]
    for secret in ("门关不上", "1234", "reporters", "query_key"):
        assert secret not in by_header.text


@pytest.mark.parametrize("number", ["261123-000000", "x", "%00", "$ne", "长" * 300])
def test_what_is_not_there_is_a_plain_404(client, number):
    assert problem(client.get(f"{URL}/{number}"))[0] == 404


def test_a_wrong_key_is_the_same_404_as_no_case(client):
    number = client.post(URL, json=BODY).json["number"]
    assert client.get(f"{URL}/{number}?k=WRONGKEY").json == client.get(f"{URL}/261123-000000?k=WRONGKEY").json
