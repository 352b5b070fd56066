"""Words and photos made unreadable where they show too much; the original stays, sealed, with the reason."""

import base64
from collections.abc import Sequence
from typing import Any

from bson import ObjectId
from bson.errors import InvalidId

from backend.accounts.actors import Actor
from backend.casework import matters, record
from backend.complaints import numbers
from backend.complaints.documents import Complaint, Original
from backend.complaints.rows import OriginalRow
from backend.foundation import clock, database, events, photos
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Forbidden, NotFound
from backend.foundation.photos import Box
from backend.foundation.protect import seal, unseal

REDACT, UNSEAL = "complaint.redact", "complaint.unseal"
COVER = "■"
FIELDS = {"description": "说明", "place": "地点", "outcome": "办理结果"}
PUBLISHED = "published"


@transactional
def redact_text(number: str, actor: Actor, version: int, *, field: str, phrase: str, reason: str) -> Complaint:
    """Cover a phrase in a text of a case, wherever it stands there.

    Args:
        number: the case.
        actor: who decides.
        version: the version the actor saw.
        field: description, place, outcome, published, or `words:<n>` for what the reporter n (from 0) added.
        phrase: what nobody shall read.
        reason: why, for the record.

    Raises:
        NotFound: no such case, or another bureau's.
        Forbidden: not the actor's to do.
        Conflict: somebody was faster.
        BadInput: a field is missing, or the phrase is not there; names it.
    """
    case = numbers.load_for(number, REDACT, actor, version)
    holder, name, label = _holder(case, field)
    text = getattr(holder, name) or ""
    if not phrase.strip() or phrase not in text:
        raise BadInput.of("phrase", "这段文字里没有要遮盖的内容")
    _keep(case, actor, field, text, _reason(reason))
    setattr(holder, name, text.replace(phrase, COVER * len(phrase)))
    return _done(case, actor, f"{label}：{reason.strip()}")


@transactional
def redact_photo(
    number: str, actor: Actor, version: int, *, photo: str, reason: str, boxes: Sequence[Box] = ()
) -> Complaint:
    """Cover parts of a photo of a case, or withhold it whole.

    Args:
        number: the case.
        actor: who decides.
        version: the version the actor saw.
        photo: its id.
        reason: why, for the record.
        boxes: (left, top, right, bottom) in pixels; none withholds the whole photo.

    Raises:
        NotFound: no such case or photo, or another bureau's.
        Forbidden: not the actor's to do.
        Conflict: somebody was faster.
        BadInput: no reason, or a box outside the photo.
    """
    case = numbers.load_for(number, REDACT, actor, version)
    _reason(reason)
    stored = photos.find(photo)
    if stored["_id"] not in case.photos:
        raise NotFound("没有这张照片")
    _keep(case, actor, f"photo:{photo}", base64.b64encode(stored["data"]).decode(), reason)
    covered = [photos.store(photos.covered(stored["data"], boxes), f"complaint:{number}")] if boxes else []
    for shown in (case.photos, *(one.photos for one in case.reporters)):
        if stored["_id"] in shown:
            place = shown.index(stored["_id"])
            shown[place : place + 1] = covered
    photos.erase([stored["_id"]])
    return _done(case, actor, f"照片：{reason.strip()}")


def originals(number: str, actor: Actor) -> list[OriginalRow]:
    """List what was redacted in a case that the actor sees.

    Raises:
        NotFound: no such case, or another bureau's.
    """
    if not actor.sees(numbers.load(number).jurisdiction):
        raise NotFound(numbers.MISSING)
    rows = database.collection("complaint_originals").find({"complaint": number}, {"sealed": 0}).sort("at", 1)
    return [
        {"id": str(row["_id"]), "what": row["what"], "reason": row["reason"], "by": row["by"], "at": row["at"]}
        for row in rows
    ]


@transactional
def original(kept: str, actor: Actor, reason: str) -> str | bytes:
    """Open what was redacted, as text or as JPEG, and record who read it and why.

    Args:
        kept: id, from `originals`.
        actor: who asks.
        reason: why.

    Raises:
        NotFound: there is none, or it is another bureau's.
        Forbidden: not the actor's to do.
        BadInput: no reason.
    """
    if UNSEAL not in actor.permissions:
        raise Forbidden("您没有查看原件的权限")
    found = Original.objects(id=_object_id(kept)).first()
    if found is None or not actor.sees(numbers.load(found.complaint).jurisdiction):
        raise NotFound("没有这份原件")
    subject = f"complaint:{found.complaint}"
    events.record("complaint.original_read", subject=subject, actor=actor, what=found.what, reason=_reason(reason))
    text = unseal(found.sealed)
    return base64.b64decode(text) if found.what.startswith("photo:") else text


def _holder(case: Complaint, field: str) -> tuple[Any, str, str]:
    kind, _, place = field.partition(":")
    if kind == "words" and place.isdigit() and int(place) < len(case.reporters):
        return case.reporters[int(place)], "words", "反映人补充的话"
    if field == PUBLISHED and case.published is not None:
        return case.published, "text", "公示内容"
    if field in FIELDS:
        return case, field, FIELDS[field]
    raise BadInput.of("field", "请选择要遮盖的文字")


def _keep(case: Complaint, actor: Actor, what: str, text: str, reason: str) -> None:
    Original(
        complaint=case.number, what=what, sealed=seal(text), reason=reason.strip(), by=actor.id, at=clock.now()
    ).save(force_insert=True)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BadInput.of("reason", "请写明理由")
    return reason.strip()


def _done(case: Complaint, actor: Actor, text: str) -> Complaint:
    record.advance(case)
    record.write_down(case, "redact", case.state, actor=actor, text=text, public=False)
    matters.of(case).changed(case)
    return case


def _object_id(text: str) -> ObjectId:
    try:
        return ObjectId(text)
    except InvalidId as error:
        raise NotFound("没有这份原件") from error
