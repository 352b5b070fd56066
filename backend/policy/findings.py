"""What a check found: rule, verdict and evidence; and how facts are read, so that a missing one is "unknown"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.policy.dates import local_date
from backend.policy.rules import entry

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"  # verdicts on a condition
FACT, REVIEW = "fact", "review"  # takes effect by itself; an official decides

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule looked at for one subject, with what it was seen from."""

    rule_id: str
    scope: str  # unit | lift | application | body
    subject: str  # id of the unit or lift, "" for the application
    verdict: str
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def clause(self) -> str:
        """The rule's clause, from the register."""
        return entry(self.rule_id)["clause"]

    def as_dict(self) -> dict[str, Any]:
        """Give plain JSON and BSON."""
        return {
            "rule_id": self.rule_id,
            "clause": self.clause,
            "scope": self.scope,
            "subject": self.subject,
            "verdict": self.verdict,
            "reason": self.reason,
            "evidence": plain(self.evidence),
        }


def plain(value: Any) -> Any:
    """Turn facts into JSON and BSON values; dates become ISO strings."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def verdict_of(holds: bool | None) -> str:
    """Name a condition's outcome; None is unknown."""
    return UNKNOWN if holds is None else MET if holds else UNMET


def fact(facts: Facts, path: str) -> Any:
    """Read a fact by its dotted path; None where it is not known.

    Raises:
        ValueError: the path leads through something that is no object.
    """
    value: Any = facts
    for name in path.split("."):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise ValueError(f"{path}: an object expected, not {value!r}")
        value = value.get(name)
    return value


def day(value: Any, name: str) -> date:
    """Read a local date from a fact.

    Raises:
        ValueError: it is neither a date, a datetime with zone nor an ISO string; the message names the fact.
    """
    try:
        return local_date(value, name) if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: a date YYYY-MM-DD expected, not {value!r}") from error


def record(facts: Facts, path: str) -> Facts:
    """Read an object by its dotted path, empty where it is not known.

    Raises:
        ValueError: it is no object.
    """
    found = fact(facts, path)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise ValueError(f"{path}: an object expected, not {found!r}")
    return found


def objects(facts: Facts, name: str) -> Sequence[Facts]:
    """Read a list of objects, empty where it is not known.

    Raises:
        ValueError: it is not a list of objects.
    """
    found = items(fact(facts, name) or [], name)
    if not all(isinstance(one, Mapping) for one in found):
        raise ValueError(f"{name}: a list of objects expected")
    return found


def items(value: Any, name: str) -> Sequence[Any]:
    """Read a list from a fact.

    Raises:
        ValueError: it is no list.
    """
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"{name}: a list expected, not {value!r}")
    return value
