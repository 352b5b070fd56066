"""Reads text tables: cells between commas, semicolons or tabs, in the encodings that offices write."""

import codecs
import contextlib
import csv
import io
import pathlib
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, TextIO

from backend.foundation.reading.cells import as_typed
from backend.foundation.reading.rows import SEARCHED, BadRow, Row, Table, UnusableError, Wanted, heading_among

LINE_LIMIT = 64 * 1024  # characters; a row of 40 cells of 200 characters is an eighth of that
LINES_LIMIT = 1000  # of one row, as its quoted cells may hold line ends
CHUNK = 1 << 20  # bytes read at once where the encoding is found out
DELIMITERS = ",;\t|，；"  # the usual ones first
_SEP = re.compile(r"sep=(.?)\s*", re.IGNORECASE)
_OVERLONG = "\ufffe"
_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@contextlib.contextmanager
def opened(path: pathlib.Path, wanted: Wanted) -> Iterator[Table]:
    """Open a text table.

    Args:
        path: its file.
        wanted: how its heading is known; there is one sheet only.

    Raises:
        UnusableError: it is no text, or its heading cannot be read.
    """
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=_encoding(path), newline="") as file:
        reader = _Rows(file, _delimiter(file, wanted))
        top = list(islice(reader, SEARCHED))
        found = heading_among(top, wanted)
        if any(isinstance(cells, BadRow) for _, cells in top[found.begin : found.end]):
            raise UnusableError("表头的引号没有配对")
        rows = _counted(chain(top[found.end :], reader), len(found.names))
        yield Table(found.names, rows, path.stat().st_size, raw.tell)


def _counted(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """Turn rows with another number of cells than the heading into bad ones: nobody knows what stands where."""
    for line, cells in rows:
        if isinstance(cells, BadRow) or len(cells) == width:
            yield line, cells
        elif len(cells) < width or any(cells[width:]):
            yield line, BadRow(f"表头有 {width} 格，这一行有 {len(cells)} 格", tuple(cells))
        else:
            yield line, cells[:width]


class _Lines:
    """The lines of a file, and a mark in place of one that is too long to be held."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._left = LINES_LIMIT

    def begin(self) -> None:
        """Count the lines of a row from here."""
        self._left = LINES_LIMIT

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._left -= 1
        if self._left < 0:
            raise csv.Error("a row without end")
        line = self._file.readline(LINE_LIMIT)
        if not line:
            raise StopIteration
        if _is_cut(line):
            while _is_cut(self._file.readline(LINE_LIMIT)):
                pass
            return _OVERLONG + "\n"
        return line


class _Rows:
    """The rows of a file that hold anything; those that cannot be cut into cells as what is wrong with them."""

    def __init__(self, file: TextIO, delimiter: str) -> None:
        self._lines = _Lines(file)
        self._reader: Any = csv.reader(self._lines, strict=True, delimiter=delimiter)

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        while True:
            line = self._reader.line_num + 1
            self._lines.begin()
            try:
                cells = next(self._reader)
            except csv.Error:
                return line, BadRow(f"引号没有配对，第 {line} 至 {self._reader.line_num} 行没有读")
            if cells == [_OVERLONG]:
                return line, BadRow(f"一行超过 {LINE_LIMIT} 个字")
            if any(cells) and not (line == 1 and _SEP.fullmatch("".join(cells))):
                return line, [as_typed(cell) for cell in cells]


def _is_cut(line: str) -> bool:
    return len(line) == LINE_LIMIT and not line.endswith(("\n", "\r"))


def _delimiter(file: TextIO, wanted: Wanted) -> str:
    """Tell what stands between the cells: what `sep=` says, else what cuts the heading best."""
    lines = list(islice(iter(lambda: file.readline(LINE_LIMIT), ""), SEARCHED))
    file.seek(0)
    if lines and (said := _SEP.fullmatch(lines[0].strip("\r\n"))) and said[1]:
        return said[1]

    def fitness(delimiter: str) -> tuple[int, int]:
        cut = csv.reader(lines, delimiter=delimiter)  # not strict: it is only a try
        found = heading_among([(line, cells) for line, cells in enumerate(_tried(cut)) if any(cells)], wanted)
        return found.score, len(found.names)

    return max(DELIMITERS, key=fitness)


def _tried(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    with contextlib.suppress(csv.Error):
        yield from reader


def _encoding(path: pathlib.Path) -> str:
    with path.open("rb") as file:
        head = file.read(len(codecs.BOM_UTF8))
    marked = next((encoding for mark, encoding in _MARKED if head.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise UnusableError("文件不是文本，或既不是 UTF-8 也不是 GB18030 编码")


def _decodes(path: pathlib.Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                if b"\0" in chunk and encoding != "utf-16":
                    return False
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
