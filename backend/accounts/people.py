"""Who signs in, as others know them: `person:<id>` and a name, nothing by which they could be reached."""

from typing import Any

from backend.accounts.actors import person_id
from backend.foundation.database import collection


def names() -> dict[str, str]:
    """Return the names of everybody who signs in or did so once, as `person:<id>` -> name."""
    return _names({})


def colleagues(jurisdiction: str) -> dict[str, str]:
    """Return the people of a bureau who sign in, as `person:<id>` -> name, by name.

    Args:
        jurisdiction: id of the bureau.
    """
    return _names({"jurisdiction": jurisdiction, "active": True})


def _names(wanted: dict[str, Any]) -> dict[str, str]:
    found = collection("people").find(wanted, {"name": 1}).sort("name", 1)
    return {person_id(person["_id"]): person["name"] for person in found}
