"""Chati in WeChat: the webhook, the conversation, the menu, the push, and a simulator for those without an account."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Bring the WeChat endpoint, the sender of progress notices and, in demo mode, the simulator."""
