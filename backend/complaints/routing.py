"""Routing: ordered rules as data, first match wins, and the rule that fired is kept with the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.policy import jurisdictions
from config import load

BUREAU = "bureau"


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a case goes and why."""

    jurisdiction: str
    rule: str
    reason: str


def route(facts: Mapping[str, Any], lift: Mapping[str, Any] | None, on: date) -> Routed:
    """Choose the desk for a new case.

    The bureau of today decides: an abolished district forwards to its successor, a lift without a bureau goes to the
    municipal desk, never to nowhere.

    Args:
        facts: `category`, `track`, `channel`.
        lift: the lift as stored, None where the resident has no code.
        on: the day of filing, Asia/Shanghai.
    """
    known = {**facts, "lift": bool(lift and lift.get("jurisdiction"))}
    for rule in load("complaints")["routing"]:
        if all(_matches(known.get(name), wanted) for name, wanted in rule["when"].items()):
            target = jurisdictions.current(lift["jurisdiction"], on) if rule["to"] == BUREAU else rule["to"]
            bureau = jurisdictions.bureau(target).bureau_name
            return Routed(target, rule["rule"], rule["reason"].format(bureau=bureau))
    raise LookupError("config/complaints.toml: the last routing rule must match everything")


def _matches(value: Any, wanted: Any) -> bool:
    return value in wanted if isinstance(wanted, list) else value == wanted
