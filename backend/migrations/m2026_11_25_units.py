"""A unit is called `unit:<id>` wherever news are sent; it was `org:<id>` there and `unit:<id>` in the record."""

from collections.abc import Iterator

from pymongo.database import Database

OLD, NEW = "org:", "unit:"
FIELDS = {"outbox": "target", "notices": "recipient"}
KEYED = ("mailboxes", "webhook_endpoints")
STARTS = {"$regex": f"^{OLD}"}


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    for name, field in {**FIELDS, **dict.fromkeys(KEYED, "_id")}.items():
        if number := db[name].count_documents({field: STARTS}):
            yield f"{name}.{field}: {number}"


def run(db: Database) -> Iterator[str]:
    """Rename them; an address that stands under both names keeps the newer one."""
    for name, field in FIELDS.items():
        renamed = {"$concat": [NEW, {"$substrCP": [f"${field}", len(OLD), 200]}]}
        changed = db[name].update_many({field: STARTS}, [{"$set": {field: renamed}}])
        if changed.modified_count:
            yield f"{name}.{field}: {changed.modified_count}"
    for name in KEYED:
        rows = list(db[name].find({"_id": STARTS}))
        for row in rows:
            key = NEW + row["_id"].removeprefix(OLD)
            if db[name].find_one({"_id": key}, {"_id": 1}) is None:
                db[name].insert_one(row | {"_id": key})
            db[name].delete_one({"_id": row["_id"]})
        if rows:
            yield f"{name}._id: {len(rows)}"
