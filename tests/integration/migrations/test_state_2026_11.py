"""The database of November 2026, before an actor's organisation was known: what a later version makes of it."""

import pytest

from backend.complaints import queries, receipts
from backend.foundation import audit, migrations
from backend.registry import search
from tests import old_states


@pytest.fixture
def old(context, db, monkeypatch):
    """The state, under the keys of the installation it was taken from."""
    for name in ("data_key", "sign_key"):
        monkeypatch.setitem(context.extensions, f"chati.{name}", old_states.KEY)
    monkeypatch.setattr(context, "secret_key", old_states.KEY)
    old_states.load(db, "state-2026-11")
    return db


def test_the_record_comes_back_as_it_was_sealed(old):
    checked = audit.verify()
    assert checked.ok
    assert checked.sealed > 50


def test_old_lifts_are_found_by_words_once_they_are_migrated(old):
    lift = old.lifts.find_one({"estate_name": {"$exists": True}})
    list(migrations.run())
    assert lift["_id"] in [one["code"] for one in search.find(lift["estate_name"], 100)]
    assert old.lifts.count_documents({"terms": {"$exists": True}}) == 0
    assert old.lifts.count_documents({"site": {"$exists": False}}) == 0


def test_what_was_judged_before_is_the_judgement_of_whoever_filed_the_case(old):
    case = old.complaints.find_one({"satisfaction": {"$exists": True}})
    list(migrations.run())
    filer, *others = old.complaints.find_one({"_id": case["_id"]})["reporters"]
    assert filer["satisfaction"] == case["satisfaction"]
    assert filer["judged"]
    assert not any("judged" in one for one in others)
    assert list(migrations.run()) == []


def test_a_key_that_joiners_of_before_hold_too_opens_nobodys_words_or_photos(old):
    case = old.complaints.find_one({"reporters.1": {"$exists": True}})
    list(migrations.run())
    shown = queries.progress(case["_id"], receipts.query_key(case["_id"]))
    assert (case["description"] != "", shown["full"], shown["words"], shown["photos"]) == (True, True, "", [])
