"""The public card of a lift: its blocks, its page, its usage signs and its place in the API."""

from flask import Flask

from backend.card import blocks, pages, queries
from backend.card.api import blueprint as api_blueprint
from backend.foundation.api import api


def init_app(app: Flask) -> None:
    """Bring the scan page, the lift API and the block that every card begins with."""
    blocks.register(blocks.Block("identity", 100, queries.identity, "card/identity.html"))
    pages.init_app(app)
    api.register_blueprint(api_blueprint)
