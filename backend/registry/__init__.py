"""The registry slice: lifts, estates, organisations, service relations and usage signs."""

from flask import Flask

from backend.foundation import bulk
from backend.registry import followers, sites
from backend.registry.documents import Estate, Findable, Lift, Organisation, Sign


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Let the register be filled in bulk, and keep what lifts are found by with every change of them."""
    bulk.offer(Estate, Findable, Lift, Organisation, Sign)
    followers.register(followers.LIFTS, "search", sites.refresh)
