"""The columns of a lift table: which field each is, and how its cells are read and written."""

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from backend.foundation.reading.cells import BadCell, meant
from backend.policy import jurisdictions
from backend.registry import values
from backend.registry.documents import CATEGORIES, STATUSES
from backend.registry.values import CellError, Read, Words

TEXT_LIMIT = 200  # characters a cell; no name or address is longer
ORIGINS = {"supervision": "监督检验", "modernisation": "改造监督检验", "registration": "使用登记", "unknown": "不明"}


@dataclass(frozen=True)
class Column:
    """One column: the field it fills, the heading that our own files use, and how its cells are read and written.

    Args:
        taken: words that mean something here although they mean nothing elsewhere, such as 无.
        units: what a number may be counted in.
    """

    field: str
    heading: str
    read: Read
    write: Callable[[Any], str] = str
    personal: bool = False
    taken: Collection[str] = ()
    units: Collection[str] = ()


_COLUMNS = (
    Column("code", "救援识别码", values.code),
    Column("device_code", "设备代码", values.number_of),
    Column("registration_code", "注册代码", values.number_of),
    Column("certificate_no", "使用登记证编号", values.number_of),
    Column("category", "设备品种", values.choice(CATEGORIES), CATEGORIES.__getitem__, taken=CATEGORIES.values()),
    Column("status", "使用状态", values.choice(STATUSES), STATUSES.__getitem__, taken=STATUSES.values()),
    Column("jurisdiction", "监管辖区", values.bureau, lambda one: jurisdictions.bureau(one).name),
    Column("estate_name", "小区", values.text),
    Column("building", "楼栋", values.text),
    Column("address", "地址", values.text),
    Column("inside_number", "单位内编号", values.text),
    Column("place", "安装位置", values.text),
    Column("manufacturer", "制造单位", values.text),
    Column("model", "型号", values.text),
    Column("factory_number", "出厂编号", values.text),
    Column("manufactured_on", "制造日期", values.past_day, values.write_day),
    Column("registered_on", "登记日期", values.past_day, values.write_day),
    Column("origin.date", "检验起算日期", values.past_day, values.write_day),
    Column("origin.source", "检验起算依据", values.choice(ORIGINS), ORIGINS.__getitem__, taken=ORIGINS.values()),
    Column("major_events", "改造和重大修理", values.major_events, values.write_major),
    Column("stopped_on", "停用日期", values.past_day, values.write_day),
    Column("restarted_on", "重新启用日期", values.past_day, values.write_day),
    Column("floors", "层数", values.number("floors", int, 1, 300, values.FLOORS), units=values.FLOORS),
    Column("stops", "站数", values.number("stops", int, 1, 300, values.STOPS), units=values.STOPS),
    Column(
        "speed",
        "额定速度",
        values.number("speed", float, 0.01, 30, values.SPEEDS),
        values.write_number,
        units=values.SPEEDS,
    ),
    Column("load_kg", "额定载重量", values.number("load_kg", int, 1, 100_000, values.WEIGHTS), units=values.WEIGHTS),
    Column("using_unit.name", "使用单位", values.text),
    Column("using_unit.credit_code", "使用单位统一社会信用代码", values.unit_code),
    Column("using_unit.phone", "使用单位电话", values.phone),
    Column("maintenance_unit.name", "维保单位", values.text),
    Column("maintenance_unit.credit_code", "维保单位统一社会信用代码", values.unit_code),
    Column("maintenance_unit.phone", "维保单位电话", values.phone),
    Column("maintenance_unit.licence_no", "维保单位许可证编号", values.number_of),
    Column("inspection_body.name", "检验机构", values.text),
    Column("inspection_body.credit_code", "检验机构统一社会信用代码", values.unit_code),
    Column("inspection_body.phone", "检验机构电话", values.phone),
    Column("safety_manager", "安全管理员", values.text, personal=True),
    Column("safety_manager_phone", "安全管理员电话", values.phone, personal=True),
    Column("emergency_phone", "应急电话", values.phone),
    Column("iot", "物联网监测", values.boolean, lambda on: "是" if on else "否", taken=values.BOOLEANS),
)
COLUMNS: dict[str, Column] = {column.field: column for column in _COLUMNS}


def reader(column: Column, words: Words) -> Callable[[str], Any]:
    """Return what reads the cells of a column, None for an empty one; most words of a column come again and again.

    What it returns raises CellError for a cell that holds what cannot be.

    Args:
        column: the column.
        words: how the file writes things.
    """
    own = words.values.get(column.field, {})

    @functools.lru_cache(maxsize=4096, typed=True)
    def read(cell: str) -> Any:
        try:
            text = meant(cell)
        except BadCell as error:
            raise CellError(str(error)) from error
        if len(text) > TEXT_LIMIT:
            raise CellError(f"超过 {TEXT_LIMIT} 个字")
        text = own.get(text, text)
        if not text or (text not in column.taken and values.is_nothing(text)):
            return None
        return column.read(text, words)

    return read


def write_cell(column: Column, value: Any) -> str:
    """Write a value as its column reads it."""
    return "" if value is None else column.write(value)
