"""Calls to the WeChat API with the shared access token, renewed at most once."""

import time
from collections.abc import Callable
from typing import Any

import requests

from bot import tokens
from bot.transport import LATER, REFRESH, USER, ApiError, checked, send

DOWNLOAD_S = 10  # a trickle of bytes would pass every timeout for ever
CHUNK = 64 * 1024


def call(path: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
    """Call the API with the shared access token, POST where there is a body.

    Args:
        path: such as `message/custom/send`.
        body: sent as JSON.
        query: further query parameters.

    Raises:
        ApiError: it was not done.
    """
    return _with_token(lambda token: checked(send(f"/cgi-bin/{path}", body, {"access_token": token, **query})))


def photo(media_id: str, limit: int) -> bytes:
    """Download a photo that a user sent.

    Args:
        media_id: of the message. Its PicUrl is never fetched: it may point anywhere.
        limit: most bytes taken.

    Raises:
        ApiError: it is gone, too large, or not there now.
    """
    return _with_token(lambda token: _download({"access_token": token, "media_id": media_id}, limit))


def _with_token(work: Callable[[str], Any]) -> Any:
    """Do it with the token; where that has ended, once more with a new one."""
    token = tokens.token()
    try:
        return work(token)
    except ApiError as error:
        if error.kind != REFRESH:
            raise
    try:
        return work(tokens.token(ended=token))
    except ApiError as error:
        raise ApiError(LATER if error.kind == REFRESH else error.kind, error.why, error.code) from error


def _download(query: dict[str, str], limit: int) -> bytes:
    with send("/cgi-bin/media/get", None, query, stream=True) as response:
        if response.headers.get("Content-Type", "").startswith(("application/json", "text/")):
            checked(response)
            raise ApiError(USER, "not a photo")
        raw, deadline = b"", time.monotonic() + DOWNLOAD_S
        try:
            for chunk in response.iter_content(CHUNK):
                raw += chunk
                if len(raw) > limit:
                    raise ApiError(USER, "too large")
                if time.monotonic() > deadline:
                    raise ApiError(LATER, "too slow")
        except requests.RequestException as error:
            raise ApiError(LATER, type(error).__name__) from None
    return raw
