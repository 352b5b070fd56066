"""Sheets of usage signs: in the order of places, what is new since they were printed, and what is to be taken down."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from pymongo import UpdateOne

from backend.foundation import clock, database
from backend.foundation.database import transactional
from backend.registry import queries as registry
from backend.registry.documents import SCRAPPED
from backend.registry.rows import StoredLift
from backend.registry.signs import BATCH, CURRENT, WITHDRAWN, current_signs
from qr.sheet import SignFields

_NUMBER = re.compile(r"(\d+)")


class Gone(NamedTuple):
    """A sign that may still hang in its lift and should not.

    Args:
        code: rescue code.
        serial: of the sign.
        words: the place and what became of the sign, for people.
        listed: whether it was on a list already.
    """

    code: str
    serial: int
    words: str
    listed: bool


def lifts_of(jurisdiction: str | None, estate: str | None) -> list[StoredLift]:
    """Return the lifts of an area, an estate, or an estate in an area, in the order of estate, building and number.

    Args:
        jurisdiction: only lifts that this bureau answers for today.
        estate: only lifts of the estate with this name.
    """
    found = registry.lifts(jurisdiction, estate, dict.fromkeys((*registry.TITLE, "status"), 1))
    return sorted(found, key=_place)


def unprinted(signs: Iterable[SignFields]) -> Iterator[SignFields]:
    """Leave out the signs that say what they said when they were last on a sheet."""
    stream = iter(signs)
    while batch := list(islice(stream, BATCH)):
        kept = current_signs([sign.rescue_code for sign in batch])
        yield from (sign for sign in batch if kept[sign.rescue_code].get("printed") != _said(sign))


def to_take_down(lifts: Sequence[StoredLift]) -> list[Gone]:
    """List the signs that were withdrawn without a new one, and those of scrapped lifts, in the order of the lifts."""
    gone = {}
    for start in range(0, len(lifts), BATCH):
        batch = [lift["_id"] for lift in lifts[start : start + BATCH]]
        scope = {"lift": {"$in": batch}, "state": {"$in": [CURRENT, WITHDRAWN]}}
        for sign in database.collection("signs").find(scope).sort("serial", 1):
            gone[sign["lift"]] = sign  # the last one counts
    found = [(lift, gone[lift["_id"]]) for lift in lifts if lift["_id"] in gone]
    return [_gone(lift, sign) for lift, sign in found if sign["state"] == WITHDRAWN or lift.get("status") == SCRAPPED]


def note(printed: Sequence[SignFields], gone: Sequence[Gone]) -> None:
    """Keep what each sign said when it was printed, and which ones were listed to be taken down."""
    writes = [
        *(_kept({"lift": sign.rescue_code, "state": CURRENT}, {"printed": _said(sign)}) for sign in printed),
        *(_kept({"lift": one.code, "serial": one.serial}, {"listed": True}) for one in gone),
    ]
    for start in range(0, len(writes), BATCH):
        _keep(writes[start : start + BATCH])


@transactional
def _keep(writes: Sequence[UpdateOne]) -> None:
    database.collection("signs").bulk_write(list(writes), ordered=False)


def _kept(which: dict[str, Any], what: dict[str, Any]) -> UpdateOne:
    return UpdateOne(which, {"$set": what})


def _gone(lift: StoredLift, sign: dict[str, Any]) -> Gone:
    code = lift["_id"]
    why = f"{clock.local(sign['ended_at']):%Y-%m-%d} 收回" if sign["state"] == WITHDRAWN else "电梯已注销"
    return Gone(code, sign["serial"], f"{code} {registry.title(lift, code)}：{why}", bool(sign.get("listed")))


def _said(sign: SignFields) -> str:
    said = [sign.url, sign.place, *chain.from_iterable(sign.rows())]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _place(lift: StoredLift) -> list[list[tuple[int, str]]]:
    """Return what sorts 2栋 before 10栋."""
    parts = [str(lift.get(name) or "") for name in registry.TITLE]
    return [[(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in _NUMBER.split(part)] for part in parts]
