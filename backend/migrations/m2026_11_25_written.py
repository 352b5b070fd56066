"""Lines, letters and evidence of a case lie in one collection: what a step leaves is written in one command."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from pymongo import ReplaceOne
from pymongo.database import Database

ENTRIES = "case_entries"
OLD_INDEX = "case_1_seq_1"
WITHOUT_TYPE = {"type": {"$exists": False}}
BATCH = 1000
MOVED: dict[str, list[dict[str, Any]]] = {
    "case_letters": [{"$set": {"type": "letter"}}],
    # A card was kept by its case's number, and stands with the version in which each case begins.
    "complaint_evidence": [
        {"$set": {"case": "$_id", "type": "evidence", "seq": 1, "at": "$frozen_at"}},
        {"$unset": "frozen_at"},
    ],
}


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    if number := db[ENTRIES].count_documents(WITHOUT_TYPE):
        yield f"{ENTRIES}: with a type: {number}"
    for old in MOVED:
        if number := db[old].count_documents({}):
            yield f"{old} -> {ENTRIES}: {number}"


def run(db: Database) -> Iterator[str]:
    """Give each line its type, and put letters and evidence beside them."""
    if OLD_INDEX in db[ENTRIES].index_information():
        db[ENTRIES].drop_index(OLD_INDEX)  # it would refuse a letter beside the line of its step
    changed = db[ENTRIES].update_many(WITHOUT_TYPE, {"$set": {"type": "step"}})
    if changed.modified_count:
        yield f"{ENTRIES}: with a type: {changed.modified_count}"
    for old, stages in MOVED.items():
        number = db[old].count_documents({})
        rows = db[old].aggregate(stages)
        while batch := list(islice(rows, BATCH)):
            puts = [ReplaceOne({"_id": row["_id"]}, row, upsert=True) for row in batch]
            db[ENTRIES].bulk_write(puts, ordered=False)
        db[old].drop()
        if number:
            yield f"{old} -> {ENTRIES}: {number}"
