"""How a field is made of the columns of somebody's file: one column, several joined, a part of one, a template."""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from backend.foundation.reading.cells import BadCell, meant
from backend.registry.values import CellError, is_nothing

SOURCES = ("column", "join", "first", "template")
STEPS = ("with", "split", "part", "regex", "group", "factor", "unit", "default")
Make = Callable[[Sequence[str]], str]


class RecipeError(ValueError):
    """A recipe that cannot be followed; the message says what is wrong with it, in Chinese."""


@dataclass(frozen=True)
class Recipe:
    """How a field is made.

    Args:
        headings: of the columns it is made of.
        make: their cells -> the cell to be read; None takes the only one as it is.
        unit: of a number that names none.
    """

    headings: tuple[str, ...]
    make: Make | None = None
    unit: str = ""


def recipe(said: Any) -> Recipe:
    """Read a recipe.

    Args:
        said: a heading, or a table with one of `SOURCES` and any of `STEPS`.

    Raises:
        RecipeError: it cannot be followed.
    """
    if isinstance(said, str) and said:
        return Recipe((said,))
    if not isinstance(said, dict):
        raise RecipeError("应是列名，或 { column = … }")
    source = _source(said)
    headings, begin = _BEGINNINGS[source](said)
    steps = [step for step in (_split(said), _regex(said), _factor(said), _default(said)) if step]
    if source == "column" and not steps:
        return Recipe(headings, None, _text(said, "unit"))

    def make(cells: Sequence[str]) -> str:
        text = begin(cells)
        for step in steps:
            text = step(text)
        return text

    return Recipe(headings, make, _text(said, "unit"))


def _source(said: Mapping[str, Any]) -> str:
    if unknown := set(said) - {*SOURCES, *STEPS}:
        raise RecipeError(f"没有“{min(unknown)}”这种写法")
    sources = [name for name in SOURCES if name in said]
    if len(sources) != 1:
        raise RecipeError(f"{'、'.join(SOURCES)} 要写一种，只写一种")
    if "with" in said and "join" not in said:
        raise RecipeError("with 只和 join 一起用")
    return sources[0]


def _column(said: Mapping[str, Any]) -> tuple[tuple[str, ...], Make]:
    return (_text(said, "column", needed=True),), lambda cells: _said(cells[0])


def _join(said: Mapping[str, Any]) -> tuple[tuple[str, ...], Make]:
    between = _text(said, "with")
    return _texts(said, "join"), lambda cells: between.join(filter(None, map(_said, cells)))


def _first(said: Mapping[str, Any]) -> tuple[tuple[str, ...], Make]:
    return _texts(said, "first"), lambda cells: next(filter(None, map(_said, cells)), "")


def _template(said: Mapping[str, Any]) -> tuple[tuple[str, ...], Make]:
    text = _text(said, "template", needed=True)
    try:
        parts = list(string.Formatter().parse(text))
        for _, name, form, conversion in parts:
            if conversion or name == "" or (name and format("", form or "") is None):
                raise ValueError(name)
    except ValueError as error:
        raise RecipeError('template 应写成 "50{编号:0>4}"') from error
    headings = tuple(dict.fromkeys(name for _, name, _, _ in parts if name))
    if not headings:
        raise RecipeError("template 里没有列名")

    def make(cells: Sequence[str]) -> str:
        filled = dict(zip(headings, map(_said, cells), strict=True))
        if not all(filled.values()):
            return ""
        return "".join(literal + (format(filled[name], form or "") if name else "") for literal, name, form, _ in parts)

    return headings, make


_BEGINNINGS = {"column": _column, "join": _join, "first": _first, "template": _template}


def _said(cell: str) -> str:
    """Return what a cell says, nothing where it only says that there is nothing.

    Raises:
        CellError: it cannot be read.
    """
    try:
        text = str(meant(cell))
    except BadCell as error:
        raise CellError(str(error)) from error
    return "" if is_nothing(text) else text


def _split(said: Mapping[str, Any]) -> Callable[[str], str] | None:
    if "split" not in said and "part" not in said:
        return None
    by, part = _text(said, "split", needed=True), said.get("part", 1)
    if not isinstance(part, int) or isinstance(part, bool) or part == 0:
        raise RecipeError("part 应是整数：1 是第一段，-1 是最后一段")

    def step(text: str) -> str:
        parts = text.split(by)
        at = part - 1 if part > 0 else len(parts) + part
        return parts[at].strip() if 0 <= at < len(parts) else ""

    return step


def _regex(said: Mapping[str, Any]) -> Callable[[str], str] | None:
    if "regex" not in said and "group" not in said:
        return None
    try:
        pattern = re.compile(_text(said, "regex", needed=True))
    except re.error as error:
        raise RecipeError(f"regex 写错了：{error}") from error
    group = said.get("group", 1 if pattern.groups else 0)
    known = (
        group in pattern.groupindex
        if isinstance(group, str)
        else isinstance(group, int) and not (isinstance(group, bool) or group > pattern.groups or group < 0)
    )
    if not known:
        raise RecipeError(f"regex 里没有第 {group} 组")

    def step(text: str) -> str:
        if not text:
            return text
        found = pattern.search(text)
        if not found:
            raise CellError("和映射表的 regex 对不上")
        return found[group] or ""

    return step


def _factor(said: Mapping[str, Any]) -> Callable[[str], str] | None:
    if "factor" not in said:
        return None
    factor = said["factor"]
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not factor > 0 or factor == float("inf"):
        raise RecipeError("factor 应是大于 0 的数")

    def step(text: str) -> str:
        try:
            return f"{Decimal(text.replace(',', '')) * Decimal(str(factor)):f}" if text else text
        except InvalidOperation:
            raise CellError("不是数字") from None

    return step


def _default(said: Mapping[str, Any]) -> Callable[[str], str] | None:
    if "default" not in said:
        return None
    default = _text(said, "default", needed=True)
    return lambda text: text or default


def _text(said: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    text = said.get(name, "")
    if not isinstance(text, str) or (needed and not text):
        raise RecipeError(f"{name} 应是文字")
    return text


def _texts(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = said[name]
    if not isinstance(texts, list) or not texts or not all(isinstance(one, str) and one for one in texts):
        raise RecipeError(f"{name} 应是列名的清单")
    return tuple(texts)
