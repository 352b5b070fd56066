"""The delivery slice."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Bring the slice's pages, routes and card blocks."""
