"""How a complaint, or the repair that hangs on it, is found by its number, and how a new number is made."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.accounts.actors import Actor
from backend.casework.record import FASTER
from backend.complaints.documents import Complaint, Repair
from backend.foundation import clock, database
from backend.foundation.errors import Conflict, Forbidden, NotFound

REPAIR_MARK = "R"
MISSING = "没有这件投诉"


def find(number: str) -> Complaint | Repair | None:
    """Return a complaint, or a repair whose number is its complaint's with an R, or None."""
    kind = Repair if number.startswith(REPAIR_MARK) else Complaint
    return kind.objects(number=number).first()


def stored(number: str, which: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any] | None:
    """Return a complaint or a repair as a plain dict, or None.

    Args:
        number: see `find`.
        which: values of fields that it must have.
        fields: those wanted.
    """
    kept = database.collection("repairs") if number.startswith(REPAIR_MARK) else database.collection("complaints")
    return kept.find_one({"_id": number, **which}, fields)


def load(number: str) -> Complaint | Repair:
    """Return a case.

    Raises:
        NotFound: there is none.
    """
    if case := find(number):
        return case
    raise NotFound(MISSING)


def load_for(number: str, permission: str, actor: Actor, version: int) -> Complaint:
    """Return a complaint that this actor's desk leads and may handle, as the actor saw it.

    Raises:
        NotFound: no such case, or another bureau's.
        Forbidden: not the actor's to do.
        Conflict: somebody was faster.
    """
    case = Complaint.objects(number=number).first()
    if case is None or not actor.sees(case.jurisdiction):
        raise NotFound(MISSING)
    if permission not in actor.permissions:
        raise Forbidden("您没有办理这一步的权限")
    if case.version != version:
        raise Conflict(FASTER)
    return case


def new_number(at: datetime) -> str:
    """Return a number: the day of a moment and six random digits, short enough to say on the phone.

    One that is taken already makes the insert fail, and the transaction runs again with another.
    """
    return f"{clock.local(at):%y%m%d}-{secrets.randbelow(1_000_000):06d}"
