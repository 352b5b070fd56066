"""Each reporter has a key of their own: whoever joined before holds the key of who filed the case, which is noted."""

from collections.abc import Iterator

from pymongo.database import Database

SHARED = {"reporters.1": {"$exists": True}, "key_shared": {"$exists": False}}


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    if number := db.complaints.count_documents(SHARED):
        yield f"complaints: whose key others hold: {number}"


def run(db: Database) -> Iterator[str]:
    """Note of which cases several people hold one key, so that it opens nothing that is one person's."""
    changed = db.complaints.update_many(SHARED, {"$set": {"key_shared": True}})
    if changed.modified_count:
        yield f"complaints: whose key others hold: {changed.modified_count}"
