"""Each reporter judges for themselves: what was judged before belongs to whoever filed the case."""

from collections.abc import Iterator

from pymongo import UpdateOne
from pymongo.database import Database

JUDGEMENTS = ["satisfied", "reopen", "escalate"]
UNTOLD = {"satisfaction": {"$exists": True}, "reporters.0": {"$exists": True}, "reporters.judged": {"$exists": False}}


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    if number := db.complaints.count_documents(UNTOLD):
        yield f"complaints: whose judgement it was: {number}"


def run(db: Database) -> Iterator[str]:
    """Write down with whoever filed a case what they said of its outcome."""
    changes = []
    for case in db.complaints.find(UNTOLD, {"satisfaction": 1}):
        wanted = {"case": case["_id"], "type": "step", "action": {"$in": JUDGEMENTS}}
        judged = [line["action"] for line in db.case_entries.find(wanted, {"action": 1}).sort("seq", 1)]
        own = {"reporters.0.judged": judged, "reporters.0.satisfaction": case["satisfaction"]}
        changes.append(UpdateOne({"_id": case["_id"]}, {"$set": own}))
    if changes:
        db.complaints.bulk_write(changes, ordered=False)
        yield f"complaints: whose judgement it was: {len(changes)}"
