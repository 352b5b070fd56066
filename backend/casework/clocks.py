"""The legal clocks of a case: which start and stop at which state, and by when each must be met."""

from datetime import date, datetime

from backend.casework import matters
from backend.casework.documents import Case, Clock
from backend.casework.workflow import ClockRule
from backend.foundation import official_years
from backend.foundation.clock import end_of
from backend.policy.deadlines import deadline
from backend.policy.rules import carries


@carries("P-16")
def start(case: Case, state: str, at: datetime, *, again: bool = False) -> None:
    """Start the clocks that the entry into a state starts, with the rule each comes from.

    A clock that already runs keeps its date: a case that is transferred keeps its time.

    Args:
        case: gets the new clocks.
        state: the state entered.
        at: when it was entered.
        again: start those anew that were met, as when a case is reopened.
    """
    known = {clock.kind for clock in case.clocks if not (again and clock.met_at)}
    for rule in _rules(case):
        if rule.starts == state and rule.kind not in known and (not rule.named or matters.of(case).nameable(case)):
            case.clocks.append(_clock(rule.kind, rule.kind, rule.label, at))


def agree(case: Case, kind: str, due: date, at: datetime, **why: str) -> None:
    """Start a clock whose date somebody chose.

    Args:
        case: gets the clock.
        kind: of the clock; its track says how it is called and what meets it.
        due: the day by whose end it must be met.
        at: when it was agreed.
        why: `reason`, `clause` and `rule_id`.
    """
    label = next(rule.label for rule in _rules(case) if rule.kind == kind)
    case.clocks.append(Clock(kind=kind, length=kind, label=label, started_at=at, due=end_of(due), **why))


def stop(case: Case, state: str, at: datetime) -> None:
    """Meet the clocks that the entry into a state meets."""
    met = {rule.kind for rule in _rules(case) if state in rule.stops}
    for clock in case.clocks:
        if clock.kind in met and clock.met_at is None:
            clock.met_at = at


def extend(case: Case, kind: str, length: str) -> Clock:
    """Give a running clock the length of another rule, counted from the same start, and return it.

    Args:
        case: whose clock.
        kind: of the clock; it stays what it is.
        length: kind of the longer deadline in config/policies/deadlines.toml.
    """
    place = next(n for n, clock in enumerate(case.clocks) if clock.kind == kind and clock.met_at is None)
    before = case.clocks[place]
    case.clocks[place] = _clock(kind, length, before.label, before.started_at)
    return case.clocks[place]


def renew(case: Case, state: str) -> None:
    """Put the clocks of the case's present track in place of those of its old one, counted from the day of filing."""
    kinds = {rule.kind for rule in _rules(case)}
    case.clocks = [clock for clock in case.clocks if clock.kind in kinds]
    start(case, state, case.filed_at)


def next_due(case: Case) -> datetime | None:
    """Return the earliest date that still runs."""
    return min((clock.due for clock in case.clocks if clock.met_at is None), default=None)


def recompute_provisional() -> int:
    """Compute the provisional clocks of open cases anew, after an official calendar was loaded, and count them."""
    changed = 0
    for matter in matters.every():
        for case in matter.kind.objects(open=True, clocks__provisional=True):
            for place, clock in enumerate(case.clocks):
                if clock.provisional and clock.met_at is None:
                    case.clocks[place] = _clock(clock.kind, clock.length, clock.label, clock.started_at)
                    changed += 1
            case.next_due = next_due(case)
            case.version += 1
            case.save()
    return changed


def _rules(case: Case) -> tuple[ClockRule, ...]:
    return matters.of(case).table.tracks[case.track].clocks


def _clock(kind: str, length: str, label: str, at: datetime) -> Clock:
    due = deadline(length, at, official_years.calendar())
    return Clock(
        kind=kind,
        length=length,
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
