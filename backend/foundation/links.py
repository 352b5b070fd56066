"""Addresses of pages, and tokens that stand for something we signed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

BROKEN = "链接不完整，请重新打开通知里的链接"


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


@dataclass(frozen=True, slots=True)
class Token:
    """A word for an address or a cookie that only this installation can make, and for one purpose.

    Args:
        purpose: what it is good for; a token for another purpose is none.
        seconds: gives how long a token holds; None: for ever.
    """

    purpose: str
    seconds: Callable[[], int] | None = None

    def make(self, value: Any) -> str:
        """Return the token that stands for a value: text, numbers, lists of them."""
        return self._signer().dumps(value)

    def read(self, token: str) -> Any:
        """Return the value that a token stands for, None where we did not make it for this or it is too old."""
        limits = {"max_age": self.seconds()} if self.seconds else {}
        try:
            return self._signer().loads(token, **limits)
        except BadData:
            return None

    def _signer(self) -> Any:
        kind = URLSafeTimedSerializer if self.seconds else URLSafeSerializer
        return kind(current_app.config["SECRET_KEY"], salt=self.purpose)
