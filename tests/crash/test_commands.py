"""Commands as an operator types them: whatever is wrong ends in plain words and a status, never in a traceback."""

import errno
import os
import pathlib
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from pymongo.errors import ServerSelectionTimeoutError

from backend.cli import chati
from backend.foundation import database
from backend.foundation.commands import Group
from backend.foundation.embedded import EmbeddedError, EmbeddedMongo
from backend.policy.commands import Day
from bot.commands import wechat
from config.settings import SettingsError

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLES = {
    "file": str(ROOT / "examples" / "registry" / "lifts.csv"),
    "role": "administrator",
    "password": "a long password",
}
TOPOLOGY = "db.example:27017: connection refused (configured timeouts: …), Timeout: 5s, Topology Description: …"
TROUBLE = [
    (SettingsError("CHATI_PORT: must be a port"), "Error: CHATI_PORT: must be a port\n"),
    (EmbeddedError("the disk\nis full"), "Error: the disk is full\n"),
    (OSError(errno.ENOSPC, "No space left on device", "var/keys"), "Error: var/keys: No space left on device\n"),
    (
        ServerSelectionTimeoutError(TOPOLOGY),
        "Error: the database does not answer (CHATI_MONGODB_URI): db.example:27017: connection refused\n",
    ),
]


def leaves(group, *words):
    """Each command below a group with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, *words, name)
        else:
            yield (*words, name), command


ALL = Group(commands={**chati.commands, "wechat": wechat})
COMMANDS = dict(leaves(ALL))
ASKING_THE_DATABASE = sorted(set(COMMANDS) - {("serve",), ("settings",)} - {one for one in COMMANDS if "policy" in one})


def example(param):
    """A value that the command's line may hold."""
    if isinstance(param.type, click.Choice):
        return param.type.choices[0]
    if isinstance(param.type, Day):
        return "2026-01-05"
    return EXAMPLES.get(param.name, "x")


def line(command):
    words = []
    for param in command.params:
        if isinstance(param, click.Argument):
            words.append(example(param))
        elif param.required or param.prompt:
            words += [param.opts[0], example(param)]
    return words


@pytest.mark.parametrize(("trouble", "told"), TROUBLE, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("words", ASKING_THE_DATABASE, ids=" ".join)
def test_every_command_tells_in_one_line_what_keeps_it_from_starting(words, trouble, told, tmp_path, monkeypatch):
    def create_app():
        raise trouble

    monkeypatch.chdir(tmp_path)  # where some write unless told otherwise
    given = ["x.csv"] if words[0] == "export" else line(COMMANDS[words])
    done = CliRunner().invoke(ALL, [*words, *given], obj=ScriptInfo(create_app=create_app))
    assert (done.exit_code, done.output) == (1, told)


def test_a_command_whose_own_mongod_ended_names_that_and_not_a_setting(tmp_path, monkeypatch):
    mongod = EmbeddedMongo(tmp_path, cache_mb=256)
    mongod.ensure()
    mongod.process.kill()
    mongod.process.wait()
    monkeypatch.setattr(database, "_started", [mongod])

    def create_app():
        raise ServerSelectionTimeoutError(TOPOLOGY)

    done = CliRunner().invoke(chati, ["migrate"], obj=ScriptInfo(create_app=create_app))
    mongod.stop()
    assert (done.exit_code, done.output) == (
        1,
        f"Error: the embedded mongod ended (status -9; see {tmp_path}/mongod.log)\n",
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder, with files that are not what a command wants."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)))
    (tmp_path / "noise.toml").write_bytes(bytes(range(256)))
    (tmp_path / "notice.csv").write_text("day,is_workday,source_url\n2027-13-01,1,x\n")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "full.csv.part").symlink_to("/dev/full")
    (tmp_path / "full.xlsx.part").symlink_to("/dev/full")
    monkeypatch.chdir(tmp_path)
    return tmp_path


WRONG = [
    ("export lifts /nonexist/x.csv", "/nonexist"),
    ("export lifts folder", "folder"),
    ("export lifts full.csv", "full.csv: No space left on device"),
    ("export lifts x.docx", ".csv"),
    ("sign 500103 --out /proc/x", "/proc"),
    ("sign 500103 --out noise.csv", "noise.csv"),
    ("signs --jurisdiction 渝中区 --out /proc/x.pdf", "/proc"),
    ("import lifts folder", "folder"),
    ("import lifts none.csv", "none.csv"),
    ("import lifts noise.csv", "UTF-8"),
    ("import lifts notice.csv --map noise.toml", "noise.toml"),
    ("calendar import noise.csv", "UTF-8"),
    ("calendar import notice.csv", "第 2 行"),
    ("policy exit --facts noise.csv", "facts"),
    ("policy exit --facts deep.json", "facts"),
    ("policy deadline --kind publicity --start 9999-12-31", "date"),
    ("outbox retry nothing", "没有这条消息"),
    ("outbox mailbox CQ nowhere", "邮箱"),
    ("admin revoke-key nothing", "密钥"),
    ("cards rebuild 999999", "999999"),
]


@pytest.mark.parametrize(("words", "named"), WRONG, ids=lambda one: one)
def test_what_an_operator_did_wrong_is_named(context, folder, words, named):
    done = CliRunner().invoke(chati, words.split(), obj=ScriptInfo(create_app=lambda: context))
    assert (done.exit_code in {1, 2}, type(done.exception)) == (True, SystemExit), done.exception
    assert named in done.output


@pytest.fixture
def type_(mongodb_uri, worker_id, folder):
    """Type a command into a shell, for a demo Chati on this run's mongod; gives its status and what it said."""
    env = {
        **{key: value for key, value in os.environ.items() if not key.startswith("CHATI_")},
        **{"CHATI_MONGODB_URI": mongodb_uri, "CHATI_MONGODB_NAME": f"test_{worker_id}", "CHATI_LOG_LEVEL": "error"},
        **{"CHATI_DEMO": "1", "CHATI_VAR": str(folder / "var"), "PYTHON": sys.executable},
    }

    def run(line, **settings):
        done = subprocess.run(
            ["sh", "-c", f'"$PYTHON" -m wsgi {line}'],
            env=env | settings, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


AWAY = {"CHATI_MONGODB_URI": "mongodb://127.0.0.1:1/", "CHATI_MONGODB_TIMEOUT_MS": "200"}
TYPED = [
    ("export lifts /nonexist/x.csv", {}, "/nonexist"),
    ("export lifts full.xlsx", {}, "full.xlsx: No space left on device"),
    ("sign 500103 --out /proc/x", {}, "/proc"),
    ("settings > /dev/full", {}, "No space left on device"),
    (
        "migrate",
        {"CHATI_MONGODB_URI": "mongodb://127.0.0.1:1/", "CHATI_MONGODB_TIMEOUT_MS": "200"},
        "CHATI_MONGODB_URI",
    ),
    ("migrate", {"CHATI_MONGODB_URI": "mongodb://127.0.0.1:99999/"}, "CHATI_MONGODB_URI"),
    ("migrate", {"CHATI_MONGODB_NAME": "a/b"}, "CHATI_MONGODB_NAME"),
    ("serve", {"HOST": "192.0.2.1"}, "192.0.2.1"),
    ("serve", {"CHATI_VAR": "/dev/null"}, "CHATI_VAR"),
    ("serve", {"CHATI_VAR": "/proc/var"}, "CHATI_VAR"),
]


@pytest.mark.parametrize(("line", "given", "named"), TYPED, ids=lambda one: one if isinstance(one, str) else "")
def test_no_process_ends_in_a_traceback(app, type_, line, given, named):
    status, said = type_(line, **given)
    assert (status in {1, 2}, "Traceback" in said, named in said) == (True, False, True), said


def test_a_web_server_of_the_operators_own_is_told_in_one_line_too():
    code = "from wsgi import app"
    env = {**os.environ, "CHATI_LOG_LEVEL": "loud"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        ["Error: CHATI_LOG_LEVEL: must be debug, info, warning or error, not 'loud'"],
    )


def test_a_reader_that_has_enough_is_not_an_error(type_):
    status, said = type_("policy rules | head -n 1")
    assert (status, len(said.splitlines())) == (0, 1)
