"""The worker: takes due messages from the outbox, hands each to its channel and marks what became of it."""

import os
import secrets
import socket
import threading
from datetime import datetime, timedelta

import structlog
from flask import current_app

from backend.accounts.actors import WORKER
from backend.delivery import channels, inbox, jobs, metrics
from backend.delivery.channels import Broken, Outcome, Retry, Sent, Unreachable
from backend.delivery.wording import WordingError
from backend.foundation import clock, events, queue
from backend.foundation.database import transactional
from backend.foundation.outbox import FAILED, SENT, UNDELIVERABLE, Message
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
    if earlier := queue.earlier(message):
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


def _take(owner: str) -> Message | None:
    return queue.take(owner, channels.senders(), timedelta(seconds=current_app.config["CHATI"].worker_lease_s))


def _hold(message: Message, earlier: Message) -> None:
    """Put a message back until the one before it may have gone."""
    soonest, latest = (clock.now() + timedelta(seconds=s) for s in HOLD_S)
    _kept(message, queue.put_back(message, max(soonest, min(latest, earlier["next_at"])), attempted=False))


def _send(message: Message) -> Outcome:
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


def _mark(message: Message, outcome: Outcome) -> None:
    """Write down what became of an attempt, where no other worker has meanwhile taken the message over."""
    counter, label = metrics.RETRIED, message["channel"]
    match outcome:
        case Sent():
            counter = metrics.SENT
            _settle(message, SENT)
        case Unreachable(why):
            counter = metrics.UNDELIVERABLE
            _settle(message, UNDELIVERABLE, why)
        case Retry(why, after) if message["attempts"] < current_app.config["CHATI"].worker_attempts:
            _kept(message, queue.put_back(message, _again_at(message, after), why=why))
        case Retry(why) | Broken(why):
            counter = metrics.FAILED_TOTAL
            _fail(message, why)
    counter.labels(label).inc()


def _again_at(message: Message, after: float | None) -> datetime:
    return clock.now() + timedelta(seconds=delay(message["attempts"]) if after is None else after)


@transactional
def _fail(message: Message, why: str) -> None:
    """Give a message up and tell a person, all or nothing."""
    if not _settle(message, FAILED, why):
        return
    facts = {"channel": message["channel"], "template": message["template"], "message": str(message["_id"])}
    events.record("outbox.failed", subject=message["subject"], actor=WORKER, why=why, **facts)
    inbox.alert(message["channel"], why)


def _settle(message: Message, state: str, why: str | None = None) -> bool:
    return _kept(message, queue.settle(message, state, why))


def _kept(message: Message, mine: bool) -> bool:
    """Note that another worker took a message over, and pass on whether none did."""
    if not mine:
        log.warning("outbox.lease_lost", message=str(message["_id"]))
    return mine
