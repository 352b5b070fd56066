"""Who did it: the one form in which everybody who acts is known to services and record, and its only maker."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.foundation.permissions import permissions_of_role
from backend.policy import jurisdictions

PERSON, KEY, UNIT, MEMBER, NEIGHBOUR = "person", "key", "unit", "member", "neighbour"
GROUP, RESIDENT, SYSTEM, COMMAND_LINE, DEMO_LOADER = "group", "resident", "worker", "command", "demo"
UNIT_ROLE = "unit"
SEES_ALL = "complaint.see_all"
KEY_ID_LENGTH = 12
# How histories and events of before December 2026 spell a kind.
OLD_KINDS = {"org": UNIT, "system": SYSTEM, "console": COMMAND_LINE, "operator": COMMAND_LINE}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Args:
        kind: one of the kinds above.
        id: for the record: the kind, for all but residents and Chati itself with what tells one from another.
        label: for the reader of a history.
        permissions: what they may do.
        role: key of `config/roles.toml`, where they have one.
        jurisdiction: the bureau they belong to; never the one of what they act on.
        organisation: id of the organisation they belong to.
        reporter: which of those who reported a case, where they proved it.
    """

    kind: str
    id: str
    label: str
    permissions: frozenset[str] = frozenset()
    role: str | None = None
    jurisdiction: str | None = None
    organisation: str | None = None
    reporter: str | None = None

    def desks(self) -> tuple[str, ...] | None:
        """Return the jurisdictions whose cases are this actor's: the own and those it took over; None is all."""
        if SEES_ALL in self.permissions:
            return None
        return (self.jurisdiction, *jurisdictions.predecessors(self.jurisdiction)) if self.jurisdiction else ()

    def sees(self, jurisdiction: str) -> bool:
        """Tell whether a desk's cases are this actor's to see."""
        desks = self.desks()
        return desks is None or jurisdiction in desks


# Chati by itself: a job of the worker, or what follows from a step without anybody's doing.
WORKER = Actor(SYSTEM, SYSTEM, "查梯", frozenset({SYSTEM}))
COMMAND = Actor(COMMAND_LINE, COMMAND_LINE, "命令行")
DEMO = Actor(DEMO_LOADER, DEMO_LOADER, "演示数据")


def person_id(person: Any) -> str:
    """Return the id of a person's actor, which is also the name of the inbox."""
    return f"{PERSON}:{person}"


def key_id(fingerprint: str) -> str:
    """Return the id of the actor of an API key."""
    return f"{KEY}:{fingerprint[:KEY_ID_LENGTH]}"


def unit_id(organisation: str) -> str:
    """Return the id of an organisation's actor, to which its news is sent too."""
    return f"{UNIT}:{organisation}"


def member_id(member: Any) -> str:
    """Return the id of the actor of somebody in a safety group."""
    return f"{MEMBER}:{member}"


def is_of(kind: str, actor: str) -> bool:
    """Tell from a stored id whether an actor is of a kind; histories are never rewritten, so old spellings count."""
    spelled = actor.partition(":")[0]
    return OLD_KINDS.get(spelled, spelled) == kind


def of_person(person: Mapping[str, Any], employer: str = "") -> Actor:
    """Make the actor for a person who signs in.

    Args:
        person: as stored.
        employer: name of the organisation they belong to, if they do to one.
    """
    place = person.get("jurisdiction")
    employer = jurisdictions.bureau(place).bureau_name if place else employer
    return Actor(
        kind=PERSON,
        id=person_id(person["_id"]),
        label=f"{employer} {person['name']}".strip(),
        permissions=permissions_of_role(person["role"]),
        role=person["role"],
        jurisdiction=place,
        organisation=person.get("organisation"),
    )


def of_key(key: Mapping[str, Any]) -> Actor:
    """Make the actor for a program.

    Args:
        key: its API key as stored.
    """
    return Actor(
        kind=KEY,
        id=key_id(key["_id"]),
        label=key["name"],
        permissions=permissions_of_role(key["role"]),
        role=key["role"],
        jurisdiction=key.get("jurisdiction"),
        organisation=key.get("organisation"),
    )


def resident(reporter: str | None = None) -> Actor:
    """Make the actor for anybody who reports, or proved that a case is theirs; the record does not know who.

    Args:
        reporter: id of the reporter of a case, proved by the caller.
    """
    return Actor(RESIDENT, RESIDENT, "反映人", frozenset({RESIDENT}), reporter=reporter)


def unit(organisation: str, name: str) -> Actor:
    """Make the actor for whoever holds an organisation's link.

    Args:
        organisation: its id, proved by the link.
        name: its name today.
    """
    granted = permissions_of_role(UNIT_ROLE)
    return Actor(UNIT, unit_id(organisation), name, granted, UNIT_ROLE, organisation=organisation)


def neighbour(holder: str, name: str, roles: Iterable[str]) -> Actor:
    """Make the actor for somebody who is in safety groups, before it is known in which one they act.

    Args:
        holder: who a browser or a WeChat user is; not for the record.
        name: by which they want to be known.
        roles: keys of `config/roles.toml`, of all their groups.
    """
    granted = frozenset().union(*map(permissions_of_role, roles))
    return Actor(NEIGHBOUR, f"{NEIGHBOUR}:{holder}", name, granted)


def member(member: Any, name: str, role: str) -> Actor:
    """Make the actor for somebody in a safety group.

    Args:
        member: id of their seat in it.
        name: by which the group knows them.
        role: key of `config/roles.toml`.
    """
    return Actor(MEMBER, member_id(member), name, permissions_of_role(role), role)


def group(group: str, name: str) -> Actor:
    """Make the actor for a safety group that speaks as one.

    Args:
        group: its id.
        name: its name.
    """
    return Actor(GROUP, f"{GROUP}:{group}", name)
