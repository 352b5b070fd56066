"""A case moves as its table allows: whether a move may be made now is asked here, by services and pages alike."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from backend.accounts.actors import Actor
from backend.casework import letters, matters, record
from backend.casework.documents import Case
from backend.casework.matters import Matter, Step
from backend.casework.record import FASTER
from backend.casework.workflow import RESIDENT, Table, Transition
from backend.foundation import clock
from backend.foundation.errors import ChatiError, Conflict, Forbidden, NotFound

SomeCase = TypeVar("SomeCase", bound=Case)
NOT_YOURS = "您没有办理这一步的权限"


@dataclass(frozen=True, slots=True)
class Situation:
    """How a case stands towards somebody: its track and state, their parts in it, what its history holds, which facts.

    `facts` are those that actions ask for with `when`, as far as they hold of the case.
    """

    track: str
    state: str
    parts: frozenset[str]
    done: Collection[str] = ()
    facts: Collection[str] = ()


def refusal(table: Table, situation: Situation, action: str, permissions: Collection[str]) -> ChatiError | None:
    """Say why a move may not be made now, None where it may.

    Args:
        table: the matter's.
        situation: how the case stands towards whoever asks.
        action: key of an action.
        permissions: theirs.
    """
    does = table.actions.get(action)
    if does is None or does.permission not in permissions or does.who not in situation.parts:
        return Forbidden(NOT_YOURS)
    if table.move(situation.track, action, situation.state) is None:
        track = table.tracks[situation.track].label
        return Conflict(f"“{table.state_label(situation.state)}”的{track}不能{does.label}")
    if does.after and does.after not in situation.done:
        return Conflict(f"要先“{table.action_label(does.after)}”才能{does.label}")
    if does.once and does.action in situation.done:
        return Conflict(f"{does.label}只能一次")
    if does.when and does.when not in situation.facts:
        return Conflict(table.missing_fact(does.when))
    return None


def offered(table: Table, situation: Situation, permissions: Collection[str]) -> list[Transition]:
    """Return the moves that somebody may make now, in the table's order."""
    return [
        move
        for move in table.allowed(situation.track, situation.state)
        if refusal(table, situation, move.action, permissions) is None
    ]


def offered_now(case: Case, actor: Actor) -> list[Transition]:
    """Return the moves that an actor may make with a case now, in the table's order."""
    matter = matters.of(case)
    done = matter.done(actor, case, record.done(case.number))
    situation = Situation(case.track, case.state, matter.parts(actor, case), done, matter.facts(case))
    return offered(matter.table, situation, actor.permissions)


def act(case: SomeCase, action: str, actor: Actor, version: int, details: Mapping[str, str]) -> SomeCase:
    """Move a case: one transaction of the caller's with its effect, history, letter and news.

    Args:
        case: as loaded in this transaction.
        action: key of an action; where that was used up and names another (`then`), the other is taken.
        actor: who does it.
        version: the version the actor saw.
        details: the fields that the action needs or takes.

    Raises:
        NotFound: the actor has no part in it.
        Forbidden: not the actor's to do.
        BadInput: something the action needs is missing or wrong; names it.
        Conflict: somebody was faster, or the state does not allow it.
    """
    matter = matters.of(case)
    move = _permitted(matter, case, action, actor, version)
    before, at = case.state, clock.now()
    step = Step(case, move, actor, details, at, matter.checked(move.does, details), move.target(before))
    if effect := matter.effects.get(move.action):
        effect(step)
    record.enter(case, step.to, at, again=move.does.again)
    record.advance(case)
    record.write_down(case, move.action, before, actor=actor, text=step.text, public=not move.internal, **step.facts)
    if move.letter:
        letters.write(case, move.letter, by=actor.id, text=step.text, bureau=actor.jurisdiction)
    if after := matter.after.get(move.action):
        after(step)
    matter.changed(case)
    return case


def _permitted(matter: Matter, case: Case, action: str, actor: Actor, version: int) -> Transition:
    """Return the move that an action is now, where this actor may make it."""
    table, does, parts = matter.table, matter.table.actions.get(action), matter.parts(actor, case)
    if not parts - {RESIDENT} and (does is None or does.who != RESIDENT):
        raise NotFound(matter.missing)
    history: frozenset[str] = frozenset()
    if does and (does.once or does.after):
        history = matter.done(actor, case, record.done(case.number))
    if does and does.once and does.then and action in history and table.move(case.track, action, case.state):
        action = does.then
    situation = Situation(case.track, case.state, parts, history, matter.facts(case))
    why = refusal(table, situation, action, actor.permissions)
    if isinstance(why, Forbidden):
        raise why
    if case.version != version:
        raise Conflict(FASTER)
    if why:
        raise why
    move = table.move(case.track, action, case.state)
    assert move is not None  # noqa: S101 - what `refusal` just said
    return move
