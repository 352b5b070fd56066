"""Whether the units a repair was sent to can have read it: what is said of that to residents and officers."""

from collections.abc import Collection, Sequence

from backend.accounts import people
from backend.accounts.actors import unit_id
from backend.casework import record
from backend.complaints import links
from backend.complaints.rows import ToldUnit
from backend.delivery import reach
from backend.foundation import queue
from backend.foundation.outbox import PENDING, SENT, Message
from backend.registry import queries as registry

OUTSIDE = ("email", "webhook")
OPENED = "repair.opened"
LOOKED_AT = 200
ANSWERED = "单位已经答复"
ARRIVED = "已通知单位"
WAITING = "正在通知单位"
NO_ADDRESS = "单位还没有收到：没有登记邮箱"
FAILED = "单位还没有收到：发送没有成功"


def of_repair(number: str, units: Sequence[str]) -> list[ToldUnit]:
    """Return what became of the news of a repair, unit by unit.

    Args:
        number: of the repair, or of a 报修 of its own.
        units: ids of the units it was sent to.
    """
    sent = [row for row in queue.about(f"complaint:{number}", LOOKED_AT) if row["template"] == OPENED]
    answered = {line["actor"] for line in record.history(number)}
    names = registry.organisation_names(units)
    return [_told(number, unit, names.get(unit, unit), sent, answered) for unit in units]


def _told(number: str, unit: str, name: str, sent: Sequence[Message], answered: Collection[str]) -> ToldUnit:
    target = unit_id(unit)
    rows = [row for row in sent if row["target"] == target]
    outside = [row for row in rows if row["channel"] in OUTSIDE]
    reads_inbox = people.are_at(unit)
    arrived = [
        row for row in rows if row["state"] == SENT and (row["channel"] in OUTSIDE or _is_read(row, reads_inbox))
    ]
    reason = next((row.get("error") or "" for row in outside if row["state"] in queue.NOT_ARRIVED), "")
    reachable = reads_inbox or bool({*OUTSIDE}.intersection(reach.channels_of(target)))
    if target in answered:
        words = ANSWERED
    elif arrived:
        words, reason = ARRIVED, ""
    elif any(row["state"] == PENDING for row in (outside or rows)) and reachable:
        words = WAITING
    else:
        words = FAILED if outside else NO_ADDRESS
    read = words in (ANSWERED, ARRIVED)
    return {
        "unit": unit,
        "name": name,
        "words": words,
        "read": read,
        "reason": reason,
        "link": links.link(number, unit),
    }


def _is_read(row: Message, reads_inbox: bool) -> bool:
    return row["channel"] == "inbox" and reads_inbox
