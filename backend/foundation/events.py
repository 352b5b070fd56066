"""The append-only record of what happened: audit, news and roll-ups read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import mongoengine as me

from backend.foundation import clock
from backend.foundation.database import collection


class Event(me.Document):
    """One thing that happened, written in the transaction that made it happen."""

    meta = {
        "collection": "events",
        "auto_create_index": False,
        "indexes": [("subject", "at"), ("lift", "at"), ("kind", "at")],
    }

    at = me.DateTimeField(required=True)
    kind = me.StringField(required=True)
    subject = me.StringField(required=True)
    lift = me.StringField()
    actor = me.StringField(required=True)
    data = me.DictField()


def since(kind: str, start: datetime, when: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the events of a kind from a moment on, in the order of their moments.

    Args:
        kind: see `record`.
        start: aware moment.
        when: values that their data must have.
    """
    wanted = {f"data.{name}": value for name, value in when.items()}
    return list(collection("events").find({"kind": kind, "at": {"$gte": start}, **wanted}).sort("at", 1))


def record(kind: str, *, subject: str, actor: str, lift: str | None = None, **data: Any) -> None:
    """Append an event.

    Args:
        kind: thing and past participle, such as `complaint.accepted`.
        subject: what it happened to, such as `complaint:261123-482913`.
        actor: who did it, such as `person:…`, `resident`, `worker`; never a name or a phone.
        lift: code of the lift concerned, if any.
        data: what a reader needs to understand it; no personal data.
    """
    Event(at=clock.now(), kind=kind, subject=subject, actor=actor, lift=lift, data=data).save(force_insert=True)
