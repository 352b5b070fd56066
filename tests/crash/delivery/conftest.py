"""Real workers that can be killed at a chosen point, and a sink on a real socket that keeps what it was given."""

import http.server
import os
import pathlib
import queue
import select
import signal
import subprocess
import sys
import threading

import pytest

from backend.foundation import outbox

ROOT = pathlib.Path(__file__).parents[3]
PATIENCE_S = 60


class Sink(http.server.ThreadingHTTPServer):
    """Keeps the deliveries it gets, as (id, key) in order."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), SinkHandler)
        self.got, self.arrivals = [], queue.SimpleQueue()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"

    @property
    def keys(self):
        return [key for _, key in self.got]

    def wait_for(self, *keys):
        """Wait until each of these has arrived."""
        missing = set(keys)
        while missing:
            missing.discard(self.arrivals.get(timeout=PATIENCE_S))


class SinkHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        key = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.got.append((self.headers["X-Chati-Delivery"], key))
        self.server.arrivals.put(key)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


class Worker:
    """A worker process; `reach` waits for it to stop at a point, `go_on` lets it go from there."""

    def __init__(self, env):
        self.process = subprocess.Popen(
            [sys.executable, pathlib.Path(__file__).with_name("sink_worker.py")],
            env=env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )

    def reach(self, point):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
        assert ready, f"did not reach {point!r}"
        assert self.process.stdout.readline().decode().strip() == point

    def go_on(self):
        self.process.stdin.write(b"\n")

    def deliver(self, key):
        """See one message through."""
        self.reach(f"leased {key}")
        self.go_on()
        self.reach(f"sent {key}")
        self.go_on()

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def end(self, number=signal.SIGTERM):
        """Ask it to stop and return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def close(self):
        self.kill()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def sink():
    """A receiver of deliveries."""
    with Sink() as sink:
        thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield sink
        sink.shutdown()
        thread.join()


@pytest.fixture
def start_worker(settings, sink):
    """Start a worker: `start_worker(lease_s=1, pauses=True)`; it is gone after the test."""
    started = []

    def start(*, lease_s=1, pauses=True, uri=settings.mongodb_uri, name=settings.mongodb_name):
        env = {key: value for key, value in os.environ.items() if not key.startswith("CHATI_")}
        env |= {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), env.get("PYTHONPATH")))),
            "SINK_URL": sink.url,
            "NO_PROXY": "127.0.0.1",
            "CHATI_MONGODB_URI": uri,
            "CHATI_MONGODB_NAME": name,
            "CHATI_VAR": settings.var,
            "CHATI_DEMO": "1",
            "CHATI_WORKER_LEASE_S": str(lease_s),
            "CHATI_WORKER_IDLE_MS": "20",
        }
        started.append(Worker(env | ({"SINK_PAUSES": "1"} if pauses else {})))
        return started[-1]

    yield start
    for worker in started:
        worker.close()


@pytest.fixture
def promise(context):
    """Enqueue a message to the sink: `promise("a", subject=…)`."""

    def promise(key, subject="complaint:1"):
        outbox.enqueue(key=key, channel="sink", target="t", subject=subject, template="complaint.file")

    return promise


@pytest.fixture
def state(db):
    """Read the state of a message: `state("a")`."""
    return lambda key: db["outbox"].find_one({"key": key})["state"]
