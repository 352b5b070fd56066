"""Configuration as data: TOML files beside this module, read once and never written."""

import functools
import pathlib
import tomllib
from typing import Any

ROOT = pathlib.Path(__file__).parent


def path(name: str) -> pathlib.Path:
    """Return the path of a file in this folder.

    Args:
        name: file name relative to `config/`, such as `policies/cq-2020-84.txt`.
    """
    return ROOT / name


@functools.cache
def load(name: str) -> dict[str, Any]:
    """Read `config/<name>.toml` once.

    Args:
        name: path below `config/` without its ending, such as `policies/cq-2020-84`.

    Raises:
        FileNotFoundError: there is no such file.
    """
    with path(f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
