"""The answer to "by when?": a date or moment that carries its reason, its clause and its rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from backend.policy.dates import local_date


@dataclass(frozen=True, slots=True)
class Due:
    """A day (in time until its end, Asia/Shanghai) or a moment with zone, and why."""

    due: date | datetime
    reason: str
    clause: str
    rule_id: str
    profile: str
    provisional: bool = False

    @property
    def date(self) -> date:
        """The local day on which it falls due."""
        return local_date(self.due)

    def as_dict(self) -> dict[str, str | bool]:
        """Give plain JSON and BSON: dates and moments as ISO strings."""
        return {
            "due": self.due.isoformat(),
            "reason": self.reason,
            "clause": self.clause,
            "rule_id": self.rule_id,
            "profile": self.profile,
            "provisional": self.provisional,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, str | bool]) -> "Due":
        """Read back what as_dict gave.

        Raises:
            KeyError, ValueError: a field is missing or `due` is no ISO date or moment.
        """
        text = str(stored["due"])
        due = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        words = {key: str(stored[key]) for key in ("reason", "clause", "rule_id", "profile")}
        return cls(due, **words, provisional=bool(stored["provisional"]))


@dataclass(frozen=True, slots=True)
class Planned(Due):
    """An entry of the inspection calendar."""

    kind: str = field(kw_only=True)  # inspection | test

    def as_dict(self) -> dict[str, str | bool]:
        """Give plain JSON and BSON, with the kind first."""
        return {"kind": self.kind, **Due.as_dict(self)}
