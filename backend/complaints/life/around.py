"""What an officer does around a case without moving it: assign it, record a visit to the lift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from backend.accounts import people
from backend.accounts.actors import Actor
from backend.casework import attachments, record
from backend.casework.actors import scope
from backend.casework.rows import AttachmentRow
from backend.complaints import numbers
from backend.complaints.documents import Complaint, SiteVisit
from backend.complaints.receipts import receipt
from backend.complaints.rows import Receipt, SiteVisitRow
from backend.foundation import clock, database, events, outbox
from backend.foundation import photos as files
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.foundation.forms import checked_words
from backend.foundation.photos import CleanPhoto

MAX_WORDS = 2000
MAX_VISITORS = 100
MAX_PHOTOS = 6
ASSIGN = "complaint.assign"
CLOCK_SLACK = timedelta(minutes=5)  # a form's minutes and a phone's clock may run ahead of ours


@dataclass(frozen=True, slots=True)
class NewSiteVisit:
    """A visit to the lift: when, who went, what was found; `form` is the id of the form it comes from."""

    form: str
    visited_at: datetime
    visitors: str
    findings: str
    photos: Sequence[CleanPhoto] = field(default=())


def own_case(actor: Actor, number: str, *fields: str) -> dict[str, Any]:
    """Return a case that an actor sees.

    Args:
        actor: who asks.
        number: the case.
        fields: beside number, lift, jurisdiction, open and version.

    Raises:
        NotFound: no such case, or another bureau's.
    """
    wanted = ["lift", "jurisdiction", "open", "version", *fields]
    found = database.collection("complaints").find_one({"$and": [{"_id": number}, scope(actor)]}, wanted)
    if found is None:
        raise NotFound("没有这件投诉")
    return found


@transactional
def assign(number: str, actor: Actor, version: int, to: str, words: str = "") -> str | None:
    """Give a case to a colleague of its bureau, or back to nobody, and return whose it was.

    Args:
        number: the case.
        actor: who assigns it.
        version: the version the actor saw.
        to: `person:<id>`; empty for nobody.
        words: what the colleague should know.

    Raises:
        NotFound: no such case, or not one of the actor's desk.
        Forbidden: not the actor's to do.
        BadInput: `to` is nobody of that bureau, or the words are too long.
        Conflict: somebody was faster, the case is closed, or it is theirs already.
    """
    case = numbers.load_for(number, ASSIGN, actor, version)
    known, before = people.colleagues(case.jurisdiction), case.assignee
    if to and to not in known:
        raise BadInput.of("assignee", "请选择本局的同事")
    words = checked_words(words)
    if not case.open:
        raise Conflict("这件投诉已经结束，不能再分派")
    if before == (to or None):
        raise Conflict("这件投诉的经办人已经是这样")
    case.assignee = to or None
    record.advance(case)
    text = f"交{known.get(to, '无人')}办理" + (f"：{words}" if words else "")
    record.write_down(case, "assign", case.state, actor=actor, text=text, public=False)
    if to and to != actor.id:
        _tell_assignee(case, actor, words)
    return before


@transactional
def leave_note(number: str, actor: Actor, text: str) -> None:
    """Leave the words of somebody outside the bureau on a case, for its officers alone.

    Raises:
        NotFound: no such case.
        BadInput: the words are too long.
    """
    case = numbers.load(number)
    record.advance(case)
    record.write_down(case, "note", case.state, actor=actor, text=checked_words(text), public=False)


def own_receipt(actor: Actor, number: str, reporter: str = "") -> Receipt:
    """Return what a reporter of a case is told.

    Args:
        actor: who reads it out.
        number: the case.
        reporter: id of the reporter, from their receipt; who filed it where it is not said.

    Raises:
        NotFound: no such case, or the actor neither sees it nor just took it down.
    """
    kinds = ("complaint.taken_down", *(("complaint.joined_for",) if reporter else ()))
    if not any(events.happened(kind, subject=f"complaint:{number}", actor=actor.id) for kind in kinds):
        own_case(actor, number)
    case = numbers.load(number)
    told = next((one for one in case.reporters if one.id == reporter), None)
    if reporter and told is None:
        raise NotFound(numbers.MISSING)
    return receipt(case, told)


@transactional
def attach(number: str, actor: Actor, name: str, raw: bytes, note: str = "") -> ObjectId:
    """Add a file to a case that the actor sees; see `attachments.attach`.

    Raises:
        NotFound: no such case, or another bureau's.
    """
    case = own_case(actor, number)
    return attachments.attach(f"complaint:{number}", actor, name, raw, note=note, lift=case.get("lift"))


def attachment(actor: Actor, attachment_id: str) -> tuple[AttachmentRow, bytes]:
    """Return an attachment and its bytes.

    Raises:
        NotFound: no such attachment, or of another bureau's case.
    """
    found = attachments.one(attachment_id)
    own_case(actor, found["case"])
    return found, attachments.data(found["_id"])


@transactional
def record_visit(number: str, actor: Actor, visit: NewSiteVisit) -> None:
    """Write down a visit to the lift; the same form twice is one record.

    Args:
        number: the case.
        actor: who writes it down.
        visit: what happened.

    Raises:
        NotFound: no such case, or another bureau's.
        BadInput: a field cannot be taken; names it.
    """
    case = own_case(actor, number, "filed_at")
    if SiteVisit.objects(form=visit.form).first():
        return
    _check_visit(visit, case)
    SiteVisit(
        complaint=number,
        form=visit.form,
        visited_at=visit.visited_at,
        visitors=visit.visitors.strip(),
        findings=visit.findings.strip(),
        photos=[files.store(photo, f"complaint:{number}") for photo in visit.photos],
        by=actor.id,
        by_label=actor.label,
        at=clock.now(),
    ).save(force_insert=True)
    events.record("complaint.visited", subject=f"complaint:{number}", actor=actor, lift=case.get("lift"))


def visits(number: str) -> list[SiteVisitRow]:
    """Return the visits of a case, the first one first."""
    return list(database.collection("case_visits").find({"complaint": number}).sort("visited_at", 1))


def _check_visit(visit: NewSiteVisit, case: Mapping[str, Any]) -> None:
    if visit.visited_at > clock.now() + CLOCK_SLACK:
        raise BadInput.of("visited_at", "核查时间不能晚于现在")
    if visit.visited_at < case["filed_at"] - timedelta(days=1):
        raise BadInput.of("visited_at", "核查时间不能早于反映时间")
    for name, text, most, missing in (
        ("visitors", visit.visitors, MAX_VISITORS, "请写明核查人员"),
        ("findings", visit.findings, MAX_WORDS, "请写明核查情况"),
    ):
        if not text.strip():
            raise BadInput.of(name, missing)
        if len(text) > most:
            raise BadInput.of(name, f"最多 {most} 个字")
    if len(visit.photos) > MAX_PHOTOS:
        raise BadInput.of("photos", f"照片最多 {MAX_PHOTOS} 张")


def _tell_assignee(case: Complaint, actor: Actor, words: str) -> None:
    subject = f"complaint:{case.number}"
    outbox.enqueue(
        key=f"{subject}:{case.version}:{case.assignee}",
        channel="inbox",
        target=case.assignee,
        subject=subject,
        template="complaint.assigned",
        number=case.number,
        by=actor.label,
        text=words,
    )
