"""The channels by which news leaves: each has one sender, and each attempt has one of four outcomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backend.foundation.outbox import Message


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took the message."""


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not work this time; `after` is how long to wait in seconds, None for the usual back-off."""

    why: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """This target cannot be reached by this channel at all: trying again is no use and nobody is at fault."""

    why: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Something is wrong on our side (a bug, a setting): a person must look before it is tried again."""

    why: str


Outcome = Sent | Retry | Unreachable | Broken
Sender = Callable[[Message], Outcome]
_senders: dict[str, Sender] = {}


def register(channel: str, sender: Sender) -> None:
    """Name the sender of a channel; a later one takes the place of an earlier one.

    Args:
        channel: as in `outbox.enqueue`.
        sender: gets the stored message as a dict (`_id`, `key`, `channel`, `target`, `subject`, `template`, `data`,
            `attempts`, `created_at`), runs in an application context outside any transaction, and must be done well
            before CHATI_WORKER_LEASE_S. After a crash it gets the same message again, so it hands `str(message["_id"])`
            to the receiver as the id by which a second delivery is recognised. Words it returns go to the log: no
            personal data. An exception counts as Retry.
    """
    _senders[channel] = sender


def senders() -> Mapping[str, Sender]:
    """Return the senders by channel; messages of other channels stay pending."""
    return _senders
