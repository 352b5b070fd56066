"""The legal clocks of a case: which start and stop at which state, and by when each must be met."""

from datetime import date, datetime

from backend.casework.documents import Case, Clock
from backend.complaints import workflow
from backend.complaints.documents import Complaint, Repair
from backend.foundation import official_years
from backend.foundation.clock import end_of
from backend.policy.deadlines import deadline


def start(case: Case, state: str, at: datetime, *, again: bool = False) -> None:
    """Start the clocks that the entry into a state starts, with the rule each comes from.

    A clock that already runs keeps its date: a case that is transferred keeps its time.

    Args:
        case: gets the new clocks.
        state: the state entered.
        at: when it was entered.
        again: start those anew that were met, as when a case is reopened.
    """
    known = {clock.label for clock in case.clocks if not (again and clock.met_at)}
    named = any(one.phone_sealed or one.name_sealed or one.binding for one in case.reporters)
    for rule in workflow.tracks()[case.track]["clocks"]:
        if rule["starts"] == state and rule["label"] not in known and (named or not rule.get("named")):
            case.clocks.append(_clock(rule["kind"], rule["label"], at))


def stop(case: Case, state: str, at: datetime) -> None:
    """Meet the clocks that the entry into a state meets."""
    met = {rule["label"] for rule in workflow.tracks()[case.track]["clocks"] if state in rule["stops"]}
    for clock in case.clocks:
        if clock.label in met and clock.met_at is None:
            clock.met_at = at


def extend(case: Case, kind: str, longer: str) -> Clock:
    """Give a running clock the length of a longer kind, counted from the same start, and return it."""
    place = next(n for n, clock in enumerate(case.clocks) if clock.kind == kind and clock.met_at is None)
    before = case.clocks[place]
    case.clocks[place] = _clock(longer, before.label, before.started_at)
    return case.clocks[place]


def renew(case: Case, state: str) -> None:
    """Put the clocks of the case's present track in place of those of its old one, counted from the day of filing."""
    kinds = {rule["kind"] for rule in workflow.tracks()[case.track]["clocks"]}
    case.clocks = [clock for clock in case.clocks if clock.kind in kinds]
    start(case, state, case.filed_at)


def next_due(case: Case) -> datetime | None:
    """Return the earliest date that still runs."""
    return min((clock.due for clock in case.clocks if clock.met_at is None), default=None)


def recompute_provisional() -> int:
    """Compute the provisional clocks of open cases anew, after an official calendar was loaded, and count them."""
    changed = 0
    for case in (*Complaint.objects(open=True, clocks__provisional=True), *Repair.objects(clocks__provisional=True)):
        for clock in case.clocks:
            if clock.provisional and clock.met_at is None:
                due = deadline(clock.kind, clock.started_at, official_years.calendar())
                clock.due, clock.provisional = _instant(due.due), due.provisional
                changed += 1
        case.next_due = next_due(case)
        case.version += 1
        case.save()
    return changed


def _clock(kind: str, label: str, at: datetime) -> Clock:
    due = deadline(kind, at, official_years.calendar())
    return Clock(
        kind=kind,
        label=label,
        started_at=at,
        due=_instant(due.due),
        reason=due.reason,
        clause=due.clause,
        rule_id=due.rule_id,
        profile=due.profile,
        provisional=due.provisional,
    )


def _instant(due: date | datetime) -> datetime:
    return due if isinstance(due, datetime) else end_of(due)
