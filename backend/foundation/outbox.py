"""The outbox: news promised to somebody, written in the transaction that makes it true and sent by the worker."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict

import mongoengine as me
from bson import ObjectId
from pymongo import UpdateOne

from backend.foundation import clock, database

PENDING, SENT, FAILED, UNDELIVERABLE = "pending", "sent", "failed", "undeliverable"


class Message(TypedDict):
    """A piece of news as it is stored."""

    _id: ObjectId
    key: str
    channel: str
    target: str
    subject: str
    template: str
    data: dict[str, Any]
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime
    lease_until: NotRequired[datetime]
    lease_owner: NotRequired[str]
    sent_at: NotRequired[datetime]
    error: NotRequired[str | None]


class OutboxMessage(me.Document):
    """One piece of news for one target.

    `state` is pending until the channel took it (sent), the target cannot be reached at all (undeliverable) or the
    attempts ran out (failed: a person is told). A lease is `lease_until` in the future; a dead worker's runs out.
    """

    meta = {
        "collection": "outbox",
        "auto_create_index": False,
        "indexes": [
            ("state", "channel", "next_at"),
            ("state", "created_at"),
            ("subject", "target", "channel", "created_at"),
            {"fields": ["key"], "unique": True},
        ],
    }

    key = me.StringField(required=True)
    channel = me.StringField(required=True)
    target = me.StringField(required=True)
    subject = me.StringField(required=True)
    template = me.StringField(required=True)
    data = me.DictField()
    state = me.StringField(default=PENDING, choices=(PENDING, SENT, FAILED, UNDELIVERABLE))
    attempts = me.IntField(default=0)
    created_at = me.DateTimeField(required=True)
    next_at = me.DateTimeField(required=True)
    lease_until = me.DateTimeField()
    lease_owner = me.StringField()
    sent_at = me.DateTimeField()
    error = me.StringField()


def enqueue(*, key: str, channel: str, target: str, subject: str, template: str, **data: Any) -> None:
    """Promise a piece of news; the same key twice is the same promise.

    Args:
        key: what makes this news unique, such as `complaint:261123-482913:3:<target>`.
        channel: `wechat`, `webhook`, `email`, `inbox`, or `reach` for all that its target has (delivery/reach.py).
        target: whom, as the channel knows them (a binding's fingerprint, a bureau id); never an openid or a phone.
        subject: what it is about, such as `complaint:261123-482913`.
        template: name of the wording.
        data: what the wording needs; no personal data.
    """
    enqueue_all([{"key": key, "channel": channel, "target": target, "subject": subject, "template": template, **data}])


def enqueue_all(messages: Sequence[Mapping[str, Any]], promised_at: datetime | None = None) -> None:
    """Promise several pieces of news in one command.

    Args:
        messages: the arguments of `enqueue`, one mapping each.
        promised_at: since when they are promised, now where it is not said.
    """
    now = clock.now()
    start = {"state": PENDING, "attempts": 0, "created_at": promised_at or now, "next_at": now}
    writes = [
        UpdateOne({"key": message["key"]}, {"$setOnInsert": _stored(message) | start}, upsert=True)
        for message in messages
    ]
    if writes:
        database.write(OutboxMessage, *writes)


def promised(first: str, last: str) -> set[str]:
    """Return the targets of the promises whose keys lie between two keys."""
    found = database.collection("outbox").find({"key": {"$gt": first, "$lt": last}}, {"target": 1})
    return {row["target"] for row in found}


def _stored(message: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: message[name] for name in ("channel", "target", "subject", "template")}
    return named | {"data": {name: value for name, value in message.items() if name not in {"key", *named}}}
