"""The filters of the list that each officer keeps under a name."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from backend.accounts.actors import Actor
from backend.console.documents import SavedFilter
from backend.foundation import clock, database
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, NotFound

MAX_NAME = 20
MAX_FILTERS = 20
NAMES = ("state", "category", "track", "overdue", "mine", "watched", "bureau", "q")


@transactional
def save(actor: Actor, name: str, filters: Mapping[str, str]) -> None:
    """Keep a filter; under a name that the officer already used it takes that one's place.

    Args:
        actor: whose.
        name: how the officer calls it.
        filters: what the list's address says.

    Raises:
        BadInput: there is no name, it is too long, nothing is filtered, or there are too many.
    """
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise BadInput.of("name", f"请给这个筛选起一个不超过 {MAX_NAME} 个字的名字")
    query = urlencode({key: filters[key] for key in NAMES if filters.get(key)})
    if not query:
        raise BadInput.of("name", "请先筛选，再保存")
    known = SavedFilter.objects(person=actor.id, name=name).first()
    if known is None and len(of(actor)) >= MAX_FILTERS:
        raise BadInput.of("name", f"最多保存 {MAX_FILTERS} 个筛选，请先删除不用的")
    saved = known or SavedFilter(person=actor.id, name=name, at=clock.now())
    saved.query = query
    saved.save()


def forget(actor: Actor, name: str) -> None:
    """Delete a filter.

    Raises:
        NotFound: the officer has none of this name.
    """
    if not database.collection("saved_filters").delete_one({"person": actor.id, "name": name}).deleted_count:
        raise NotFound("没有这个筛选")


def of(actor: Actor) -> list[dict[str, Any]]:
    """Return an officer's filters by name: `name` and `query`."""
    return list(database.collection("saved_filters").find({"person": actor.id}).sort("name", 1).limit(MAX_FILTERS))
