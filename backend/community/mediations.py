"""Mediation 调解 between owners, using unit and maintenance unit: who is at the table, what was said, how it ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId

from backend.casework import matters, moving, record
from backend.casework.matters import Matter, Step
from backend.community import observations
from backend.community.access import Standing
from backend.community.documents import Mediation
from backend.community.matters import MEDIATION, parts, words_of
from backend.foundation import clock, forms
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.policy.rules import carries
from backend.registry import queries as registry
from config import load

MAX_TOPIC = 200
MAX_WORDS = 2000
MISSING = "没有这次调解"


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
    key = f"{who.group.number}:{draft}" if draft else None
    if key and (earlier := Mediation.objects(draft=key).first()):
        return earlier
    stored = observations.lift_of(who.group, lift)
    known = load("community")["parties"]
    chosen = [name for name in known if name in parties]
    if len(chosen) < 2 or len(chosen) < len(set(parties)):
        raise BadInput.of("parties", "请选择至少两方")
    now = clock.now()
    made = Mediation(
        number=str(ObjectId()),
        track="mediation",
        group=who.group.number,
        jurisdiction=who.group.jurisdiction,
        lift=lift,
        topic=forms.words("topic", topic, MAX_TOPIC, "请写明为什么事调解"),
        parties=[_party(name, known[name], stored) for name in chosen],
        state="opened",
        draft=key,
        filed_at=now,
        updated_at=now,
    )
    record.insert(made, actor=who.actor, text=made.topic, action="open", parties=chosen)
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
    if found.group != who.group.number:
        raise NotFound(MISSING)
    if len(record.history(mediation_id)) > load("community")["sessions"]:
        raise Conflict("这次调解的记录已经很多，请结束后另开一次")
    return moving.act(found, action, who.actor, found.version, {"text": text})


def _ended(step: Step) -> None:
    step.case.outcome = step.text


matters.register(
    Matter(
        name="mediation",
        kind=Mediation,
        table=MEDIATION,
        missing=MISSING,
        checked=words_of("text", MAX_WORDS, "请写明内容"),
        parts=parts,
        effects=dict.fromkeys(("agree", "fail", "withdraw"), _ended),
    )
)


def one(mediation_id: str) -> Mediation:
    """Return a mediation.

    Raises:
        NotFound: there is none.
    """
    found = Mediation.objects(number=mediation_id).first()
    if found is None:
        raise NotFound(MISSING)
    return found


def _party(name: str, label: str, lift: Mapping[str, Any]) -> dict[str, str]:
    unit = lift.get(name) or ""
    return {"role": name, "label": label, "name": registry.organisation_names([unit]).get(unit, "")}
