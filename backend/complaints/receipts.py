"""What a person is told who reported: number, key, bureau, by when and why."""

import hmac
from collections.abc import Sequence

from flask import current_app

from backend.complaints import workflow
from backend.complaints.documents import Complaint, Reporter
from backend.complaints.rows import Receipt
from backend.policy import jurisdictions

KEY_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


KEY_LENGTH = 8


def receipt(case: Complaint, reporter: Reporter | None = None) -> Receipt:
    """Return what a person is told who reported a case.

    Args:
        case: as stored.
        reporter: who is told, one of the case's; who filed it where it is not said.
    """
    known = [one.id for one in case.reporters]
    place = known.index(reporter.id) if reporter else 0
    first = min(case.clocks, key=lambda item: item.due)
    told: Receipt = {
        "number": case.number,
        "query_key": key_of(case.number, known, place),
        "reporter": known[place],
        "state": workflow.public_state(case.state),
        "bureau": jurisdictions.bureau(case.jurisdiction).bureau_name,
        "jurisdiction": case.jurisdiction,
        "route": case.route.reason,
        "due": first.due,
        "due_for": first.label,
        "due_reason": first.reason,
        "category": case.category,
        "lift_code": case.lift,
    }
    if told["state"] == workflow.HELD:
        told["note"] = case.told
    return told


def receipt_of_draft(draft: str) -> Receipt | None:
    """Return the receipt of the complaint that a form or conversation already became, or None."""
    case = Complaint.objects(draft=draft).first()
    return case and receipt(case)


def query_key(number: str) -> str:
    """Return the key of whoever filed a case, which lets them see its progress; derived, so nothing is stored."""
    return _derived(number)


def key_of(number: str, known: Sequence[str], place: int) -> str:
    """Return the key of one reporter of a case: each has their own.

    Args:
        number: the case.
        known: ids of its reporters, in their order.
        place: whose key, from 0, which is who filed it.
    """
    return _derived(f"{number}:{known[place]}") if place else query_key(number)


def opened_by(number: str, known: Sequence[str], key: str) -> int | None:
    """Return the place of the reporter whose key it is, in either case, or None."""
    given = key.strip().upper().encode()
    keys = (key_of(number, known, place).encode() for place in range(len(known)))
    return next((place for place, own in enumerate(keys) if hmac.compare_digest(given, own)), None)


def _derived(words: str) -> str:
    mac = hmac.digest(current_app.extensions["chati.data_key"], b"query:" + words.encode(), "sha256")
    return "".join(KEY_ALPHABET[byte % len(KEY_ALPHABET)] for byte in mac[:KEY_LENGTH])
