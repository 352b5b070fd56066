"""The append-only record of what happened: audit, news and roll-ups read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import mongoengine as me

from backend.foundation import clock, database


class Acting(Protocol):
    """What the record keeps of who did it; made by backend/accounts/actors.py."""

    @property
    def kind(self) -> str:
        """What they are, such as `person`, `unit`, `resident`, `worker`."""

    @property
    def id(self) -> str:
        """Which one they are, such as `person:…`; never a name or a phone."""

    @property
    def role(self) -> str | None:
        """Their role, if they have one."""

    @property
    def jurisdiction(self) -> str | None:
        """Id of the bureau they belong to, if any; not that of what they act on."""

    @property
    def organisation(self) -> str | None:
        """Id of the organisation they belong to, if any."""


class Event(me.Document):
    """One thing that happened, written in the transaction that made it happen.

    `role`, `jurisdiction` and `organisation` are the actor's own. Older events lack them and `actor_kind`, and spell
    some ids in other ways (docs/decisions/045): they are sealed and stay as they are.
    """

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
    actor_kind = me.StringField()
    role = me.StringField()
    jurisdiction = me.StringField()
    organisation = me.StringField()
    data = me.DictField()


def since(kind: str, start: datetime, when: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the events of a kind from a moment on, in the order of their moments.

    Args:
        kind: see `record`.
        start: aware moment.
        when: values that their data must have.
    """
    wanted = {f"data.{name}": value for name, value in when.items()}
    return list(database.collection("events").find({"kind": kind, "at": {"$gte": start}, **wanted}).sort("at", 1))


def about(subject: str) -> list[dict[str, Any]]:
    """Return what happened to something, the latest first.

    Args:
        subject: see `record`.
    """
    return list(database.collection("events").find({"subject": subject}).sort([("at", -1), ("_id", -1)]))


def happened(kind: str, *, subject: str, actor: str) -> bool:
    """Tell whether somebody did something to something.

    Args:
        kind: see `record`.
        subject: see `record`.
        actor: id of who did it.
    """
    wanted = {"kind": kind, "subject": subject, "actor": actor}
    return database.collection("events").find_one(wanted, {"_id": 1}) is not None


def record(kind: str, *, subject: str, actor: Acting, lift: str | None = None, **data: Any) -> None:
    """Append an event.

    Args:
        kind: thing and past participle, such as `complaint.accepted`.
        subject: what it happened to, such as `complaint:261123-482913`.
        actor: who did it.
        lift: code of the lift concerned, if any.
        data: what a reader needs to understand it; no personal data.
    """
    event = Event(
        at=clock.now(),
        kind=kind,
        subject=subject,
        actor=actor.id,
        actor_kind=actor.kind,
        role=actor.role,
        jurisdiction=actor.jurisdiction,
        organisation=actor.organisation,
        lift=lift,
        data=data,
    )
    database.append(event)
