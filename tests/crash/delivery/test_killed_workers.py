import signal

import pymongo
import pytest

from backend.foundation import clock
from backend.foundation.embedded import EmbeddedMongo

pytestmark = pytest.mark.crash


def test_a_message_whose_worker_was_killed_before_sending_is_sent_by_another(promise, start_worker, sink, state):
    promise("a")
    first = start_worker()
    first.reach("leased a")
    first.kill()
    assert sink.got == []
    second = start_worker()
    second.deliver("a")
    assert second.end() == 0
    assert sink.keys == ["a"]
    assert state("a") == "sent"


def test_a_message_whose_worker_was_killed_after_sending_comes_again_under_the_same_id(
    promise, start_worker, sink, state
):
    promise("a")
    first = start_worker()
    first.reach("leased a")
    first.go_on()
    first.reach("sent a")
    first.kill()
    assert state("a") == "pending"
    second = start_worker()
    second.deliver("a")
    assert second.end() == 0
    assert sink.keys == ["a", "a"]
    assert len({delivery for delivery, _ in sink.got}) == 1
    assert state("a") == "sent"


def test_news_of_one_case_stay_in_order_when_a_worker_is_killed(promise, start_worker, sink):
    for key in "abc":
        promise(key)
    first = start_worker()
    first.reach("leased a")
    first.kill()
    second = start_worker()
    for key in "abc":
        second.deliver(key)
    assert second.end() == 0
    assert sink.keys == ["a", "b", "c"]


def test_a_message_at_work_with_one_worker_is_passed_over_by_another(promise, start_worker, sink):
    promise("a", subject="complaint:1")
    first = start_worker(lease_s=600)
    first.reach("leased a")
    promise("b", subject="complaint:2")
    second = start_worker(lease_s=600)
    second.deliver("b")
    assert second.end() == 0
    first.go_on()
    first.reach("sent a")
    first.go_on()
    assert first.end() == 0
    assert sink.keys == ["b", "a"]


def test_many_messages_and_three_workers_are_each_delivered_once_and_in_order(promise, start_worker, sink, db):
    keys = [f"{case}:{step}" for step in range(3) for case in range(20)]
    for key in keys:
        promise(key, subject=f"complaint:{key.partition(':')[0]}")
    workers = [start_worker(lease_s=600, pauses=False) for _ in range(3)]
    sink.wait_for(*keys)
    assert [worker.end() for worker in workers] == [0, 0, 0]
    assert sorted(sink.keys) == sorted(keys)
    for case in range(20):
        assert [key for key in sink.keys if key.startswith(f"{case}:")] == [f"{case}:{step}" for step in range(3)]
    assert db["outbox"].count_documents({"state": "sent"}) == 60


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_worker_told_to_stop_finishes_the_message_at_hand_and_takes_no_other(
    number, promise, start_worker, sink, state
):
    promise("a", subject="complaint:1")
    worker = start_worker()
    worker.reach("leased a")
    promise("b", subject="complaint:2")
    worker.process.send_signal(number)
    worker.go_on()
    worker.reach("sent a")
    worker.go_on()
    assert worker.process.wait(60) == 0
    assert sink.keys == ["a"]
    assert (state("a"), state("b")) == ("sent", "pending")


def test_a_worker_outlives_a_killed_database_and_delivers_what_was_promised(start_worker, sink, tmp_path):
    mongod = EmbeddedMongo(tmp_path / "mongod", cache_mb=256)
    uri = mongod.ensure()
    try:
        _promise_to(uri, "before")
        worker = start_worker(uri=uri, name="killed", pauses=False)
        sink.wait_for("before")
        mongod.process.kill()
        mongod.stop()
        assert mongod.ensure() == uri
        _promise_to(uri, "after")
        sink.wait_for("after")
        assert worker.end() == 0
        assert len(set(sink.got)) == 2
    finally:
        mongod.stop()


def _promise_to(uri, key):
    now = clock.now()
    message = {
        "key": key, "channel": "sink", "target": "t", "subject": key, "template": "complaint.file", "data": {},
        "state": "pending", "attempts": 0, "created_at": now, "next_at": now,
    }  # fmt: skip
    with pymongo.MongoClient(uri, w="majority", journal=True) as client:
        client["killed"]["outbox"].insert_one(message)
