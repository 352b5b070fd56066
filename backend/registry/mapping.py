"""Which column of a file fills which field: our own headings, or what a MAP.toml says of somebody else's file."""

import pathlib
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.foundation.tables import UnusableError
from backend.registry.columns import COLUMNS, Words, reader

TABLES = frozenset({"columns", "values", "dates", "bureaus", "fixed"})


@dataclass(frozen=True)
class Place:
    """Where a field stands in a row, under which heading, and what reads its cells."""

    field: str
    heading: str
    index: int
    read: Callable[[str], Any]


@dataclass(frozen=True)
class Layout:
    """How the rows of the file at hand are read.

    Args:
        places: one a field.
        width: cells of a full row.
        fixed: words that follow the cells of every row.
    """

    places: Sequence[Place]
    width: int
    fixed: Sequence[str]

    def full(self, cells: Sequence[str]) -> list[str]:
        """Return a row of the full width, the fixed words behind it."""
        return [*cells[: self.width], *[""] * (self.width - len(cells)), *self.fixed]


@dataclass(frozen=True)
class FileMap:
    """What a MAP.toml says.

    Args:
        headings: field -> heading in the file; None: our own headings, as many as are there.
        fixed: field -> words for every row, for what the file leaves unsaid.
        words: how the file writes things.
    """

    headings: Mapping[str, str] | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: Words = field(default_factory=Words)

    def layout(self, heading: Sequence[str]) -> Layout:
        """Find every mapped column in a file's heading.

        Raises:
            UnusableError: columns are missing, or stand there twice; the message names them.
        """
        wanted = self.headings
        if wanted is None:
            wanted = {name: one.heading for name, one in COLUMNS.items() if one.heading in heading or name == "code"}
        if missing := [name for name in wanted.values() if name not in heading]:
            raise UnusableError(f"缺少列：{'、'.join(missing)}")
        if twice := [name for name in wanted.values() if heading.count(name) > 1]:
            raise UnusableError(f"重复的列：{'、'.join(twice)}")
        _require({*wanted, *self.fixed})
        found = [(name, words, heading.index(words)) for name, words in wanted.items()]
        found += [(name, COLUMNS[name].heading, len(heading) + i) for i, name in enumerate(self.fixed)]
        places = [Place(name, words, index, reader(COLUMNS[name], self.words)) for name, words, index in found]
        return Layout(places, len(heading), list(self.fixed.values()))


def load(path: pathlib.Path) -> FileMap:
    """Read a MAP.toml, see docs/import.md.

    Raises:
        UnusableError: it is not TOML, or names what there is not; the message says what.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnusableError(f"{path.name} 不是 TOML：{error}") from error
    if unknown := set(data) - TABLES:
        raise UnusableError(f"{path.name}：没有 [{min(unknown)}] 这一节")
    columns, values, fixed = (_table(data, name, path) for name in ("columns", "values", "fixed"))
    for section in (columns, values, fixed):
        if unknown := set(section) - set(COLUMNS):
            raise UnusableError(f"{path.name}：没有“{min(unknown)}”这个字段")
    if both := set(columns) & set(fixed):
        raise UnusableError(f"{path.name}：“{min(both)}”在 [columns] 和 [fixed] 中都有")
    formats = _table(data, "dates", path).get("formats", [])
    words = Words(values, tuple(formats), _table(data, "bureaus", path))
    return FileMap(columns or None, fixed, words)


def _table(data: Mapping[str, Any], name: str, path: pathlib.Path) -> dict[str, Any]:
    """Return a section flat: TOML reads `origin.date = "…"` as a table in a table."""
    section = data.get(name, {})
    kind = dict if name == "values" else list if name == "dates" else str
    if not isinstance(section, dict):
        raise UnusableError(f"{path.name}：[{name}] 应是一节")
    flat: dict[str, Any] = {}
    for key, value in section.items():
        if isinstance(value, dict) and key not in COLUMNS:
            flat |= {f"{key}.{inner}": deeper for inner, deeper in value.items()}
        else:
            flat[key] = value
    if wrong := [key for key, value in flat.items() if not isinstance(value, kind)]:
        raise UnusableError(f"{path.name}：[{name}] 的“{wrong[0]}”写法不对")
    return flat


def _require(fields: Collection[str]) -> None:
    """Check that what cannot stand alone does not."""
    needed = {name: f"{name.partition('.')[0]}.name" for name in fields if f"{name.partition('.')[0]}.name" in COLUMNS}
    for name, other in ({"estate_name": "jurisdiction"} | needed).items():
        if name in fields and other not in fields:
            raise UnusableError(f"有“{COLUMNS[name].heading}”列，就要有“{COLUMNS[other].heading}”列")
    if "code" not in fields:
        raise UnusableError("缺少列：救援识别码")
