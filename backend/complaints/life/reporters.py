"""Each reporter for themselves: who filed a case, who joined it, whose case was merged into it (decision 061)."""

from collections.abc import Collection
from dataclasses import replace

from backend.accounts.actors import RESIDENT, Actor, resident
from backend.casework import record
from backend.casework.documents import MERGED
from backend.complaints import receipts
from backend.complaints.documents import Complaint, Reported, Reporter
from backend.foundation.errors import NotFound

# What each reporter may do once for themselves, whatever the others did.
JUDGEMENTS = frozenset({"satisfied", "reopen", "escalate"})
NO_CASE = "没有这件投诉，或查询码不对"


def by_key(number: str, key: str) -> Actor:
    """Return the actor for whoever showed a reporter's key.

    Raises:
        NotFound: no such case, or the key is nobody's.
    """
    case = Complaint.objects(number=number).first()
    place = receipts.opened_by(number, [one.id for one in case.reporters], key) if case else None
    if place is None:
        raise NotFound(NO_CASE)
    return resident(case.reporters[place].id)


def by_binding(number: str, fingerprint: str) -> Actor:
    """Return the actor for a WeChat user who reported a case.

    Raises:
        NotFound: no such case, or they did not report it.
    """
    case = Complaint.objects(number=number).first()
    found = next((one for one in case.reporters if one.binding == fingerprint), None) if case else None
    if found is None:
        raise NotFound(NO_CASE)
    return resident(found.id)


def named(case: Reported, actor: Actor) -> Actor:
    """Return a resident as the reporter of a case that they are; without a key shown it is the one who filed it."""
    if actor.kind != RESIDENT or actor.reporter or not case.reporters:
        return actor
    return replace(actor, reporter=case.reporters[0].id)


def find(case: Reported, actor: Actor) -> tuple[Reported, Reporter]:
    """Return the reporter that an actor is, and the case in whose list they stand: this one or one merged into it.

    Raises:
        NotFound: none of them.
    """
    for one in (case, *Complaint.objects(links__match={"kind": MERGED, "number": case.number})):
        for reporter in one.reporters:
            if reporter.id == actor.reporter:
                return one, reporter
    raise NotFound(NO_CASE)


def label(case: Reported, actor: Actor) -> str:
    """Return what the officers' history calls a reporter: which of several it was."""
    if not case.reporters:
        return actor.label
    listed, reporter = find(case, actor)
    if listed is not case:
        return f"{listed.number}的反映人"
    place = [one.id for one in case.reporters].index(reporter.id)
    return f"第 {place + 1} 位反映人" if len(case.reporters) > 1 else actor.label


def done(actor: Actor, case: Reported, history: frozenset[str]) -> frozenset[str]:
    """Return what was done to a case; of judgements, those that the reporter made who acts."""
    if actor.kind != RESIDENT or not case.reporters:
        return history
    return own_done(history, find(case, named(case, actor))[1].judged)


def own_done(history: Collection[str], judged: Collection[str]) -> frozenset[str]:
    """Return a history as a reporter of the case has it.

    Args:
        history: the actions done to the case.
        judged: the reporter's own judgements.
    """
    return frozenset(history) - JUDGEMENTS | frozenset(judged)


def judge(case: Complaint, actor: Actor, action: str, satisfaction: str) -> None:
    """Keep what a reporter thinks of the outcome, with them and, as the latest, with the case."""
    listed, reporter = find(case, actor)
    reporter.judged.append(action)
    reporter.satisfaction = case.satisfaction = satisfaction
    if listed is not case:
        record.advance(listed)
