"""How long the people and photos of a closed case are kept; the case itself stays."""

from datetime import datetime

from bson import ObjectId

from backend.casework import attachments
from backend.foundation import database, photos, retention

MARK = "complaint:"
PERSONAL = ("binding", "phone_sealed", "name_sealed", "marks", "words")


def register() -> None:
    """Bring the kinds of this slice."""
    retention.register(retention.Kind("complaint_contacts", _count_contacts, _erase_contacts))
    retention.register(retention.Kind("complaint_photos", _count_photos, _erase_photos))
    retention.register(retention.Kind("complaint_originals", _count_originals, _erase_originals))
    retention.register(
        retention.Kind(
            "complaint_attachments",
            lambda before: attachments.count_of(_numbers(before)),
            lambda before: attachments.erase_of(_numbers(before)),
        )
    )


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
    found = {one: subject.removeprefix(MARK) for one, subject in photos.older(MARK, before).items()}
    wanted = {"_id": {"$in": sorted(set(found.values()))}, **_closed(before)}
    numbers = [case["_id"] for case in database.collection("complaints").find(wanted, {"_id": 1})]
    return [photo for photo, number in found.items() if number in set(numbers)], numbers


def _count_photos(before: datetime) -> int:
    return len(_old_photos(before)[0])


def _erase_photos(before: datetime) -> int:
    """Take the photos' names off the cases first: a case never names a photo that is gone."""
    old, numbers = _old_photos(before)
    none: dict[str, list] = {"photos": [], "reporters.$[].photos": []}
    database.collection("complaints").update_many({"_id": {"$in": numbers}}, {"$set": none})
    database.collection("case_visits").update_many({"complaint": {"$in": numbers}}, {"$set": {"photos": []}})
    return photos.erase(old)


def _numbers(before: datetime) -> list[str]:
    return [case["_id"] for case in database.collection("complaints").find(_closed(before), {"_id": 1})]


def _originals(before: datetime) -> dict:
    return {"complaint": {"$in": _numbers(before)}}


def _count_originals(before: datetime) -> int:
    return database.collection("complaint_originals").count_documents(_originals(before))


def _erase_originals(before: datetime) -> int:
    return database.collection("complaint_originals").delete_many(_originals(before)).deleted_count
