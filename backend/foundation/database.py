"""The connection to MongoDB, durable by default, and transactions that every write inside them joins."""

import atexit
import functools
import pathlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import mongoengine
from bson import ObjectId
from filelock import FileLock, Timeout
from pymongo import InsertOne, UpdateOne, WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.read_concern import ReadConcern

from backend.foundation.embedded import EmbeddedMongo
from config.settings import Settings, SettingsError

P = ParamSpec("P")
T = TypeVar("T")
Write = InsertOne[dict[str, Any]] | UpdateOne
SERVE_LOCK = "serve.lock"
COMMAND_TURN_SECONDS = 600
DURABLE = WriteConcern(w="majority", j=True)
_started: list[EmbeddedMongo] = []  # by a command that found no running Chati
DUPLICATE_KEY = 11000
# Of a unique key that was taken: the work then sees what others wrote, and draws another number. On a day with 50,000
# cases one number in twenty is taken, and so many tries in a row fail less than once in ten million times.
RETRIES = 5


@dataclass(frozen=True, slots=True)
class _Transaction:
    """What a running transaction still has to do at its end."""

    writes: dict[str, tuple[Collection, list[Write]]] = field(default_factory=dict)


_running: ContextVar[_Transaction | None] = ContextVar("running", default=None)


def connect(settings: Settings) -> Database:
    """Connect MongoEngine, starting or finding the embedded mongod where no URI is set.

    An embedded mongod that this call starts ends with this process. The client names no write concern: pymongo would
    repeat it on each write of a bound session, which a transaction refuses. Transactions commit with DURABLE, single
    writes with the server's default, and `is_ready` holds that default to w=majority, journaled.

    Args:
        settings: `mongodb_uri`, `mongodb_name`, `mongodb_timeout_ms`, `var` and `mongodb_cache_mb` are used.

    Raises:
        EmbeddedError: no URI is set and the embedded mongod cannot run.
        SettingsError: the URI or the name is not one, or a file of it cannot be read; nothing is asked of the server.
    """
    uri = settings.mongodb_uri or _embedded_uri(settings)
    mongoengine.disconnect()
    try:
        mongoengine.connect(
            db=settings.mongodb_name,
            host=uri,
            tz_aware=True,
            uuidRepresentation="standard",
            retryWrites=True,
            serverSelectionTimeoutMS=settings.mongodb_timeout_ms,
            appname="chati",
        )
    except (PyMongoError, ValueError, OSError, mongoengine.ConnectionFailure) as error:
        raise SettingsError(f"CHATI_MONGODB_URI, CHATI_MONGODB_NAME: {error}") from error
    return database()


def _embedded_uri(settings: Settings) -> str:
    """Join the mongod of a running `chati serve`, or be the only command that runs one of its own until it ends."""
    folder = settings.folder()
    embedded = EmbeddedMongo(folder / "mongod", settings.mongodb_cache_mb)
    if is_served(folder):
        return embedded.ensure()
    turn = FileLock(folder / "command.lock")
    turn.acquire(timeout=COMMAND_TURN_SECONDS)
    atexit.register(turn.release)
    atexit.register(embedded.stop)
    _started.append(embedded)
    return embedded.ensure()


def require_embedded() -> None:
    """Check the mongod that this process started, if it had to.

    Raises:
        EmbeddedError: it has ended; the message says why.
    """
    for embedded in _started:
        embedded.require_running()


def is_served(folder: pathlib.Path) -> bool:
    """Tell whether a `chati serve` runs on a folder.

    Args:
        folder: its CHATI_VAR.
    """
    try:
        with FileLock(folder / SERVE_LOCK, timeout=0):
            return False
    except Timeout:
        return True


def disconnect() -> None:
    """Close the connection, if there is one."""
    mongoengine.disconnect()


def database() -> Database:
    """Return the connected database."""
    return mongoengine.get_db()


def collection(name: str) -> Collection:
    """Return a collection as pymongo knows it, for reads that want plain dicts."""
    _send_waiting(name)
    return database()[name]


def collection_of(kind: type[mongoengine.Document]) -> Collection:
    """Return the collection of a class of documents, see `collection`."""
    _send_waiting(kind._get_collection_name())
    return kind._get_collection()


def insert(document: mongoengine.Document) -> None:
    """Store a new document at once: `save` for what cannot be there yet, without all that it looks for.

    Raises:
        ValidationError: a field has a wrong value.
        NotUniqueError: it is there.
    """
    _send(type(document)._get_collection(), [_new(document)])


def append(document: mongoengine.Document) -> None:
    """Store a new document that is only ever added to others, such as a line of a history.

    In a transaction those of one collection go in one command, at its end or when `collection` is asked for them:
    MongoEngine's own queries do not see them before.

    Raises:
        ValidationError: a field has a wrong value.
    """
    write(type(document), _new(document))


def _new(document: mongoengine.Document) -> InsertOne:
    document.validate()
    stored = document.to_mongo()
    stored.setdefault("_id", ObjectId())  # ids are in the order in which things happened, whenever they are sent
    return InsertOne(stored)


def write(kind: type[mongoengine.Document], *writes: Write) -> None:
    """Send writes to a collection together with others of the same transaction, see `append`.

    Args:
        kind: class of the documents.
        writes: all inserts, or all updates.
    """
    store = kind._get_collection()
    if (running := _running.get()) is None:
        _send(store, writes)
    else:
        running.writes.setdefault(store.name, (store, []))[1].extend(writes)


def _send_waiting(name: str) -> None:
    if (running := _running.get()) and name in running.writes:
        _send(*running.writes.pop(name))


def _send(store: Collection, writes: Sequence[Write]) -> None:
    try:
        store.bulk_write(list(writes))
    except BulkWriteError as error:
        wrong = error.details["writeErrors"]
        for one in wrong:
            one.pop("op", None)  # the document, which an error would carry into the log
        if taken := [str(one.get("errmsg")) for one in wrong if one["code"] == DUPLICATE_KEY]:
            raise mongoengine.NotUniqueError("; ".join(taken)) from None
        raise BulkWriteError(error.details) from None


def is_ready() -> bool:
    """Tell whether a primary answers that keeps what it accepts (w=majority and journaled by default)."""
    admin = database().client.admin
    try:
        if not admin.command("hello")["isWritablePrimary"]:
            return False
        concern = admin.command("getDefaultRWConcern").get("defaultWriteConcern", {})
        config = admin.command("replSetGetConfig")["config"]
    except PyMongoError:
        return False
    return concern.get("w") == "majority" and config.get("writeConcernMajorityJournalDefault", True)


def transactional(work: Callable[P, T]) -> Callable[P, T]:
    """Run a function in one transaction that all its reads and writes join, and retry it when MongoDB says so.

    A call inside a running transaction joins that one. The function may run more than once (a conflict, a unique key
    that somebody else took first): it must not do anything that MongoDB cannot take back.
    """

    @functools.wraps(work)
    def run(*args: Any, **kwargs: Any) -> Any:
        if _running.get():
            return work(*args, **kwargs)
        for _ in range(RETRIES):
            with suppress(mongoengine.NotUniqueError):
                return _commit(work, *args, **kwargs)
        return _commit(work, *args, **kwargs)

    return run


def _commit(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    with database().client.start_session() as session, session.bind(end_session=False):
        return session.with_transaction(
            lambda _: _unwrapped(work, *args, **kwargs),
            read_concern=ReadConcern("snapshot"),
            write_concern=DURABLE,
        )


def _whole(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Call a function and do what it left for the end."""
    running = _Transaction()
    token = _running.set(running)
    try:
        result = work(*args, **kwargs)
        while running.writes:
            _send(*running.writes.popitem()[1])
        return result
    finally:
        _running.reset(token)


def _unwrapped(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Call a function and let pymongo's own error out, whose labels say whether a transaction may be retried."""
    try:
        return _whole(work, *args, **kwargs)
    except mongoengine.OperationError as error:
        if isinstance(error.__context__, PyMongoError) and not isinstance(error, mongoengine.NotUniqueError):
            raise error.__context__ from error
        raise


def stored_documents() -> list[type[mongoengine.Document]]:
    """Return every document class that Chati stores."""
    found, waiting = [], mongoengine.Document.__subclasses__()
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if cls.__module__.startswith(("backend.", "bot.")) and not cls._meta.get("abstract"):
            found.append(cls)
    return sorted(found, key=lambda cls: cls._get_collection_name())


def migrate() -> list[str]:
    """Make the collections and indexes that are missing, and return the names of all collections."""
    names = dict.fromkeys(document._get_collection_name() for document in stored_documents())
    for name in names.keys() - set(database().list_collection_names()):
        database().create_collection(name)
    for document in stored_documents():
        document.ensure_indexes()
    return list(names)
