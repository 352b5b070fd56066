"""Lines, letters and evidence of a case lie in one collection: what a step leaves is written in one command."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pymongo.database import Database

ENTRIES = "case_entries"
OLD_INDEX = "case_1_seq_1"
WITHOUT_TYPE = {"type": {"$exists": False}}


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
    for old, entry in MOVED.items():
        if moved := sum(_moved(db, entry(row)) for row in db[old].find()):
            yield f"{old} -> {ENTRIES}: {moved}"
        db[old].drop()


def _moved(db: Database, entry: Mapping[str, Any]) -> int:
    db[ENTRIES].replace_one({"_id": entry["_id"]}, entry, upsert=True)
    return 1


def _letter(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "type": "letter"}


def _evidence(row: Mapping[str, Any]) -> dict[str, Any]:
    """A card was kept by its case's number, with the version in which each case begins."""
    kept = {name: row[name] for name in ("_id", "lift", "blocks")}
    return kept | {"case": row["_id"], "type": "evidence", "seq": 1, "at": row["frozen_at"]}


MOVED: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "case_letters": _letter,
    "complaint_evidence": _evidence,
}
