"""Tables in files, CSV or XLSX: read row by row whatever their size, written so that no cell becomes a formula."""

import codecs
import contextlib
import csv
import io
import pathlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO

from backend.foundation.reading.kinds import WORKBOOK, kind_of
from backend.foundation.reading.rows import Table, UnusableError, Wanted
from backend.foundation.writing import whole

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROWS = 500  # of a CSV, in one piece
_FORMULA = re.compile(r"['=+\-@\t\r]")
# What XML, and so XLSX, cannot hold.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ANY = Wanted()
TEXT_FORMAT = "@"  # or whoever edits a number of more than 15 digits loses those behind
NOTE = "说明"


@contextlib.contextmanager
def opened(path: pathlib.Path, wanted: Wanted = ANY) -> Iterator[Table]:
    """Open a text table (UTF-8, UTF-16 or GB18030; commas, semicolons or tabs) or an XLSX.

    Args:
        path: the content tells which.
        wanted: which sheet is meant, and how its heading is known.

    Raises:
        UnusableError: it is neither, is damaged, or has no heading.
    """
    if kind_of(path) == WORKBOOK:
        from backend.foundation.reading.workbook import opened as reading
    else:
        from backend.foundation.reading.delimited import opened as reading
    with reading(path, wanted) as table:
        if not any(table.heading):
            raise UnusableError("文件没有表头")
        yield table


def write(
    path: pathlib.Path, sheet: str, heading: Sequence[str], rows: Iterable[Sequence[str]], note: Sequence[str] = ()
) -> None:
    """Write a table; the file appears under its name only when it is complete.

    Args:
        path: ends in .csv or .xlsx.
        sheet: name of the sheet of an XLSX.
        heading: names of the columns.
        rows: cells as text; what a spreadsheet would take for a formula is written after a `'`.
        note: lines for whoever edits it, on a sheet of their own behind the table; a CSV has no place for them.

    Raises:
        UnusableError: the ending is another one.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise UnusableError("只能写成 .csv 或 .xlsx 文件")
    with whole(path) as part, part.open("wb") as file:
        if form == "xlsx":
            _write_xlsx(file, sheet, heading, _inert(rows), note)
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


def _csv_pieces(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    stream, out = chain([heading], rows), io.StringIO()
    writer = csv.writer(out)
    yield codecs.BOM_UTF8  # lets spreadsheets see that it is UTF-8
    while batch := list(islice(stream, ROWS)):
        writer.writerows(batch)
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _write_xlsx(
    file: BinaryIO, sheet: str, heading: Sequence[str], rows: Iterable[Sequence[str]], note: Sequence[str] = ()
) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.writer.excel import ExcelWriter

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.append(list(heading))
    cells = [WriteOnlyCell(page) for _ in heading]  # each is written before the next row fills it again
    for cell in cells:
        cell.number_format = TEXT_FORMAT
    for row in rows:
        for cell, text in zip(cells, row, strict=True):
            cell.value = _UNPRINTABLE.sub("", text)
        page.append(cells)
    page.close()
    if note:
        page = book.create_sheet(NOTE)
        for line in note:
            page.append([line])
        page.close()
    # An archive of our own, for the one openpyxl makes stays open on a full disk, and complains when it is collected.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
