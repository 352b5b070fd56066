"""Lifts are found by their sites and units, which are indexed once each; the pairs of characters of every lift go."""

from collections.abc import Iterator

from pymongo import UpdateOne
from pymongo.database import Database

from backend.registry import sites

OLD_INDEX = "terms_1_code_1"
OF_BEFORE = {"site": {"$exists": False}}
BATCH = 1000


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    if number := db.lifts.count_documents(OF_BEFORE):
        yield f"lifts: with a site: {number}"


def run(db: Database) -> Iterator[str]:
    """Give each lift its site, and keep what it is found by."""
    if OLD_INDEX in db.lifts.index_information():
        db.lifts.drop_index(OLD_INDEX)
    number = 0
    while batch := list(db.lifts.find(OF_BEFORE, dict.fromkeys(sites.PLACE, 1)).limit(BATCH)):
        sited = [UpdateOne({"_id": lift["_id"]}, {"$set": {"site": sites.site_of(lift)}}) for lift in batch]
        db.lifts.bulk_write(sited, ordered=False)
        sites.refresh([lift["_id"] for lift in batch])
        number += len(batch)
    db.lifts.update_many({"terms": {"$exists": True}}, {"$unset": {"terms": ""}})
    if number:
        yield f"lifts: with a site: {number}"
