"""Writes the cases an officer may see as a table, CSV or XLSX, without anybody's phone, number or formula."""

import re
from collections.abc import Iterator, Mapping

from backend.accounts import people
from backend.accounts.actors import Actor
from backend.complaints.desk import reads
from backend.complaints.desk.reads import Filters
from backend.complaints.desk.rows import TableRow
from backend.foundation import clock, events, tables
from backend.foundation.web import day, moment

MAX_ROWS = 100_000
BATCH = 500
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


def exported(actor: Actor, filters: Filters, form: str) -> Iterator[bytes]:
    """Give the table of each case an actor sees that the filters let through, by number, in pieces.

    Args:
        actor: who exports.
        filters: as on the list.
        form: csv or xlsx.
    """
    return tables.pieces(form, "投诉", HEADING, _rows(actor, filters))


def _rows(actor: Actor, filters: Filters) -> Iterator[list[str]]:
    names = people.names()
    for case in reads.every_case(actor, filters, MAX_ROWS, BATCH):
        yield _cells(case, names)


def without_numbers(text: str | None) -> str:
    """Return what somebody wrote with phone and identity numbers masked: seven digits or more in a row."""
    return _DIGITS.sub("***", text or "")


def _cells(case: TableRow, names: Mapping[str, str]) -> list[str]:
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
