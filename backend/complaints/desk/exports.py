"""Writes the cases an officer may see as a table, CSV or XLSX, without anybody's phone, number or formula."""

import csv
import io
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from backend.accounts import people
from backend.accounts.actors import Actor
from backend.complaints.desk import reads
from backend.complaints.desk.reads import Filters
from backend.foundation import clock, events
from backend.foundation.tables import inert
from backend.foundation.web import day, moment

MAX_ROWS = 100_000
BATCH = 500
CHUNK = 64 * 1024
HEADING = (
    *("编号", "类别", "类型", "状态", "办理单位", "电梯编号", "地点", "反映时间", "下一期限", "超期", "经办人"),
    *("反映人数", "渠道", "渠道工单号", "联系电话", "说明", "办理结果", "办结时间"),
)
_DIGITS = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?[0-9](?:[- ]?[0-9]){6,19}[Xx]?(?![0-9])")


def recorded(actor: Actor, filters: Filters, form: str) -> None:
    """Write down that an officer exports, before the first row leaves.

    Args:
        actor: who.
        filters: what is exported.
        form: csv or xlsx.
    """
    told = {"state": filters.state, "category": filters.category, "bureau": filters.bureau, "form": form}
    events.record("complaint.exported", subject=f"desk:{actor.jurisdiction or 'all'}", actor=actor, **told)


def rows(actor: Actor, filters: Filters) -> Iterator[list[str]]:
    """Yield the cells of each case an actor sees that the filters let through, by number.

    Args:
        actor: who exports.
        filters: as on the list.
    """
    names = people.names()
    for case in reads.every_case(actor, filters, MAX_ROWS, BATCH):
        yield [inert(cell) for cell in _cells(case, names)]


def as_csv(table: Iterator[list[str]]) -> Iterator[bytes]:
    """Write rows as CSV while they are read; the mark in front lets spreadsheets see that it is UTF-8."""
    yield b"\xef\xbb\xbf"
    yield _line(HEADING)
    for row in table:
        yield _line(row)


def as_xlsx(table: Iterator[list[str]]) -> Iterator[bytes]:
    """Write rows as XLSX into a temporary file and give it in pieces: its directory comes last."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("投诉")
    sheet.append(list(HEADING))
    for row in table:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    with tempfile.TemporaryFile(prefix="chati-export-") as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def without_numbers(text: str | None) -> str:
    """Return what somebody wrote with phone and identity numbers masked: seven digits or more in a row."""
    return _DIGITS.sub("***", text or "")


def _line(row: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(row)
    return out.getvalue().encode()


def _cells(case: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    return [
        case["number"],
        case["category_label"],
        case["track_label"],
        case["state_label"],
        case["bureau"],
        case["lift"] or "",
        without_numbers(case["place"]),
        moment(case["filed_at"]),
        day(case["due"]) if case["due"] else "",
        "是" if case["overdue"] else "",
        names.get(case["assignee"] or "", ""),
        str(case["reporter_count"]),
        case["channel_label"],
        case["order_no"] or "",
        "；".join(case["phones"]),
        without_numbers(case["description"]),
        without_numbers(case["outcome"]),
        moment(case["closed_at"]) if case["closed_at"] else "",
    ]


def file_name(form: str) -> str:
    """Return how the file is called: the day it was made."""
    return f"chati-{clock.today():%Y%m%d}.{form}"
