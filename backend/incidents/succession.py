"""A unit that takes the place of another answers for its accidents."""

from collections.abc import Mapping

from backend.foundation import database
from backend.incidents.documents import Accident
from backend.registry.followers import Succession


def change_unit(succession: Succession) -> Mapping[str, int]:
    """Name the unit that takes the place of another among those that answer for its accidents."""
    store, old, new = database.collection_of(Accident), succession.old, succession.new[0]
    number = store.update_many({"units": old}, {"$addToSet": {"units": new}}).modified_count
    store.update_many({"units": old}, {"$pull": {"units": old}})
    return {"事故记录": number}
