"""Writes lifts out as the table that an import reads back without changing anything."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from backend.foundation import database
from backend.foundation.protect import unseal
from backend.registry import queries
from backend.registry.columns import COLUMNS, Column, write_cell
from backend.registry.importing import UNITS

NOTE = (
    "要修改，请在工作表“电梯”里改，另存为 .xlsx，再用 chati import lifts 导入；没有改动的行不受影响。",
    "各列都是文本格式，请不要改成常规或数值，否则超过 15 位的编号会丢失后面的数字，日期和开头的 0 会变样。",
    "空格子会清空这一项（监管辖区、设备品种、使用状态除外）；不想改的列可以整列删去，救援识别码要留下。",
)
CSV_HINT = "CSV 供程序读取；要在表格软件里修改，请导出 .xlsx，否则长编号会丢失后面的数字"
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


def cells_of(lifts: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Return what an export says of some lifts: code -> field -> cell.

    Args:
        lifts: as they are stored.
    """
    units = _units(lifts)
    return {
        lift["_id"]: {name: write_cell(column, _value(lift, name, units)) for name, column in COLUMNS.items()}
        for lift in lifts
    }


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
