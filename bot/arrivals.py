"""Once means once: a message is claimed before work, finished with the work, and repeated with the first answer."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

from mongoengine import NotUniqueError

from backend.foundation import clock, outbox
from backend.foundation.protect import fingerprint, seal, unseal
from bot.documents import CLAIMED, DONE, InboxMessage
from bot.wire import Article, Incoming, Reply, Text

LEASE = timedelta(seconds=5)  # WeChat repeats after five seconds: the repetition finds a dead process's claim free
ABANDONED_AFTER = timedelta(seconds=20)  # all three attempts of WeChat are over
TAKEN_UP_FOR = timedelta(hours=1)
ANSWER = "bot.answer"


class Superseded(Exception):
    """Another process took the message over while this one was still at it."""


def key_of(incoming: Incoming) -> str:
    """Return the key under which a message and its repetitions are one; a keyed hash, since it holds the openid."""
    return fingerprint("message:" + incoming.key)


def claim(incoming: Incoming, owner: str) -> InboxMessage:
    """Claim a message for work, or return it as another one has it.

    Args:
        incoming: the message.
        owner: who claims; the message is theirs when the answer's `owner` says so.
    """
    now, key = clock.now(), key_of(incoming)
    try:
        return InboxMessage(
            key=key,
            binding=fingerprint(incoming.openid),
            owner=owner,
            lease_until=now + LEASE,
            message_sealed=seal(json.dumps(asdict(incoming))),
            created_at=now,
        ).save(force_insert=True)
    except NotUniqueError:
        return _taken_over(key, owner) or InboxMessage.objects.get(key=key)


def finish(key: str, owner: str, reply: Reply | None) -> None:
    """Store the answer; where WeChat no longer waits, send it. Call it in the transaction of the work.

    Raises:
        Superseded: the message is no longer this owner's.
    """
    row = InboxMessage.objects(key=key, owner=owner, state=CLAIMED).modify(
        new=True,
        set__state=DONE,
        set__reply_sealed=_packed(reply) if reply else None,
        unset__message_sealed=True,
    )
    if row is None:
        raise Superseded
    if row.late and reply:
        outbox.enqueue(
            key=f"wechat-answer:{key}",
            channel="wechat",
            target=row.binding,
            subject=f"wechat-answer:{key}",
            template=ANSWER,
            inbox=key,
        )


def stop_waiting(key: str) -> InboxMessage:
    """Say that WeChat gets no passive answer, so that whoever finishes the message sends it; return how it stands."""
    InboxMessage.objects(key=key, state=CLAIMED).update_one(set__late=True)
    return InboxMessage.objects.get(key=key)


def reply_of(row: InboxMessage) -> Reply | None:
    """Return the answer that a finished message got."""
    if not row.reply_sealed:
        return None
    kind, fields = json.loads(unseal(row.reply_sealed))
    return {"Text": Text, "Article": Article}[kind](**fields)


def abandoned(owner: str) -> Iterator[tuple[str, Incoming]]:
    """Take over messages that no process finished and that WeChat no longer repeats.

    Args:
        owner: who takes them.
    """
    now = clock.now()
    rows = InboxMessage.objects(
        state=CLAIMED, lease_until__lt=now - ABANDONED_AFTER, created_at__gt=now - TAKEN_UP_FOR
    ).only("key")
    for row in rows:
        if taken := _taken_over(row.key, owner, late=True):
            yield taken.key, _incoming(taken)


def _taken_over(key: str, owner: str, late: bool = False) -> InboxMessage | None:
    now = clock.now()
    changes = {"set__owner": owner, "set__lease_until": now + LEASE} | ({"set__late": True} if late else {})
    return InboxMessage.objects(key=key, state=CLAIMED, lease_until__lte=now).modify(new=True, **changes)


def _incoming(row: InboxMessage) -> Incoming:
    fields = json.loads(unseal(row.message_sealed))
    return Incoming(**{**fields, "place": tuple(fields["place"]) if fields["place"] else None})


def _packed(reply: Reply) -> str:
    return seal(json.dumps([type(reply).__name__, asdict(reply)]))
