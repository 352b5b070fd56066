"""Addresses of pages, and tokens that stand for something we signed."""

from typing import Any

from flask import current_app


def path_to(endpoint: str, **values: Any) -> str:
    """Return the path of a page, inside a request and outside of one, as the worker and commands are.

    Each slice does this for its own endpoints and offers the others a function.

    Args:
        endpoint: blueprint and view, such as `card.typed`.
        values: parts of the path, and what stands behind its question mark; None is left out.
    """
    return current_app.url_map.bind("").build(endpoint, {name: one for name, one in values.items() if one is not None})


def absolute(path: str) -> str:
    """Return the public address of a path, for messages and paper."""
    return current_app.config["CHATI"].public_url + path
