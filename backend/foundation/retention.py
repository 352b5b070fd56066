"""Retention: what kind of data is erased at what age; each slice registers its own kinds, one command runs them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import mongoengine as me

from backend.foundation import clock
from backend.foundation.events import Acting
from config import load


class RetentionRun(me.Document):
    """The log of one run for one kind: until when, how many; never what."""

    meta = {"collection": "retention_runs", "auto_create_index": False, "indexes": ["-at"]}

    at = me.DateTimeField(required=True)
    kind = me.StringField(required=True)
    before = me.DateTimeField(required=True)
    erased = me.IntField(required=True)
    by = me.StringField(required=True)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data.

    Args:
        name: key in config/retention.toml.
        count: instant -> how many are older.
        erase: instant -> erases what is older and returns how many; may be run again after being cut off.
    """

    name: str
    count: Callable[[datetime], int]
    erase: Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Found:
    """What is due of one kind."""

    name: str
    label: str
    days: int
    before: datetime
    number: int


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; the same name again replaces it.

    Raises:
        KeyError: config/retention.toml does not say how long it is kept.
    """
    load("retention")[kind.name]
    _kinds[kind.name] = kind


def due() -> list[Found]:
    """Say how much of each kind is past its time, erasing nothing."""
    return [_found(kind, kind.count) for kind in _kinds.values() if _days(kind)]


def run(by: Acting) -> list[Found]:
    """Erase what is past its time and write down how many of each kind.

    Args:
        by: who has it erased, for the log.
    """
    done = []
    for kind in _kinds.values():
        if not _days(kind):
            continue
        found = _found(kind, kind.erase)
        RetentionRun(at=clock.now(), kind=kind.name, before=found.before, erased=found.number, by=by.id).save()
        done.append(found)
    return done


def _days(kind: Kind) -> int:
    return load("retention")[kind.name]["days"]


def _found(kind: Kind, work: Callable[[datetime], int]) -> Found:
    days = _days(kind)
    before = clock.now() - timedelta(days=days)
    return Found(kind.name, load("retention")[kind.name]["label"], days, before, work(before))
