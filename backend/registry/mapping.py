"""Which column of a file fills which field: our own headings, or what a MAP.toml says of somebody else's file."""

import dataclasses
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.foundation.reading.cells import BadCell, meant
from backend.foundation.reading.rows import UnusableError, Wanted
from backend.registry import facts
from backend.registry.columns import Column, reader
from backend.registry.headings import Headings, unit_in
from backend.registry.recipes import Make, Recipe
from backend.registry.values import Words

REASON = "原因"  # heading that our own lists of rejected rows add


@dataclass(frozen=True)
class Place:
    """Where a field stands in a row, under which heading, and what makes and reads its cell.

    Args:
        field: what it fills.
        heading: as the file writes it.
        indexes: of the cells it is made of.
        make: makes one cell of several; None takes the only one as it is.
        read: reads the cell.
        optional: whether a bad cell leaves the field as it is, instead of rejecting the row.
    """

    field: str
    heading: str
    indexes: tuple[int, ...]
    make: Make | None
    read: Callable[[str], Any]
    optional: bool = False

    def value(self, cells: Sequence[str]) -> Any:
        """Read the field from the cells of a row.

        Raises:
            CellError: they cannot be read.
        """
        if self.make is None:
            return self.read(cells[self.indexes[0]])
        return self.read(self.make([cells[i] for i in self.indexes]))

    def shown(self, cells: Sequence[str]) -> str:
        """Return the cells of a row as they stand in the file."""
        return " ".join(cells[i] for i in self.indexes)


@dataclass(frozen=True)
class Filter:
    """Which rows are meant, by the words in one column."""

    heading: str
    words: frozenset[str]
    keep: bool


@dataclass(frozen=True)
class Layout:
    """How the rows of the file at hand are read.

    Args:
        places: one a field.
        heading: of the file.
        fixed: words that follow the cells of every row.
        filters: index of a cell -> which rows are meant.
        unread: headings of columns that nothing is read of.
    """

    places: Sequence[Place]
    heading: Sequence[str]
    fixed: Sequence[str]
    filters: Mapping[int, Filter]
    unread: Sequence[str]

    def full(self, cells: Sequence[str]) -> list[str]:
        """Return a row of the full width, the fixed words behind it."""
        width = len(self.heading)
        return [*cells[:width], *[""] * (width - len(cells)), *self.fixed]

    def meant(self, full: Sequence[str]) -> bool:
        """Tell whether a row is one that the map wants; one that cannot be read is, so that it is told of."""
        for index, one in self.filters.items():
            try:
                word = str(meant(full[index]))
            except BadCell:
                continue
            if (word in one.words) != one.keep:
                return False
        return True


@dataclass(frozen=True)
class FileMap:
    """What a MAP.toml says.

    Args:
        recipes: field -> how it is made; None: our own headings, as many as are there.
        fixed: field -> words for every row, for what the file leaves unsaid.
        words: how the file writes things.
        filters: which rows are meant.
        optional: fields of which a bad cell does not reject its row.
        sheet: name of the sheet; None looks for it.
        heading: first and last line of the heading; None looks for it.
    """

    recipes: Mapping[str, Recipe] | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    filters: Sequence[Filter] = ()
    optional: Collection[str] = frozenset()
    sheet: str | None = None
    heading: tuple[int, int] | None = None

    def wanted(self) -> Wanted:
        """Return how the table is found in its file: by the headings that are looked for."""
        names = self._names()

        def fits(row: Sequence[str]) -> int:
            found = Headings(row)
            return sum(bool(found.places(name)) for name in names)

        return Wanted(fits, self.sheet, self.heading)

    def layout(self, heading: Sequence[str]) -> Layout:
        """Find every mapped column in a file's heading.

        Raises:
            UnusableError: columns are missing, or stand there twice; the message names them.
        """
        found = Headings(heading)
        recipes = self.recipes if self.recipes is not None else _own(found)
        names = dict.fromkeys(name for one in recipes.values() for name in one.headings)
        names |= dict.fromkeys(one.heading for one in self.filters)
        places = {name: found.places(name) for name in names}
        if missing := [name for name, at in places.items() if not at]:
            raise UnusableError(f"缺少列：{'、'.join(missing)}")
        if twice := [name for name, at in places.items() if len(at) > 1]:
            raise UnusableError(f"重复的列：{'、'.join(twice)}")
        _require({*recipes, *self.fixed})
        at = {name: indexes[0] for name, indexes in places.items()}
        read = set(at.values())
        return Layout(
            [*self._places(recipes, at, found.names), *self._fixed_places(len(heading))],
            list(heading),
            list(self.fixed.values()),
            {at[one.heading]: one for one in self.filters},
            [name for i, name in enumerate(heading) if name and i not in read and name != REASON],
        )

    def _names(self) -> list[str]:
        if self.recipes is None:
            return [one.heading for one in facts.columns().values()]
        return list(dict.fromkeys(name for one in self.recipes.values() for name in one.headings))

    def _places(self, recipes: Mapping[str, Recipe], at: Mapping[str, int], names: Sequence[str]) -> list[Place]:
        places = []
        for name, one in recipes.items():
            indexes = tuple(at[heading] for heading in one.headings)
            heading = "、".join(names[i] for i in indexes)
            read = self._reader(name, one.unit or (unit_in(heading) if len(indexes) == 1 else ""))
            places.append(Place(name, heading, indexes, one.make, read, name in self.optional))
        return places

    def _fixed_places(self, width: int) -> list[Place]:
        return [
            Place(name, facts.columns()[name].heading, (width + i,), None, self._reader(name, ""))
            for i, name in enumerate(self.fixed)
        ]

    def _reader(self, name: str, unit: str) -> Callable[[str], Any]:
        return reader(facts.columns()[name], with_unit(self.words, facts.columns()[name], unit))


def with_unit(words: Words, column: Column, unit: str) -> Words:
    """Return the words of a file where the numbers of a column are counted in a unit.

    What stands in brackets in a heading is one if it could be: a word in plain letters, or one that is known.
    """
    if column.units and unit and (unit in column.units or unit.isascii()):
        return dataclasses.replace(words, units={column.field: unit})
    return words


def _own(found: Headings) -> dict[str, Recipe]:
    """Take our own headings, as many as are there; of a kind of fact only where enough of it is."""
    there = {name for name, one in facts.columns().items() if found.places(one.heading)} | {"code"}
    for kind in facts.all_facts():
        if not there.issuperset(kind.needs):
            there -= {column.field for column in kind.columns}
    return {name: Recipe((one.heading,)) for name, one in facts.columns().items() if name in there}


def _require(fields: Collection[str]) -> None:
    """Check that what cannot stand alone does not."""
    for name, other in _needs().items():
        if name in fields and other not in fields:
            known = facts.columns()
            raise UnusableError(f"有“{known[name].heading}”列，就要有“{known[other].heading}”列")
    for kind in facts.all_facts():
        lacking = [name for name in kind.needs if name not in fields]
        if lacking and any(column.field in fields for column in kind.columns):
            raise UnusableError(f"有{kind.name}的列，就要有“{facts.columns()[lacking[0]].heading}”列")
    if "code" not in fields:
        raise UnusableError("缺少列：救援识别码")


@functools.cache
def _needs_of(names: frozenset[str]) -> dict[str, str]:
    needed = {name: f"{name.partition('.')[0]}.name" for name in names}
    return {"estate_name": "jurisdiction"} | {name: other for name, other in needed.items() if other in names}


def _needs() -> dict[str, str]:
    return _needs_of(frozenset(facts.columns()))
