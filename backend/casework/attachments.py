"""Attachments of a case: office files and pictures, known by their first bytes, for those who see the case."""

import hashlib
import io
import re
import zipfile
from collections.abc import Collection

from bson import Binary, ObjectId
from bson.errors import InvalidId

from backend.accounts.actors import Actor
from backend.casework.documents import Attachment, AttachmentPart
from backend.casework.rows import AttachmentRow
from backend.foundation import clock, database, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, NotFound, TooLarge

MAX_MIB = 20
MAX_BYTES = MAX_MIB << 20
MAX_NAME = 120
MAX_PER_CASE = 50
PART_BYTES = 4 << 20
ENDINGS = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_STARTS = ((b"%PDF-", ".pdf"), (b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"))
_OFFICE = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]+")


@transactional
def attach(subject: str, actor: Actor, name: str, raw: bytes, *, note: str = "", lift: str | None = None) -> ObjectId:
    """Add a file to a case that the actor may see; the same file twice is one attachment.

    Args:
        subject: what events call the case, such as `complaint:<number>`.
        actor: who adds it.
        name: as the sender's computer calls it.
        raw: the file.
        note: what it is.
        lift: rescue code of the lift it is about, for the record.

    Raises:
        TooLarge: the file is.
        BadInput: it is not one of the kinds taken, or its name says another kind than its bytes.
    """
    matter, _, number = subject.partition(":")
    mimetype, name = _kind(name, raw), clean_name(name)
    digest = hashlib.sha256(raw).hexdigest()
    known = Attachment.objects(case=number)
    if same := known.filter(sha256=digest).first():
        return same.id
    if len(known.only("id")[:MAX_PER_CASE]) == MAX_PER_CASE:
        raise BadInput.of("file", f"一件最多 {MAX_PER_CASE} 个附件")
    stored = Attachment(
        case=number,
        name=name,
        mimetype=mimetype,
        size=len(raw),
        sha256=digest,
        note=note.strip()[:200] or None,
        by=actor.id,
        by_label=actor.label,
        at=clock.now(),
    ).save(force_insert=True)
    for n, start in enumerate(range(0, len(raw), PART_BYTES)):
        data = Binary(raw[start : start + PART_BYTES])
        AttachmentPart(attachment=stored.id, n=n, data=data).save(force_insert=True)
    events.record(f"{matter}.attached", subject=subject, actor=actor, lift=lift, sha256=digest)
    return stored.id


def of_case(number: str) -> list[AttachmentRow]:
    """Return the attachments of a case in the order they came, without their bytes."""
    return list(database.collection("case_attachments").find({"case": number}).sort("at", 1))


def one(attachment_id: str) -> AttachmentRow:
    """Return an attachment without its bytes; whether its `case` may be seen is the caller's to ask.

    Raises:
        NotFound: there is none.
    """
    try:
        found = database.collection("case_attachments").find_one({"_id": ObjectId(attachment_id)})
    except InvalidId as error:
        raise NotFound("没有这个附件") from error
    if found is None:
        raise NotFound("没有这个附件")
    return found


def data(attachment: ObjectId) -> bytes:
    """Return the bytes of an attachment."""
    parts = database.collection("case_attachment_parts").find({"attachment": attachment}).sort("n", 1)
    return b"".join(part["data"] for part in parts)


def count_of(cases: Collection[str]) -> int:
    """Count the attachments of cases."""
    return database.collection("case_attachments").count_documents({"case": {"$in": list(cases)}})


def erase_of(cases: Collection[str]) -> int:
    """Erase the attachments of cases, and return how many there were.

    Their pieces go first: cut off between the two, the next run finds their attachment again.
    """
    kept = database.collection("case_attachments")
    ids = [row["_id"] for row in kept.find({"case": {"$in": list(cases)}}, {"_id": 1})]
    database.collection("case_attachment_parts").delete_many({"attachment": {"$in": ids}})
    return kept.delete_many({"_id": {"$in": ids}}).deleted_count


def clean_name(name: str) -> str:
    """Return a file name without path, control and direction characters, cut before its ending."""
    plain = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(". ") or "附件"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: MAX_NAME - len(ending) - 1]}{dot}{ending}" if dot else plain[:MAX_NAME]


def _kind(name: str, raw: bytes) -> str:
    """Return what a file is by its bytes, where its name says the same."""
    if not raw:
        raise BadInput.of("file", "请选择文件")
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"附件太大，每个不超过 {MAX_MIB} MB", {"file": "附件太大"})
    stated = ENDINGS.get(f".{name.rpartition('.')[2].lower()}")
    if stated is None:
        raise BadInput.of("file", "附件只能是 PDF、JPEG、PNG、DOCX 或 XLSX")
    if stated != ENDINGS.get(_by_bytes(raw) or ""):
        raise BadInput.of("file", "文件内容和扩展名不符，请确认文件没有损坏")
    return stated


def _by_bytes(raw: bytes) -> str | None:
    """Return the ending that the first bytes stand for; DOCX and XLSX are told apart by what their archive holds."""
    if not raw.startswith(b"PK\x03\x04"):
        return next((ending for start, ending in _STARTS if raw.startswith(start)), None)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((ending for part, ending in _OFFICE.items() if part in names), None)
