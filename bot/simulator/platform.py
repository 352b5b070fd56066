"""Plays WeChat: turns what a simulated user does into a signed, encrypted push and reads the answer."""

import secrets
from typing import Any
from xml.sax.saxutils import escape

import requests
from flask import current_app

from backend.foundation import clock
from bot import wire
from bot.account import loopback
from bot.wire import Unreadable

SERVICE = "gh_chati_demo"
WAIT_S = 5  # WeChat cuts the connection and repeats the message, three attempts in all
ATTEMPTS = 3


class NoAnswer(Exception):
    """The service did not answer three times, or with something that WeChat cannot read."""


def push(openid: str, kind: str, **fields: Any) -> dict[str, Any] | None:
    """Send a message or event to the real endpoint over HTTP and return the answer's fields, None for `success`.

    Args:
        openid: of the simulated user.
        kind: MsgType.
        fields: further elements, a dict for nested ones.

    Raises:
        NoAnswer: WeChat would show its error notice.
    """
    head = {"ToUserName": SERVICE, "FromUserName": openid, "CreateTime": int(clock.now().timestamp()), "MsgType": kind}
    if kind != "event":
        head["MsgId"] = secrets.randbits(53)
    account = current_app.extensions["chati.wechat"]
    query, body = wire.as_platform(account, f"<xml>{_xml(head | fields)}</xml>", secrets.token_hex(5))
    answer = _delivered(query, body.encode())
    if answer in {"", wire.PLAIN_SUCCESS}:
        return None
    try:
        return dict(wire.answer_as_platform(account, answer))
    except Unreadable as error:
        raise NoAnswer(str(error)) from error


def _delivered(query: dict[str, str], body: bytes) -> str:
    url = loopback(current_app.config["CHATI"]) + "/wechat"
    why = ""
    for _ in range(ATTEMPTS):
        try:
            response = requests.post(
                url, params=query, data=body, timeout=WAIT_S, headers={"Content-Type": "text/xml; charset=utf-8"}
            )
        except requests.RequestException as error:
            why = type(error).__name__
            continue
        if response.status_code == 200:
            return response.text
        why = f"HTTP {response.status_code}"
    raise NoAnswer(why)


def _xml(fields: dict[str, Any]) -> str:
    return "".join(
        f"<{name}>{_xml(value) if isinstance(value, dict) else escape(str(value))}</{name}>"
        for name, value in fields.items()
    )
