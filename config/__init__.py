"""Configuration as data: TOML and CSV files beside this module, checked when they are loaded and never written."""

import functools
import pathlib
from typing import Any

from config.files import ConfigError, Files
from config.references import About, checks, references
from config.shapes import SHAPES

__all__ = ["About", "ConfigError", "Files", "check", "load", "names", "path", "references"]

ROOT = pathlib.Path(__file__).parent


def path(name: str) -> pathlib.Path:
    """Return the path of a file in this folder.

    Args:
        name: file name relative to `config/`, such as `policies/cq-2020-84.txt`.
    """
    return ROOT / name


@functools.cache
def load(name: str) -> dict[str, Any]:
    """Read a file once.

    Args:
        name: path below `config/`; `.toml` is left out, `.csv` is not. A CSV file is {first column: row}.

    Raises:
        ConfigError: it is missing or does not have its shape.
    """
    return _files(ROOT)[name]


def names(folder: str) -> list[str]:
    """List the files of a folder as `load` takes them, such as `policies/deadlines`."""
    return _files(ROOT).names(folder)


@functools.cache
def check(root: pathlib.Path | None = None) -> None:
    """Read every file, and ask whoever registered about what they say of each other.

    Args:
        root: another folder than this one.

    Raises:
        ConfigError: the first fault.
    """
    files = _files(root or ROOT)
    for name in sorted({*files.names(), *(file.removesuffix(".toml") for file in SHAPES)}):
        files[name]
    for one in checks:
        for error in one(files):
            raise error


@functools.cache
def _files(root: pathlib.Path) -> Files:
    return Files(root)
