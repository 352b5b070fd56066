"""What may happen to a complaint, for everybody outside the slice: filed, joined, moved, hidden, redacted."""

from backend.accounts.actors import Actor, resident
from backend.casework.actors import unit
from backend.complaints.intake.abuse import block, unblock
from backend.complaints.intake.filing import MAX_PLACE, NewComplaint, NewReporter, file, forget, join
from backend.complaints.life.around import leave_note
from backend.complaints.life.moving import act
from backend.complaints.life.redaction import original, originals, redact_photo, redact_text
from backend.complaints.life.reporters import by_binding, by_key
from backend.complaints.receipts import query_key, receipt, receipt_of_draft
from backend.foundation.forms import MAX_WORDS

__all__ = [
    "MAX_PLACE",
    "MAX_WORDS",
    "Actor",
    "NewComplaint",
    "NewReporter",
    "act",
    "block",
    "by_binding",
    "by_key",
    "file",
    "forget",
    "join",
    "leave_note",
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
