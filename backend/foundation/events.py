"""The append-only record of what happened: audit, news and roll-ups read it."""

from typing import Any

import mongoengine as me

from backend.foundation import clock


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
