"""What may happen to a complaint, for everybody outside the slice: filed, joined, moved, hidden, redacted."""

from backend.complaints.abuse import block, unblock
from backend.complaints.actors import Actor, resident, unit
from backend.complaints.filing import (
    MAX_PLACE,
    MAX_WORDS,
    NewComplaint,
    NewReporter,
    file,
    forget,
    join,
    query_key,
    receipt,
    receipt_of_draft,
)
from backend.complaints.moving import act
from backend.complaints.redaction import original, originals, redact_photo, redact_text

__all__ = [
    "MAX_PLACE",
    "MAX_WORDS",
    "Actor",
    "NewComplaint",
    "NewReporter",
    "act",
    "block",
    "file",
    "forget",
    "join",
    "original",
    "originals",
    "query_key",
    "receipt",
    "receipt_of_draft",
    "redact_photo",
    "redact_text",
    "resident",
    "unblock",
    "unit",
]
