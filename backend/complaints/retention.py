"""How long the people and photos of a closed case are kept; the case itself stays."""

from datetime import datetime

from backend.foundation import database, retention

PERSONAL = ("binding", "phone_sealed", "name_sealed", "marks", "words")


def register() -> None:
    """Bring the kinds of this slice."""
    retention.register(retention.Kind("complaint_contacts", _count_contacts, _erase_contacts))
    retention.register(retention.Kind("complaint_photos", _count_photos, _erase_photos))
    retention.register(retention.Kind("complaint_originals", _count_originals, _erase_originals))


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


def _count_photos(before: datetime) -> int:
    cases = database.collection("complaints").find({**_closed(before), "photos.0": {"$exists": True}}, {"photos": 1})
    return sum(len(case["photos"]) for case in cases)


def _erase_photos(before: datetime) -> int:
    """Erase photos first and their names second: cut off between the two, the next run finds the names again."""
    erased = 0
    for case in database.collection("complaints").find(
        {**_closed(before), "photos.0": {"$exists": True}}, {"photos": 1}
    ):
        erased += database.collection("photos").delete_many({"_id": {"$in": case["photos"]}}).deleted_count
        database.collection("complaints").update_one({"_id": case["_id"]}, {"$set": {"photos": []}})
    return erased


def _originals(before: datetime) -> dict:
    closed = database.collection("complaints").find(_closed(before), {"_id": 1})
    return {"complaint": {"$in": [case["_id"] for case in closed]}}


def _count_originals(before: datetime) -> int:
    return database.collection("complaint_originals").count_documents(_originals(before))


def _erase_originals(before: datetime) -> int:
    return database.collection("complaint_originals").delete_many(_originals(before)).deleted_count
