"""`chati serve`: all of Chati on one machine: mongod, web and worker as children, started and stopped in order."""

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

from backend.foundation import database
from backend.foundation.embedded import EmbeddedError, EmbeddedMongo, die_with_parent
from config.settings import Settings

READY_SECONDS = 60
STOP_SECONDS = 15
WEB_STOP_SECONDS = 4  # a web worker stopped while it starts would never answer the request to end
RESTARTS_PER_MINUTE = 5
POLL_SECONDS = 0.3


@dataclass
class Child:
    """A child process and when it was started."""

    name: str
    command: list[str]
    env: dict[str, str]
    process: subprocess.Popen | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches only us, and we stop it in order."""
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            env=self.env,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has no threads
        )

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
        click.ClickException: the port is busy, another Chati uses the folder, or mongod cannot run.
    """
    check_port(settings.host, settings.port)
    var = pathlib.Path(settings.var)
    var.mkdir(parents=True, exist_ok=True)
    lock = FileLock(var / database.SERVE_LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise click.ClickException(
            f"another `chati serve` already uses {var}/; set CHATI_VAR for a second one"
        ) from error
    signal.signal(signal.SIGTERM, _interrupt)
    metrics = tempfile.mkdtemp(prefix="chati-metrics-")
    mongo = None if settings.mongodb_uri else EmbeddedMongo(var / "mongod", settings.mongodb_cache_mb)
    children: list[Child] = []
    try:
        uri = mongo.ensure() if mongo else settings.mongodb_uri
        children = _children(settings, uri, metrics)
        prepare()
        for child in children:
            child.start()
        _wait_until_ready(settings, children)
        announce()
        _watch(children)
    except EmbeddedError as error:
        raise click.ClickException(str(error)) from error
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
            raise click.ClickException(
                f"port {port} on {host} is not free ({error.strerror}); choose another: make run PORT={port + 1}"
            ) from error


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
    return [Child("web", web, env), Child("worker", worker, env)]


def _wait_until_ready(settings: Settings, children: list[Child]) -> None:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        for child in children:
            if child.process.poll() is not None:
                raise click.ClickException(f"{child.name} ended with status {child.process.returncode}")
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
            if child.process.poll() is None:
                continue
            if child.keeps_failing():
                raise click.ClickException(f"{child.name} keeps failing; see the messages above")
            click.echo(f"{child.name} ended with status {child.process.returncode}; starting it again", err=True)
            child.start()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
