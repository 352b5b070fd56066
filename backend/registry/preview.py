"""What an import would change, said before it does: new estates and units, and old and new values of known lifts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from backend.foundation import database
from backend.registry import importing, service
from backend.registry.columns import COLUMNS, write_cell
from backend.registry.documents import ORGANISATION_KINDS
from backend.registry.exporting import cells_of
from backend.registry.importing import Values

SHOWN = 50  # lines of each kind


@dataclass
class Preview:
    """Gathers what saving batches would do; it is a `Save` that saves nothing.

    Args:
        estates, units: lines that name new ones.
        lifts: lines that name old and new values.
    """

    estates: dict[str, None] = field(default_factory=dict)
    units: dict[str, None] = field(default_factory=dict)
    lifts: dict[str, None] = field(default_factory=dict)

    def save(self, rows: Sequence[Values]) -> tuple[service.Saved, frozenset[str]]:
        """Say what saving a batch would do, and remember it."""
        units, _ = service.plan_organisations(importing.named_units(rows))
        estates, _ = service.plan_estates(importing.named_estates(rows))
        saved, _ = service.plan_lifts(importing.linked(rows, units.ids, estates))
        self.estates |= dict.fromkeys(_new_estates(rows, estates.ids))
        self.units |= dict.fromkeys(_new_units(rows, units.ids))
        updated = set(saved.updated)
        self.lifts |= dict.fromkeys(_changed([row for row in rows if row["code"] in updated]))
        return saved, units.updated

    def lines(self) -> Iterator[str]:
        """Give what was gathered, in Chinese."""
        for label, lines in (("新小区", self.estates), ("新单位", self.units), ("改动", self.lifts)):
            for line in islice(lines, SHOWN):
                yield f"{label}：{line}"
            if len(lines) > SHOWN:
                yield f"{label}：还有 {len(lines) - SHOWN} 条没有列出"


def _new_estates(rows: Sequence[Values], ids: Mapping[Any, str]) -> Iterator[str]:
    known = _stored("estates", ids.values())
    area = COLUMNS["jurisdiction"]
    for one in importing.named_estates(rows):
        if ids[one["jurisdiction"], one["name"]] not in known:
            yield f"{write_cell(area, one['jurisdiction'])} {one['name']}"


def _new_units(rows: Sequence[Values], ids: Mapping[Any, str]) -> Iterator[str]:
    known = _stored("organisations", ids.values())
    for one in importing.named_units(rows):
        if ids[one["name"], one.get("credit_code") or ""] not in known:
            yield f"{ORGANISATION_KINDS[one['kind']]} {one['name']}"


def _stored(collection: str, ids: Any) -> set[str]:
    return {one["_id"] for one in database.collection(collection).find({"_id": {"$in": list(set(ids))}}, {"_id": 1})}


def _changed(rows: Sequence[Values]) -> Iterator[str]:
    """Give old and new values of known lifts, as an export writes them."""
    found = database.collection("lifts").find({"_id": {"$in": [row["code"] for row in rows]}}, {"terms": 0})
    stored = {one["_id"]: one for one in found}
    old = cells_of(list(stored.values()))
    for row in rows:
        parts = []
        for name, value in row.items():
            if name in COLUMNS and name != "code":
                before, after = old[row["code"]][name], write_cell(COLUMNS[name], value)
                if before != after:
                    parts.append(f"{COLUMNS[name].heading} {_said(name, before)} → {_said(name, after)}")
        if parts:
            yield f"{row['code']} {'；'.join(parts)}"


def _said(name: str, text: str) -> str:
    if COLUMNS[name].personal and text:
        return "（个人信息）"
    return text or "（空）"
