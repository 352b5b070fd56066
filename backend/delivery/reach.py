"""The channel `reach`: news whose target's addresses are looked up when it is sent, and that each of them then gets."""

from collections.abc import Collection
from typing import Any

from flask import current_app

from backend.delivery import mail
from backend.delivery.channels import Outcome, Sent
from backend.foundation import database, outbox
from backend.foundation.outbox import Message

CHANNEL = "reach"
CHANNELS = ("inbox", "email", "webhook")


def promise(target: str, *, key: str, template: str, by: Collection[str] = CHANNELS, **news: Any) -> None:
    """Promise somebody a piece of news by each channel that reaches them: no address is looked up for it now.

    Args:
        target: a bureau id, `person:<id>` or `unit:<id>`.
        key: what makes the news unique, see `outbox.enqueue`.
        template: name of the wording.
        by: the channels that may be used.
        news: the other arguments of `outbox.enqueue`.
    """
    key = f"{key}:{CHANNEL}:{'+'.join(by)}:{template}"
    outbox.enqueue(key=key, channel=CHANNEL, target=target, template=template, by=list(by), **news)


def send(message: Message) -> Outcome:
    """Pass news on by each channel that reaches its target now, as of the moment when it was promised.

    Args:
        message: as stored by `promise`.
    """
    target, data = message["target"], dict(message["data"])
    by = data.pop("by")
    key, _, _ = message["key"].rpartition(f":{CHANNEL}:")
    named: dict[str, Any] = {"target": target, "subject": message["subject"], "template": message["template"]}
    outbox.enqueue_all(
        [
            {"key": f"{key}:{channel}:{message['template']}", "channel": channel, **named, **data}
            for channel in channels_of(target)
            if channel in by
        ],
        promised_at=message["created_at"],
    )
    return Sent()


def channels_of(target: str) -> list[str]:
    """Return the channels that reach somebody: the inbox always, mail and webhook where an address is registered."""
    mailed = mail.is_configured(current_app.config["CHATI"]) and _is_known("mailboxes", {"_id": target})
    hooked = _is_known("webhook_endpoints", {"_id": target, "active": True})
    return ["inbox", *(["email"] if mailed else []), *(["webhook"] if hooked else [])]


def has_mailbox(target: str) -> bool:
    """Tell whether mail to somebody can be sent: an address is registered, and there is a server for it."""
    return "email" in channels_of(target)


def _is_known(name: str, wanted: dict[str, Any]) -> bool:
    return database.collection(name).find_one(wanted, {"_id": 1}) is not None
