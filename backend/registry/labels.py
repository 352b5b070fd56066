"""The pilot labels that a lift carries, as the policy understands them: pilots write them, lower slices read them."""

from datetime import date

from flask import current_app

from backend.policy import profiles
from backend.registry.rows import StoredLift


def extended() -> date | None:
    """Return the later last day of both pilots that a demonstration may have; None outside one."""
    chati = current_app.config["CHATI"]
    return chati.demo_pilot_until if chati.demo else None


def labels_of(lift: StoredLift) -> profiles.Labels:
    """Return a stored lift's labels.

    Args:
        lift: with `labels`: a list of `{programme, since, until}`, ISO days, the newest of a programme first.
    """
    newest = {row["programme"]: row for row in reversed(lift.get("labels") or ())}
    edges = {
        f"{programme}_{edge}": date.fromisoformat(row[edge])
        for programme, row in newest.items()
        for edge in ("since", "until")
        if row.get(edge)
    }
    return profiles.Labels(**edges, extended=extended())


def in_pilot(lift: StoredLift, programme: str, on: date) -> bool:
    """Tell whether a lift is in a pilot on a day: labelled, and the pilot itself still runs.

    Args:
        lift: see `labels_of`.
        programme: maintenance or inspection.
        on: local date.
    """
    return profiles.governing(labels_of(lift), on, programme).profile.kind == profiles.PILOT
