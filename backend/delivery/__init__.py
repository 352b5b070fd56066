"""The delivery slice: the worker that takes the outbox to WeChat, webhooks, mail and inboxes."""

from flask import Flask

from backend.delivery import channels, inbox, metrics


def init_app(app: Flask) -> None:
    """Register the channels of our own and the worker's jobs, and measure the outbox at each scrape."""
    channels.register("inbox", inbox.send)
    metrics.init_app(app)
