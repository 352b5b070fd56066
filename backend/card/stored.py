"""The stored pages: found by one read, made by one of those who ask at once, dropped by whoever changes the card."""

import functools
import gzip
import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import brotli
from bson import ObjectId
from pymongo import UpdateOne, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, DuplicateKeyError, ServerSelectionTimeoutError

from backend.card.rows import Card
from backend.foundation import clock, database
from qr.payload import TAG_LENGTH, read_tag

TYPED, UNKNOWN = "", "unknown"
ETAG_LENGTH = 16
LEASE = timedelta(seconds=2)  # a hundred times what making a page takes; whoever died in it is waited for that long
ENCODERS = {
    "br": functools.partial(brotli.compress, quality=5),
    "gzip": functools.partial(gzip.compress, compresslevel=6, mtime=0),
}
_TAG = re.compile(f"[0-9A-Z]{{{TAG_LENGTH}}}")


class Asked(NamedTuple):
    """What a scan asks for.

    Args:
        code: rescue code.
        form: `html` or `json`.
        tag: of the scanned sign; TYPED when the code was typed in, UNKNOWN when the sign was never issued.
        encoding: `br`, `gzip`, or empty for neither.
    """

    code: str
    form: str
    tag: str
    encoding: str

    @property
    def variant(self) -> str:
        """Key under which the answer is kept; whoever takes no compression gets the unpacked gzip."""
        return f"{self.form}_{self.encoding or 'gzip'}_{self.tag}"


class Stored(NamedTuple):
    """An answer as it is sent: its bytes in the asked encoding, and the name of its words."""

    etag: str
    body: bytes


def tag(given: str) -> str:
    """Read the tag of an address: of another form than ours it was never issued."""
    read = read_tag(given)
    return read if _TAG.fullmatch(read) else UNKNOWN


def find(asked: Asked, build: str, day: date) -> Stored | None:
    """Read the stored answer in one command; None when there is none, or none that holds.

    Args:
        asked: what to answer.
        build: see `rendering.build_of`.
        day: local date in Asia/Shanghai.
    """
    variant = asked.variant
    pages = _first_batch(asked.code, f"kept.{variant}")
    kept = pages[0].get("kept", {}).get(variant) if pages else None
    if not kept or kept["build"] != build or day.isoformat() >= kept["until"]:
        return None
    return Stored(kept["etag"], kept["body"] if asked.encoding else gzip.decompress(kept["body"]))


def claim(asked: Asked, build: str, day: date) -> datetime | None:
    """Take the making of a lift's answers for the time of a lease; None when others have it or were faster.

    Read the card only after that: then `keep` knows of every later change of it.

    Args:
        asked: what to answer.
        build: see `rendering.build_of`.
        day: local date in Asia/Shanghai.

    Returns:
        The end of the lease, which is also its name.
    """
    now = clock.now()
    holds = {f"kept.{asked.variant}.build": build, f"kept.{asked.variant}.until": {"$gt": day.isoformat()}}
    free = {"_id": asked.code, "$nor": [holds, {"lease": {"$gt": now}}]}
    try:
        _pages().update_one(free, {"$set": {"lease": now + LEASE, "made_at": now}}, upsert=True)
    except DuplicateKeyError:
        return None  # the lift's pages are there, and not free
    return now + LEASE


def pack(asked: Asked, words: bytes, card: Card) -> Stored:
    """Make what is sent.

    Args:
        asked: what is answered.
        words: the answer, not compressed.
        card: what it was made of: two states of a card have two names, even where the words are the same.
    """
    name = hashlib.sha256(f"{card['version']} {card['updated_at']}".encode() + words).hexdigest()[:ETAG_LENGTH]
    return Stored(name, ENCODERS[asked.encoding](words) if asked.encoding else words)


def keep(asked: Asked, answer: Stored, *, lease: datetime, build: str, until: date) -> None:
    """Store an answer and end the lease, unless the card was changed since the lease was taken.

    Args:
        asked: what it answers.
        answer: see `pack`.
        lease: see `claim`.
        build: see `rendering.build_of`.
        until: the first day on which it no longer holds.
    """
    body = answer.body if asked.encoding else ENCODERS["gzip"](answer.body)
    kept = {"build": build, "until": until.isoformat(), "etag": answer.etag, "body": body}
    _pages().update_one(
        {"_id": asked.code, "lease": lease},
        {"$set": {f"kept.{asked.variant}": kept, "made_at": clock.now()}, "$unset": {"lease": ""}},
    )


def drop(codes: Sequence[str]) -> None:
    """Drop the answers of lifts whose cards change.

    Call it in the transaction that changes the cards, after that. It always writes, even where there is no page yet: so
    it meets, in a write conflict, whoever is about to store an answer made of the older card.

    Args:
        codes: rescue codes.
    """
    change = {"$set": {"change": ObjectId(), "made_at": clock.now()}, "$unset": {"kept": "", "lease": ""}}
    database.collection("pages").bulk_write(
        [UpdateOne({"_id": code}, change, upsert=True) for code in codes], ordered=False
    )


def _first_batch(code: str, field: str) -> list[dict[str, Any]]:
    """Find one field of a lift's page: `find_one` without its cursor, which costs as much as the rest of a scan."""
    find = {"find": "pages", "filter": {"_id": code}, "projection": {field: 1}, "limit": 1, "singleBatch": True}
    try:
        return database.database().command(find)["cursor"]["firstBatch"]
    except ServerSelectionTimeoutError:
        raise
    except AutoReconnect:  # as `find_one` would: the connection was an old one, or another node has become primary
        return database.database().command(find)["cursor"]["firstBatch"]


def _pages() -> Collection:
    """Return the collection for writes that need not wait for the journal: a lost page is made again."""
    return database.collection("pages").with_options(write_concern=WriteConcern(w=1))
