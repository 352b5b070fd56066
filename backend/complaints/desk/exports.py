"""Writes the cases an officer may see as a table, CSV or XLSX, without anybody's phone, number or formula."""

import re
from collections.abc import Iterator, Mapping

from backend.accounts import people
from backend.accounts.actors import Actor
from backend.complaints.desk import reads
from backend.complaints.desk.reads import Filters
from backend.complaints.desk.rows import TableRow
from backend.foundation import clock, events, reports
from backend.foundation.reports import Column, Kind, Value

MAX_ROWS = 100_000
BATCH = 500
COLUMNS = (
    Column("编号", width=16),
    Column("类别"),
    Column("类型", width=8),
    Column("状态"),
    Column("办理单位", width=24),
    Column("救援识别码", width=12),
    Column("地点", width=28),
    Column("反映时间", Kind.MOMENT, 17),
    Column("下一期限", Kind.DAY),
    Column("超期", width=6),
    Column("经办人", width=10),
    Column("反映人数", Kind.NUMBER, 9),
    Column("渠道"),
    Column("渠道工单号", width=24),
    Column("联系电话", width=16),
    Column("说明", width=40),
    Column("办理结果", width=40),
    Column("办结时间", Kind.MOMENT, 17),
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


def exported(actor: Actor, filters: Filters, form: str) -> Iterator[bytes]:
    """Give the table of each case an actor sees that the filters let through, by number, in pieces.

    Args:
        actor: who exports.
        filters: as on the list.
        form: csv or xlsx.
    """
    return reports.pieces(form, "投诉", COLUMNS, _rows(actor, filters))


def _rows(actor: Actor, filters: Filters) -> Iterator[list[Value]]:
    names = people.names()
    for case in reads.every_case(actor, filters, MAX_ROWS, BATCH):
        yield _cells(case, names)


def without_numbers(text: str | None) -> str:
    """Return what somebody wrote with phone and identity numbers masked: seven digits or more in a row."""
    return _DIGITS.sub("***", text or "")


def _cells(case: TableRow, names: Mapping[str, str]) -> list[Value]:
    return [
        case["number"],
        case["category_label"],
        case["track_label"],
        case["state_label"],
        case["bureau"],
        case["lift"] or "",
        without_numbers(case["place"]),
        case["filed_at"],
        case["due"],
        "是" if case["overdue"] else "",
        names.get(case["assignee"] or "", ""),
        case["reporter_count"],
        case["channel_label"],
        case["order_no"] or "",
        "；".join(case["phones"]),
        without_numbers(case["description"]),
        without_numbers(case["outcome"]),
        case["closed_at"],
    ]


def file_name(form: str) -> str:
    """Return how the file is called: the day it was made."""
    return f"chati-{clock.today():%Y%m%d}.{form}"
