"""Who moves cases, and which cases are theirs to see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from backend.complaints import workflow
from backend.foundation import database
from backend.foundation.errors import NotFound
from backend.foundation.permissions import permissions_of_role
from backend.policy import jurisdictions

UNIT_ROLE = "unit"


class Parted(Protocol):
    """What decides who has which part in a case: the bureau that leads, those that help, the units it was sent to."""

    jurisdiction: str
    helpers: Iterable[str]
    units: Iterable[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves a case: an id for the record, a label for the reader, and what they may do and see."""

    id: str
    label: str
    permissions: frozenset[str]
    jurisdiction: str | None = None
    organisation: str | None = None

    def desks(self) -> tuple[str, ...] | None:
        """Return the jurisdictions whose cases are this actor's: the own and those it took over; None is all."""
        if "complaint.see_all" in self.permissions:
            return None
        return (self.jurisdiction, *jurisdictions.predecessors(self.jurisdiction)) if self.jurisdiction else ()

    def sees(self, jurisdiction: str) -> bool:
        """Tell whether a desk's cases are this actor's to see."""
        desks = self.desks()
        return desks is None or jurisdiction in desks

    def part_in(self, case: Parted) -> frozenset[str]:
        """Return the parts this actor has in a case: lead, helper, unit; nobody else sees it."""
        parts = {
            workflow.LEAD: self.sees(case.jurisdiction),
            workflow.HELPER: any(self.sees(helper) for helper in case.helpers),
            workflow.UNIT: self.organisation is not None and self.organisation in case.units,
        }
        return frozenset(part for part, has in parts.items() if has)


def resident() -> Actor:
    """Return the actor for somebody who proved a case is theirs by its key or their WeChat account."""
    return Actor(id="resident", label="反映人", permissions=frozenset({workflow.RESIDENT}))


def unit(organisation: str) -> Actor:
    """Return the actor for somebody who answers for a using or maintenance unit.

    Args:
        organisation: id of the unit, proved by the caller.

    Raises:
        NotFound: there is no such unit.
    """
    found = database.collection("organisations").find_one({"_id": organisation}, {"name": 1})
    if found is None:
        raise NotFound("没有这个单位")
    return Actor(
        id=f"org:{organisation}",
        label=found["name"],
        permissions=permissions_of_role(UNIT_ROLE),
        organisation=organisation,
    )


def scope(actor: Actor) -> dict[str, Any]:
    """Return the filter of the cases an actor may read: those of the own desks and those it helps with."""
    desks = actor.desks()
    if desks is None:
        return {}
    return {"$or": [{"jurisdiction": {"$in": list(desks)}}, {"helpers": {"$in": list(desks)}}]}
