"""`chati serve` as its user meets it: one command, killed children, a busy port, a second start."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress

import pytest

from backend.demo import SAMPLE_CODE
from backend.foundation.embedded import free_port

pytestmark = pytest.mark.crash
ROOT = pathlib.Path(__file__).parents[2]
READY_SECONDS = 60
# What a shell without job control does to its background.
IN_THE_BACKGROUND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
ON_A_DISK_OF_ITS_OWN = (
    *("unshare", "--map-root-user", "--mount"),
    *("sh", "-c", 'mount -t tmpfs -o size=600m tmpfs "$CHATI_VAR" && exec "$@"', "sh"),
)


def command(var, port, *words, within=()):
    env = {name: value for name, value in os.environ.items() if not name.startswith("CHATI_")}
    env |= {"CHATI_VAR": str(var), "PORT": str(port), "CHATI_WEB_WORKERS": "1", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [*within, sys.executable, "-m", "wsgi", *words],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


@contextmanager
def chati(var, port, within=()):
    """Run `chati serve` until the block ends; gives the process once it says that it runs.

    Args:
        within: a command that becomes it.
    """
    process = command(var, port, "serve", within=within)
    try:
        for line in process.stdout:
            if "is running" in line:
                break
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def children_of(pid):
    found = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child): pathlib.Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ") for child in found}


def child_named(pid, word):
    return next(child for child, cmdline in children_of(pid).items() if word in cmdline)


def ask(port, path, body=None):
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json", "Accept": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def until(true, what):
    """Wait for a condition of another process, which can only be asked."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except OSError:
            pass  # nobody listens at the moment, which is what is being waited out
        os.sched_yield()
    pytest.fail(f"{what} did not happen within {READY_SECONDS} s")


def complain(port):
    return ask(port, "/api/v1/complaints", {"place": "虚构区 虚构路 9 号", "category": "door"})


def test_what_was_accepted_survives_the_kill_of_every_process(tmp_path):
    port = free_port()
    with chati(tmp_path, port) as served:
        accepted = complain(port)
        for child in children_of(served.pid):
            os.kill(child, signal.SIGKILL)
        served.kill()
        served.wait()
    with chati(tmp_path, port):
        assert ask(port, f"/api/v1/complaints/{accepted['number']}")["state"] == "filed"


def test_a_killed_child_is_started_again(tmp_path):
    port = free_port()
    with chati(tmp_path, port) as served:
        os.kill(child_named(served.pid, b"granian"), signal.SIGKILL)
        os.kill(child_named(served.pid, b"worker"), signal.SIGKILL)
        until(lambda: len(children_of(served.pid)) == 3, "the second start of web and worker")
        until(lambda: ask(port, "/readyz")["status"] == "ready", "an answer of the new web server")


def test_a_killed_mongod_is_started_again_with_what_was_accepted(tmp_path):
    port = free_port()
    with chati(tmp_path, port) as served:
        accepted = complain(port)
        os.kill(child_named(served.pid, b"mongod"), signal.SIGKILL)
        until(lambda: ask(port, f"/api/v1/complaints/{accepted['number']}")["state"] == "filed", "an answer about it")
        assert len(children_of(served.pid)) == 3


def test_ctrl_c_leaves_no_child_behind(tmp_path):
    with chati(tmp_path, free_port()) as served:
        children = children_of(served.pid)
    assert len(children) == 3
    assert [child for child in children if pathlib.Path(f"/proc/{child}").exists()] == []
    assert served.returncode == 0


def test_ctrl_c_ends_what_a_script_started_in_its_background(tmp_path):
    with chati(tmp_path, free_port(), within=IN_THE_BACKGROUND) as served:
        children = children_of(served.pid)
    assert [child for child in children if pathlib.Path(f"/proc/{child}").exists()] == []
    assert served.returncode == 0


def test_a_full_disk_is_said_in_one_line(tmp_path):
    if subprocess.run(
        [*ON_A_DISK_OF_ITS_OWN, "true"], env={**os.environ, "CHATI_VAR": tmp_path}, check=False
    ).returncode:
        pytest.skip(
            "this machine lets nobody mount a tmpfs of their own; runs where unshare may make a mount namespace"
        )
    port = free_port()
    served = command(tmp_path, port, "serve", within=ON_A_DISK_OF_ITS_OWN)
    for line in served.stdout:
        if "is running" in line:
            break
    disk = pathlib.Path(f"/proc/{served.pid}/root{tmp_path}")
    with suppress(OSError), (disk / "filling").open("wb", buffering=0) as filling:
        while True:
            filling.write(bytes(1 << 20))
    until(lambda: served.poll() is not None or not complain(port), "the end of Chati")
    said, _ = served.communicate(timeout=60)
    assert served.returncode == 1
    assert f"the disk that holds {tmp_path}/mongod is full" in said
    assert "Traceback" not in said


def test_a_busy_port_is_said_plainly_before_anything_starts(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = command(tmp_path / "var", port, "serve")
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"port {port} on 127.0.0.1 is not free" in said
    assert "Traceback" not in said
    assert not (tmp_path / "var" / "mongod").exists()


def test_a_second_chati_on_the_same_folder_is_told_so(tmp_path):
    with chati(tmp_path, free_port()):
        process = command(tmp_path, free_port(), "serve")
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "another `chati serve` already uses" in said


def test_a_command_beside_a_running_chati_uses_its_database(tmp_path):
    with chati(tmp_path, free_port()):
        process = command(tmp_path, free_port(), "migrate")
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said


def test_a_command_beside_a_running_demo_leaves_its_cards_as_they_were(tmp_path):
    port = free_port()
    with chati(tmp_path, port, within=("env", "CHATI_DEMO=1")):
        before = ask(port, f"/api/v1/lifts/{SAMPLE_CODE}")
        rebuilt = command(tmp_path, port, "cards", "rebuild", SAMPLE_CODE, within=("env", "-u", "PORT"))
        said, _ = rebuilt.communicate(timeout=60)
        after = ask(port, f"/api/v1/lifts/{SAMPLE_CODE}")
    assert (rebuilt.returncode, f"http://127.0.0.1:{port}（演示模式" in said) == (0, True), said
    assert after["verdict"] == before["verdict"]


@pytest.mark.parametrize(("variable", "value"), [("PORT", "eighty"), ("CHATI_DEMO", "maybe"), ("CHATI_NO_SUCH", "1")])
def test_a_setting_that_cannot_be_is_named(tmp_path, monkeypatch, variable, value):
    process = subprocess.Popen(
        [sys.executable, "-m", "wsgi", "serve"],
        cwd=ROOT, env={**os.environ, "CHATI_VAR": str(tmp_path), variable: value},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, variable in said, "Traceback" in said) == (1, True, False)
