"""How long the people and photos of a closed case are kept; the case itself stays."""

from collections.abc import Callable
from datetime import datetime

from bson import ObjectId

from backend.foundation import database, retention

PERSONAL = ("binding", "phone_sealed", "name_sealed", "marks", "words")


def register() -> None:
    """Bring the kinds of this slice."""
    retention.register(retention.Kind("complaint_contacts", _count_contacts, _erase_contacts))
    retention.register(retention.Kind("complaint_photos", _count_photos, _erase_photos))
    retention.register(retention.Kind("complaint_originals", *_belonging("complaint_originals", "complaint")))
    counted, _ = _belonging("case_attachments", "case")
    retention.register(retention.Kind("complaint_attachments", counted, _erase_attachments))


def _closed(before: datetime) -> dict:
    return {"open": False, "closed_at": {"$lt": before}}


def _with_contacts(before: datetime) -> dict:
    named = [{f"reporters.{name}": {"$exists": True}} for name in PERSONAL]
    return {**_closed(before), "$or": named}


def _count_contacts(before: datetime) -> int:
    return database.collection("complaints").count_documents(_with_contacts(before))


def _erase_contacts(before: datetime) -> int:
    unset = {f"reporters.$[].{name}": "" for name in PERSONAL}
    return database.collection("complaints").update_many(_with_contacts(before), {"$unset": unset}).modified_count


def _old_photos(before: datetime) -> tuple[list[ObjectId], list[str]]:
    """Return the photos of closed cases, those of site visits too, and the cases' numbers."""
    rows = database.collection("photos").find(
        {"subject": {"$regex": "^complaint:"}, "created_at": {"$lt": before}}, {"subject": 1}
    )
    photos = {row["_id"]: row["subject"].removeprefix("complaint:") for row in rows}
    wanted = {"_id": {"$in": sorted(set(photos.values()))}, **_closed(before)}
    numbers = [case["_id"] for case in database.collection("complaints").find(wanted, {"_id": 1})]
    return [photo for photo, number in photos.items() if number in set(numbers)], numbers


def _count_photos(before: datetime) -> int:
    return len(_old_photos(before)[0])


def _erase_photos(before: datetime) -> int:
    """Take the photos' names off the cases first: a case never names a photo that is gone."""
    photos, numbers = _old_photos(before)
    database.collection("complaints").update_many({"_id": {"$in": numbers}}, {"$set": {"photos": []}})
    database.collection("case_visits").update_many({"complaint": {"$in": numbers}}, {"$set": {"photos": []}})
    return database.collection("photos").delete_many({"_id": {"$in": photos}}).deleted_count


def _numbers(before: datetime) -> list[str]:
    return [case["_id"] for case in database.collection("complaints").find(_closed(before), {"_id": 1})]


def _belonging(name: str, field: str) -> tuple[Callable[[datetime], int], Callable[[datetime], int]]:
    """Return how to count and erase what hangs on closed cases in a collection of its own."""

    def theirs(before: datetime) -> dict:
        return {field: {"$in": _numbers(before)}}

    return (
        lambda before: database.collection(name).count_documents(theirs(before)),
        lambda before: database.collection(name).delete_many(theirs(before)).deleted_count,
    )


def _erase_attachments(before: datetime) -> int:
    """Erase the pieces first: cut off between the two, the next run finds their attachment again."""
    attachments = database.collection("case_attachments")
    ids = [row["_id"] for row in attachments.find({"case": {"$in": _numbers(before)}}, {"_id": 1})]
    database.collection("case_attachment_parts").delete_many({"attachment": {"$in": ids}})
    return attachments.delete_many({"_id": {"$in": ids}}).deleted_count
