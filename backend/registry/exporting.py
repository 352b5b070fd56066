"""Writes lifts out as the table that an import reads back without changing anything."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from backend.foundation import database
from backend.foundation.protect import unseal
from backend.registry import queries
from backend.registry.columns import COLUMNS, Column, write_cell
from backend.registry.importing import UNITS

BATCH = 1000  # lifts whose units are looked up together


def columns(personal: bool) -> list[Column]:
    """List the columns of an export; those about people only when asked for."""
    return [column for column in COLUMNS.values() if personal or not column.personal]


def rows(
    wanted: Sequence[Column], jurisdiction: str | None = None, progress: Callable[[int], object] = lambda _: None
) -> Iterator[list[str]]:
    """Stream the lifts as rows of cells, in the order of their codes.

    Args:
        wanted: see `columns`.
        jurisdiction: only lifts that this bureau answers for today.
        progress: called with the number of lifts written since the last call.
    """
    lifts = queries.lifts(jurisdiction, fields={"site": 0})
    while batch := list(islice(lifts, BATCH)):
        units = _units(batch)
        for lift in batch:
            yield [write_cell(column, _value(lift, column.field, units)) for column in wanted]
        progress(len(batch))


def _units(lifts: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    ids = {lift[role] for lift in lifts for role in UNITS if lift.get(role)}
    return {one["_id"]: one for one in database.collection("organisations").find({"_id": {"$in": list(ids)}})}


def _value(lift: Mapping[str, Any], name: str, units: Mapping[str, Mapping[str, Any]]) -> Any:
    if name == "code":
        return lift["_id"]
    if name == "safety_manager_phone":
        sealed = lift.get("safety_manager_phone_sealed")
        return unseal(sealed) if sealed else None
    outer, _, inner = name.partition(".")
    value = lift.get(outer)
    if not inner:
        return value
    return units.get(value or "", {}).get(inner) if outer in UNITS else (value or {}).get(inner)
