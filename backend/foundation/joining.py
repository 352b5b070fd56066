"""A command beside a running `chati serve` acts with that server's settings: it left them under CHATI_VAR."""

import json
import os
import pathlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from backend.foundation.database import is_served
from backend.foundation.writing import whole
from config.settings import Settings

LEFT = "serving.json"
DATABASE = ("CHATI_MONGODB_URI", "CHATI_MONGODB_NAME")


@dataclass(frozen=True)
class Joined:
    """The settings with which a command acts, and the process id of the server they are from; None: its own."""

    settings: Settings
    server: int | None = None


def leave(settings: Settings) -> None:
    """Leave a server's settings where commands find them, readable for its own user alone, for keys are among them.

    Raises:
        OSError: the file cannot be written.
        SettingsError: CHATI_VAR cannot be.
    """
    left = json.dumps({"pid": os.getpid(), "settings": settings.as_env()})
    with (
        whole(_file(settings)) as part,
        os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out,
    ):
        out.write(left)


def withdraw(settings: Settings) -> None:
    """Take back what `leave` left."""
    _file(settings).unlink(missing_ok=True)


def joined(env: Mapping[str, str] | None = None) -> Joined:
    """Return the settings with which a command acts: its own variables, for the rest those of the running server.

    A command that names another database than the server's joins no server; nor is one joined that has died.

    Args:
        env: variables; the process's own when not given.

    Raises:
        SettingsError: a variable is wrong, see `Settings.from_env`.
        OSError: a server runs, and its settings cannot be read, for it is another user's.
    """
    given = os.environ if env is None else env
    own = Settings.from_env(given)
    left = _left(own)
    if left is None or any(name in given and given[name].strip() != left[1].get(name) for name in DATABASE):
        return Joined(own)
    server, settings = left
    return Joined(Settings.from_env(settings | dict(given)), server)


def _left(own: Settings) -> tuple[int, dict[str, str]] | None:
    """Read what a running server left that is neither this process nor its parent, without settings unknown here."""
    file = _file(own)
    if not file.exists() or not is_served(file.parent):
        return None
    left = json.loads(file.read_text())
    if left["pid"] in {os.getpid(), os.getppid()} or not _lives(left["pid"]):
        return None
    return left["pid"], {name: value for name, value in left["settings"].items() if name in own.as_env()}


def _file(settings: Settings) -> pathlib.Path:
    return pathlib.Path(settings.var) / LEFT


def _lives(process: int) -> bool:
    with suppress(PermissionError):  # it lives, under another user
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True
