"""Reads the sheets of a workbook row by row: merged cells repeated, uncomputed formulas told from empty cells."""

import contextlib
import pathlib
import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any
from xml.parsers import expat

from backend.foundation.reading import workbook_parts, xml_stream
from backend.foundation.reading.rows import SEARCHED, Heading, Row, Table, UnusableError, Wanted, heading_among
from backend.foundation.reading.sheet import MERGED_LIMIT, Cells, Merged
from backend.foundation.reading.workbook_parts import Sheet, Workbook
from backend.foundation.reading.xml_stream import TooLargeError

UNPACKED_LIMIT = 1 << 30  # bytes a sheet may unpack to; a million lifts need half
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_LONGEST_MERGED = 256  # bytes of such an element
_TOO_LARGE = "XLSX 文件解开后太大，请分成几个文件或改用 CSV"
# What zipfile, expat and we raise over files with a changed byte.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, LookupError, ValueError, TypeError),
    *(AttributeError, OverflowError, RuntimeError, NotImplementedError),
)


@dataclass(frozen=True)
class _Top:
    """The first rows of a sheet, and what reads on."""

    sheet: Sheet
    rows: list[Row]
    rest: Generator[Row, None, None]
    heading: Heading


@contextlib.contextmanager
def opened(path: pathlib.Path, wanted: Wanted) -> Iterator[Table]:
    """Open a workbook.

    Args:
        path: its file.
        wanted: which sheet, and how its heading is known.

    Raises:
        UnusableError: it is damaged, beyond all bounds, or has no such sheet.
    """
    with contextlib.ExitStack() as stack:
        done = [0]
        with _refusing(lambda: "打不开"):
            archive = stack.enter_context(zipfile.ZipFile(path))
            workbook = workbook_parts.read(archive)
            sheets = _candidates(workbook, wanted)
            if sum(archive.getinfo(sheet.part).file_size for sheet in sheets) > UNPACKED_LIMIT:
                raise TooLargeError("sheets")
            tops = [_top(archive, workbook, sheet, wanted, done) for sheet in sheets]
        for top in tops:
            stack.callback(top.rest.close)
        found = max(tops, key=lambda top: (top.heading.score, bool(top.rows)))
        rows = _padded(chain(found.rows[found.heading.end :], found.rest), len(found.heading.names))
        unread = [top.sheet.name for top in tops if top is not found and top.heading.score]
        size = archive.getinfo(found.sheet.part).file_size
        yield Table(found.heading.names, rows, size, lambda: done[0], unread)


def _padded(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """Give rows at least as many cells as the heading has: a workbook leaves out empty ones."""
    for line, cells in rows:
        yield line, [*cells, *[""] * (width - len(cells))] if isinstance(cells, list) else cells


def _candidates(workbook: Workbook, wanted: Wanted) -> list[Sheet]:
    """Return the sheets among which the wanted one is: the named one, else those that a reader sees.

    Raises:
        UnusableError: there is none.
    """
    if wanted.sheet is not None:
        named = [sheet for sheet in workbook.sheets if sheet.name.strip() == wanted.sheet.strip()]
        if not named:
            raise UnusableError(f"没有工作表“{wanted.sheet}”，有：{'、'.join(one.name for one in workbook.sheets)}")
        return named
    visible = [sheet for sheet in workbook.sheets if sheet.visible]
    if not visible:
        raise UnusableError("XLSX 文件里没有可见的工作表")
    return visible


def _top(archive: zipfile.ZipFile, workbook: Workbook, sheet: Sheet, wanted: Wanted, done: list[int]) -> _Top:
    merged = Merged(_merged(archive, sheet.part))
    rows = _rows(archive, workbook, sheet, merged, done)
    top = list(islice(rows, SEARCHED))
    return _Top(sheet, top, rows, heading_among(top, wanted, merged.reach))


def _merged(archive: zipfile.ZipFile, part: str) -> list[tuple[bytes, bytes, bytes, bytes]]:
    """Find the merged ranges of a sheet, which stand behind its cells."""
    found: list[tuple[bytes, bytes, bytes, bytes]] = []
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(1 << 20):
            window, end = rest + chunk, 0
            for one in _MERGED.finditer(window):
                found.append((one[1], one[2], one[3], one[4]))
                end = one.end()
            rest = window[max(end, len(window) - _LONGEST_MERGED) :]
            if len(found) > MERGED_LIMIT:
                raise TooLargeError(part)
    return found


def _rows(
    archive: zipfile.ZipFile, workbook: Workbook, sheet: Sheet, merged: Merged, done: list[int]
) -> Generator[Row, None, None]:
    cells = Cells(workbook)

    def read(given: int) -> None:
        done[0] = given

    with _refusing(lambda: f"在第 {cells.line} 行之后损坏"):
        for _ in xml_stream.parse(archive, sheet.part, cells, UNPACKED_LIMIT, read):
            for line, row in cells.taken():
                yield line, merged.repeated(line, row)


@contextlib.contextmanager
def _refusing(where: Callable[[], str]) -> Iterator[Any]:
    """Turn what damaged and oversized files raise into a plain word."""
    try:
        yield
    except TooLargeError as error:
        raise UnusableError(_TOO_LARGE) from error
    except UnusableError:
        raise
    except _DAMAGED as error:
        raise UnusableError(f"XLSX 文件损坏，{where()}") from error
