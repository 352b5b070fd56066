"""The working end of the outbox: messages are taken for the time of a lease, put back, ended, looked through."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument

from backend.foundation import clock
from backend.foundation.database import collection
from backend.foundation.outbox import FAILED, PENDING, SENT, UNDELIVERABLE, Message

NOT_ARRIVED = (FAILED, UNDELIVERABLE)
DONE = (SENT, UNDELIVERABLE)


def take(owner: str, channels: Iterable[str], lease: timedelta) -> Message | None:
    """Take the message that is due longest for the time of a lease, None where nothing is due.

    Args:
        owner: name of the worker.
        channels: only messages of these.
        lease: for how long no other worker takes it.
    """
    now = clock.now()
    return collection("outbox").find_one_and_update(
        {
            "state": PENDING,
            "channel": {"$in": sorted(channels)},
            "next_at": {"$lte": now},
            "lease_until": {"$not": {"$gt": now}},
        },
        {
            "$set": {"lease_until": now + lease, "lease_owner": owner},
            "$inc": {"attempts": 1},  # counted before it is made: a message that kills its worker runs out of them too
        },
        sort=[("next_at", 1)],
        return_document=ReturnDocument.AFTER,
    )


def earlier(message: Message) -> Message | None:
    """Return the first message that must go out before this one: of the same subject to the same target, by channel."""
    at = message["created_at"]
    before = [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": message["_id"]}}]
    return collection("outbox").find_one(_line(message) | {"$or": before}, {"next_at": 1}, sort=[("created_at", 1)])


def put_back(message: Message, at: datetime, *, why: str | None = None, attempted: bool = True) -> bool:
    """Put a taken message back until a moment, and tell whether it was still the taker's.

    Args:
        message: from `take`.
        at: when it is due again.
        why: what went wrong.
        attempted: whether an attempt was made, which then counts.
    """
    values = {"next_at": at} | ({"error": why} if attempted else {})
    return _update(message, values, attempts=0 if attempted else -1)


def settle(message: Message, state: str, why: str | None = None) -> bool:
    """Bring a taken message to an end, let the next one in its line go, and tell whether it was still the taker's.

    Args:
        message: from `take`.
        state: sent, undeliverable or failed.
        why: what went wrong.
    """
    now = clock.now()
    settled = _update(message, {"state": state, "error": why} | ({"sent_at": now} if state == SENT else {}))
    collection("outbox").update_many(
        _line(message) | {"attempts": 0, "next_at": {"$gt": now}}, {"$set": {"next_at": now}}
    )
    return settled


def restart(messages: Sequence[ObjectId]) -> None:
    """Have messages sent again, with all their attempts before them.

    Args:
        messages: ids.
    """
    start = {"state": PENDING, "attempts": 0, "next_at": clock.now(), "error": None}
    collection("outbox").update_many({"_id": {"$in": list(messages)}}, {"$set": start})


def readdress(old: str, new: str) -> None:
    """Send what still waits for one target to another, by whatever channel."""
    collection("outbox").update_many({"state": PENDING, "target": old}, {"$set": {"target": new}})


def find(message: str) -> Message | None:
    """Return a message by its id, None where there is none."""
    return collection("outbox").find_one({"_id": ObjectId(message)}) if ObjectId.is_valid(message) else None


def listed(states: Collection[str], limit: int) -> list[Message]:
    """Return messages in any of some states, the oldest first."""
    return list(collection("outbox").find({"state": {"$in": list(states)}}).sort("created_at", 1).limit(limit))


def about(subject: str, limit: int) -> list[Message]:
    """Return the messages about something, the newest first.

    Args:
        subject: see `outbox.enqueue`.
        limit: messages at most.
    """
    return list(collection("outbox").find({"subject": subject}).sort("created_at", -1).limit(limit))


def of_subjects(subjects: Sequence[str]) -> list[Message]:
    """Return the messages about some things, the oldest first."""
    return list(collection("outbox").find({"subject": {"$in": list(subjects)}}).sort("created_at", 1))


def not_arrived(mark: str, limit: int) -> list[Message]:
    """Return messages that did not arrive, without their words, the newest first.

    Args:
        mark: how their subjects begin, such as `complaint:`.
        limit: messages at most.
    """
    wanted = {"state": {"$in": list(NOT_ARRIVED)}, "subject": {"$regex": f"^{mark}"}}
    return list(collection("outbox").find(wanted, {"data": 0}).sort("created_at", -1).limit(limit))


def oldest_pending() -> datetime | None:
    """Return since when the oldest pending message waits, None where none does."""
    found = collection("outbox").find_one({"state": PENDING}, {"created_at": 1}, sort=[("created_at", 1)])
    return found and found["created_at"]


def counts(state: str, at_most: int) -> dict[str, int]:
    """Count the messages in a state by channel, no further than asked."""
    rows = collection("outbox").aggregate(
        [{"$match": {"state": state}}, {"$limit": at_most}, {"$group": {"_id": "$channel", "n": {"$sum": 1}}}]
    )
    return {row["_id"]: row["n"] for row in rows}


def count_done(before: datetime) -> int:
    """Count the messages from before a moment with which nothing more will be done."""
    return collection("outbox").count_documents(_done(before))


def erase_done(before: datetime) -> int:
    """Erase the messages from before a moment with which nothing more will be done, and return how many."""
    return collection("outbox").delete_many(_done(before)).deleted_count


def _done(before: datetime) -> dict[str, Any]:
    return {"created_at": {"$lt": before}, "state": {"$in": list(DONE)}}


def _line(message: Message) -> dict[str, Any]:
    """Return the filter for the messages that must go out in order: one subject to one target of one channel."""
    return {
        "subject": message["subject"],
        "target": message["target"],
        "channel": message["channel"],
        "state": PENDING,
    }


def _update(message: Message, values: Mapping[str, Any], attempts: int = 0) -> bool:
    """Change a message and end its lease, unless it is another worker's by now."""
    mine = {"_id": message["_id"], "state": PENDING}
    if values.get("state") != SENT:  # that it was sent is true whoever holds it
        mine["lease_owner"] = message["lease_owner"]
    change = {"$set": values, "$unset": {"lease_until": "", "lease_owner": ""}, "$inc": {"attempts": attempts}}
    return bool(collection("outbox").update_one(mine, change).matched_count)
