"""The registry slice: lifts, estates, organisations, service relations and usage signs."""

from flask import Flask

from backend.foundation import bulk
from backend.registry.documents import Estate, Lift, Organisation, Sign


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Let the register be filled in bulk."""
    bulk.offer(Estate, Lift, Organisation, Sign)
