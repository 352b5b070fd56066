"""The one way a case is stored as its next version and written down with its event and its news."""

from datetime import datetime
from typing import Any

from backend.accounts.actors import Actor
from backend.casework import clocks, matters, watching
from backend.casework.documents import FIRST, STEP, Case, Entry
from backend.casework.rows import HistoryLine
from backend.foundation import clock, database, events
from backend.foundation.errors import Conflict

FASTER = "这一件刚刚被别人更新过，请看过最新情况再办理"


def subject(case: Case) -> str:
    """Return what events and news call a case."""
    return f"{matters.of(case).name}:{case.number}"


def insert(case: Case, *, actor: Actor, text: str, action: str = "file", **facts: Any) -> None:
    """Store a new case, its first history line, its event with further facts, and its news."""
    _settle(case, case.filed_at)
    database.insert(case)
    write_down(case, action, case.state, actor=actor, text=text, **facts)


def advance(case: Case) -> None:
    """Store a changed case as the next version, so that of two changes at once one is told to look again."""
    before, case.version, case.updated_at = case.version, case.version + 1, clock.now()
    store = database.collection_of(type(case))
    changed = store.replace_one({"_id": case.number, "version": before}, case.to_mongo())
    if not changed.matched_count:
        raise Conflict(FASTER)


def enter(case: Case, state: str, at: datetime, *, again: bool = False) -> None:
    """Take a case into a state: its clocks start and stop, and it is open or closed."""
    if case.state != state:
        clocks.stop(case, state, at)
        clocks.start(case, state, at, again=again)
    case.state = state
    _settle(case, at)


def _settle(case: Case, at: datetime) -> None:
    case.open = matters.of(case).table.is_open(case.state)
    case.closed_at = None if case.open else case.closed_at or at
    case.next_due = clocks.next_due(case) if case.open else None


def line(case: Case, action: str, before: str, *, actor: Actor, text: str, public: bool = True) -> Entry:
    """Make the line of a case's history for what was just done, not stored yet; arguments as of `write_down`."""
    return Entry(
        case=case.number,
        seq=case.version,
        at=case.updated_at,
        action=action,
        from_state=before,
        to_state=case.state,
        actor=actor.id,
        actor_label=actor.label,
        reporter=actor.reporter,
        text=text,
        public=public,
    )


def write_down(
    case: Case, action: str, before: str, *, actor: Actor, text: str, public: bool = True, **facts: Any
) -> None:
    """Append the history line and the event of a stored change, and tell whoever was promised news of it.

    Args:
        case: as stored.
        action: what was done.
        before: the state it was in.
        actor: who did it.
        text: the words of the step.
        public: whether those the case is about may read it.
        facts: what the event tells beside lift and state.
    """
    matter = matters.of(case)
    entry = line(case, action, before, actor=actor, text=text, public=public)
    database.append(entry)
    facts |= {"lift": case.lift, "state": case.state}
    events.record(f"{matter.name}.{action}", subject=subject(case), actor=actor, **facts)
    if case.version > FIRST:  # nobody can watch a case before it is there
        table = matter.table
        watching.tell(case, entry, subject(case), table.action_label(action), table.state_label(case.state))
    if public:
        matter.news(case, action, text, actor)


def done(number: str) -> frozenset[str]:
    """Return the actions that a case's history holds."""
    return frozenset(database.collection("case_entries").distinct("action", {"case": number, "type": STEP}))


def history(number: str, **which: object) -> list[HistoryLine]:
    """Return a case's history in its order.

    Args:
        number: the case.
        which: values of fields that a line must have, such as `public=True`.
    """
    return list(database.collection("case_entries").find({"case": number, "type": STEP, **which}).sort("seq", 1))
