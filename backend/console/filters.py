"""The filters of a list that each person keeps under a name; which filters a list has is said by its slice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from backend.accounts.actors import Actor
from backend.console.documents import SavedFilter
from backend.foundation import clock, database
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, NotFound

MAX_NAME = 20
MAX_FILTERS = 20


@dataclass(frozen=True, slots=True)
class Filtered:
    """A list whose filters are kept.

    Args:
        key: its name among the lists.
        names: of its filters, as they stand in its address.
    """

    key: str
    names: tuple[str, ...]

    def read(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Return those filters of the list that are set, as its address takes them."""
        return {name: given[name] for name in self.names if given.get(name)}

    @transactional
    def save(self, actor: Actor, name: str, given: Mapping[str, str]) -> None:
        """Keep a filter; under a name that the person already used for this list it takes that one's place.

        Args:
            actor: whose.
            name: how the person calls it.
            given: what the list's address says.

        Raises:
            BadInput: there is no name, it is too long, nothing is filtered, or there are too many.
        """
        name = name.strip()
        if not 1 <= len(name) <= MAX_NAME:
            raise BadInput.of("name", f"请给这个筛选起一个不超过 {MAX_NAME} 个字的名字")
        query = urlencode(self.read(given))
        if not query:
            raise BadInput.of("name", "请先筛选，再保存")
        own = {"person": actor.id, "list": self.key}
        known = SavedFilter.objects(**own, name=name).first()
        if known is None and len(self.of(actor)) >= MAX_FILTERS:
            raise BadInput.of("name", f"最多保存 {MAX_FILTERS} 个筛选，请先删除不用的")
        saved = known or SavedFilter(**own, name=name, at=clock.now())
        saved.query = query
        saved.save()

    def forget(self, actor: Actor, name: str) -> None:
        """Delete a filter.

        Raises:
            NotFound: the person has none of this name for this list.
        """
        wanted = {"person": actor.id, "list": self.key, "name": name}
        if not database.collection("saved_filters").delete_one(wanted).deleted_count:
            raise NotFound("没有这个筛选")

    def of(self, actor: Actor) -> list[dict[str, Any]]:
        """Return a person's filters of the list by name: `name` and `query`."""
        own = {"person": actor.id, "list": self.key}
        return list(database.collection("saved_filters").find(own).sort("name", 1).limit(MAX_FILTERS))
