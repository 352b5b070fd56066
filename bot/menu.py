"""The menu of the service account."""

from typing import Any

from backend.card.links import search_url
from backend.complaints.links import report_url
from bot import client


def menu(base_url: str) -> dict[str, Any]:
    """Return the menu as the platform wants it: names of at most 4 and 8 Chinese characters, keys of [menu].

    Args:
        base_url: public address of the pages.
    """
    return {
        "button": [
            {"type": "scancode_waitmsg", "name": "扫码查梯", "key": "scan"},
            {
                "name": "我要投诉",
                "sub_button": [
                    {"type": "click", "name": "在这里说", "key": "complain"},
                    {"type": "view", "name": "网页填写", "url": base_url + report_url()},
                    {"type": "view", "name": "按地址查梯", "url": base_url + search_url()},
                ],
            },
            {
                "name": "我的",
                "sub_button": [
                    {"type": "click", "name": "我的投诉", "key": "mine"},
                    {"type": "click", "name": "紧急电话", "key": "phone"},
                    {"type": "click", "name": "使用说明", "key": "help"},
                ],
            },
        ]
    }


def push(base_url: str) -> None:
    """Install the menu.

    Raises:
        ApiError: WeChat refused it.
    """
    client.call("menu/create", menu(base_url))


def installed() -> dict[str, Any]:
    """Return the menu that WeChat has now.

    Raises:
        ApiError: WeChat did not tell.
    """
    return client.call("menu/get")
