"""Makes inspections and tests."""

from datetime import date

from backend.accounts.actors import COMMAND
from backend.inspection import service

USUAL = {"kind": "inspection", "passed": True, "problems": [], "actor": COMMAND}
TYPES = {"inspection": "periodic", "test": "entrusted"}


def make_examination(code: str, on: date, **facts):
    """Record an examination that was finished on a day; facts replace those of a passed periodic inspection."""
    facts = {**USUAL, **facts}
    return service.record_examination(code, finished_on=on, **{"type": TYPES.get(facts["kind"], "periodic"), **facts})
