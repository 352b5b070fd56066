"""What every kind of case needs: moves, clocks, history, letters, attachments, watching."""

from flask import Flask

from backend.casework import succession
from backend.casework.documents import Entry
from backend.delivery import jobs
from backend.foundation import bulk

HOURLY_S = 3600


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Let histories be filled in bulk, and cases go on when what they concern becomes another."""
    bulk.offer(Entry)
    succession.inherit()
    jobs.every(HOURLY_S, "casework-reform", succession.follow_reform)
