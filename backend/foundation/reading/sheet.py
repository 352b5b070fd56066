"""The cells of a sheet of a workbook: what stands in each, and what a merged one says in the rows it covers."""

import bisect
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, time

from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from backend.foundation.reading.cells import (
    COVERED,
    DIGITS_KEPT,
    NOT_COMPUTED,
    Day,
    Literal,
    Number,
    Number1904,
    as_typed,
    unreadable,
    unwrapped,
)
from backend.foundation.reading.workbook_parts import CELL_LIMIT, Workbook, plain_text
from backend.foundation.reading.xml_stream import TooLargeError

ROWS_LIMIT = 1_048_576  # of every spreadsheet
COLUMNS_LIMIT = 1024  # with something in them; a spreadsheet has 16,384
MERGED_LIMIT = 200_000
PENDING_LIMIT = 1 << 20  # characters of one row
NO_DAY = "不是日期，表格软件显示为 ####"
_TRUE = "1"
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?[0-9]+")
_INTEGER = re.compile(rf"-?[0-9]{{1,{DIGITS_KEPT}}}")


class Cells:
    """Takes the elements of a sheet and gives its rows, as far as they are complete."""

    def __init__(self, workbook: Workbook) -> None:
        self.line = 0
        self._workbook = workbook
        self._columns: dict[str, int] = {}
        self._done: list[tuple[int, list[str]]] = []
        self._row: dict[int, str] = {}
        self._column = 0
        self._cell: dict[str, str] = {}
        self._pieces: list[str] = []
        self._rule: list[str] = []
        self._length = 0
        self._inside = self._computing = self._formula = self._valued = self._spoken = False

    def taken(self) -> list[tuple[int, list[str]]]:
        """Return the rows that are complete since the last call, without those where nothing stands."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "v" or (tag == "t" and not self._spoken):
            self._inside = self._valued = True
        elif tag == "f":
            self._formula = self._computing = True
        elif tag == "rPh":
            self._spoken = True
        elif tag == "row":
            self.line = int(attributes.get("r", self.line + 1))
            self._column = self._length = 0
            if self.line > ROWS_LIMIT:
                raise TooLargeError(tag)

    def text(self, data: str) -> None:
        """Take a piece of the text of an element."""
        if self._inside or self._computing:
            self._length += len(data)
            if self._length > PENDING_LIMIT:
                raise TooLargeError("row")
            (self._pieces if self._inside else self._rule).append(data)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if tag in {"v", "t"}:
            self._inside = False
        elif tag == "f":
            self._computing = False
        elif tag == "rPh":
            self._spoken = False
        elif tag == "c":
            self._end_cell()
        elif tag == "row" and self._row:
            width = max(self._row)
            self._done.append((self.line, [self._row.get(column, "") for column in range(1, width + 1)]))
            self._row = {}

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        self._pieces, self._rule = [], []
        self._formula = self._valued = False
        if found := _PLACE.fullmatch(attributes.get("r", "")):
            letters = found[1]
            self._column = self._columns.get(letters) or self._columns.setdefault(
                letters, column_index_from_string(letters)
            )
        else:
            self._column += 1

    def _end_cell(self) -> None:
        text = "".join(self._pieces)
        if len(text) > CELL_LIMIT:
            raise TooLargeError("c")
        if text:
            cell = self._meaning(text)
        elif self._formula and not (self._valued and self._cell.get("t") == "str"):
            cell = _uncomputed("".join(self._rule))
        else:
            return  # empty, or a formula whose result is an empty text
        if self._column > COLUMNS_LIMIT:
            raise TooLargeError("c")
        self._row[self._column] = cell

    def _meaning(self, text: str) -> str:
        kind = self._cell.get("t", "n")
        if kind == "s":
            return as_typed(self._workbook.strings[int(text)])
        if kind in {"inlineStr", "str"}:
            return as_typed(plain_text([text]))
        if kind == "b":
            return "是" if text == _TRUE else "否"
        if kind == "d":
            return Day(text.replace("T", " "))
        return self._number(text) if kind == "n" else text

    def _number(self, text: str) -> str:
        style = int(self._cell.get("s", 0))
        if style in self._workbook.days:
            return _moment(float(text), old_days=self._workbook.old_days)
        kind = Number1904 if self._workbook.old_days else Number
        if _INTEGER.fullmatch(text):
            return kind(text.zfill(self._workbook.padded.get(style, 0)))
        number = float(text)
        if number.is_integer() and abs(number) < 10**DIGITS_KEPT:
            return kind(str(int(number)).zfill(self._workbook.padded.get(style, 0)))
        return kind(f"{number:.{DIGITS_KEPT}G}")


def _uncomputed(rule: str) -> str:
    """Return what a formula without a stored result says: what it wraps, or that nobody knows."""
    wrapped = unwrapped(f"={rule}")
    return unreadable(f"={rule}", NOT_COMPUTED) if wrapped is None else Literal(wrapped)


def _moment(number: float, *, old_days: bool) -> str:
    """Return a stored day in ISO form, with the time of day where it has one."""
    try:
        found = from_excel(number, CALENDAR_MAC_1904 if old_days else CALENDAR_WINDOWS_1900)
    except (OverflowError, ValueError):
        return unreadable(f"{number:G}", NO_DAY)
    if isinstance(found, datetime):
        return Day(f"{found:%Y-%m-%d}" if found.time() == time.min else f"{found:%Y-%m-%d %H:%M:%S}")
    return Day(f"{found:%H:%M:%S}")


class Merged:
    """The merged ranges of a sheet: the value stands in the first cell and holds for all rows the range covers."""

    def __init__(self, ranges: Iterable[tuple[bytes, bytes, bytes, bytes]]) -> None:
        """Take the ranges.

        Args:
            ranges: first column, first row, last column, last row, as a sheet names them.
        """
        self._ranges = sorted(
            (int(top), int(bottom), column_index_from_string(left.decode()), column_index_from_string(right.decode()))
            for left, top, right, bottom in ranges
        )
        self._tops = [one[0] for one in self._ranges]
        self._open: dict[int, tuple[int, int, str]] = {}  # first column -> last row, last column, value
        self._next = 0

    def reach(self, line: int) -> int:
        """Return the last line that a range reaches which begins in this one; further than the top is no heading."""
        begun = self._ranges[bisect.bisect_left(self._tops, line) : bisect.bisect_right(self._tops, line)]
        lower = [bottom for _, bottom, _, _ in begun]
        sideways = [line + 1 for _, bottom, left, right in begun if right > left and bottom == line]
        return max((line, *lower, *(sideways if any(one > line for one in lower) else ())))

    def repeated(self, line: int, cells: list[str]) -> list[str]:
        """Return a row with what merged cells say in it; rows come in their order.

        Where a range covers several columns, its value is the first one's: of the others nobody knows what they say.
        """
        if self._next < len(self._ranges) or self._open:
            for left, right, value in self._holding(line, cells):
                cells += [""] * (min(right, COLUMNS_LIMIT) - len(cells))
                cells[left - 1] = value
                for column in range(left, min(right, COLUMNS_LIMIT)):
                    cells[column] = unreadable(value, COVERED) if value else ""
        return cells

    def _holding(self, line: int, cells: list[str]) -> Iterator[tuple[int, int, str]]:
        while self._next < len(self._ranges) and self._ranges[self._next][0] <= line:
            top, bottom, left, right = self._ranges[self._next]
            self._next += 1
            if left <= COLUMNS_LIMIT:
                value = cells[left - 1] if top == line and left <= len(cells) else ""
                self._open[left] = (bottom, right, value)
        for left, (bottom, right, value) in list(self._open.items()):
            if bottom < line:
                del self._open[left]
            else:
                yield left, right, value
