"""By which channels somebody can be reached: the inbox always, mail and webhook where an address is registered."""

from collections.abc import Iterable

from flask import current_app

from backend.delivery import mail
from backend.foundation.database import collection


def channels_of(targets: Iterable[str]) -> dict[str, list[str]]:
    """Return the channels of each target, so that no news is promised where it can never arrive.

    Args:
        targets: bureau ids, `person:<id>` or `unit:<id>`.
    """
    known = list(targets)
    mailed = _known("mailboxes", {"_id": {"$in": known}}) if mail.is_configured(current_app.config["CHATI"]) else set()
    hooked = systems(known)
    return {
        target: ["inbox", *(["email"] if target in mailed else []), *(["webhook"] if target in hooked else [])]
        for target in known
    }


def systems(targets: Iterable[str]) -> set[str]:
    """Return those targets whose own system listens."""
    return _known("webhook_endpoints", {"_id": {"$in": list(targets)}, "active": True})


def _known(name: str, wanted: dict) -> set[str]:
    return {row["_id"] for row in collection(name).find(wanted, {"_id": 1})}
