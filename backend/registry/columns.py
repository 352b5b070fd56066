"""The columns of a lift table: which field each is, how its cells are read and written, how a file's own words map."""

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from backend.foundation import clock
from backend.foundation.errors import BadInput
from backend.foundation.forms import checked_phone
from backend.policy import jurisdictions
from backend.registry.documents import CATEGORIES, STATUSES
from backend.registry.organisations import credit_code
from backend.registry.terms import identifier

TEXT_LIMIT = 200  # characters a cell; no name or address is longer
EARLIEST = date(1900, 1, 1)
MAJOR_EVENTS = {"modernised": "改造", "major_repair": "重大修理"}
ORIGINS = {"supervision": "监督检验", "modernisation": "改造监督检验", "registration": "使用登记", "unknown": "不明"}
_BOOLEANS = {"是": True, "有": True, "1": True, "true": True, "否": False, "无": False, "0": False, "false": False}
_CODE = re.compile(r"[0-9]{6}")
_DAY = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))(?:[ T]00:00(?::00)?)?"
)
_MAJOR = re.compile(f"({'|'.join(MAJOR_EVENTS.values())})(.+)")


class CellError(ValueError):
    """A cell holds what cannot be; the message says why, in Chinese."""


@dataclass(frozen=True)
class Words:
    """How one file writes things: its own values, ways to write a day, and names of bureaus.

    Args:
        values: field -> the file's word -> ours.
        date_formats: `strptime` formats, tried after the usual ways.
        bureaus: the file's name of an area -> its id.
    """

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    bureaus: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column: the field it fills, the heading that our own files use, and how its cells are read and written."""

    field: str
    heading: str
    read: Callable[[str, Words], Any]
    write: Callable[[Any], str] = str
    personal: bool = False


def _text(cell: str, _: Words) -> str:
    return cell


def _code(cell: str, _: Words) -> str:
    code = identifier(cell)
    if not _CODE.fullmatch(code):
        raise CellError("救援识别码应是六位数字")
    return code


def _identifier(cell: str, _: Words) -> str:
    return identifier(cell)


def _credit_code(cell: str, _: Words) -> str:
    try:
        return credit_code(cell)
    except BadInput as error:
        raise CellError(error.message) from error


def _phone(cell: str, _: Words) -> str:
    try:
        return checked_phone(cell)
    except BadInput as error:
        raise CellError("不是电话号码") from error


def _boolean(cell: str, _: Words) -> bool:
    try:
        return _BOOLEANS[cell.lower()]
    except KeyError:
        raise CellError("应填“是”或“否”") from None


def _choice(choices: Mapping[str, str]) -> Callable[[str, Words], str]:
    by_word = {label: key for key, label in choices.items()} | {key: key for key in choices}

    def read(cell: str, _: Words) -> str:
        try:
            return by_word[cell]
        except KeyError:
            raise CellError(f"没有这个取值，可填：{'、'.join(choices.values())}") from None

    return read


def _number(kind: Callable[[str], Any], least: float, most: float) -> Callable[[str, Words], Any]:
    def read(cell: str, _: Words) -> Any:
        try:
            number = kind(unicodedata.normalize("NFKC", cell))
        except ValueError:
            raise CellError("不是数字" if kind is float else "不是整数") from None
        if not least <= number <= most:
            raise CellError(f"应在 {least} 到 {most} 之间")
        return number

    return read


def _bureau(cell: str, words: Words) -> str:
    try:
        return jurisdictions.find(words.bureaus.get(cell, cell)).id
    except LookupError:
        raise CellError("没有这个辖区") from None


def read_day(cell: str, words: Words) -> date:
    """Read a day that is not in the future.

    Raises:
        CellError: it is not written as a day, there is no such day, or it cannot be this one's.
    """
    day = _parsed(cell, words.date_formats)
    if day > clock.today():
        raise CellError("日期在将来")
    if day < EARLIEST:
        raise CellError(f"日期早于{EARLIEST.year}年")
    return day


def _parsed(cell: str, formats: tuple[str, ...]) -> date:
    if found := _DAY.fullmatch(unicodedata.normalize("NFKC", cell)):
        try:
            return date(*(int(part) for part in found.groups() if part))
        except ValueError:
            raise CellError("没有这一天") from None
    for form in formats:
        try:
            return datetime.strptime(cell, form).replace(tzinfo=clock.SHANGHAI).date()
        except ValueError:
            continue
    raise CellError("看不懂的日期，可写成 2020-01-31")


def _major_events(cell: str, words: Words) -> list[dict[str, Any]]:
    kinds = {label: kind for kind, label in MAJOR_EVENTS.items()}
    events = []
    for part in re.split("[;；]", cell):
        found = _MAJOR.fullmatch(part.strip())
        if not found:
            raise CellError("应写成“改造2020-01-31；重大修理2022-05-01”")
        events.append({"kind": kinds[found[1]], "date": read_day(found[2].strip(), words)})
    return events


def _write_day(day: date) -> str:
    return f"{day:%Y-%m-%d}"


def _write_major(events: list[dict[str, Any]]) -> str:
    return ";".join(MAJOR_EVENTS[event["kind"]] + _write_day(event["date"]) for event in events)


def _write_number(number: float) -> str:
    return f"{number:g}"


_COLUMNS = (
    Column("code", "救援识别码", _code),
    Column("device_code", "设备代码", _identifier),
    Column("registration_code", "注册代码", _identifier),
    Column("certificate_no", "使用登记证编号", _identifier),
    Column("category", "设备品种", _choice(CATEGORIES), CATEGORIES.__getitem__),
    Column("status", "使用状态", _choice(STATUSES), STATUSES.__getitem__),
    Column("jurisdiction", "监管辖区", _bureau, lambda one: jurisdictions.bureau(one).name),
    Column("estate_name", "小区", _text),
    Column("building", "楼栋", _text),
    Column("address", "地址", _text),
    Column("inside_number", "单位内编号", _text),
    Column("place", "安装位置", _text),
    Column("manufacturer", "制造单位", _text),
    Column("model", "型号", _text),
    Column("factory_number", "出厂编号", _text),
    Column("manufactured_on", "制造日期", read_day, _write_day),
    Column("registered_on", "登记日期", read_day, _write_day),
    Column("origin.date", "检验起算日期", read_day, _write_day),
    Column("origin.source", "检验起算依据", _choice(ORIGINS), ORIGINS.__getitem__),
    Column("major_events", "改造和重大修理", _major_events, _write_major),
    Column("stopped_on", "停用日期", read_day, _write_day),
    Column("restarted_on", "重新启用日期", read_day, _write_day),
    Column("floors", "层数", _number(int, 1, 300)),
    Column("stops", "站数", _number(int, 1, 300)),
    Column("speed", "额定速度", _number(float, 0.01, 30), _write_number),
    Column("load_kg", "额定载重量", _number(int, 1, 100_000)),
    Column("using_unit.name", "使用单位", _text),
    Column("using_unit.credit_code", "使用单位统一社会信用代码", _credit_code),
    Column("using_unit.phone", "使用单位电话", _phone),
    Column("maintenance_unit.name", "维保单位", _text),
    Column("maintenance_unit.credit_code", "维保单位统一社会信用代码", _credit_code),
    Column("maintenance_unit.phone", "维保单位电话", _phone),
    Column("maintenance_unit.licence_no", "维保单位许可证编号", _identifier),
    Column("inspection_body.name", "检验机构", _text),
    Column("inspection_body.credit_code", "检验机构统一社会信用代码", _credit_code),
    Column("inspection_body.phone", "检验机构电话", _phone),
    Column("safety_manager", "安全管理员", _text, personal=True),
    Column("safety_manager_phone", "安全管理员电话", _phone, personal=True),
    Column("emergency_phone", "应急电话", _phone),
    Column("iot", "物联网监测", _boolean, lambda on: "是" if on else "否"),
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

    @functools.lru_cache(maxsize=4096)
    def read(cell: str) -> Any:
        cell = cell.strip()
        if len(cell) > TEXT_LIMIT:
            raise CellError(f"超过 {TEXT_LIMIT} 个字")
        if not cell.isprintable():
            raise CellError("含有换行或不可见的字符")
        cell = own.get(cell, cell)
        return column.read(cell, words) if cell else None

    return read


def write_cell(column: Column, value: Any) -> str:
    """Write a value as its column reads it."""
    return "" if value is None else column.write(value)
