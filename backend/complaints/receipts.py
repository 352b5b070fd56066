"""What a person is told who reported: number, key, bureau, by when and why."""

import hmac

from flask import current_app

from backend.complaints import workflow
from backend.complaints.documents import Complaint
from backend.complaints.rows import Receipt
from backend.policy import jurisdictions

KEY_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


KEY_LENGTH = 8


def receipt(case: Complaint) -> Receipt:
    """Return what a person is told who reported a case."""
    first = min(case.clocks, key=lambda item: item.due)
    told: Receipt = {
        "number": case.number,
        "query_key": query_key(case.number),
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
    """Return the key that lets whoever has a number see its progress; derived, so nothing is stored."""
    mac = hmac.digest(current_app.extensions["chati.data_key"], b"query:" + number.encode(), "sha256")
    return "".join(KEY_ALPHABET[byte % len(KEY_ALPHABET)] for byte in mac[:KEY_LENGTH])
