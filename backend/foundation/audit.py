"""The audit seal: events go, in order of `_id`, into a chain of hashes that shows any later change to one of them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import mongoengine as me
import structlog
from bson import CodecOptions, ObjectId
from bson.raw_bson import RawBSONDocument
from flask import current_app

from backend.foundation import clock
from backend.foundation.database import collection, transactional

BATCH = 1000
FIRST_HASH = "0" * 64
LOWEST_ID = ObjectId("0" * 24)
RAW = CodecOptions(document_class=RawBSONDocument)
log = structlog.get_logger()


class Seal(me.Document):
    """One link: `hash` is SHA-256 over the hash before and the BSON of `count` events, the last of them `upto`."""

    meta = {"collection": "audit_seals", "auto_create_index": False}

    number = me.IntField(primary_key=True)
    upto = me.ObjectIdField(required=True)
    count = me.IntField(required=True)
    hash = me.StringField(required=True)
    at = me.DateTimeField(required=True)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found: how many events are sealed, the newest hash, and the first seal that does not hold, if any.

    `why` is `changed`, `missing` or `inserted` for events of that seal, `seal missing`, or `another chain`.
    """

    ok: bool
    sealed: int
    first_bad: int | None = None
    why: str = ""
    head: str = FIRST_HASH


def seal() -> int:
    """Seal all events that are old enough, and return how many.

    An event's `_id` is made when its transaction writes it, but the event is seen only when that commits, up to
    MongoDB's transaction lifetime (60 s) later, and by then events with newer ids may have been seen. So nothing is
    sealed that is younger than CHATI_AUDIT_SETTLE_S: below that age no older id can still appear. Any number of workers
    may seal at once: the number of a seal is unique, and who comes second sees the first one's.
    """
    sealed = 0
    while count := _seal_batch():
        sealed += count
    return sealed


def verify(known: str | None = None) -> Verified:
    """Compute every hash of the chain again from the events as they are stored now.

    Args:
        known: a hash noted earlier, from the log or an earlier check. Whoever can write to the database can build a
            whole new chain; only a hash kept elsewhere shows that.

    Returns:
        Whether all seals hold. A seal covers up to 1000 events; the first one that does not hold is named.
    """
    if collection("events").find_one({"_id": {"$not": {"$gte": LOWEST_ID}}}):
        return Verified(False, 0, 1, "inserted")  # an id of another type sorts outside of every seal
    head, upto, sealed, is_known = FIRST_HASH, None, 0, known in {None, FIRST_HASH}
    for number, row in enumerate(collection("audit_seals").find().sort("_id", 1), start=1):
        if row["_id"] != number:
            return Verified(False, sealed, number, "seal missing", head)
        count, digest = _digest(head, _events(upto, {"$lte": row["upto"]}))
        if digest != row["hash"] or count != row["count"]:
            return Verified(False, sealed, number, _difference(count, row["count"]), head)
        head, upto, sealed = digest, row["upto"], sealed + count
        is_known = is_known or head == known
    return Verified(is_known, sealed, why="" if is_known else "another chain", head=head)


@transactional
def _seal_batch() -> int:
    last = Seal.objects.order_by("-number").first()
    number, head, upto = (last.number + 1, last.hash, last.upto) if last else (1, FIRST_HASH, None)
    settle = timedelta(seconds=current_app.config["CHATI"].audit_settle_s)
    settled = ObjectId.from_datetime(clock.now() - settle)
    batch = list(_events(upto, {"$lt": settled}, limit=BATCH))
    if not batch:
        return 0
    count, digest = _digest(head, iter(batch))
    Seal(number=number, upto=batch[-1]["_id"], count=count, hash=digest, at=clock.now()).save(force_insert=True)
    log.info("audit.sealed", seal=number, count=count, hash=digest)  # the log is where the chain is held from outside
    return count


def _events(after: ObjectId | None, until: dict[str, ObjectId], limit: int = 0) -> Iterator[RawBSONDocument]:
    """Return events in order of `_id` as the bytes that are stored, those after an id or from the first one on."""
    ids = ({"$gt": after} if after else {"$gte": LOWEST_ID}) | until
    return collection("events").with_options(codec_options=RAW).find({"_id": ids}).sort("_id", 1).limit(limit)


def _digest(head: str, found: Iterator[RawBSONDocument]) -> tuple[int, str]:
    digest, count = hashlib.sha256(bytes.fromhex(head)), 0
    for event in found:
        digest.update(event.raw)  # BSON begins with its length: the bytes of two events cannot be read as other two
        count += 1
    return count, digest.hexdigest()


def _difference(found: int, expected: int) -> str:
    return "changed" if found == expected else "missing" if found < expected else "inserted"
