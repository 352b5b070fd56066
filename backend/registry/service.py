"""What may happen to lifts, estates and organisations: saved in batches, each one transaction with its event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import InsertOne, UpdateOne

from backend.accounts.actors import Actor
from backend.foundation import clock, database, events
from backend.foundation.database import transactional
from backend.registry import changes, followers, sites
from backend.registry.estates import EstatePlan
from backend.registry.organisations import Plan, Said, checked


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving lifts did, or would do, as rescue codes."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        """Codes whose cards must be made again."""
        return self.created + self.updated


@dataclass(frozen=True, slots=True)
class Linked:
    """Things found or made by name: key -> id, and the ids of those that were there and now say something else.

    `names` holds how each is called, where a key is another spelling or a former name.
    """

    ids: Mapping[Any, str]
    updated: frozenset[str] = frozenset()
    names: Mapping[Any, str] = field(default_factory=dict)


@transactional
def save_lifts(lifts: Sequence[Mapping[str, Any]], by: Actor) -> Saved:
    """Add lifts, or overwrite the given fields of known ones; what is already so stays untouched.

    Whoever follows lifts (the card does) is told of `changed` in the same transaction.

    Args:
        lifts: fields of `Lift` by name, `code` and (for a new lift) `jurisdiction` at least; days as `date`;
            `safety_manager_phone` in plain digits, it is sealed here; `origin.date` and `origin.source` may stand
            alone; None clears a field.
        by: who does it.

    Raises:
        BadInput: a field is unknown or has a value that cannot be; nothing is saved.
    """
    saved, writes = plan_lifts(lifts)
    if writes:
        left = sites.of(saved.updated)
        database.collection("lifts").bulk_write(writes, ordered=False)
        sites.forget(left)
        events.record("lifts.saved", subject="registry", actor=by, created=saved.created, updated=saved.updated)
        followers.tell(followers.LIFTS, saved.changed)
    return saved


def plan_lifts(lifts: Sequence[Mapping[str, Any]]) -> tuple[Saved, list[InsertOne | UpdateOne]]:
    """Say what `save_lifts` would do, and with which writes.

    Raises:
        BadInput: a field is unknown or has a value that cannot be.
    """
    wanted = {one["code"]: changes.stored_form(one) for one in lifts}
    found = database.collection("lifts").find({"_id": {"$in": list(wanted)}})
    known = {one["_id"]: one for one in found}
    now, seals = clock.now(), changes.Seals()
    created = {code: changes.new_lift(code, values, now, seals) for code, values in wanted.items() if code not in known}
    compared = {code: changes.changed_lift(one, wanted[code], now, seals) for code, one in known.items()}
    updated = {code: write for code, write in compared.items() if write is not None}
    unchanged = tuple(code for code in compared if code not in updated)
    return Saved(tuple(created), tuple(updated), unchanged), [*created.values(), *updated.values()]


@transactional
def set_labels(code: str, labels: Sequence[Mapping[str, str | None]]) -> None:
    """Keep on a lift which pilot programmes label it, for whoever reads the lift; its followers are told.

    Args:
        code: rescue code.
        labels: `{programme, since, until}`, ISO days, the newest of each programme.
    """
    database.collection("lifts").update_one({"_id": code}, {"$set": {"labels": list(labels)}})
    followers.tell(followers.LIFTS, [code])


@transactional
def save_organisations(organisations: Iterable[Mapping[str, Any]], said: Said | None = None) -> Linked:
    """Add organisations or complete known ones, found by credit code, else by name.

    Args:
        organisations: `name`, `kind` (see ORGANISATION_KINDS) and any of `phone`, `licence_no`, `credit_code`,
            `address`, `website`, `jurisdiction`; the kind is added to those the organisation already has, and an
            empty value leaves what is known.
        said: what earlier batches of the same import said: the first word holds.

    Returns:
        Ids by name, and by name and credit code (or ""). The followers of the lifts of `updated` ones are the
        caller's to tell.

    Raises:
        BadInput: a name is missing, a kind unknown or a credit code none.
    """
    linked, writes = plan_organisations(organisations, said)
    if writes:
        database.collection("organisations").bulk_write(writes)
    return linked


def plan_organisations(
    organisations: Iterable[Mapping[str, Any]], said: Said | None = None
) -> tuple[Linked, list[UpdateOne]]:
    """Say what `save_organisations` would do, and with which writes.

    Raises:
        BadInput: a name is missing, a kind unknown or a credit code none.
    """
    plan = Plan(checked(organisations), clock.now(), said)
    updated = frozenset(id_ for id_, _ in plan.writes if id_ in plan.known)
    return Linked(plan.ids, updated), [write for _, write in plan.writes]


@transactional
def save_estates(estates: Iterable[Mapping[str, Any]]) -> Linked:
    """Add estates or complete known ones, found by area and any name they bear or bore.

    Args:
        estates: `name`, `jurisdiction` and any of `address`, `longitude`, `latitude`.

    Returns:
        Ids and present names by (jurisdiction, name).

    Raises:
        BadInput: a name is missing or an area unknown.
    """
    linked, writes = plan_estates(estates)
    if writes:
        database.collection("estates").bulk_write(writes, ordered=False)
    return linked


def plan_estates(estates: Iterable[Mapping[str, Any]]) -> tuple[Linked, list[UpdateOne]]:
    """Say what `save_estates` would do, and with which writes.

    Raises:
        BadInput: a name is missing or an area unknown.
    """
    plan = EstatePlan(estates, clock.now())
    return Linked(plan.ids, frozenset(plan.updated), plan.names), plan.writes
