"""The one way a case is loaded, stored as its next version and written down with its event and its news."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.casework import clocks, watching
from backend.casework.documents import Case, Entry
from backend.casework.workflow import Transition
from backend.complaints import workflow
from backend.complaints.documents import Complaint, Repair
from backend.complaints.life import news
from backend.foundation import clock, events
from backend.foundation.errors import Conflict, Forbidden, NotFound

REPAIR_MARK = "R"
MISSING = "没有这件投诉"
FASTER = "这件投诉刚刚被别人更新过，请看过最新情况再办理"


@dataclass(slots=True)
class Step:
    """A move being made; the move's own effect may still change its words, and the state it leads to."""

    case: Case
    move: Transition
    actor: Actor
    details: Mapping[str, str]
    at: datetime
    text: str
    to: str


def find(number: str) -> Case | None:
    """Return a complaint, or a repair whose number is its complaint's with an R, or None."""
    kind = Repair if number.startswith(REPAIR_MARK) else Complaint
    return kind.objects(number=number).first()


def load(number: str) -> Case:
    """Return a case.

    Raises:
        NotFound: there is none.
    """
    if case := find(number):
        return case
    raise NotFound(MISSING)


def load_for(number: str, permission: str, actor: Actor, version: int) -> Complaint:
    """Return a complaint that this actor's desk leads and may handle, as the actor saw it.

    Raises:
        NotFound: no such case, or another bureau's.
        Forbidden: not the actor's to do.
        Conflict: somebody was faster.
    """
    case = Complaint.objects(number=number).first()
    if case is None or not actor.sees(case.jurisdiction):
        raise NotFound(MISSING)
    if permission not in actor.permissions:
        raise Forbidden("您没有办理这一步的权限")
    if case.version != version:
        raise Conflict(FASTER)
    return case


def new_number(at: datetime) -> str:
    """Return a number: the day of a moment and six random digits, short enough to say on the phone.

    One that is taken already makes the insert fail, and the transaction runs again with another.
    """
    return f"{clock.local(at):%y%m%d}-{secrets.randbelow(1_000_000):06d}"


def insert(case: Case, *, actor: Actor, text: str, action: str = "file") -> None:
    """Store a new case, its first history line and its news."""
    _settle(case, case.filed_at)
    case.save(force_insert=True)
    write_down(case, action, case.state, actor=actor, text=text)


def advance(case: Case) -> None:
    """Store a changed case as the next version, so that of two changes at once one is told to look again."""
    before, case.version, case.updated_at = case.version, case.version + 1, clock.now()
    changed = type(case)._get_collection().replace_one({"_id": case.number, "version": before}, case.to_mongo())
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
    case.open = workflow.is_open(case.state)
    case.closed_at = None if case.open else case.closed_at or at
    case.next_due = clocks.next_due(case) if case.open else None


def write_down(case: Case, action: str, before: str, *, actor: Actor, text: str, public: bool = True) -> None:
    """Append the history line and the event of a stored change, and tell whoever was promised news of it."""
    entry = Entry(
        complaint=case.number,
        seq=case.version,
        at=case.updated_at,
        action=action,
        from_state=before,
        to_state=case.state,
        actor=actor.id,
        actor_label=actor.label,
        text=text,
        public=public,
    ).save(force_insert=True)
    subject = f"complaint:{case.number}"
    events.record(f"complaint.{action}", subject=subject, actor=actor.id, lift=case.lift, state=case.state)
    if case.version > news.FIRST:  # nobody can watch a case before it is there
        watching.tell(case, entry, workflow.action_label(action), workflow.state_label(case.state))
    if public:
        news.of_step(case, action, text)


def refresh_card(case: Case) -> None:
    """Show a changed case on its lift's card."""
    if case.lift:
        cards.refresh([case.lift], "complaints")
