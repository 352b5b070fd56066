"""Routing: ordered rules as data, first match wins, and the rule that fired is kept with the case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.foundation.text import simplified
from backend.policy import areas, jurisdictions
from config import load

BUREAU = "bureau"
ZONE = "zone"
MOST_LIFTS = 10_000  # how far the lifts of a unit are counted: no rule tells larger units apart


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a case goes and why."""

    jurisdiction: str
    rule: str
    reason: str


def route(
    facts: Mapping[str, Any],
    lift: Mapping[str, Any] | None,
    on: date,
    rules: Sequence[Mapping[str, Any]] | None = None,
) -> Routed:
    """Choose the desk for a new case.

    The bureau of today decides: an abolished district forwards to its successor, a lift without a bureau goes to the
    municipal desk, never to nowhere. Where no lift is given, the place says which district is meant, if it does.

    Args:
        facts: `category`, `track`, `channel`; `place`, in the resident's words; `unit_lifts`, a function that counts
            the lifts of the using unit and is called only where a rule asks.
        lift: the lift as stored, None where the resident has no code.
        on: the day of filing, Asia/Shanghai.
        rules: those of config/complaints.toml where None.
    """
    area = lift.get("jurisdiction") if lift else areas.meant(simplified(facts.get("place") or ""))
    own = jurisdictions.current(area, on) if area else None
    zone = own is not None and jurisdictions.bureau(own).kind == ZONE
    known = {**facts, "lift": bool(lift and own), "place": own is not None, BUREAU: own, ZONE: zone}
    for rule in load("complaints")["routing"] if rules is None else rules:
        if all(_matches(known.get(name), wanted) for name, wanted in rule["when"].items()):
            target = own if rule["to"] == BUREAU else rule["to"]
            bureau = jurisdictions.bureau(target or jurisdictions.MUNICIPAL)
            return Routed(bureau.id, rule["rule"], rule["reason"].format(bureau=bureau.bureau_name))
    raise LookupError("config/complaints.toml: the last routing rule must match everything")


def _matches(value: Any | Callable[[], int], wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        counted = value() if callable(value) else 0
        return wanted.get("min", 0) <= counted <= wanted.get("max", MOST_LIFTS)
    return value in wanted if isinstance(wanted, list) else value == wanted
