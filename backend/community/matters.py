"""Groups, urges and mediations as matters of casework: their tables (config/community.toml) and who has which part."""

from collections.abc import Callable, Mapping
from typing import Any

from bson import ObjectId

from backend.accounts.actors import MEMBER, WORKER, Actor
from backend.casework import workflow
from backend.casework.actors import parts_of
from backend.casework.workflow import Action, Table
from backend.community.documents import Mediation, Member, Urge
from backend.foundation import forms
from config import load


def _table(name: str, begun: str) -> Table:
    """Return a table whose one track is called as the matter, with the name of the first line of a history."""

    def read() -> dict[str, Any]:
        row = load("community")[name]
        track = {key: row[key] for key in ("label", "moves", "clocks") if key in row}
        return {"states": row["states"], "actions": row["actions"], "tracks": {name: track}}

    return Table(name, read, {"open": begun})


GROUP, URGE, MEDIATION = _table("group", "申请"), _table("urge", "督促"), _table("mediation", "发起")


def parts(actor: Actor, case: Urge | Mediation) -> frozenset[str]:
    """Return the parts an actor has in what a group does: those of any case, its members', and Chati's own."""
    held = set(parts_of(actor, case))
    if actor.kind == MEMBER:
        seat = Member.objects(id=ObjectId(actor.id.partition(":")[2]), group=case.group, active=True)
        held |= {workflow.GROUP} if seat.first() else set()
    if actor == WORKER:
        held.add(workflow.WORKER)
    return frozenset(held)


def words_of(field: str, longest: int, missing: str) -> Callable[[Action, Mapping[str, str]], str]:
    """Return the check of a move's fields: the one that an action needs, as the words of the step.

    Args:
        field: its name.
        longest: characters at most.
        missing: what to say when there is none.
    """

    def checked(does: Action, details: Mapping[str, str]) -> str:
        return forms.words(field, details.get(field, ""), longest, missing) if field in does.needs else ""

    return checked
