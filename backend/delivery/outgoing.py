"""What an operator sees and does about messages: list them, try failed ones again."""

from typing import Any

from bson import ObjectId
from bson.errors import InvalidId

from backend.foundation import clock, events
from backend.foundation.database import collection, transactional
from backend.foundation.errors import Conflict, NotFound
from backend.foundation.outbox import FAILED, PENDING

AT_ONCE = 500  # messages changed in one transaction


def messages(state: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Return messages as plain dicts, the oldest first.

    Args:
        state: only these, such as `pending`; None: those that are not done, pending and failed.
        limit: how many at most.
    """
    states = [state] if state else [PENDING, FAILED]
    return list(collection("outbox").find({"state": {"$in": states}}).sort("created_at", 1).limit(limit))


@transactional
def retry(message: str) -> None:
    """Have a failed message sent again, with all its attempts before it.

    Args:
        message: its id.

    Raises:
        NotFound: there is none.
        Conflict: it has not failed.
    """
    try:
        row = collection("outbox").find_one({"_id": ObjectId(message)})
    except InvalidId:
        row = None
    if row is None:
        raise NotFound("没有这条消息")
    if row["state"] != FAILED:
        raise Conflict(f"这条消息的状态是 {row['state']},不是 failed")
    _again([row])


def retry_all_failed() -> int:
    """Have all failed messages sent again, and return how many there were."""
    count = 0
    while some := _retry_some():
        count += some
    return count


@transactional
def _retry_some() -> int:
    rows = list(collection("outbox").find({"state": FAILED}).sort("created_at", 1).limit(AT_ONCE))
    _again(rows)
    return len(rows)


def _again(rows: list[dict[str, Any]]) -> None:
    now = clock.now()
    for row in rows:
        collection("outbox").update_one(
            {"_id": row["_id"]}, {"$set": {"state": PENDING, "attempts": 0, "next_at": now, "error": None}}
        )
        events.record("outbox.retried", subject=row["subject"], actor="operator", message=str(row["_id"]))
