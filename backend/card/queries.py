"""Fast reads of cards: one document by its id, no hydration."""

from collections.abc import Sequence
from typing import Any

from backend.foundation import database
from backend.registry import queries as registry


def card(code: str) -> dict[str, Any] | None:
    """Return the stored card of a lift, or None.

    Args:
        code: six-digit rescue code.
    """
    return database.collection("cards").find_one({"_id": code})


def signs(code: str) -> dict[str, str] | None:
    """Return the state of each sign of a lift by its tag, or None where there is no such lift."""
    card = database.collection("cards").find_one({"_id": code}, {"blocks.identity.signs": 1})
    identity = card and card.get("blocks", {}).get("identity")
    return None if identity is None else identity.get("signs", {})


def title(card: dict[str, Any]) -> str:
    """Return how people call the lift of a card."""
    return registry.title(card["blocks"].get("identity", {}), card["_id"])


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
