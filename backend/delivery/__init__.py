"""The delivery slice: the worker that takes the outbox to WeChat, webhooks, mail and inboxes."""

from flask import Flask

from backend.delivery import channels, inbox, jobs, mail, metrics, reach, retention, webhook
from backend.foundation import audit, telemetry

SEAL_EVERY_S = 60


def init_app(app: Flask) -> None:
    """Register the channels of our own and the worker's jobs, and measure the outbox at each scrape."""
    channels.register("inbox", inbox.send)
    channels.register("webhook", webhook.send)
    channels.register(reach.CHANNEL, reach.send)
    if mail.is_configured(app.config["CHATI"]):
        channels.register("email", mail.send)
    jobs.every(SEAL_EVERY_S, "audit.seal", audit.seal)
    telemetry.at_scrape(metrics.measure)
    retention.register()
