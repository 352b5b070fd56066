"""The news of a bureau's own cases that did not arrive."""

import re
from typing import Any

from backend.accounts.actors import Actor
from backend.casework.actors import scope
from backend.complaints.desk import case_view
from backend.foundation import database
from backend.foundation.outbox import FAILED, UNDELIVERABLE

SHOWN = 50
CASE = re.compile(r"complaint:(R?[0-9]{6}-[0-9]{1,6})")
LOOKED_AT = 1000  # undelivered news looked through for a bureau's own


def undelivered(officer: Actor) -> list[dict[str, Any]]:
    """Return the latest news of the officer's cases that did not arrive: number, when, by which channel, why."""
    outbox = database.collection("outbox").find(
        {"state": {"$in": [FAILED, UNDELIVERABLE]}, "subject": {"$regex": "^complaint:"}},
        {"subject": 1, "channel": 1, "state": 1, "created_at": 1, "error": 1, "template": 1},
    )
    rows = [(row, number_of(row["subject"])) for row in outbox.sort("created_at", -1).limit(LOOKED_AT)]
    wanted = {"_id": {"$in": list({number for _, number in rows})}}
    own = {one["_id"] for one in database.collection("complaints").find({"$and": [wanted, scope(officer)]}, {"_id": 1})}
    return [case_view.delivery(row) | {"number": number} for row, number in rows if number in own][:SHOWN]


def number_of(subject: str) -> str | None:
    """Return the number of the complaint that a piece of news is about, None where it is about something else."""
    found = CASE.fullmatch(subject)
    return found[1] if found and not found[1].startswith("R") else None
