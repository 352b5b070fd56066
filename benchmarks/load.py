"""A small load generator and the server under it: bounded numbers of requests over a few kept connections."""

import http.client
import os
import pathlib
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.error import HTTPError, URLError

CONNECTIONS = 4
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Request:
    """One request to send."""

    path: str
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Result:
    """What a run of requests took."""

    per_second: float
    cpu_ms: float
    median_ms: float


@contextmanager
def server(target: str, port: int, env: dict[str, str]) -> Iterator[subprocess.Popen]:
    """Run granian with one worker for a WSGI target and wait until it answers.

    Args:
        target: such as `wsgi:app`.
        port: a free port on loopback.
        env: environment of the server.
    """
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1",
        "--blocking-threads", "4", "--log-level", "error", target,
    ]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, **env})
    try:
        for _ in range(300):
            if _answers(port):
                break
            if process.poll() is not None:
                raise RuntimeError(f"{target} ended with status {process.returncode}")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/none", timeout=2).close()
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
    return True


def run(port: int, process: subprocess.Popen, requests: Sequence[Request], status: int = 200) -> Result:
    """Send the requests over a few connections and measure.

    Args:
        port: where the server listens.
        process: the server, whose CPU time is counted with that of its children.
        requests: what to send; each connection takes every n-th.
        status: what each answer must have.

    Raises:
        RuntimeError: an answer has another status: the figure would mean nothing.
    """
    times: list[float] = []
    errors: list[int] = []

    def client(mine: Sequence[Request]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for item in mine:
            started = time.perf_counter()
            connection.request("POST" if item.body else "GET", item.path, item.body, dict(item.headers))
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - started)
            if answer.status != status:
                errors.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=client, args=(requests[n::CONNECTIONS],)) for n in range(CONNECTIONS)]
    cpu, started = _cpu(process.pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    if errors:
        raise RuntimeError(f"{len(errors)} of {len(requests)} answers had status {errors[0]}, not {status}")
    spent = _cpu(process.pid) - cpu
    return Result(len(requests) / took, spent / len(requests) * 1000, sorted(times)[len(times) // 2] * 1000)


def _cpu(pid: int) -> float:
    """Return the CPU seconds of a process and its children so far."""
    total = 0.0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(stat.parent.name) == pid or int(fields[1]) == pid:
                total += (int(fields[11]) + int(fields[12])) / TICKS
    return total
