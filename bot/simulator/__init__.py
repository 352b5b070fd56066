"""A phone for those without a WeChat account, in demo mode only: plays WeChat against the real endpoint."""

from flask import Flask

from bot.simulator import pages, stand_in


def init_app(app: Flask) -> None:
    """Serve the page /simulator and the stand-in of the WeChat API."""
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(stand_in.blueprint)
    app.jinja_env.globals["simulator_url"] = pages.simulator_url
