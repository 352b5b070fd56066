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
from backend.registry.importing import Done, Values
from backend.registry.organisations import Said

SHOWN = 50  # lines of each kind
LABELS = ("新小区", "新单位", "单位改动", "改动")
OWN = {"phone": "电话", "licence_no": "许可证编号", "credit_code": "统一社会信用代码"}
EMPTY = "（空）"


@dataclass
class Preview:
    """Gathers what saving batches would do; it is a `Save` that saves nothing.

    Args:
        said: takes what the rows say of units, and where they contradict each other.
        estates, units: lines that name new ones.
        known: lines that say what known units would say else.
        lifts: lines that name old and new values.
    """

    said: Said = field(default_factory=Said)
    estates: dict[str, None] = field(default_factory=dict)
    units: dict[str, None] = field(default_factory=dict)
    known: dict[str, None] = field(default_factory=dict)
    lifts: dict[str, None] = field(default_factory=dict)

    def save(self, rows: Sequence[Values]) -> Done:
        """Say what saving a batch would do, and remember it."""
        units, _ = service.plan_organisations(importing.named_units(rows), self.said)
        estates, _ = service.plan_estates(importing.named_estates(rows))
        saved, _ = service.plan_lifts(importing.linked(rows, units.ids, estates))
        self.estates |= dict.fromkeys(_new_estates(rows, estates.ids))
        self.units |= dict.fromkeys(_units(rows, units.ids, new=True))
        self.known |= dict.fromkeys(_units(rows, units.ids, new=False))
        updated = set(saved.updated)
        changed = [row for row in rows if row["code"] in updated]
        self.lifts |= dict.fromkeys(_changed(_called(changed, units.ids, estates.names)))
        new = importing.new_facts(rows, units.ids)
        return Done(saved, units.updated, {name: len(found) for name, found in new.items()})

    def lines(self) -> Iterator[str]:
        """Give what was gathered, in Chinese."""
        for label, lines in zip(LABELS, (self.estates, self.units, self.known, self.lifts), strict=True):
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


def _units(rows: Sequence[Values], ids: Mapping[Any, str], *, new: bool) -> Iterator[str]:
    """Give the new units that rows name, or what they say else of known ones."""
    known = _stored("organisations", ids.values())
    for one in importing.named_units(rows):
        stored = known.get(ids[one["name"], one.get("credit_code") or ""])
        if stored is None and new:
            yield f"{ORGANISATION_KINDS[one['kind']]} {one['name']}"
        elif stored is not None and not new:
            said = [(label, stored.get(name) or "", one.get(name) or "") for name, label in OWN.items()]
            parts = [
                f"{label} {before or EMPTY} → {after}" for label, before, after in said if after not in ("", before)
            ]
            if parts:
                yield f"{stored['name']} {'；'.join(parts)}"


def _called(rows: Sequence[Values], ids: Mapping[Any, str], estates: Mapping[Any, str]) -> list[Values]:
    """Return rows with the names that units and estates would have, where a row spells them otherwise."""
    known = _stored("organisations", ids.values())
    called = []
    for row in rows:
        place = row.get("jurisdiction"), row.get("estate_name")
        names = {"estate_name": estates.get(place)}
        for role in importing.UNITS:
            if name := row.get(f"{role}.name"):
                stored = known.get(ids[name, row.get(f"{role}.credit_code") or ""])
                names[f"{role}.name"] = stored["name"] if stored else name
        called.append(row | {name: value for name, value in names.items() if value})
    return called


def _stored(collection: str, ids: Any) -> dict[str, dict[str, Any]]:
    return {one["_id"]: one for one in database.collection(collection).find({"_id": {"$in": list(set(ids))}})}


def _changed(rows: Sequence[Values]) -> Iterator[str]:
    """Give old and new values of known lifts, as an export writes them."""
    found = database.collection("lifts").find({"_id": {"$in": [row["code"] for row in rows]}})
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
    return text or EMPTY
