"""What every kind of case needs: moves, clocks, history, letters, attachments, watching."""

from flask import Flask

from backend.casework.documents import Entry
from backend.foundation import bulk


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Let histories be filled in bulk."""
    bulk.offer(Entry)
