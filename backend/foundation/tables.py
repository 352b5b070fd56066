"""Tables in files, CSV or XLSX: read row by row whatever their size, written so that no cell becomes a formula."""

import codecs
import contextlib
import csv
import io
import pathlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from itertools import chain, islice
from typing import Any, BinaryIO, TextIO
from xml.etree.ElementTree import ParseError

from backend.foundation.errors import ChatiError
from backend.foundation.writing import whole

LINE_LIMIT = 64 * 1024  # characters; a row of 40 cells of 200 characters is an eighth of that
CHUNK = 1 << 20  # bytes read at once where the encoding is found out
UNPACKED_LIMIT = 1 << 30  # bytes an XLSX may unpack to; a million lifts need half
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROWS = 500  # of a CSV, in one piece
SHARED_LIMIT = 256 << 20  # bytes of them in shared strings, which are held in memory
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
# What XML, and so XLSX, cannot hold.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OVERLONG = "\ufffe"
# What openpyxl and zipfile raise, in turn, over files with a changed byte; RuntimeError also for an encrypted one.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, LookupError, ValueError, TypeError),
    *(AttributeError, OverflowError, RuntimeError),
)


class UnusableError(ChatiError):
    """The file as a whole cannot be read; the message says why, in Chinese."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unusable_file"
    exit_status = 2


@dataclass(frozen=True)
class BadRow:
    """A row that cannot even be cut into cells."""

    reason: str


Row = tuple[int, "list[str] | BadRow"]


@dataclass
class Table:
    """An open table: its heading, its rows with their line numbers, and how far along it is.

    `size` and `position()` share a unit: bytes of a CSV, rows of an XLSX.
    """

    heading: list[str]
    rows: Iterator[Row]
    size: int
    position: Callable[[], int]

    def records(self) -> Iterator[dict[str, str]]:
        """Give each row as {heading: cell}.

        Raises:
            UnusableError: a row cannot be cut into cells.
        """
        for line, cells in self.rows:
            if isinstance(cells, BadRow):
                raise UnusableError(f"第 {line} 行：{cells.reason}")
            yield dict(zip(self.heading, cells, strict=False))


@contextlib.contextmanager
def opened(path: pathlib.Path) -> Iterator[Table]:
    """Open a CSV (UTF-8 with or without mark, or GB18030) or an XLSX (its first sheet).

    Args:
        path: the ending tells which.

    Raises:
        UnusableError: it is neither, is damaged, or has no heading.
    """
    readers = {".csv": _csv, ".xlsx": _xlsx}
    if path.suffix.lower() not in readers:
        raise UnusableError("只能读取 .csv 和 .xlsx 文件")
    with readers[path.suffix.lower()](path) as table:
        if not any(table.heading):
            raise UnusableError("文件没有表头")
        yield table


def write(path: pathlib.Path, sheet: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table; the file appears under its name only when it is complete.

    Args:
        path: ends in .csv or .xlsx.
        sheet: name of the sheet of an XLSX.
        heading: names of the columns.
        rows: cells as text; what a spreadsheet would take for a formula is written after a `'`.

    Raises:
        UnusableError: the ending is another one.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise UnusableError("只能写成 .csv 或 .xlsx 文件")
    with whole(path) as part, part.open("wb") as file:
        if form == "xlsx":
            _write_xlsx(file, sheet, heading, _inert(rows))
        else:
            file.writelines(_csv_pieces(heading, _inert(rows)))


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Give a CSV in pieces, while rows are read; arguments as of `write`."""
    return _csv_pieces(heading, _inert(rows))


def _inert(rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    return ([inert(cell) for cell in row] for row in rows)


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet computes."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _as_meant(cell: str) -> str:
    """Take back what `inert` added."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


@contextlib.contextmanager
def _csv(path: pathlib.Path) -> Iterator[Table]:
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=_encoding(path), newline="") as file:
        reader = csv.reader(_lines(file), strict=True)
        try:
            heading = [name.strip() for name in next(reader, [])]
        except csv.Error as error:
            raise UnusableError("表头的引号没有配对") from error
        yield Table(heading, _csv_rows(reader), path.stat().st_size, raw.tell)


def _csv_rows(reader: Any) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            yield line, BadRow(f"引号没有配对，第 {line} 至 {reader.line_num} 行没有读")
            continue
        if cells is None:
            return
        if cells == [_OVERLONG]:
            yield line, BadRow(f"一行超过 {LINE_LIMIT} 个字")
        elif any(cells):
            yield line, [_as_meant(cell) for cell in cells]


def _lines(file: TextIO) -> Iterator[str]:
    """Give the lines of a file, and a mark in place of one that is too long to be held."""
    while line := file.readline(LINE_LIMIT):
        if _is_cut(line):
            while _is_cut(file.readline(LINE_LIMIT)):
                pass
            line = _OVERLONG + "\n"
        yield line


def _is_cut(line: str) -> bool:
    return len(line) == LINE_LIMIT and not line.endswith(("\n", "\r"))


def _encoding(path: pathlib.Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise UnusableError("文件不是文本，或既不是 UTF-8 也不是 GB18030 编码")


def _decodes(path: pathlib.Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                if b"\0" in chunk:
                    return False
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@contextlib.contextmanager
def _xlsx(path: pathlib.Path) -> Iterator[Table]:
    with path.open("rb") as file:  # opened here, for openpyxl forgets to close what it cannot read
        sheet, done = _first_sheet(file), [0]
        size = sheet.max_row or 0
        sheet.reset_dimensions()  # some writers state a range smaller than what they wrote
        rows = _xlsx_rows(sheet, done)
        _, heading = next(rows, (0, []))
        yield Table([name.strip() for name in heading], rows, size, lambda: done[0])


def _first_sheet(file: BinaryIO) -> Any:
    import openpyxl

    try:
        with zipfile.ZipFile(file) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
        if sum(sizes.values()) > UNPACKED_LIMIT or sizes.get("xl/sharedStrings.xml", 0) > SHARED_LIMIT:
            raise UnusableError("XLSX 文件解开后太大，请分成几个文件或改用 CSV")
        return openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets[0]
    except _DAMAGED as error:
        raise UnusableError("XLSX 文件损坏，打不开") from error


def _xlsx_rows(sheet: Any, done: list[int]) -> Iterator[tuple[int, list[str]]]:
    try:
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            done[0] = line
            row = [_cell_text(cell) for cell in cells]
            if any(row):
                yield line, row
    except _DAMAGED as error:
        raise UnusableError(f"XLSX 文件在第 {done[0]} 行之后损坏") from error


def _cell_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == datetime.min.time() else f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _as_meant(str(cell))


def _csv_pieces(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    stream, out = chain([heading], rows), io.StringIO()
    writer = csv.writer(out)
    yield codecs.BOM_UTF8  # lets spreadsheets see that it is UTF-8
    while batch := list(islice(stream, ROWS)):
        writer.writerows(batch)
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _write_xlsx(file: BinaryIO, sheet: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    import openpyxl
    from openpyxl.writer.excel import ExcelWriter

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.append(list(heading))
    for row in rows:
        page.append([_UNPRINTABLE.sub("", cell) for cell in row])
    page.close()
    # An archive of our own, for the one openpyxl makes stays open on a full disk, and complains when it is collected.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
