"""Mediation 调解 between owners, using unit and maintenance unit: who is at the table, what was said, how it ended."""

from collections.abc import Sequence
from typing import Any

from bson import ObjectId
from bson.errors import InvalidId

from backend.community import evidence, workflow
from backend.community.access import Standing
from backend.community.documents import Mediation, Meeting
from backend.community.groups import words
from backend.foundation import clock, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.policy.rules import carries
from backend.registry import queries as registry
from config import load

MAX_TOPIC = 200
MAX_WORDS = 2000


@carries("P-09")
@transactional
def open_mediation(
    who: Standing, lift: str, *, topic: str, parties: Sequence[str], draft: str | None = None
) -> Mediation:
    """Open a mediation about a lift.

    Args:
        who: a member who may mediate.
        lift: rescue code of a lift of the group.
        topic: what it is about.
        parties: two or more of owners, using_unit, maintenance_unit.
        draft: id of the form; the same form is one mediation.

    Raises:
        NotFound: the lift is not the group's.
        BadInput: a field cannot be taken; names it.

    Source: 三（三）5.
    """
    key = f"{who.group.id}:{draft}" if draft else None
    if key and (earlier := Mediation.objects(draft=key).first()):
        return earlier
    stored = evidence.lift_of(who.group, lift)
    known = load("community")["parties"]
    chosen = [name for name in known if name in parties]
    if len(chosen) < 2 or len(chosen) < len(set(parties)):
        raise BadInput.of("parties", "请选择至少两方")
    made = Mediation(
        group=who.group.id,
        lift=lift,
        topic=words("topic", topic, MAX_TOPIC, "请写明为什么事调解"),
        parties=[_party(name, known[name], stored) for name in chosen],
        state="opened",
        by=who.actor.id,
        draft=key,
        opened_at=clock.now(),
    ).save(force_insert=True)
    events.record("mediation.opened", subject=f"mediation:{made.id}", actor=who.actor, lift=lift, parties=chosen)
    return made


@transactional
def move(who: Standing, mediation_id: str, action: str, text: str) -> Mediation:
    """Record a meeting, or how the mediation ended.

    Args:
        who: a member who may mediate.
        mediation_id: the mediation.
        action: meet, agree, fail or withdraw.
        text: what was said or agreed.

    Raises:
        NotFound: not the group's, or no such action.
        BadInput: the text is missing or too long.
        Conflict: it has ended, or somebody was faster.
    """
    found = one(mediation_id)
    if found.group != who.group.id:
        raise NotFound("没有这次调解")
    state = workflow.target(workflow.MEDIATION, found.state, action)
    text, now = words("text", text, MAX_WORDS, "请写明内容"), clock.now()
    if len(found.meetings) >= load("community")["sessions"]:
        raise Conflict("这次调解的记录已经很多，请结束后另开一次")
    changes: dict[str, Any] = {"push__meetings": Meeting(at=now, text=text, by_label=who.actor.label)}
    if state != found.state:
        changes = {"set__outcome": text, "set__closed_at": now}
    if not Mediation.objects(id=found.id, state=found.state).update(set__state=state, **changes):
        raise Conflict("这次调解刚刚有变化，请刷新后再试")
    events.record(f"mediation.{action}", subject=f"mediation:{found.id}", actor=who.actor, lift=found.lift)
    return found.reload()


def one(mediation_id: str) -> Mediation:
    """Return a mediation.

    Raises:
        NotFound: there is none.
    """
    try:
        found = Mediation.objects(id=ObjectId(mediation_id)).first()
    except InvalidId:
        found = None
    if found is None:
        raise NotFound("没有这次调解")
    return found


def _party(name: str, label: str, lift: dict[str, Any]) -> dict[str, str]:
    unit = lift.get(name)
    return {"role": name, "label": label, "name": registry.organisation_names([unit]).get(unit, "")}
