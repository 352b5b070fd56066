import pytest

from backend.foundation import bulk, database


def test_what_a_slice_offers_is_filled_and_emptied(db, app):
    bulk.store("visits", [{"lift": "500101", "n": n} for n in range(bulk.BATCH + 1)])
    assert db.visits.count_documents({}) == bulk.BATCH + 1
    bulk.clear()
    assert db.visits.count_documents({}) == 0


@pytest.mark.parametrize("name", ["people", "events", "no_such_collection"])
def test_what_no_slice_offers_is_neither_filled_nor_emptied(db, app, name):
    database.collection(name).insert_one({"_id": "kept"})
    with pytest.raises(KeyError):
        bulk.store(name, [{"_id": "new"}])
    bulk.clear()
    assert [row["_id"] for row in database.collection(name).find()] == ["kept"]
