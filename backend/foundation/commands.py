"""Commands of `chati` that end in one plain line and a status, never a traceback, whatever an operator does wrong."""

import gettext
import inspect
import os
import pathlib
import tempfile
from collections.abc import Callable
from typing import Any

import click
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from backend.foundation import database
from backend.foundation.embedded import EmbeddedError
from backend.foundation.errors import ChatiError
from config import ROOT, ConfigError
from config.settings import SettingsError

EXPECTED = (ChatiError, SettingsError, ConfigError, EmbeddedError, PyMongoError, OSError, UnicodeError)

DOMAIN, LOCALE = "chati", ROOT / "locale"


class Output(click.Path):
    """A file or folder that a command writes, refused before the command does anything where it cannot be written.

    Args:
        folder: whether it is a folder, made by the command where it is missing; a file's folder must be there.
    """

    def __init__(self, *, folder: bool = False) -> None:
        super().__init__(file_okay=not folder, dir_okay=folder)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> pathlib.Path:
        """Read the path, and try whether something can be written there."""
        path = pathlib.Path(os.fsdecode(super().convert(value, param, ctx)))
        there = next(one for one in (path, *path.absolute().parents) if one.is_dir()) if self.dir_okay else path.parent
        try:
            with tempfile.TemporaryFile(dir=there):
                return path
        except OSError as error:
            return self.fail(f"不能写入 {there}：{error.strerror}", param, ctx)


class _Unfit(click.ClickException):
    """What was given cannot be used; told like a wrong option."""

    exit_code = 2


FAILURES = {1: click.ClickException, 2: _Unfit}  # exit status -> how it is told


class _Plain(click.Command):
    """Tells what a command could not do; an error that nobody expected stays a traceback, for it is ours."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Raises:
            click.ClickException: it could not be done; the message is one line that says what is wrong.
        """
        try:
            return _blaming_the_cause(super().invoke, ctx)
        except BrokenPipeError:
            raise  # whoever reads what a command prints has read enough: click ends it quietly
        except EXPECTED as error:
            raise FAILURES[getattr(error, "exit_status", 1)](plain(error)) from error


def _blaming_the_cause(run: Callable[[click.Context], Any], ctx: click.Context) -> Any:
    """Run a command; where its own mongod has ended, such as on a full disk, that is why the database was away."""
    try:
        return run(ctx)
    except PyMongoError:
        database.require_embedded()
        raise


class Command(_Plain):
    """A command of its own."""


class Group(_Plain, click.Group):
    """A group of commands and groups like it."""

    command_class = Command
    group_class = type


def none(words: str) -> None:
    """Say that a list is empty, beside what a command answers, so that the answer can be piped.

    Args:
        words: such as "没有消息".
    """
    click.echo(words, err=True)


def speak_chinese(command: click.Command) -> click.Command:
    """Put the help of a command and of all below it into Chinese, and what click itself says.

    Args:
        command: its English texts stand in config/locale; what is missing there stays English.
    """
    os.environ.setdefault("LANGUAGE", "zh_CN")
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)
    _translate(command)
    return command


def _translate(command: click.Command) -> None:
    options = [param for param in command.params if isinstance(param, click.Option)]
    helped: list[click.Command | click.Option] = [command, *options]
    for one in helped:
        if one.help:
            one.help = gettext.gettext(inspect.cleandoc(one.help))
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _translate(below)


def plain(error: Exception) -> str:
    """Say in one line what went wrong: the file, setting or database, and why.

    Args:
        error: one of `EXPECTED`.
    """
    if isinstance(error, ChatiError):
        return error.message
    if isinstance(error, PyMongoError):
        return _database(error)
    if isinstance(error, UnicodeEncodeError):
        return f"this terminal's character set ({error.encoding}) has no Chinese; set LANG=C.UTF-8"
    if isinstance(error, UnicodeError):
        return f"the input is not {getattr(error, 'encoding', 'UTF-8')} text"
    if isinstance(error, OSError) and error.strerror:
        files = " -> ".join(str(name) for name in (error.filename, error.filename2) if name is not None)
        return f"{files}: {error.strerror}" if files else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def _database(error: PyMongoError) -> str:
    """Name the cause without the connection string, which may hold a password, and without the topology."""
    if isinstance(error, ConnectionFailure):
        reason = str(error).partition(" (configured timeouts")[0].partition(", Timeout:")[0]
        return f"the database does not answer (CHATI_MONGODB_URI): {reason}"
    if isinstance(error, OperationFailure):
        return f"the database refused: {(error.details or {}).get('errmsg') or error}"
    return f"the database (CHATI_MONGODB_URI, CHATI_MONGODB_NAME): {error}"
