"""Histories, letters, attachments and watches belong to any case; a clock has a kind and a length."""

from collections.abc import Iterator

from pymongo.database import Database

RENAMED = {"complaint_entries": "case_entries", "complaint_letters": "case_letters"}
OF_CASES = ("case_entries", "case_letters", "case_attachments", "case_watches")
EXTENDED = {"report_verify_extended": "report_verify"}
CLOCKED = ("complaints", "repairs")
WITHOUT_LENGTH = {"clocks": {"$elemMatch": {"length": {"$exists": False}}}}


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    names = db.list_collection_names()
    for old, new in RENAMED.items():
        if old in names and (number := db[old].count_documents({})):
            yield f"{old} -> {new}: {number}"
    for name in OF_CASES:
        if number := db[name].count_documents({"complaint": {"$exists": True}}):
            yield f"{name}.complaint -> {name}.case: {number}"
    for name in CLOCKED:
        if number := db[name].count_documents(WITHOUT_LENGTH):
            yield f"{name}: clocks with a length: {number} cases"


def run(db: Database) -> Iterator[str]:
    """Rename and complete."""
    for old, new in RENAMED.items():
        if moved := _moved(db, old, new):
            yield f"{old} -> {new}: {moved}"
    for name in OF_CASES:
        # An index that names the old field would refuse two documents that no longer have it.
        _drop_indexes_on(db, name, "complaint")
        changed = db[name].update_many({"complaint": {"$exists": True}}, {"$rename": {"complaint": "case"}})
        if changed.modified_count:
            yield f"{name}.complaint -> {name}.case: {changed.modified_count}"
    for name in CLOCKED:
        if cases := sum(_lengthened(db, name, case) for case in db[name].find(WITHOUT_LENGTH, {"clocks": 1})):
            yield f"{name}: clocks with a length: {cases} cases"


def _moved(db: Database, old: str, new: str) -> int:
    """Move a collection's documents; one cut off in between goes on, for a document that is there is not made again."""
    if old not in db.list_collection_names():
        return 0
    number = db[old].count_documents({})
    if number and not db[new].count_documents({}, limit=1):
        db[new].drop()
        db[old].rename(new)
        return number
    for row in db[old].find():
        db[new].replace_one({"_id": row["_id"]}, row, upsert=True)
    db[old].drop()
    return number


def _drop_indexes_on(db: Database, name: str, field: str) -> None:
    for index, about in db[name].index_information().items():
        if any(key == field for key, _ in about["key"]):
            db[name].drop_index(index)


def _lengthened(db: Database, name: str, case: dict) -> int:
    """Give each clock of a case its length; a longer check of a report is the same clock with another length."""
    clocks = [
        {**clock, "kind": EXTENDED.get(clock["kind"], clock["kind"]), "length": clock.get("length", clock["kind"])}
        for clock in case["clocks"]
    ]
    changed = db[name].update_one({"_id": case["_id"], "clocks": case["clocks"]}, {"$set": {"clocks": clocks}})
    return changed.modified_count
