import dataclasses
import json
import socket
from datetime import timedelta

import pytest

from backend.accounts.actors import COMMAND
from backend.delivery import webhook
from backend.foundation.errors import BadInput
from tests.integration.delivery.receivers import Bureau, listening

BUREAU_ID = "500112"


@pytest.fixture
def bureau(office):
    with listening(Bureau()) as bureau:
        bureau.secret = webhook.set_endpoint(BUREAU_ID, bureau.url, by=COMMAND)
        yield bureau


@pytest.fixture
def promise(office):
    """Enqueue a message to the bureau: `promise()`."""
    return lambda: office.promise("a", channel="webhook", target=BUREAU_ID)


@pytest.fixture
def impatient(app, settings, monkeypatch):
    monkeypatch.setitem(app.config, "CHATI", dataclasses.replace(settings, webhook_timeout_s=1))


def test_a_receiver_can_check_signature_and_age_and_knows_what_it_is_about(bureau, promise, office):
    promise()
    office.work()
    (delivered,) = bureau.accepted.values()
    assert office.stored("a")["state"] == "sent"
    assert delivered["event"] == "complaint.file"
    assert delivered["subject"] == "complaint:1"
    assert delivered["data"]["number"] == "261123-482913"
    assert "您反映的问题已收到" in delivered["text"]


@pytest.mark.parametrize("changed", ["body", "timestamp", "secret"])
def test_a_changed_delivery_does_not_pass_the_receivers_check(changed, bureau, promise, office):
    promise()
    office.work()
    headers, body = bureau.requests[0]
    assert bureau.check(headers, body)
    if changed == "body":
        body = body.replace(b"482913", b"482914")
    elif changed == "timestamp":
        headers["X-Chati-Timestamp"] = str(int(headers["X-Chati-Timestamp"]) + 1)
    else:
        bureau.secret += "x"
    assert not bureau.check(headers, body)


def test_an_old_delivery_that_is_played_again_does_not_pass(bureau, promise, office):
    promise()
    office.work()
    office.wait(301)
    assert not bureau.check(*bureau.requests[0])


def test_a_second_attempt_has_the_same_id_and_body_and_a_fresh_signature(bureau, promise, office):
    bureau.answers = [(503, {})]
    promise()
    office.work()
    office.wait(60)
    office.work()
    (first, first_body), (second, second_body) = bureau.requests
    assert first["X-Chati-Delivery"] == second["X-Chati-Delivery"]
    assert first_body == second_body
    assert first["X-Chati-Signature"] != second["X-Chati-Signature"]
    assert bureau.check(second, second_body)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "sent"),
        (202, "sent"),
        (410, "undeliverable"),
        (408, "pending"),
        (429, "pending"),
        (500, "pending"),
        (503, "pending"),
        (301, "failed"),
        (307, "failed"),
        (400, "failed"),
        (401, "failed"),
        (404, "failed"),
    ],
)
def test_what_a_receiver_answers_decides(status, state, bureau, promise, office):
    bureau.answers = [(status, {"Location": "/elsewhere"})]
    promise()
    office.work()
    assert office.stored("a")["state"] == state
    assert len(bureau.requests) == 1


@pytest.mark.parametrize("header", ["120", "Mon, 23 Nov 2026 02:02:00 GMT"])
def test_a_receiver_may_say_when_to_come_back(header, bureau, promise, office):
    bureau.answers = [(429, {"Retry-After": header})]
    promise()
    office.work()
    row = office.stored("a")
    assert timedelta(seconds=119) < row["next_at"] - row["created_at"] <= timedelta(seconds=120)


@pytest.mark.parametrize("header", ["soon", "", "-5", "99999999999999999999"])
def test_a_senseless_wait_does_no_harm(header, bureau, promise, office):
    bureau.answers = [(503, {"Retry-After": header})]
    promise()
    office.work()
    row = office.stored("a")
    assert row["state"] == "pending"
    assert row["next_at"] - row["created_at"] <= timedelta(days=1)


def test_a_receiver_that_is_down_is_tried_again_and_its_address_stays_out_of_the_record(promise, office):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    webhook.set_endpoint(BUREAU_ID, f"http://127.0.0.1:{port}/news?key=hidden", by=COMMAND)
    promise()
    office.work()
    assert office.stored("a")["state"] == "pending"
    assert office.stored("a")["error"] == "ConnectionError"


def test_a_receiver_that_never_answers_is_left_after_the_timeout(promise, office, impatient):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        webhook.set_endpoint(BUREAU_ID, f"http://127.0.0.1:{silent.getsockname()[1]}/", by=COMMAND)
        promise()
        office.work()
    assert office.stored("a")["error"] == "ReadTimeout"


def test_a_bureau_without_a_system_is_not_an_error(promise, office):
    promise()
    office.work()
    assert office.stored("a")["state"] == "undeliverable"


def test_a_bureau_that_takes_its_system_off_gets_nothing_more(bureau, promise, office):
    webhook.remove_endpoint(BUREAU_ID, by=COMMAND)
    promise()
    office.work()
    assert bureau.requests == []


def test_a_new_key_takes_the_old_ones_place_and_neither_is_stored_readably(bureau, office):
    old, bureau.secret = bureau.secret, webhook.set_endpoint(BUREAU_ID, bureau.url, by=COMMAND)
    stored = json.dumps(office.db["webhook_endpoints"].find_one(), default=str)
    assert old != bureau.secret
    assert old not in stored
    assert bureau.secret not in stored


@pytest.mark.parametrize(
    "url",
    [
        "http://bureau.example/",
        "ftp://127.0.0.1/",
        "https://",
        "news",
        "https://user:word@bureau.example/",
        "https://[::1",
        "https://bureau.example:99999/",
        "",
    ],
)
def test_an_address_that_is_not_safe_is_refused_and_changes_nothing(url, office):
    with pytest.raises(BadInput) as refused:
        webhook.set_endpoint(BUREAU_ID, url, by=COMMAND)
    assert "url" in refused.value.fields
    assert office.db["webhook_endpoints"].count_documents({}) == 0


def test_a_bureau_that_does_not_exist_is_refused(context):
    with pytest.raises(BadInput) as refused:
        webhook.set_endpoint("999999", "https://bureau.example/", by=COMMAND)
    assert "bureau" in refused.value.fields
