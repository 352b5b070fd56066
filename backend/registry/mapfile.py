"""Reads a MAP.toml and checks all of it before the first row: a wrong one is refused with the key that is wrong."""

import pathlib
import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from backend.foundation import clock
from backend.foundation.reading.rows import UnusableError
from backend.policy import jurisdictions
from backend.registry import facts
from backend.registry.changes import REQUIRED
from backend.registry.columns import reader
from backend.registry.mapping import FileMap, Filter, with_unit
from backend.registry.recipes import Recipe, RecipeError, recipe
from backend.registry.values import CellError, Words

KEYS: dict[str, Collection[str] | None] = {  # section -> its keys; None: fields, or words of the file
    "columns": None,
    "values": None,
    "dates": ("formats", "day_of_month"),
    "bureaus": None,
    "fixed": None,
    "sheet": ("name", "heading"),
    "rows": ("only", "skip"),
    "optional": ("fields",),
}
LAST_DAY = 28  # that every month has
_SOMEDAY = datetime(2020, 1, 31, 12, 34, 56, tzinfo=clock.SHANGHAI)


def load(path: pathlib.Path) -> FileMap:
    """Read a MAP.toml, see docs/import.md.

    Raises:
        UnusableError: it is not TOML, or says what cannot be; the message names the key.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnusableError(f"{path.name} 不是 TOML：{error}") from error
    try:
        return _read(data)
    except _Wrong as error:
        raise UnusableError(f"{path.name}：{error}") from error


class _Wrong(ValueError):
    """A key of a map says what cannot be."""


def _read(data: Mapping[str, Any]) -> FileMap:
    sections = {name: _section(data, name) for name in KEYS}
    if unknown := set(data) - set(KEYS):
        raise _Wrong(f"没有 [{min(unknown)}] 这一节")
    for name in ("columns", "values", "fixed"):
        for field in sections[name]:
            _known(field)
    if both := set(sections["columns"]) & set(sections["fixed"]):
        raise _Wrong(f"“{min(both)}”在 [columns] 和 [fixed] 中都有")
    recipes = {field: _recipe(field, said) for field, said in sections["columns"].items()}
    words = _words(sections)
    for field, text in sections["fixed"].items():
        _readable("fixed", field, _string("fixed", field, text), words)
    return FileMap(
        recipes or None,
        sections["fixed"],
        words,
        [*_filters(sections["rows"], "only"), *_filters(sections["rows"], "skip")],
        _optional(sections["optional"].get("fields", [])),
        _string("sheet", "name", sections["sheet"]["name"]) if "name" in sections["sheet"] else None,
        _lines(sections["sheet"]["heading"]) if "heading" in sections["sheet"] else None,
    )


def _section(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a section flat: TOML reads `origin.date = "…"` as a table in a table."""
    section = data.get(name, {})
    if not isinstance(section, dict):
        raise _Wrong(f"[{name}] 应是一节")
    keys = KEYS[name]
    if keys is not None:
        if unknown := set(section) - set(keys):
            raise _Wrong(f"[{name}] 没有“{min(unknown)}”这一项")
        return section
    if name == "bureaus":
        return section
    flat: dict[str, Any] = {}
    for key, value in section.items():
        if isinstance(value, dict) and key not in facts.columns():
            flat |= {f"{key}.{inner}": deeper for inner, deeper in value.items()}
        else:
            flat[key] = value
    return flat


def _known(field: str) -> None:
    if field not in facts.columns():
        raise _Wrong(f"没有“{field}”这个字段")


def _recipe(field: str, said: Any) -> Recipe:
    try:
        found = recipe(said)
    except RecipeError as error:
        raise _Wrong(f"[columns] 的“{field}”写法不对：{error}") from error
    if isinstance(said, dict) and "factor" in said and not facts.columns()[field].units:
        raise _Wrong(f"[columns] 的“{field}”写法不对：factor 只用于数字")
    if found.unit and found.unit not in facts.columns()[field].units:
        known = "、".join(facts.columns()[field].units) or "（这个字段没有单位）"
        raise _Wrong(f"[columns] 的“{field}”写法不对：unit 可写 {known}")
    if isinstance(said, dict) and "default" in said:
        words = with_unit(Words(), facts.columns()[field], found.unit)
        _readable("columns", field, said["default"], words)
    return found


def _words(sections: Mapping[str, Mapping[str, Any]]) -> Words:
    dates = sections["dates"]
    bureaus = {name: _bureau(name, target) for name, target in sections["bureaus"].items()}
    values = {field: _values(field, table) for field, table in sections["values"].items()}
    words = Words(values, _formats(dates.get("formats", [])), bureaus, _day_of_month(dates.get("day_of_month")))
    for field, table in values.items():
        for said, ours in table.items():
            _readable(f"values.{field}", said, ours, Words(bureaus=bureaus), field)
    return words


def _values(field: str, table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise _Wrong(f"[values] 的“{field}”写法不对，应是一节 [values.{field}]")
    return {said: _string(f"values.{field}", said, ours) for said, ours in table.items()}


def _readable(section: str, key: str, text: str, words: Words, field: str | None = None) -> None:
    """Check that a field takes a text."""
    try:
        reader(facts.columns()[field or key], words)(text)
    except CellError as error:
        raise _Wrong(f"[{section}] 的“{key}”写法不对：“{text}”{error}") from error


def _bureau(name: str, target: Any) -> str:
    try:
        return jurisdictions.find(_string("bureaus", name, target)).id
    except LookupError:
        raise _Wrong(f"[bureaus] 的“{name}”写法不对：没有“{target}”这个辖区") from None


def _formats(formats: Any) -> tuple[str, ...]:
    if not isinstance(formats, list):
        raise _Wrong("[dates] 的“formats”写法不对，应是清单")
    for form in formats:
        try:
            read = datetime.strptime(_SOMEDAY.strftime(_string("dates", "formats", form)), form).date()  # noqa: DTZ007
        except (ValueError, RecursionError):
            read = None
        if read != _SOMEDAY.date():
            raise _Wrong(f"[dates] 的“formats”写法不对：“{form}”读不出年、月、日")
    return tuple(formats)


def _day_of_month(day: Any) -> int | None:
    if day is not None and (not isinstance(day, int) or isinstance(day, bool) or not 1 <= day <= LAST_DAY):
        raise _Wrong(f"[dates] 的“day_of_month”写法不对，应是 1 到 {LAST_DAY}")
    return day


def _filters(rows: Mapping[str, Any], name: str) -> list[Filter]:
    table = rows.get(name, {})
    if not isinstance(table, dict):
        raise _Wrong(f"[rows] 的“{name}”写法不对，应写成 {{ 列名 = [词] }}")
    found = []
    for heading, said in table.items():
        words = said if isinstance(said, list) else [said]
        if not words or not all(isinstance(word, str) for word in words):
            raise _Wrong(f"[rows] 的“{name}.{heading}”写法不对，应是文字的清单")
        found.append(Filter(heading, frozenset(words), name == "only"))
    return found


def _optional(fields: Any) -> frozenset[str]:
    if not isinstance(fields, list) or not all(isinstance(field, str) for field in fields):
        raise _Wrong("[optional] 的“fields”写法不对，应是字段的清单")
    for field in fields:
        _known(field)
        if field == "code" or field in REQUIRED:
            raise _Wrong(f"[optional] 的“fields”写法不对：“{field}”不能缺")
    return frozenset(fields)


def _lines(lines: Any) -> tuple[int, int]:
    both = [lines, lines] if isinstance(lines, int) else lines
    if not isinstance(both, list) or len(both) != 2 or not all(type(line) is int and line > 0 for line in both):
        raise _Wrong("[sheet] 的“heading”写法不对，应是行号，或首行、末行两个行号的清单")
    if not both[0] <= both[1] <= both[0] + 4:
        raise _Wrong("[sheet] 的“heading”写法不对，表头最多五行")
    return both[0], both[1]


def _string(section: str, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"[{section}] 的“{key}”写法不对：应是文字，写在引号里")
    return value
