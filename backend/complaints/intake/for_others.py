"""Takes complaints down for somebody else: an officer for a caller or visitor, a hotline under its own order number."""

from dataclasses import replace

from backend.accounts.actors import Actor
from backend.complaints import workflow
from backend.complaints.documents import Complaint
from backend.complaints.intake import filing
from backend.complaints.intake.filing import NewComplaint
from backend.complaints.receipts import receipt, receipt_of_draft
from backend.complaints.rows import Receipt
from backend.foundation import clock, database, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from backend.foundation.text import trimmed

CHANNELS = {"phone": "来电", "counter": "来访"}
INTAKE, HOTLINE = "complaint.intake", "hotline"


@transactional
def take_down(actor: Actor, new: NewComplaint, draft: str) -> Receipt:
    """File what a caller or visitor says; the same form twice is one complaint.

    Args:
        actor: the officer who writes it down, for the record.
        new: what is said; its reporter's channel is one of CHANNELS.
        draft: id of the form.

    Returns:
        The receipt, see `receipts.receipt`: number and key are read out.

    Raises:
        Forbidden: not the actor's to do.
        BadInput: a field cannot be taken; names it.
    """
    if INTAKE not in actor.permissions:
        raise Forbidden("没有权限")
    if new.reporter.channel not in CHANNELS:
        raise BadInput.of("channel", "请选择来电或来访")
    if earlier := receipt_of_draft(draft):
        return earlier
    return _file(actor, new, draft)


@transactional
def join(actor: Actor, number: str, new: NewComplaint, draft: str) -> Receipt:
    """Let a caller or visitor join an open case instead.

    Args:
        actor: the officer who writes it down, for the record.
        number: the case joined.
        new: who calls, and what they add.
        draft: id of the form; the same form joins once.

    Raises:
        Forbidden: not the actor's to do.
        NotFound: no such case.
        Conflict: it is closed.
    """
    if INTAKE not in actor.permissions:
        raise Forbidden("没有权限")
    told = filing.join(number, new.reporter, new.description, draft=draft)
    events.record("complaint.joined_for", subject=f"complaint:{number}", actor=actor, channel=new.reporter.channel)
    return told


@transactional
def file_order(hotline: Actor, order_no: str | None, new: NewComplaint) -> Receipt:
    """File what a hotline passes on; the same order of the same hotline is one complaint, however late it comes again.

    Args:
        hotline: who passes it on.
        order_no: its own number of the case, if it has one.
        new: what it passes on.

    Returns:
        The receipt, in the state the case has now.

    Raises:
        Conflict: the order came before and said something else: what changed must not be lost silently.
        BadInput: a field cannot be taken; names it.
    """
    if order_no is None:
        return _file(hotline, new)
    draft = draft_of(hotline.id, order_no)
    known = Complaint.objects(draft=draft).first()
    if known is None:
        return _file(hotline, replace(new, order_no=order_no), draft)
    if changed := _changed(known, new):
        told = "这个工单号已经提交过，内容不同；补充情况请用新的工单号"
        raise Conflict(told, dict.fromkeys(["channel_order_no", *changed], "与已提交的内容不同"))
    return receipt(known)


def number_of_order(caller: str, order_no: str) -> str:
    """Return the number of the case that a hotline's order became.

    Raises:
        NotFound: this hotline passed no such order on.
    """
    found = database.collection("complaints").find_one({"draft": draft_of(caller, order_no)}, {"_id": 1})
    if found is None:
        raise NotFound("没有这个工单号")
    return found["_id"]


def draft_of(caller: str, order_no: str) -> str:
    """Return the draft under which a hotline's order is filed: order numbers of two hotlines do not meet."""
    return f"{caller}:{order_no}"


def read_out(told: Receipt) -> dict[str, str]:
    """Return number, key and date of a receipt as they are said on the phone.

    Args:
        told: to the reporter.
    """
    due = clock.local(told["due"])
    return {
        "number": " ".join(told["number"]),
        "key": " ".join(told["query_key"]),
        "due": f"{due.month}月{due.day}日",
        "category": workflow.category_label(told["category"]),
    }


def _file(actor: Actor, new: NewComplaint, draft: str | None = None) -> Receipt:
    """File what somebody else says, and who wrote it down."""
    told = filing.file(new, draft=draft)
    subject = f"complaint:{told['number']}"
    events.record("complaint.taken_down", subject=subject, actor=actor, lift=new.lift, channel=new.reporter.channel)
    return told


def _changed(known: Complaint, new: NewComplaint) -> list[str]:
    """Name the fields in which an order that came again differs from the case it became."""
    pairs = {
        "category": (known.category, new.category),
        "lift_code": (known.lift, new.lift),
        "place": (known.place, trimmed(new.place or "") or known.place),
        "description": (known.description or "", trimmed(new.description)),
    }
    return [name for name, (before, now) in pairs.items() if before != now]
