"""By which channels somebody can be reached: the inbox always, mail and webhook where an address is registered."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app

from backend.delivery import mail
from backend.foundation import database, outbox

CHANNELS = ("inbox", "email", "webhook")


def channels_of(targets: Iterable[str]) -> dict[str, list[str]]:
    """Return the channels of each target, so that no news is promised where it can never arrive.

    Args:
        targets: bureau ids, `person:<id>` or `unit:<id>`.
    """
    known = list(targets)
    mailed = _known("mailboxes", {"_id": {"$in": known}}) if mail.is_configured(current_app.config["CHATI"]) else set()
    hooked = _known("webhook_endpoints", {"_id": {"$in": known}, "active": True})
    return {
        target: ["inbox", *(["email"] if target in mailed else []), *(["webhook"] if target in hooked else [])]
        for target in known
    }


def promise(target: str, messages: Mapping[str, Mapping[str, Any]]) -> None:
    """Promise somebody a piece of news by each channel that reaches them.

    In a transaction all who are told something in it are looked up together, at its end.

    Args:
        target: a bureau id, `person:<id>` or `org:<id>`.
        messages: by channel, the arguments of `outbox.enqueue`; a channel that is left out is not used.
    """
    database.at_end(_promise, (target, messages))


def _promise(news: list[tuple[str, Mapping[str, Mapping[str, Any]]]]) -> None:
    reached = channels_of(dict.fromkeys(target for target, _ in news))
    outbox.enqueue_all(
        [messages[channel] for target, messages in news for channel in reached[target] if channel in messages]
    )


def _known(name: str, wanted: dict) -> set[str]:
    return {row["_id"] for row in database.collection(name).find(wanted, {"_id": 1})}
