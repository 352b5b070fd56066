"""An import in which all lifts of an estate come under another name or district: the estate is renamed or moved."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from backend.accounts.actors import Actor
from backend.foundation import clock, database
from backend.policy import jurisdictions
from backend.registry import estates, queries, renaming, service
from backend.registry.documents import SCRAPPED
from backend.registry.importing import Done
from backend.registry.names import name_key

Target = tuple[str, str]  # area and key of a name


@dataclass(frozen=True, slots=True)
class Found:
    """An estate of which all lifts come under one other name or area.

    Args:
        id: of the estate.
        before, after: its name.
        area_before, area_after: ids of the jurisdictions.
        lifts: how many lifts it has, scrapped ones left out.
        into: id of another such estate that comes under the same name and is renamed, so that this one is a part of it.
    """

    id: str
    before: str
    after: str
    area_before: str
    area_after: str
    lifts: int
    into: str | None = None

    @property
    def text(self) -> str:
        """Say what it is taken for."""
        areas = [jurisdictions.bureau(area).name for area in (self.area_before, self.area_after)]
        places = [f"{area}{name}" for area, name in zip(areas, (self.before, self.after), strict=True)]
        return f"{places[0]} 的全部 {self.lifts} 台电梯{'并入' if self.into else '改为'} {places[1]}"


class Looked:
    """What the rows of a file say of the estates of known lifts."""

    def __init__(self) -> None:
        self._said: dict[str, Counter[Target]] = defaultdict(Counter)
        self._spelled: dict[Target, str] = {}

    def look(self, rows: Sequence[Mapping[str, Any]]) -> Done:
        """Take note of a batch of good rows, see `importing.Save`; nothing is saved."""
        known = queries.facts([row["code"] for row in rows], "estate", "jurisdiction", "status")
        for row in rows:
            lift = known.get(row["code"])
            if lift and lift.get("estate") and lift.get("status") != SCRAPPED and "estate_name" in row:
                area, name = row.get("jurisdiction") or lift["jurisdiction"], row["estate_name"] or ""
                self._said[lift["estate"]][area, name_key(name)] += 1
                self._spelled.setdefault((area, name_key(name)), name)
        return Done(service.Saved())

    def found(self) -> list[Found]:
        """Return the estates that are to be renamed or moved, those with more lifts first."""
        one = {id_: next(iter(said.items())) for id_, said in self._said.items() if len(said) == 1}
        stored = database.collection("estates").find({"_id": {"$in": sorted(one)}, "merged_into": None})
        other = [row for row in stored if _is_other(row, one[row["_id"]][0])]
        found = [self._found(row, *one[row["_id"]]) for row in other if _has_all(row["_id"], one[row["_id"]][1])]
        known = estates.known_by([name_key(row.after) for row in found])
        new = [row for row in found if _is_free(row, known)]
        return list(_parted(sorted(new, key=lambda row: (-row.lifts, row.id))))

    def _found(self, stored: Mapping[str, Any], target: Target, lifts: int) -> Found:
        return Found(stored["_id"], stored["name"], self._spelled[target], stored["jurisdiction"], target[0], lifts)


def apply(found: Sequence[Found], by: Actor, reason: str) -> None:
    """Rename, move and merge the estates, each in a transaction of its own.

    Args:
        found: see `Looked.found`.
        by: who imports.
        reason: for the record, such as the name of the file.

    Raises:
        BadInput: one cannot be renamed or moved; those before it are.
    """
    for row in found:
        steps = []
        if row.into:
            steps = [partial(renaming.merge, row.id, row.into)]
        elif name_key(row.after) != name_key(row.before):
            steps = [partial(renaming.rename, row.id, row.after)]
        if _moves(row):
            steps.insert(0 if row.into else len(steps), partial(renaming.move, row.id, row.area_after))
        for step in steps:
            step(by, reason)


def _is_other(stored: Mapping[str, Any], target: Target) -> bool:
    """Tell whether an area and a name are others than an estate's, and no name that it bore."""
    area, key = target
    if not key:
        return False
    bore = {name["key"] for name in stored["names"]}
    return key not in bore or _now(area) != _now(stored["jurisdiction"])


def _has_all(estate: str, lifts: int) -> bool:
    standing = {"estate": estate, "status": {"$ne": SCRAPPED}}
    return database.collection("lifts").count_documents(standing, limit=lifts + 1) == lifts


def _is_free(row: Found, known: Mapping[str, list[dict[str, Any]]]) -> bool:
    """Tell whether no other estate is meant by the new area and name: else its lifts only go there."""
    meant = estates.meant(known.get(name_key(row.after), ()), row.area_after, row.after)
    return meant is None or meant["_id"] == row.id


def _parted(found: Sequence[Found]) -> Iterator[Found]:
    """Let of several estates that come under one name the largest be renamed, and the others be parts of it."""
    first: dict[Target, str] = {}
    for row in found:
        target = row.area_after, name_key(row.after)
        into = first.setdefault(target, row.id)
        yield (
            row
            if into == row.id
            else Found(row.id, row.before, row.after, row.area_before, row.area_after, row.lifts, into)
        )


def _moves(row: Found) -> bool:
    return _now(row.area_after) != _now(row.area_before)


def _now(area: str) -> str:
    return jurisdictions.current(area, clock.today())
