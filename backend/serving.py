"""`chati serve`: all of Chati on one machine: mongod, web and worker as children, started and stopped in order."""

import errno
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.error import URLError

import click
from filelock import FileLock, Timeout
from pymongo.errors import PyMongoError

from backend.foundation import database, joining
from backend.foundation.embedded import EmbeddedError, EmbeddedMongo, die_with_parent
from config.settings import Settings

READY_SECONDS = 60
STOP_SECONDS = 15
WEB_STOP_SECONDS = 4  # a web worker stopped while it starts would never answer the request to end
RESTARTS_PER_MINUTE = 5
POLL_SECONDS = 0.3


@dataclass
class Child:
    """A child process, how it is started and when it was; one that was found running is not ours and has no process."""

    name: str
    launch: Callable[[], subprocess.Popen | None]
    process: subprocess.Popen | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it."""
        self.starts.append(time.monotonic())
        self.process = self.launch()

    def ended(self) -> int | None:
        """Give the status with which it ended by itself, None while it runs."""
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def keeps_failing(self) -> bool:
        """Tell whether it was started too often in the last minute to be started again."""
        return len([at for at in self.starts if time.monotonic() - at < 60]) > RESTARTS_PER_MINUTE


def serve(settings: Settings, prepare: Callable[[], None], announce: Callable[[], None]) -> None:
    """Run Chati until Ctrl-C or SIGTERM.

    Args:
        settings: see `config.settings`.
        prepare: called once the database answers, before web and worker start: indexes, demo city.
        announce: called once the web answers: tells where everything is.

    Raises:
        click.ClickException: the port is busy, another Chati uses the folder, or a child keeps failing.
        EmbeddedError: mongod cannot run or go on, such as on a full disk.
        SettingsError: CHATI_VAR cannot be written to.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT, too: in the background of a script it comes ignored
        signal.signal(number, _interrupt)
    check_port(settings.host, settings.port)
    lock = _lock(settings.folder())
    metrics = tempfile.mkdtemp(prefix="chati-metrics-")
    mongo = None if settings.mongodb_uri else EmbeddedMongo(settings.folder() / "mongod", settings.mongodb_cache_mb)
    children: list[Child] = []
    try:
        joining.leave(settings)
        uri = mongo.ensure() if mongo else settings.mongodb_uri
        children = _children(settings, uri, metrics)
        prepare()
        for child in children:
            child.start()
        watched = [*children, _mongod(mongo)] if mongo else children
        _wait_until_ready(settings, watched)
        announce()
        _watch(watched)
    except (PyMongoError, click.ClickException):
        if mongo:
            mongo.require_running()
        raise
    except KeyboardInterrupt:
        click.echo("\nStopping …")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave a child behind
        for child in children:
            child.stop()
        database.disconnect()
        if mongo:
            mongo.stop()
        shutil.rmtree(metrics, ignore_errors=True)
        joining.withdraw(settings)
        lock.release()


def check_port(host: str, port: int) -> None:
    """Say plainly when the port is taken, before anything starts.

    Raises:
        click.ClickException: it is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise click.ClickException(f"cannot listen on port {port} of {host}: {error.strerror}") from error
            raise click.ClickException(
                f"port {port} on {host} is not free ({error.strerror}); choose another: make run PORT={port + 1}"
            ) from error


def _lock(folder: pathlib.Path) -> FileLock:
    lock = FileLock(folder / database.SERVE_LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise click.ClickException(
            f"another `chati serve` already uses {folder}/; set CHATI_VAR for a second one"
        ) from error
    return lock


def _children(settings: Settings, uri: str, metrics: str) -> list[Child]:
    env = {
        **os.environ,
        "CHATI_MONGODB_URI": uri,
        "CHATI_DEMO": "1" if settings.demo else "0",
        "CHATI_BASE_URL": settings.public_url,
        "PROMETHEUS_MULTIPROC_DIR": metrics,
        **{f"CHATI_{name.upper()}": settings.key(name).decode() for name in ("secret_key", "sign_key", "data_key")},
    }
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", settings.host, "--port", str(settings.port),
        "--workers", str(settings.web_workers), "--blocking-threads", str(settings.web_threads),
        "--respawn-failed-workers", "--workers-kill-timeout", str(WEB_STOP_SECONDS), "--no-ws",
        "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "wsgi", "worker"]
    return [Child("web", lambda: _launched(web, env)), Child("worker", lambda: _launched(worker, env))]


def _launched(command: list[str], env: dict[str, str]) -> subprocess.Popen:
    """Start a command in a session of its own: Ctrl-C reaches only us, and we stop it in order."""
    return subprocess.Popen(  # noqa: S603 - our own commands
        command,
        env=env,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has no threads
    )


def _mongod(mongo: EmbeddedMongo) -> Child:
    """Give the running mongod as a child that is started again at the address the others know."""
    uri = mongo.uri

    def again() -> subprocess.Popen | None:
        mongo.stop()  # what is left of it
        if mongo.ensure() != uri:
            raise EmbeddedError("the port of mongod was taken while it was down; start Chati again")
        return mongo.process

    return Child("mongod", again, mongo.process)


def _wait_until_ready(settings: Settings, children: list[Child]) -> None:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        for child in children:
            if (status := child.ended()) is not None:
                raise click.ClickException(f"{child.name} ended with status {status}")
        try:
            with urllib.request.urlopen(f"http://{host}:{settings.port}/readyz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(POLL_SECONDS)  # not listening yet
    raise click.ClickException(f"the web server did not answer within {READY_SECONDS} s")


def _watch(children: list[Child]) -> None:
    """Start again whatever ends; give up on what keeps failing."""
    while True:
        time.sleep(POLL_SECONDS)
        for child in children:
            if (status := child.ended()) is None:
                continue
            if child.keeps_failing():
                raise click.ClickException(f"{child.name} keeps failing; see the messages above")
            click.echo(f"{child.name} ended with status {status}; starting it again", err=True)
            child.start()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
