"""What a transaction writes is sent together, seen by whoever reads in it, and kept whole or not at all."""

import traceback

import mongoengine
import pytest

from backend.accounts.actors import WORKER
from backend.foundation import clock, database, events
from backend.foundation.api import StoredAnswer
from backend.foundation.database import transactional

pytestmark = pytest.mark.usefixtures("context")


def happen(subject):
    events.record("test.happened", subject=subject, actor=WORKER)


def subjects():
    return [row["subject"] for row in database.collection("events").find().sort("_id", 1)]


def answer(key):
    return StoredAnswer(key=key, body_hash="x", answer={"a": 1}, created_at=clock.now())


def test_what_is_added_to_one_collection_goes_in_one_command(commands):
    @transactional
    def work():
        happen("first")
        happen("second")

    commands.clear()
    work()
    assert commands == ["insert events", "commitTransaction 1"]
    assert subjects() == ["first", "second"]


def test_who_reads_in_the_same_transaction_sees_what_was_added():
    @transactional
    def work():
        happen("first")
        seen = subjects()
        happen("second")
        return seen

    assert work() == ["first"]
    assert subjects() == ["first", "second"]


def test_nothing_is_added_by_a_transaction_that_fails():
    @transactional
    def work():
        happen("first")
        subjects()
        happen("second")
        raise LookupError

    with pytest.raises(LookupError):
        work()
    assert subjects() == []


def test_outside_of_a_transaction_it_is_added_at_once():
    happen("first")
    assert subjects() == ["first"]


def test_an_id_that_somebody_was_faster_with_makes_the_work_run_again_and_then_fail():
    database.append(answer("taken"))
    runs = []

    @transactional
    def work():
        runs.append(1)
        happen("first")
        database.append(answer("taken"))

    with pytest.raises(mongoengine.NotUniqueError):
        work()
    assert len(runs) == 1 + database.RETRIES
    assert subjects() == []


def test_a_wrong_field_is_refused_where_it_is_added():
    with pytest.raises(mongoengine.ValidationError):
        database.append(StoredAnswer(key="k"))


def test_a_number_that_is_taken_is_drawn_again_until_one_is_free():
    for key in ("a", "b", "c"):
        database.insert(answer(key))
    draws = iter(["a", "b", "c", "d"])

    @transactional
    def work():
        database.insert(answer(next(draws)))

    work()
    assert [row["_id"] for row in database.collection("answers").find().sort("_id", 1)] == ["a", "b", "c", "d"]


def test_what_cannot_be_stored_twice_is_refused_without_its_words_which_an_error_would_carry_into_the_log():
    secret = StoredAnswer(key="a", body_hash="x", answer={"words": "关不上门"}, created_at=clock.now())
    database.insert(secret)
    with pytest.raises(mongoengine.NotUniqueError) as refused:
        transactional(database.insert)(secret)
    told = "".join(traceback.format_exception(refused.value))
    assert "answers" in told
    assert "关不上门" not in told
