"""Fast reads of cards: one document by its id, no hydration."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backend.foundation import database
from backend.registry import queries as registry

TITLE = tuple(f"blocks.identity.{name}" for name in registry.TITLE)


def card(code: str) -> dict[str, Any] | None:
    """Return the stored card of a lift, or None.

    Args:
        code: six-digit rescue code.
    """
    return database.collection("cards").find_one({"_id": code})


def some(codes: Sequence[str], fields: Iterable[str]) -> list[dict[str, Any]]:
    """Return parts of the cards of some lifts, in one read; unknown lifts are left out.

    Args:
        codes: rescue codes.
        fields: such as `verdict.fields()`, and what a slice names as its part `ON_CARD`.
    """
    return list(database.collection("cards").find({"_id": {"$in": list(codes)}}, dict.fromkeys(fields, 1)))


def signs(code: str) -> dict[str, str] | None:
    """Return the state of each sign of a lift by its tag, or None where there is no such lift."""
    card = database.collection("cards").find_one({"_id": code}, {"blocks.identity.signs": 1})
    identity = card and card.get("blocks", {}).get("identity")
    return None if identity is None else identity.get("signs", {})


def identity_of(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a card says the lift is and who answers for it, see `registry.queries.identity`."""
    return card["blocks"].get("identity", {})


def title(card: Mapping[str, Any], names: Sequence[str] = registry.TITLE) -> str:
    """Return how people call the lift of a card; `TITLE` are the fields it needs.

    Args:
        card: a stored card.
        names: see `registry.queries.title`.
    """
    return registry.title(identity_of(card), card["_id"], names)


def unit_names(card: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the names of a card's `using_unit` and `maintenance_unit`, None where none is registered."""
    return {role: (identity_of(card).get(role) or {}).get("name") for role in ("using_unit", "maintenance_unit")}


def dues(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all stored dates of a card, see `Block.build`."""
    return [due for block in card["blocks"].values() for due in block.get("dues", ())]


def dues_of(codes: Sequence[str], kind: str) -> dict[str, list[dict[str, Any]]]:
    """Return the stored dates of one kind of some lifts by code; lifts without one are left out.

    Args:
        codes: rescue codes.
        kind: `inspection`, `test`, `visit` or `insurance`.
    """
    found = database.collection("cards").find({"_id": {"$in": list(codes)}}, {"blocks": 1})
    kept = {card["_id"]: [due for due in dues(card) if due["kind"] == kind] for card in found}
    return {code: some for code, some in kept.items() if some}


def identity(codes: list[str]) -> dict[str, dict[str, Any]]:
    """Build the block `identity`: what the lift is, who answers for it, which signs were issued."""
    return registry.identity(codes)
