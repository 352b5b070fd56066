"""Chati in WeChat: the webhook, the conversation, the menu, the push, and a simulator for those without an account."""

from flask import Flask

from backend.delivery import channels, jobs
from bot import media, push, simulator, webhook
from bot.account import account

SWEEP_S = 10


def init_app(app: Flask) -> None:
    """Bring the WeChat endpoint, the sender of progress notices and, in demo mode, the simulator.

    Raises:
        SettingsError: the WeChat account is half-configured; names the setting.
    """
    settings = app.config["CHATI"]
    app.extensions["chati.wechat"] = account(settings, app.extensions["chati.data_key"])
    webhook.init_app(app)
    if app.extensions["chati.wechat"] is None:
        return
    channels.register(push.CHANNEL, push.send)
    channels.register(media.CHANNEL, media.send)
    if settings.demo:
        simulator.init_app(app)
    jobs.every(SWEEP_S, "wechat-abandoned", webhook.finish_abandoned)
