"""The legal clocks of a case: which start and stop at which state, and by when each must be met."""

from datetime import date, datetime

from backend.complaints.documents import Clock, Complaint
from backend.foundation import overrides
from backend.foundation.clock import end_of
from backend.policy.deadlines import deadline
from config import load


def start(case: Complaint, state: str, at: datetime) -> None:
    """Start the clocks that the entry into a state starts, with the rule each comes from.

    A clock that already runs keeps its date: a case that is transferred keeps its time.

    Args:
        case: gets the new clocks.
        state: the state entered.
        at: when it was entered.
    """
    known = {clock.kind for clock in case.clocks}
    for rule in load("complaints")["tracks"][case.track]["clocks"]:
        if rule["starts"] == state and rule["kind"] not in known:
            due = deadline(rule["kind"], at, overrides.calendar())
            case.clocks.append(
                Clock(
                    kind=rule["kind"],
                    label=rule["label"],
                    started_at=at,
                    due=_instant(due.due),
                    reason=due.reason,
                    clause=due.clause,
                    rule_id=due.rule_id,
                    profile=due.profile,
                    provisional=due.provisional,
                )
            )


def stop(case: Complaint, state: str, at: datetime) -> None:
    """Meet the clocks that the entry into a state meets."""
    for rule in load("complaints")["tracks"][case.track]["clocks"]:
        if state in rule["stops"]:
            for clock in case.clocks:
                if clock.kind == rule["kind"] and clock.met_at is None:
                    clock.met_at = at


def next_due(case: Complaint) -> datetime | None:
    """Return the earliest date that still runs."""
    return min((clock.due for clock in case.clocks if clock.met_at is None), default=None)


def recompute_provisional() -> int:
    """Compute the provisional clocks of open cases anew, after an official calendar was loaded, and count them."""
    changed = 0
    for case in Complaint.objects(open=True, clocks__provisional=True):
        for clock in case.clocks:
            if clock.provisional and clock.met_at is None:
                due = deadline(clock.kind, clock.started_at, overrides.calendar())
                clock.due, clock.provisional = _instant(due.due), due.provisional
                changed += 1
        case.next_due = next_due(case)
        case.version += 1
        case.save()
    return changed


def _instant(due: date | datetime) -> datetime:
    return due if isinstance(due, datetime) else end_of(due)
