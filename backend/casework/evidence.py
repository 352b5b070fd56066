"""What a case keeps of the thing that it is about, as that stood at one moment; never changed."""

from collections.abc import Mapping
from typing import Any

from pymongo import InsertOne

from backend.casework.documents import EVIDENCE, Case, Evidence
from backend.casework.rows import EvidenceRow
from backend.foundation import database


def freeze(case: Case, blocks: Mapping[str, Any]) -> None:
    """Keep the card of a new case's lift among its papers.

    Args:
        case: as stored.
        blocks: the card's, as read; as bytes they are kept without being looked into.
    """
    kept = {"case": case.number, "type": EVIDENCE, "seq": case.version, "at": case.filed_at, "lift": case.lift}
    database.write(Evidence, InsertOne(kept | {"blocks": blocks}))


def of(number: str) -> EvidenceRow | None:
    """Return what a case keeps, or None."""
    return database.collection("case_entries").find_one({"case": number, "type": EVIDENCE})
