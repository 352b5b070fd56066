"""What units do with lifts: how many they have, what they are registered as, who maintained one when."""

from collections.abc import Callable
from datetime import date

from backend.foundation import database
from backend.registry.documents import IN_USE

Maintained = Callable[[str, str, date], bool | None]
_providers: dict[str, Maintained] = {}


def present(unit: str) -> str:
    """Return the id of the organisation that stands today for one that may have been merged into another."""
    seen: list[str] = []
    while unit not in seen:
        seen.append(unit)
        found = database.collection("organisations").find_one({"_id": unit}, {"merged_into": 1})
        unit = (found or {}).get("merged_into") or unit
    return unit


def count_in_use(unit: str, at_most: int) -> int:
    """Count the lifts in use that a unit uses or maintains in the whole city, no further than asked.

    Args:
        unit: id of the organisation.
        at_most: where counting stops.
    """
    either = [{role: unit} for role in ("using_unit", "maintenance_unit")]
    return database.collection("lifts").count_documents({"status": IN_USE, "$or": either}, limit=at_most)


def organisation_kinds(unit: str) -> list[str] | None:
    """Return what an organisation is registered as, see ORGANISATION_KINDS; None where there is no such one."""
    found = database.collection("organisations").find_one({"_id": unit}, {"kinds": 1})
    return found and found.get("kinds", [])


def take_maintained(source: Maintained) -> None:
    """Name the function that tells whether a unit maintained a lift on a day, None where it does not know the lift."""
    _providers["maintained"] = source


def maintained(code: str, unit: str, on: date) -> bool:
    """Tell whether a unit maintained a lift on a day; where no contract tells, the unit that is registered now did.

    Args:
        code: rescue code.
        unit: id of the organisation.
        on: local date.
    """
    told = _providers["maintained"](code, unit, on) if _providers else None
    if told is not None:
        return told
    return database.collection("lifts").find_one({"_id": code, "maintenance_unit": unit}, {"_id": 1}) is not None
