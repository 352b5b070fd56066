"""Reads configuration files and says what is wrong with them: file, key and what was expected."""

import csv
import json
import pathlib
import re
import tomllib
from typing import Any

from config import shapes
from config.shapes import Key


class ConfigError(Exception):
    """A configuration file is missing or wrong; the message names the file, the key and what was expected."""

    exit_status = 2

    def __init__(self, file: str, key: str, expected: str) -> None:
        super().__init__(": ".join(part for part in (f"config/{file}", key, expected) if part))


class Files:
    """The configuration files below one folder; each is read once and has its shape, or is an error."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        self._read: dict[str, dict[str, Any]] = {}

    def __getitem__(self, name: str) -> dict[str, Any]:
        """Give what stands in a file.

        Args:
            name: path below the folder; `.toml` may be left out.

        Raises:
            ConfigError: it is missing, cannot be read, or does not have its shape.
        """
        file = self.file(name)
        if file not in self._read:
            data = _parsed(self.root, file)
            faults = shapes.wrong(file, data)
            if faults:
                key, expected = min(faults)
                more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
                raise ConfigError(file, dotted(key, data), expected + more)
            self._read[file] = data
        return self._read[file]

    @staticmethod
    def file(name: str) -> str:
        """Give a file's path below the folder."""
        return name if name.endswith(".csv") else f"{name}.toml"

    def names(self, folder: str = "") -> list[str]:
        """List the files of a folder and those below, as `__getitem__` takes them."""
        found = [path for path in (self.root / folder).rglob("*.*") if path.suffix in (".toml", ".csv")]
        return sorted(path.relative_to(self.root).as_posix().removesuffix(".toml") for path in found)


def dotted(key: Key, data: Any) -> str:
    """Write the way to a key as TOML does, a row of a list with its place from 0 and its name.

    Args:
        key: names and places.
        data: what stands in the file.

    Returns:
        Such as `tracks.complaint.moves[3 give_identity].to`.
    """
    text = ""
    for part in key:
        data = _inner(data, part)
        if isinstance(part, int):
            first = next(iter(data.values()), None) if isinstance(data, dict) else None
            text += f"[{part} {first}]" if isinstance(first, str) else f"[{part}]"
        else:
            text += f".{part}" if re.fullmatch(r"[\w-]+", part) else f".{json.dumps(part, ensure_ascii=False)}"
    return text.removeprefix(".")


def _inner(data: Any, part: str | int) -> Any:
    try:
        return data[part]
    except (LookupError, TypeError):
        return None  # what is missing has no name


def _parsed(root: pathlib.Path, file: str) -> dict[str, Any]:
    try:
        text = (root / file).read_text(encoding="utf-8")
        return _rows(file, text) if file.endswith(".csv") else tomllib.loads(text)
    except OSError as error:
        raise ConfigError(file, "", f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(file, "", "UTF-8 expected") from error
    except (tomllib.TOMLDecodeError, csv.Error) as error:
        raise ConfigError(file, "", str(error)) from error


def _rows(file: str, text: str) -> dict[str, Any]:
    """Read a CSV file as {first column: {column: value}}."""
    reader = csv.DictReader(text.splitlines(), restkey="more", restval="", strict=True)
    rows: dict[str, Any] = {}
    for row in reader:
        first = next(iter(row.values()))
        if first in rows:
            raise ConfigError(file, f"line {reader.line_num}", f"{first!r} stands there already")
        rows[first] = row
    return rows
