import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bson import ObjectId

from backend.accounts.actors import resident
from backend.foundation import audit, events
from backend.foundation.database import collection, transactional

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def clock(context):
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def happen(count, clock):
    """Record events a second apart and wait until they are old enough to be sealed."""
    for n in range(count):
        events.record("complaint.file", subject=f"complaint:{n}", actor=resident(), n=n)
        clock.shift(1)
    clock.shift(120)


def stored_ids():
    return [row["_id"] for row in collection("events").find({}, {"_id": 1}).sort("_id", 1)]


def test_an_empty_chain_holds(context):
    assert audit.verify() == audit.Verified(True, 0)


def test_events_are_sealed_in_batches_that_chain(clock, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 4)
    happen(10, clock)
    assert audit.seal() == 10
    assert [row["count"] for row in collection("audit_seals").find().sort("_id", 1)] == [4, 4, 2]
    assert audit.verify().ok
    assert audit.verify().sealed == 10


def test_sealing_again_adds_only_what_is_new(clock):
    happen(3, clock)
    audit.seal()
    assert audit.seal() == 0
    happen(2, clock)
    assert audit.seal() == 2
    assert audit.verify().sealed == 5


def test_a_changed_event_is_found(clock, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 4)
    happen(10, clock)
    audit.seal()
    collection("events").update_one({"_id": stored_ids()[5]}, {"$set": {"data.n": 6}})
    found = audit.verify()
    assert (found.ok, found.sealed, found.first_bad, found.why) == (False, 4, 2, "changed")


@pytest.mark.parametrize("field", ["at", "kind", "subject", "actor", "data", "lift"])
def test_no_field_of_an_event_can_change_unseen(field, clock):
    happen(2, clock)
    audit.seal()
    collection("events").update_one({"_id": stored_ids()[0]}, {"$set": {field: "x"}})
    assert not audit.verify().ok


def test_a_missing_event_is_found(clock):
    happen(3, clock)
    audit.seal()
    collection("events").delete_one({"_id": stored_ids()[2]})
    assert (audit.verify().first_bad, audit.verify().why) == (1, "missing")


@pytest.mark.parametrize(
    "inserted",
    [ObjectId("0" * 24), ObjectId.from_datetime(START + timedelta(seconds=1)), "a text", 7],
    ids=["lowest", "between", "text", "number"],
)
def test_an_inserted_event_is_found_whatever_its_id(inserted, clock):
    happen(3, clock)
    audit.seal()
    collection("events").insert_one({"_id": inserted, "kind": "complaint.accept"})
    assert (audit.verify().first_bad, audit.verify().why) == (1, "inserted")


def test_a_missing_seal_is_found(clock, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 1)
    happen(3, clock)
    audit.seal()
    collection("audit_seals").delete_one({"_id": 2})
    assert (audit.verify().first_bad, audit.verify().why) == (2, "seal missing")


@pytest.mark.parametrize("change", [{"count": 4}, {"hash": "0" * 64}, {"upto": ObjectId("f" * 24)}], ids=str)
def test_a_changed_seal_is_found(change, clock):
    happen(3, clock)
    audit.seal()
    happen(1, clock)
    collection("audit_seals").update_one({"_id": 1}, {"$set": change})
    assert audit.verify().first_bad == 1


def test_a_chain_built_anew_is_found_by_a_hash_kept_elsewhere(clock):
    happen(3, clock)
    audit.seal()
    noted = audit.verify().head
    collection("events").update_one({}, {"$set": {"actor": "somebody else"}})
    collection("audit_seals").delete_many({})
    audit.seal()
    assert audit.verify().ok
    assert audit.verify(noted).why == "another chain"


def test_a_noted_hash_stays_good_while_the_chain_grows(clock):
    happen(3, clock)
    audit.seal()
    noted = audit.verify().head
    happen(3, clock)
    audit.seal()
    assert audit.verify(noted).ok


def test_an_event_of_a_slow_transaction_is_not_overtaken_by_the_seal(clock):
    """An old id that is seen late: its transaction lasts as long as MongoDB lets it, and newer events are there."""
    written, sealed = threading.Event(), threading.Event()

    @transactional
    def slow():
        events.record("complaint.file", subject="complaint:slow", actor=resident())
        written.set()
        assert sealed.wait(20)

    transaction = threading.Thread(target=slow)
    transaction.start()
    assert written.wait(20)
    clock.shift(1)
    events.record("complaint.file", subject="complaint:quick", actor=resident())
    clock.shift(59)  # transactionLifetimeLimitSeconds is 60
    assert audit.seal() == 0
    sealed.set()
    transaction.join()
    clock.shift(120)
    assert audit.seal() == 2
    assert audit.verify().ok
    assert [row["subject"] for row in collection("events").find().sort("_id", 1)] == [
        "complaint:slow",
        "complaint:quick",
    ]


def test_the_settling_time_is_longer_than_a_transaction_may_live(context):
    lives = collection("events").database.client.admin.command(
        {"getParameter": 1, "transactionLifetimeLimitSeconds": 1}
    )
    assert context.config["CHATI"].audit_settle_s > lives["transactionLifetimeLimitSeconds"]


def test_workers_that_seal_at_once_make_one_chain(clock, app, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 2)
    happen(40, clock)
    start, sealed = threading.Barrier(4), []

    def seal():
        with app.app_context():
            start.wait()
            sealed.append(audit.seal())

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seals = list(collection("audit_seals").find().sort("_id", 1))
    assert sum(sealed) == 40
    assert [row["_id"] for row in seals] == list(range(1, 21))
    assert all(a["upto"] < b["upto"] for a, b in itertools.pairwise(seals))
    assert audit.verify().ok
