"""Fast reads of cards: one document by its id, no hydration."""

from collections.abc import Collection, Iterable, Sequence

from backend.card.rows import Card, CardDue, CardPart, HeldBlock, UnitNames
from backend.foundation import database
from backend.registry import queries as registry
from backend.registry.rows import Identity

TITLE = tuple(f"blocks.identity.{name}" for name in registry.TITLE)


def card(code: str) -> Card | None:
    """Return the stored card of a lift, or None.

    Args:
        code: six-digit rescue code.
    """
    return database.collection("cards").find_one({"_id": code})


def some(codes: Sequence[str], fields: Iterable[str]) -> list[CardPart]:
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


def identity_of(card: CardPart) -> Identity:
    """Return what a card says the lift is and who answers for it, as far as it was asked for: take it by `get`."""
    return card["blocks"].get("identity", {})


def title(card: CardPart, names: Sequence[str] = registry.TITLE) -> str:
    """Return how people call the lift of a card; `TITLE` are the fields it needs.

    Args:
        card: a stored card.
        names: see `registry.queries.title`.
    """
    return registry.title(identity_of(card), card["_id"], names)


def unit_names(card: CardPart) -> UnitNames:
    """Return the names of a card's `using_unit` and `maintenance_unit`, None where none is registered."""
    identity = identity_of(card)
    using, maintaining = identity.get("using_unit"), identity.get("maintenance_unit")
    return {"using_unit": using and using["name"], "maintenance_unit": maintaining and maintaining["name"]}


def held(card: CardPart) -> Collection[HeldBlock]:
    """Return the blocks of a card, for whoever reads them all."""
    return card["blocks"].values()


def dues(card: CardPart) -> list[CardDue]:
    """Return all stored dates of a card."""
    return [due for block in held(card) for due in block.get("dues", ())]


def dues_of(codes: Sequence[str], kind: str) -> dict[str, list[CardDue]]:
    """Return the stored dates of one kind of some lifts by code; lifts without one are left out.

    Args:
        codes: rescue codes.
        kind: `inspection`, `test`, `visit` or `insurance`.
    """
    found = database.collection("cards").find({"_id": {"$in": list(codes)}}, {"blocks": 1})
    kept = {card["_id"]: [due for due in dues(card) if due["kind"] == kind] for card in found}
    return {code: some for code, some in kept.items() if some}


def identity(codes: Sequence[str]) -> dict[str, Identity]:
    """Build the block `identity`: what the lift is, who answers for it, which signs were issued."""
    return registry.identity(codes)
