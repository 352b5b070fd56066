"""Makes maintenance visits."""

from datetime import datetime, timedelta

from backend.accounts.actors import COMMAND
from backend.upkeep import service

USUAL = {"maintenance_unit": "mu-1", "work_type": "HM", "workers": ["甲某"], "actor": COMMAND}


def make_visit(code: str, start: datetime, minutes: int = 40, **facts):
    """Record a visit that began at a moment; facts replace the usual ones."""
    times = {"start": start, "end": start + timedelta(minutes=minutes)}
    return service.record_visit(code, **{**USUAL, **times, **facts})
