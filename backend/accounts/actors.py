"""Who did it: the one form in which everybody who acts is known to the services and to the record."""

from dataclasses import dataclass

from backend.policy import jurisdictions


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
