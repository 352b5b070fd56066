"""The channel `inbox`: notices in Chati itself, for a person or a bureau."""

from collections.abc import Iterable
from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId
from bson.errors import InvalidId
from flask import current_app

from backend.delivery import wording
from backend.delivery.channels import Outcome, Sent
from backend.delivery.documents import Notice
from backend.foundation import clock
from backend.foundation.database import collection
from backend.foundation.errors import NotFound
from backend.foundation.outbox import Message

COUNTED_AT_MOST = 100


class NoticeRow(TypedDict):
    """A notice as it is stored."""

    _id: ObjectId
    key: str
    recipient: str
    subject: str
    title: str
    text: str
    at: datetime
    count: int
    read_at: NotRequired[datetime]


def send(message: Message) -> Outcome:
    """Put a message into its target's inbox; the same message twice is one notice.

    Args:
        message: as stored; `target` is a bureau's id, `person:<id>` or `unit:<id>`.
    """
    Notice.objects(key=message["key"]).update_one(
        upsert=True,
        set_on_insert__recipient=message["target"],
        set_on_insert__subject=message["subject"],
        set_on_insert__title=wording.title(message["template"], message["data"]),
        set_on_insert__text=wording.text(message["template"], message["data"]),
        set_on_insert__at=message["created_at"],
        set_on_insert__count=1,
    )
    return Sent()


def alert(channel: str, why: str) -> None:
    """Tell the desk that answers for the system of a failed delivery: one notice a day for each channel.

    Args:
        channel: by which it was to go.
        why: what the channel said last.
    """
    data = {"channel": channel, "text": why}
    Notice.objects(key=f"outbox.failed:{channel}:{clock.today()}").update_one(
        upsert=True,
        set_on_insert__recipient=current_app.config["CHATI"].alerts_to,
        set_on_insert__subject=f"outbox:{channel}",
        set__title=wording.title("outbox.failed", data),
        set__text=wording.text("outbox.failed", data),
        set__at=clock.now(),
        inc__count=1,
        unset__read_at=True,
    )


def unread_count(recipients: Iterable[str]) -> int:
    """Count unread notices, at most 100 of them.

    Args:
        recipients: bureau ids and `person:<id>` whose inboxes the reader sees.
    """
    unread = {"recipient": {"$in": list(recipients)}, "read_at": None}
    return collection("notices").count_documents(unread, limit=COUNTED_AT_MOST)


def notices(recipients: Iterable[str], limit: int = 50) -> list[NoticeRow]:
    """Return the newest notices, unread ones first.

    Args:
        recipients: bureau ids and `person:<id>` whose inboxes the reader sees.
        limit: how many at most.
    """
    found = collection("notices").find({"recipient": {"$in": list(recipients)}})
    return list(found.sort([("read_at", 1), ("at", -1)]).limit(limit))


def mark_read(notice: str, recipients: Iterable[str]) -> str:
    """Mark a notice as read, and return its subject.

    Args:
        notice: its id.
        recipients: bureau ids and `person:<id>` whose inboxes the reader sees.

    Raises:
        NotFound: there is none, or it is another's.
    """
    try:
        mine = {"_id": ObjectId(notice), "recipient": {"$in": list(recipients)}}
    except InvalidId as error:
        raise NotFound("没有这条通知") from error
    found = collection("notices").find_one_and_update(mine, {"$set": {"read_at": clock.now(), "count": 0}})
    if found is None:
        raise NotFound("没有这条通知")
    return found["subject"]
