"""The worker: takes due messages from the outbox, hands each to its channel and marks what became of it."""

import os
import secrets
import socket
import threading
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from pymongo import ReturnDocument

from backend.delivery import channels, inbox, jobs, metrics
from backend.delivery.channels import Broken, Outcome, Retry, Sent, Unreachable
from backend.delivery.wording import WordingError
from backend.foundation import clock, events
from backend.foundation.database import collection, transactional
from backend.foundation.outbox import FAILED, PENDING, SENT, UNDELIVERABLE
from backend.foundation.protect import SealError

FIRST_DELAY_S = 5.0
LONGEST_DELAY_S = 3600.0
JITTER = 0.25  # share of a delay by which it may be shorter, so that an outage does not end in a stampede
HOLD_S = (1.0, 60.0)  # how soon and how late a message looks again whether the one before it has gone
_random = secrets.SystemRandom()
log = structlog.get_logger()


def run(stop: threading.Event) -> None:
    """Deliver messages and run periodic jobs until told to stop; the message at hand is finished first.

    Args:
        stop: set by somebody else, such as a signal handler.
    """
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    idle = current_app.config["CHATI"].worker_idle_ms / 1000
    log.info("worker.started", owner=owner, channels=sorted(channels.senders()))
    while not stop.is_set():
        try:
            busy = any((jobs.run_due(owner), deliver_next(owner)))
        except Exception as error:  # no primary for a while, or a message nobody can read: the lease brings it back
            log.error("worker.failed", error=type(error).__name__, frames=jobs.frames(error))
            busy = False
        if not busy:
            stop.wait(idle)
    log.info("worker.stopped", owner=owner)


def deliver_next(owner: str) -> bool:
    """Take the message that is due longest, send it and mark it; tell whether there was one.

    Args:
        owner: name of this worker.
    """
    message = _take(owner)
    if message is None:
        return False
    if earlier := _earlier(message):
        _hold(message, earlier)
        return True
    outcome = _send(message)
    log.info(
        "outbox." + type(outcome).__name__.lower(),
        message=str(message["_id"]), channel=message["channel"], template=message["template"],
        attempts=message["attempts"], why=getattr(outcome, "why", None),
    )  # fmt: skip
    _mark(message, outcome)
    return True


def delay(attempts: int) -> float:
    """Return how long to wait after so many attempts, in seconds: doubling, capped, a little shorter at random.

    Args:
        attempts: made so far, from 1.
    """
    full = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(attempts - 1, 32))
    return full * (1 - JITTER * _random.random())


def _take(owner: str) -> dict[str, Any] | None:
    now = clock.now()
    return collection("outbox").find_one_and_update(
        {
            "state": PENDING,
            "channel": {"$in": sorted(channels.senders())},
            "next_at": {"$lte": now},
            "lease_until": {"$not": {"$gt": now}},
        },
        {
            "$set": {
                "lease_until": now + timedelta(seconds=current_app.config["CHATI"].worker_lease_s),
                "lease_owner": owner,
            },
            "$inc": {"attempts": 1},  # counted before it is made: a message that kills its worker runs out of them too
        },
        sort=[("next_at", 1)],
        return_document=ReturnDocument.AFTER,
    )


def _line(message: dict[str, Any]) -> dict[str, Any]:
    """Return the filter for the messages that must go out in order: one subject to one target of one channel."""
    return {name: message[name] for name in ("subject", "target", "channel")} | {"state": PENDING}


def _earlier(message: dict[str, Any]) -> dict[str, Any] | None:
    at = message["created_at"]
    before = [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": message["_id"]}}]
    return collection("outbox").find_one(_line(message) | {"$or": before}, {"next_at": 1}, sort=[("created_at", 1)])


def _hold(message: dict[str, Any], earlier: dict[str, Any]) -> None:
    """Put a message back until the one before it may have gone; an attempt that was not made does not count."""
    now = clock.now()
    soonest, latest = (now + timedelta(seconds=s) for s in HOLD_S)
    _update(message, {"next_at": max(soonest, min(latest, earlier["next_at"]))}, attempts=-1)


def _send(message: dict[str, Any]) -> Outcome:
    if message["attempts"] > current_app.config["CHATI"].worker_attempts:
        return Broken("尝试次数已用完")
    try:
        return channels.senders()[message["channel"]](message)
    except (WordingError, SealError) as error:
        return Broken(str(error))
    except Exception as error:
        name = type(error).__name__
        log.error("outbox.sender_raised", message=str(message["_id"]), error=name, frames=jobs.frames(error))
        return Retry(name)


def _mark(message: dict[str, Any], outcome: Outcome) -> None:
    """Write down what became of an attempt, where no other worker has meanwhile taken the message over."""
    counter, label = metrics.RETRIED, message["channel"]
    match outcome:
        case Sent():
            counter = metrics.SENT
            _settle(message, {"state": SENT, "sent_at": clock.now(), "error": None})
        case Unreachable(why):
            counter = metrics.UNDELIVERABLE
            _settle(message, {"state": UNDELIVERABLE, "error": why})
        case Retry(why, after) if message["attempts"] < current_app.config["CHATI"].worker_attempts:
            _update(message, {"next_at": _again_at(message, after), "error": why})
        case Retry(why) | Broken(why):
            counter = metrics.FAILED_TOTAL
            _fail(message, why)
    counter.labels(label).inc()


def _again_at(message: dict[str, Any], after: float | None) -> datetime:
    return clock.now() + timedelta(seconds=delay(message["attempts"]) if after is None else after)


@transactional
def _fail(message: dict[str, Any], why: str) -> None:
    """Give a message up and tell a person, all or nothing."""
    if not _settle(message, {"state": FAILED, "error": why}):
        return
    facts = {"channel": message["channel"], "template": message["template"], "message": str(message["_id"])}
    events.record("outbox.failed", subject=message["subject"], actor="worker", why=why, **facts)
    inbox.alert(message["channel"], why)


def _settle(message: dict[str, Any], values: dict[str, Any]) -> bool:
    """Bring a message to an end and let the next one in its line go."""
    settled = _update(message, values)
    now = clock.now()
    collection("outbox").update_many(
        _line(message) | {"attempts": 0, "next_at": {"$gt": now}}, {"$set": {"next_at": now}}
    )
    return settled


def _update(message: dict[str, Any], values: dict[str, Any], attempts: int = 0) -> bool:
    """Change a message and end its lease, unless it is another worker's by now."""
    mine = {"_id": message["_id"], "state": PENDING}
    if values.get("state") != SENT:  # that it was sent is true whoever holds it
        mine["lease_owner"] = message["lease_owner"]
    change = {"$set": values, "$unset": {"lease_until": "", "lease_owner": ""}, "$inc": {"attempts": attempts}}
    matched = collection("outbox").update_one(mine, change).matched_count
    if not matched:
        log.warning("outbox.lease_lost", message=str(message["_id"]))
    return bool(matched)
