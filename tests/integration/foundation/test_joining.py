"""Which settings a command acts with, beside a server that is another process."""

import json
import os
import stat
import subprocess
import sys

import pytest
from filelock import FileLock

from backend.foundation import joining
from config.settings import Settings

SERVER = """
import sys
from filelock import FileLock
from backend.foundation import joining
from config.settings import Settings
settings = Settings(var=sys.argv[1], demo=True, port=8123, sign_key="the server's", log_level="error")
lock = FileLock(settings.folder() / "serve.lock")
lock.acquire()
joining.leave(settings)
print("serving", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def served(tmp_path):
    """A process that serves on a folder, as far as commands can see."""
    with subprocess.Popen(
        ["sh", "-c", '"$0" -c "$1" "$2"; true', sys.executable, SERVER, str(tmp_path)],  # no child of this process
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stdout.readline() == "serving\n"
        yield server
        server.stdin.close()


def joined(folder, **env):
    return joining.joined({"CHATI_VAR": str(folder), **env})


def test_a_command_acts_in_mode_port_and_keys_of_the_server_on_its_folder(served, tmp_path):
    found = joined(tmp_path)
    assert found.server == json.loads((tmp_path / "serving.json").read_text())["pid"]
    assert found.settings == Settings(
        var=str(tmp_path), demo=True, port=8123, sign_key="the server's", log_level="error"
    )


def test_what_the_commands_own_environment_says_wins(served, tmp_path):
    found = joined(tmp_path, CHATI_DEMO="0", PORT="9000")
    assert (found.settings.demo, found.settings.port, found.settings.sign_key) == (False, 9000, "the server's")


def test_what_a_server_left_is_for_its_own_user_alone(served, tmp_path):
    assert stat.S_IMODE((tmp_path / "serving.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "other", [{"CHATI_MONGODB_URI": "mongodb://db.example/"}, {"CHATI_MONGODB_NAME": "another"}], ids=str
)
def test_a_command_that_names_another_database_joins_no_server(served, tmp_path, other):
    assert joined(tmp_path, **other) == joining.Joined(Settings.from_env({"CHATI_VAR": str(tmp_path), **other}))


def test_what_a_dead_server_left_is_not_joined(served, tmp_path):
    served.stdin.close()
    served.wait()
    assert (tmp_path / "serving.json").exists()
    assert joined(tmp_path) == joining.Joined(Settings(var=str(tmp_path)))


def test_what_a_dead_server_left_is_not_joined_while_another_command_looks_at_the_lock(served, tmp_path):
    left = json.loads((tmp_path / "serving.json").read_text())
    ended = subprocess.Popen(["true"])
    ended.wait()
    (tmp_path / "serving.json").write_text(json.dumps(left | {"pid": ended.pid}))
    assert joined(tmp_path).server is None


def test_a_setting_of_another_version_is_passed_over(served, tmp_path):
    left = json.loads((tmp_path / "serving.json").read_text())
    left["settings"]["CHATI_NO_MORE"] = "1"
    (tmp_path / "serving.json").write_text(json.dumps(left))
    assert joined(tmp_path).settings.port == 8123


def test_a_server_and_its_children_join_nobody(tmp_path):
    for pid in (os.getpid(), os.getppid()):
        joining.leave(Settings(var=str(tmp_path), demo=True))
        left = json.loads((tmp_path / "serving.json").read_text())
        (tmp_path / "serving.json").write_text(json.dumps(left | {"pid": pid}))
        with FileLock(tmp_path / "serve.lock"):
            assert joined(tmp_path).server is None


def test_every_setting_comes_back_from_the_variables_that_give_it():
    given = Settings(demo=True, port=1234, smtp_password="a=b c'\"", demo_pilot_until=Settings().demo_pilot_until)
    assert Settings.from_env(given.as_env()) == given
