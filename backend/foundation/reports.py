"""Tables that people take with them: each column with its type and width, the heading in sight, no cell a formula."""

import enum
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.foundation import clock, tables

PIECE = 64 * 1024  # bytes of an XLSX
# What XML, and so XLSX, cannot hold.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Value = str | int | float | date | datetime | None


class Kind(enum.Enum):
    """What the cells of a column are, and how a spreadsheet shows them."""

    TEXT = "@"  # also numbers of cases, codes and phones, which nobody adds up
    NUMBER = "0"
    DAY = "yyyy-mm-dd"
    MOMENT = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        heading: its name.
        kind: of its cells: a str for TEXT, a number, a date or an aware moment for DAY, an aware moment for MOMENT.
        width: in digits.
    """

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 12


def pieces(form: str, sheet: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Give a table in pieces, to be sent.

    Args:
        form: csv, given while rows are read, or xlsx, written whole before that, as its directory comes last.
        sheet: name of the sheet of an XLSX.
        columns: from the left.
        rows: a value for each column; None leaves the cell empty.
    """
    if form == "csv":
        texts = ([_text(column, value) for column, value in zip(columns, row, strict=True)] for row in rows)
        yield from tables.as_csv([column.heading for column in columns], texts)
        return
    with tempfile.TemporaryFile(prefix="chati-export-") as file:
        _write_xlsx(file, sheet, columns, rows)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _local(column: Column, value: Value) -> Value:
    """Put a moment into the time and the exactness of its column, as a spreadsheet has no zones."""
    if not isinstance(value, datetime):
        return value
    there = clock.local(value)
    return there.date() if column.kind is Kind.DAY else there.replace(second=0, microsecond=0, tzinfo=None)


def _text(column: Column, value: Value) -> str:
    told = _local(column, value)
    if isinstance(told, datetime):
        return f"{told:%Y-%m-%d %H:%M}"
    return "" if told is None else str(told)


def _write_xlsx(file: Any, sheet: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.writer.excel import ExcelWriter

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    heading = []
    for number, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = column.width
        cell = WriteOnlyCell(page, column.heading)
        cell.font = Font(bold=True)
        heading.append(cell)
    page.append(heading)
    cells = [_empty(WriteOnlyCell(page), column) for column in columns]  # each is written before it is filled again
    last = 1
    for row in rows:
        last += 1
        for cell, column, value in zip(cells, columns, row, strict=True):
            _fill(cell, column, value)
        page.append(cells)
    page.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    page.close()
    # An archive of our own, for the one openpyxl makes stays open on a full disk, and complains when it is collected.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()


def _empty(cell: Any, column: Column) -> Any:
    cell.number_format = column.kind.value
    cell.quotePrefix = column.kind is Kind.TEXT  # words stay words also when somebody edits them
    return cell


def _fill(cell: Any, column: Column, value: Value) -> None:
    told = _local(column, value)
    cell.value = _UNPRINTABLE.sub("", told) if isinstance(told, str) else told
    if isinstance(told, str):
        cell.data_type = "s"  # what begins like a formula or an error is words
