"""An estate keeps every name it bore, with what two spellings of one name share."""

import unicodedata
from collections.abc import Iterator

from pymongo.database import Database

NAMELESS = {"names": {"$exists": False}}


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    if number := db.estates.count_documents(NAMELESS):
        yield f"estates.names: {number}"


def run(db: Database) -> Iterator[str]:
    """Begin each one's names with the present one; since when it holds is not known."""
    number = 0
    for row in list(db.estates.find(NAMELESS, {"name": 1})):
        key = "".join(unicodedata.normalize("NFKC", row["name"]).split())
        names = [{"name": row["name"], "key": key, "since": None}]
        number += db.estates.update_one({"_id": row["_id"]} | NAMELESS, {"$set": {"names": names}}).modified_count
    if number:
        yield f"estates.names: {number}"
