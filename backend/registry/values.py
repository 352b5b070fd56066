"""How the cells of a lift table are read and written: words, codes, numbers with their units, days."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from backend.foundation import clock
from backend.foundation.errors import BadInput
from backend.foundation.forms import checked_phone
from backend.foundation.reading.cells import LOST, Day, Number, lost_digits
from backend.policy import jurisdictions
from backend.registry.organisations import credit_code
from backend.registry.terms import identifier

EARLIEST = date(1900, 1, 1)
MAJOR_EVENTS = {"modernised": "改造", "major_repair": "重大修理"}
_YES, _NO = ("是", "有", "1", "true", "y", "yes", "√"), ("否", "无", "0", "false", "n", "no", "×")
BOOLEANS = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
SPEEDS = {"m/s": 1, "米/秒": 1, "mps": 1, "m/min": Decimal(1) / 60, "米/分": Decimal(1) / 60, "mm/s": Decimal("0.001")}
WEIGHTS = {"kg": 1, "公斤": 1, "千克": 1, "t": 1000, "吨": 1000}
FLOORS = {"层": 1, "楼": 1, "f": 1}
STOPS = {"站": 1, "层": 1}
_NOTHING = frozenset(
    ("无", "暂无", "空", "空白", "待定", "未定", "暂缺", "缺", "未填", "未填写", "暂未填写", "待填", "待补", "待补充")
) | {"不适用", "无数据", "暂无数据", "na", "null", "none", "nil"}
_LONGEST_NOTHING = 12  # characters, with what may stand around it
_UNKNOWN = frozenset({"不详", "未知", "不明", "不清楚"})
_CODE = re.compile(r"[0-9]{6}")
_DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d\d)(\d\d))"
    r"(?:(?:[ T]|(?<=[日号]))\s*\d{1,2}[:时]\d{1,2}(?:[:分]\d{0,2}(?:\.\d+)?秒?)?(?:\+08:00)?)?"
)
_MONTH = re.compile(r"(\d{4})(?:[-/.]|年)?(\d{1,2})月?")
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_SERIAL = re.compile(r"([1-9]\d{4})(?:\.\d+)?")
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d{1,3})?)\s*(\D*)", re.IGNORECASE)
_AREA_CODE = re.compile(r"\((0\d{2,3})\)-?")
_SEVERAL = re.compile(r"[/、,;]|或")
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
        day_of_month: which day a month without one stands for; None: none, the cell is rejected.
        units: field -> the unit of numbers that name none.
    """

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    bureaus: Mapping[str, str] = field(default_factory=dict)
    day_of_month: int | None = None
    units: Mapping[str, str] = field(default_factory=dict)


Read = Callable[[str, Words], Any]
_STROKES = frozenset(" …／/\\|-‐‑‒–—―－_＿~～.．。·*＊、，,")  # what offices draw through a cell that stays empty
_DITTO = frozenset({"同上", "同前", "同左", "见上", "〃", "″", '"', "↑"})


def is_nothing(text: str) -> bool:
    """Tell whether a text only says that there is nothing to say, such as `/`, `—` or `暂无`."""
    return set(text) <= _STROKES or (len(text) <= _LONGEST_NOTHING and _bare(text) in _NOTHING)


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def text(cell: str, _: Words) -> str | None:
    """Read words."""
    if isinstance(cell, Day):
        raise CellError("表格软件把它改成了日期，请把这一列设为文本格式后重新填写")
    if lost_digits(cell):
        raise CellError(LOST)
    if cell in _DITTO:
        raise CellError(f"“{cell}”没有写明内容，请把上面的内容再写一遍")
    if cell and not is_nothing(cell) and not any(map(str.isalnum, cell)):
        raise CellError(f"“{cell}”看不出写的是什么，没有就留空")
    return None if len(cell) <= _LONGEST_NOTHING and _bare(cell) in _UNKNOWN else str(cell)


def code(cell: str, _: Words) -> str:
    """Read a rescue code."""
    found = identifier(cell)
    if not _CODE.fullmatch(found):
        raise CellError(LOST if lost_digits(cell) else "救援识别码应是六位数字")
    return found


def number_of(cell: str, words: Words) -> str | None:
    """Read the number of a device, registration or licence: each has a digit."""
    found = text(cell, words)
    if found is not None and not any(char.isdigit() for char in found):
        raise CellError("不是编号")
    return found and identifier(found)


def unit_code(cell: str, words: Words) -> str | None:
    """Read a 统一社会信用代码."""
    found = text(cell, words)
    try:
        return found and credit_code(found)
    except BadInput as error:
        raise CellError(error.message) from error


def phone(cell: str, words: Words) -> str | None:
    """Read one phone number; an area code may stand in brackets."""
    found = text(cell, words)
    plain = _AREA_CODE.sub(r"\1-", "".join(unicodedata.normalize("NFKC", found or "").split()))
    try:
        return checked_phone(plain) or None
    except BadInput as error:
        if _SEVERAL.search(plain):
            raise CellError("不是电话号码：一格只能写一个号码") from error
        raise CellError(
            "不是电话号码，分机、备注不要写在号码里" if any(map(str.isdigit, plain)) else "不是电话号码"
        ) from error


def boolean(cell: str, _: Words) -> bool:
    """Read yes or no."""
    try:
        return BOOLEANS[cell.lower()]
    except KeyError:
        raise CellError("应填“是”或“否”") from None


def choice(choices: Mapping[str, str]) -> Read:
    """Return what reads one of some words.

    Args:
        choices: key -> word; a cell may hold either.
    """
    by_word = {label: key for key, label in choices.items()} | {key: key for key in choices}

    def read(cell: str, _: Words) -> str:
        try:
            return by_word[cell]
        except KeyError:
            raise CellError(f"没有这个取值，可填：{'、'.join(choices.values())}") from None

    return read


def number(name: str, kind: Callable[[Any], Any], least: float, most: float, units: Mapping[str, Any]) -> Read:
    """Return what reads a number with or without its unit, such as 33层, 1,000 kg or 2t.

    Args:
        name: of the field, by which a file may have a unit of its own.
        kind: int or float.
        least, most: its range.
        units: unit -> what one of it is in ours.
    """

    def read(cell: str, words: Words) -> Any:
        found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", cell))
        if not found:
            raise CellError("不是数字" if kind is float else "不是整数")
        unit = found[2].strip().casefold().replace("∕", "/") or words.units.get(name)
        if unit and unit not in units:
            raise CellError(f"不认识的单位“{unit}”，可写：{'、'.join(units)}")
        value = Decimal(found[1].replace(",", "")) * (units[unit] if unit else 1)
        if kind is int and value != value.to_integral_value():
            raise CellError("不是整数")
        if not least <= value <= most:
            raise CellError(f"应在 {least} 到 {most} 之间")
        return round(kind(value), 4)

    return read


def bureau(cell: str, words: Words) -> str:
    """Read an area, by id or name."""
    try:
        return jurisdictions.find(words.bureaus.get(cell, cell)).id
    except LookupError:
        raise CellError("没有这个辖区") from None


def any_day(cell: str, words: Words) -> date:
    """Read a day; a time of day goes.

    Raises:
        CellError: it is not written as a day, there is no such day, or it is before 1900.
    """
    found = _parsed(cell, words)
    if found < EARLIEST:
        raise CellError(f"日期早于{EARLIEST.year}年")
    return found


def past_day(cell: str, words: Words) -> date:
    """Read a day that is not in the future.

    Raises:
        CellError: it is not written as a day, there is no such day, or it cannot be this one's.
    """
    found = any_day(cell, words)
    if found > clock.today():
        raise CellError("日期在将来")
    return found


def _parsed(cell: str, words: Words) -> date:
    plain = unicodedata.normalize("NFKC", cell)
    if found := _DAY.fullmatch(plain):
        year, *rest = (int(part) for part in found.groups() if part and part.isdigit())
        return _existing(year, *rest)
    for form in words.date_formats:
        try:
            return datetime.strptime(cell, form).replace(tzinfo=clock.SHANGHAI).date()
        except ValueError:
            continue
    if found := _SERIAL.fullmatch(plain):
        return (cell.epoch if isinstance(cell, Number) else Number.epoch) + timedelta(days=int(found[1]))
    if _YEAR.fullmatch(plain):
        raise CellError("只有年份，缺少月和日")
    if found := _MONTH.fullmatch(plain):
        if words.day_of_month is None:
            raise CellError("只有年月，缺少日")
        return _existing(int(found[1]), int(found[2]), words.day_of_month)
    raise CellError("看不懂的日期，可写成 2020-01-31")


def _existing(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellError("没有这一天") from None


def major_events(cell: str, words: Words) -> list[dict[str, Any]]:
    """Read modernisations and major repairs with their days."""
    kinds = {label: kind for kind, label in MAJOR_EVENTS.items()}
    events = []
    for part in re.split("[;；]", cell):
        found = _MAJOR.fullmatch(part.strip())
        if not found:
            raise CellError("应写成“改造2020-01-31；重大修理2022-05-01”")
        events.append({"kind": kinds[found[1]], "date": past_day(found[2].strip(), words)})
    return events


def write_day(day: date) -> str:
    """Write a day."""
    return f"{day:%Y-%m-%d}"


def write_major(events: list[dict[str, Any]]) -> str:
    """Write modernisations and major repairs."""
    return ";".join(MAJOR_EVENTS[event["kind"]] + write_day(event["date"]) for event in events)


def write_number(value: float) -> str:
    """Write a number in its shortest form."""
    return f"{value:g}"
