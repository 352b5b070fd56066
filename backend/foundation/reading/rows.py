"""What reading a table gives: its heading, its rows with their line numbers, and what of the file was left unread."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from backend.foundation.errors import ChatiError
from backend.foundation.text import one_line

_BRACKETED = re.compile(r"[(（\[【]\W*\w.*[)）\]】]")
SEARCHED = 40  # rows at the top of a sheet among which the heading may stand


class UnusableError(ChatiError):
    """The file as a whole cannot be read; the message says why, in Chinese."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unusable_file"
    exit_status = 2


@dataclass(frozen=True)
class BadRow:
    """A row that is no row of the table.

    Args:
        reason: why, in Chinese.
        cells: what it holds, where it could be cut into cells.
    """

    reason: str
    cells: tuple[str, ...] = ()


Row = tuple[int, "list[str] | BadRow"]


@dataclass(frozen=True)
class Wanted:
    """Which table of a file is meant.

    Args:
        fits: tells of the cells of a row how many headings that are looked for stand in it; None takes the first row.
        sheet: name of the sheet of a workbook; None looks for the one whose heading fits best.
        heading: number of the line, or of the first and the last line, where the heading stands; None looks for it.
    """

    fits: Callable[[Sequence[str]], int] | None = None
    sheet: str | None = None
    heading: tuple[int, int] | None = None


@dataclass
class Table:
    """An open table; `size` and `position()` share a unit.

    Args:
        heading: names of the columns.
        rows: the rows below the heading.
        size: bytes of the file or sheet.
        position: how many of them are read.
        unread: names of other sheets that hold something and are not read.
    """

    heading: list[str]
    rows: Iterator[Row]
    size: int
    position: Callable[[], int]
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Heading:
    """Where the heading stands among the first rows of a sheet.

    Args:
        names: of the columns.
        begin, end: its rows, the second behind the last.
        score: how many of the headings that are looked for it has.
    """

    names: list[str]
    begin: int = 0
    end: int = 0
    score: int = 0


def heading_among(top: Sequence[Row], wanted: Wanted, last: Callable[[int], int] = lambda line: line) -> Heading:
    """Find the heading among the first rows of a sheet; where none fits it is the first of them.

    Args:
        top: the first rows.
        wanted: how it is known.
        last: line -> the last line of a heading that begins there.
    """
    if wanted.heading:
        begin, end = wanted.heading
        told = next((place for place, (line, _) in enumerate(top) if line == begin), None)
        if told is not None and (found := _heading(top, told, end, wanted)).score:
            return found
    best = Heading([])
    for place, (line, _) in enumerate(top):
        found = _heading(top, place, last(line), wanted)
        if place == 0 or found.score > best.score:
            best = found
    return best


def _heading(top: Sequence[Row], begin: int, last: int, wanted: Wanted) -> Heading:
    lines = [cells for line, cells in top[begin:] if line <= max(last, top[begin][0])]
    if (below := top[begin + len(lines) :]) and _only_in_brackets(below[0][1]):
        lines.append(below[0][1])
    names = joined([cells for cells in lines if isinstance(cells, list)])
    score = wanted.fits(names) if wanted.fits else int(any(names))
    return Heading(names, begin, begin + len(lines), score)


def _only_in_brackets(cells: "list[str] | BadRow") -> bool:
    """Tell whether a row only explains the heading above it, such as with the units of its numbers."""
    return isinstance(cells, list) and all(_BRACKETED.fullmatch(cell) for cell in map(one_line, cells) if cell)


def joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the heading that stands over several lines as one: what is said above, then what is said below.

    Args:
        rows: cells of its lines, merged cells repeated.
    """
    width = max((len(row) for row in rows), default=0)
    columns = ([one_line(row[i]) for row in rows if i < len(row)] for i in range(width))
    return ["".join(dict.fromkeys(filter(None, column))) for column in columns]
