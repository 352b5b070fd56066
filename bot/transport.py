"""HTTP to the WeChat API: timeouts always, tokens in no message, and every failure in one class."""

import json
from typing import Any

import requests
from flask import current_app

TIMEOUT_S = (3.05, 5)  # to connect, to wait for bytes
REFRESH, LATER, USER, OURS = "refresh", "later", "user", "ours"
# What to do on which errcode; one that stands nowhere is ours: a person must look.
KINDS = {
    **dict.fromkeys((40001, 40014, 42001), REFRESH),
    **dict.fromkeys((-1, 45009, 45011), LATER),
    **dict.fromkeys((40003, 40007, 43004, 43101, 45015, 45047), USER),
}
WORDS_LENGTH = 200


class ApiError(Exception):
    """WeChat did not do what was asked.

    Args:
        kind: LATER (try again), USER (this user cannot get it) or OURS (a bug or a setting); REFRESH only inside.
        why: for the log: never a token, an openid or a URL.
        code: WeChat's errcode, 0 where it gave none.
    """

    def __init__(self, kind: str, why: str, code: int = 0) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why
        self.code = code


def send(path: str, body: dict | None, query: dict[str, str], stream: bool = False) -> requests.Response:
    """Send one request.

    Args:
        path: from `/cgi-bin/`.
        body: sent as JSON by POST; None: GET.
        query: query parameters.
        stream: leave the body to be read by the caller.

    Raises:
        ApiError: no answer, or not with status 200.
    """
    url = current_app.extensions["chati.wechat"].api_base + path
    # WeChat shows \uXXXX as it stands, so the JSON goes out as UTF-8.
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    try:
        response = requests.request(
            "GET" if data is None else "POST",
            url,
            params=query,
            data=data,
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=TIMEOUT_S,
            allow_redirects=False,
            stream=stream,
        )
    except requests.RequestException as error:
        # The exception's text holds the URL and so the token: only its name is told.
        raise ApiError(LATER, type(error).__name__) from None
    if response.status_code != 200:
        response.close()
        raise ApiError(LATER, f"HTTP {response.status_code}")
    return response


def checked(response: requests.Response) -> dict[str, Any]:
    """Return the answer's fields; a page of HTML with status 200 is an error.

    Raises:
        ApiError: it is not JSON, or says that it was not done.
    """
    try:
        answer = response.json()
    except ValueError:
        raise ApiError(LATER, "not JSON") from None
    if not isinstance(answer, dict):
        raise ApiError(LATER, "not an object")
    if code := answer.get("errcode", 0):
        why = f"errcode {code}: {str(answer.get('errmsg', ''))[:WORDS_LENGTH]}"
        raise ApiError(KINDS.get(code, OURS), why, code)
    return answer
