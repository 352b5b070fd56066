"""The server under load and two load generators: wrk where it is installed, and one of our own."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.error import HTTPError, URLError

from backend.foundation.embedded import free_port

CONNECTIONS = 8
OWN_CONNECTIONS = 4
TICKS = os.sysconf("SC_CLK_TCK")
SCRIPT = pathlib.Path(__file__).with_name("random.lua")


@dataclass(frozen=True)
class Request:
    """One request to send; `status` is what its answer must have."""

    path: str
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


@dataclass(frozen=True)
class Result:
    """What a run of requests took; times in milliseconds, `cpu_ms` those of the server for one request."""

    per_second: float
    cpu_ms: float
    median_ms: float
    p99_ms: float

    def __str__(self) -> str:
        """Show the figures as a line of the table has them."""
        return (
            f"{self.per_second:8.0f}/s {self.cpu_ms:7.3f} ms CPU   median {self.median_ms:6.2f} ms"
            f"   p99 {self.p99_ms:6.2f} ms"
        )


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen


@contextmanager
def server(target: str, env: dict[str, str], workers: int = 1) -> Iterator[Server]:
    """Run granian for a WSGI target and wait until it answers.

    Args:
        target: such as `wsgi:app`.
        env: environment of the server.
        workers: web processes.
    """
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "4", "--log-level", "error", target,
    ]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, **env})
    try:
        for _ in range(600):
            if _answers(port):
                break
            if process.poll() is not None:
                raise RuntimeError(f"{target} ended with status {process.returncode}")
            time.sleep(0.1)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(20)


def has_wrk() -> bool:
    """Tell whether the outside load generator is installed."""
    return shutil.which("wrk") is not None


def wrk(at: Server, requests: Sequence[Request], seconds: int, folder: pathlib.Path) -> Result:
    """Have wrk ask for some of the requests at random, again and again.

    Args:
        at: the server.
        requests: GET requests, all with the same names of headers.
        seconds: how long.
        folder: where the list of requests may be written.

    Raises:
        RuntimeError: an answer had a status of 400 or more, or none came: the figure would mean nothing.
    """
    listed = folder / "requests.tsv"
    with listed.open("w") as out:
        for item in requests:
            out.write("\t".join((item.path, *(part for header in item.headers for part in header))) + "\n")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT), f"http://127.0.0.1:{at.port}"]
    cpu = cpu_seconds(at.process.pid)
    done = subprocess.run([*command, "--", str(listed)], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.rpartition("RESULT ")[2])
    if told["errors"] or not told["requests"]:
        raise RuntimeError(f"{told['errors']} of {told['requests']} answers were errors")
    spent = cpu_seconds(at.process.pid) - cpu
    count = told["requests"]
    return Result(count / told["us"] * 1e6, spent / count * 1000, told["p50"] / 1000, told["p99"] / 1000)


def own(at: Server, requests: Sequence[Request]) -> Result:
    """Send the requests once each over a few kept connections.

    Args:
        at: the server, whose CPU time is counted with that of its children.
        requests: what to send; each connection takes every n-th.

    Raises:
        RuntimeError: an answer has another status than it must: the figure would mean nothing.
    """
    times: list[float] = []
    wrong: list[int] = []

    def client(mine: Sequence[Request]) -> None:
        with Connection(at.port) as connection:
            for item in mine:
                started = time.perf_counter()
                status = connection.ask(item)
                times.append(time.perf_counter() - started)
                if status != item.status:
                    wrong.append(status)

    threads = [threading.Thread(target=client, args=(requests[n::OWN_CONNECTIONS],)) for n in range(OWN_CONNECTIONS)]
    cpu, started = cpu_seconds(at.process.pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(requests)} answers had the status {wrong[0]}")
    spent = cpu_seconds(at.process.pid) - cpu
    return Result(
        len(times) / took, spent / len(times) * 1000, percentile(times, 0.5) * 1000, percentile(times, 0.99) * 1000
    )


class Connection:
    """A kept connection that asks, reads the answer and does no more: it must not be what is slow."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self, item: Request) -> int:
        """Send one request and return the status of its answer, once all of it has come."""
        method, body = ("POST", item.body) if item.body is not None else ("GET", b"")
        head = [f"{method} {item.path} HTTP/1.1", "Host: 127.0.0.1"]
        head += [f"{name}: {value}" for name, value in item.headers]
        if body:
            head.append(f"Content-Length: {len(body)}")
        self.socket.sendall("\r\n".join([*head, "", ""]).encode() + body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        top, _, rest = answer.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in top.split(b"\r\n")[1:])
        left = int(fields.get(b"content-length", 0)) - len(rest)
        while left > 0:
            left -= len(self._more())
        return int(top[9:12])

    def _more(self) -> bytes:
        part = self.socket.recv(65536)
        if not part:
            raise RuntimeError("the server closed the connection")
        return part


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process and its children so far."""
    total = 0.0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(stat.parent.name) == pid or int(fields[1]) == pid:
                total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/none", timeout=2).close()
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
    return True
