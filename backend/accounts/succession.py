"""People and keys of a unit belong to the one that takes its place."""

from collections.abc import Mapping

from backend.accounts.documents import ApiKey, Person
from backend.foundation import database
from backend.registry.followers import Succession


def change_unit(succession: Succession) -> Mapping[str, int]:
    """Let people and keys of a unit belong to the one that takes its place."""
    change = {"$set": {"organisation": succession.new[0]}}
    counted = {}
    for label, kind in (("账号", Person), ("接口密钥", ApiKey)):
        changed = database.collection_of(kind).update_many({"organisation": succession.old}, change)
        counted[label] = changed.modified_count
    return counted
