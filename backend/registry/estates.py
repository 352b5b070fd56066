"""Which estate is meant: known by its area and any name it bears or bore, brackets and blanks of either width."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from backend.foundation import clock, database
from backend.foundation.errors import BadInput
from backend.policy import jurisdictions
from backend.registry import changes
from backend.registry.documents import id_of
from backend.registry.names import borne, name_key

Place = tuple[str, str]  # area and name, as given


class EstatePlan:
    """The estates that rows mean, each found or made once, and the writes that this takes."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """Find those that are known with one read.

        Args:
            rows: see `service.save_estates`.
            now: since when a new estate bears its name.

        Raises:
            BadInput: a name is missing or an area unknown.
        """
        wanted = {(changes.require_area(row.get("jurisdiction")), row.get("name") or ""): dict(row) for row in rows}
        if any(not name for _, name in wanted):
            raise BadInput.of("name", "小区名称不能为空")
        self.ids: dict[Place, str] = {}
        self.names: dict[Place, str] = {}
        self.updated: set[str] = set()
        self.writes: list[UpdateOne] = []
        self._known = known_by([name_key(name) for _, name in wanted])
        for place, row in wanted.items():
            self._take(place, row, now)

    def _take(self, place: Place, row: dict[str, Any], now: datetime) -> None:
        area, name = place
        one = meant(self._known[name_key(name)], area, name)
        values = {key: value for key, value in row.items() if key != "name" and (one or {}).get(key) != value}
        if one is None:
            one = _new(area, name, now)
            values |= {key: one[key] for key in ("name", "names")}
            self._known[name_key(name)].append(one)
        elif values:
            self.updated.add(one["_id"])
        one |= values
        self.ids[place], self.names[place] = one["_id"], one["name"]
        if values:
            self.writes.append(UpdateOne({"_id": one["_id"]}, {"$set": values}, upsert=True))


def known_by(keys: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the estates that bear or bore names, by the keys of the names, in one read."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    wanted = {"names.key": {"$in": sorted(set(keys))}, "merged_into": None}
    for one in database.collection("estates").find(wanted).sort("_id", 1):
        for key in {name["key"] for name in one["names"]}:
            found[key].append(one)
    return found


def meant(known: Iterable[dict[str, Any]], area: str, name: str) -> dict[str, Any] | None:
    """Return the estate that an area and a name stand for, None where it is new.

    The area itself comes before those that it took over or that took it over, and of several of those none is meant:
    guessing that two are one cannot be taken back. Whoever bears the name now comes before whoever bore it.

    Args:
        known: those that bear or bore the name, see `known_by`.
        area: id of the jurisdiction.
        name: in any spelling.
    """
    today, key = clock.today(), name_key(name)
    now = jurisdictions.current(area, today)
    near = [one for one in known if one["jurisdiction"] == area]
    near = near or [
        one
        for one in known
        if now in (one["jurisdiction"], area) and jurisdictions.current(one["jurisdiction"], today) == now
    ]
    bearing = [one for one in near if name_key(one["name"]) == key] or near
    sure = len(bearing) == 1 or any(one["jurisdiction"] == area for one in bearing)
    return bearing[-1] if sure else None


def add(area: str, name: str) -> str:
    """Add an estate, whoever bore its name before, and return its id."""
    one = _new(area, name, clock.now())
    database.collection("estates").insert_one(one | {"jurisdiction": area})
    return one["_id"]


def _new(area: str, name: str, now: datetime) -> dict[str, Any]:
    """Return a new estate without its area; one that lost its first name keeps the id that was made of it."""
    id_ = id_of(area, name_key(name))
    while database.collection("estates").find_one({"_id": id_}, {"_id": 1}) is not None:
        id_ = id_of(id_, name_key(name))
    return {"_id": id_, "name": name, "names": [borne(name, now)]}
