"""A saved filter is of a list, and its name its own there; those kept before are of the list of complaints."""

from collections.abc import Iterator

from pymongo.database import Database

NAME, LIST = "saved_filters", "complaints"
OLD = {"list": {"$exists": False}}
OLD_INDEX = "person_1_name_1"


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    if number := db[NAME].count_documents(OLD):
        yield f"{NAME} of {LIST}: {number}"
    if OLD_INDEX in db[NAME].index_information():
        yield f"{NAME}: a name of the own in each list"


def run(db: Database) -> Iterator[str]:
    """Name their list; the index that kept a name to one list goes."""
    if OLD_INDEX in db[NAME].index_information():
        db[NAME].drop_index(OLD_INDEX)
        yield f"{NAME}: a name of the own in each list"
    if changed := db[NAME].update_many(OLD, {"$set": {"list": LIST}}).modified_count:
        yield f"{NAME} of {LIST}: {changed}"
