"""Dated migrations of stored data: each runs once, in the order of its date, and is recorded with what it said."""

import importlib
import pkgutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata

import mongoengine as me
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from backend.foundation import clock, database
from backend.foundation.errors import Conflict

PACKAGE = "backend.migrations"
LOCK, LOCK_LIFETIME = "running", timedelta(minutes=30)
NOTHING = "nothing to do"


class MigrationRun(me.Document):
    """The record of a migration that ran; `running` is the lock of whoever runs them now."""

    meta = {"collection": "migrations", "auto_create_index": False}

    name = me.StringField(primary_key=True)
    at = me.DateTimeField(required=True)
    seconds = me.FloatField()
    version = me.StringField()
    output = me.ListField(me.StringField())


@dataclass(frozen=True, slots=True)
class Migration:
    """One module of backend/migrations.

    Args:
        name: the module's, which begins with its date.
        purpose: first line of its docstring.
        due: says what it would change, a line each; nothing where the data are right already.
        run: changes it, a line for each thing done; may be run again after being cut off.
    """

    name: str
    purpose: str
    due: Callable[[Database], Iterable[str]]
    run: Callable[[Database], Iterable[str]]


def every() -> list[Migration]:
    """Return all migrations, the oldest first."""
    package = importlib.import_module(PACKAGE)
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = [(name, importlib.import_module(f"{PACKAGE}.{name}")) for name in names]
    return [Migration(name, (one.__doc__ or "").partition("\n")[0], one.due, one.run) for name, one in modules]


def missing() -> list[Migration]:
    """Return the migrations that this database has not seen, the oldest first."""
    seen = {row["_id"] for row in database.collection("migrations").find({}, {"_id": 1})}
    return [migration for migration in every() if migration.name not in seen]


def planned() -> Iterator[str]:
    """Say what the missing migrations would change, changing nothing."""
    for migration in missing():
        lines = list(migration.due(database.database()))
        yield f"{migration.name}: {migration.purpose}"
        yield from (f"  {line}" for line in lines or [NOTHING])
    if len(missing()) > 1:
        yield "Counted as stored now: what one migration leaves, a later one may change, too."


def run() -> Iterator[str]:
    """Run the missing migrations and say what they did; one that finds nothing to do is recorded without a word.

    Raises:
        Conflict: somebody else runs them.
    """
    with _alone():
        for migration in missing():
            started, lines = time.monotonic(), []
            if any(True for _ in migration.due(database.database())):
                yield f"{migration.name}: {migration.purpose}"
                for line in migration.run(database.database()):
                    lines.append(line)
                    yield f"  {line}"
            _record(migration, lines or [NOTHING], time.monotonic() - started)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock; one that somebody left behind runs out."""
    table, now = database.collection("migrations"), clock.now()
    table.delete_one({"_id": LOCK, "at": {"$lt": now - LOCK_LIFETIME}})
    try:
        table.insert_one({"_id": LOCK, "at": now})
    except DuplicateKeyError as error:
        raise Conflict("另一个 chati migrate 正在运行；如果它已中断，半小时后可以再试") from error
    try:
        yield
    finally:
        table.delete_one({"_id": LOCK})


def _record(migration: Migration, output: list[str], seconds: float) -> None:
    MigrationRun(
        name=migration.name,
        at=clock.now(),
        seconds=round(seconds, 3),
        version=metadata.version("chati"),
        output=output,
    ).save(force_insert=True)
