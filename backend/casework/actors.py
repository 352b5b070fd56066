"""Who moves cases, and which cases are theirs to see."""

from collections.abc import Collection
from typing import Any, Protocol

from backend.accounts import actors
from backend.accounts.actors import Actor
from backend.casework.workflow import HELPER, LEAD, RESIDENT, UNIT
from backend.foundation.errors import NotFound
from backend.registry import queries as registry


class Parted(Protocol):
    """What decides who has which part in a case: the bureau that leads, those that help, the units it was sent to."""

    @property
    def jurisdiction(self) -> str:
        """Give the id of the bureau that leads."""

    @property
    def helpers(self) -> Collection[str]:
        """Give the ids of the bureaus that help."""

    @property
    def units(self) -> Collection[str]:
        """Give the ids of the units."""


def parts_of(actor: Actor, case: Parted) -> frozenset[str]:
    """Return the parts an actor has in a case: lead, helper, unit, resident; who has none does not see it."""
    parts = {
        RESIDENT: RESIDENT in actor.permissions,  # who proved that the case is theirs
        LEAD: actor.sees(case.jurisdiction),
        HELPER: any(actor.sees(helper) for helper in case.helpers),
        UNIT: actor.organisation is not None and actor.organisation in case.units,
    }
    return frozenset(part for part, has in parts.items() if has)


def unit(organisation: str) -> Actor:
    """Return the actor for somebody who answers for a using or maintenance unit.

    Args:
        organisation: id of the unit, proved by the caller.

    Raises:
        NotFound: there is no such unit.
    """
    names = registry.organisation_names([organisation])
    if not names:
        raise NotFound("没有这个单位")
    return actors.unit(organisation, names[organisation])


def scope(actor: Actor) -> dict[str, Any]:
    """Return the filter of the cases an actor may read: those of the own desks and those it helps with."""
    desks = actor.desks()
    if desks is None:
        return {}
    return {"$or": [{"jurisdiction": {"$in": list(desks)}}, {"helpers": {"$in": list(desks)}}]}
