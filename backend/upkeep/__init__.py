"""The upkeep slice: contracts, visits, and the block that shows them."""

from flask import Flask

from backend.card import blocks
from backend.upkeep import queries


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block."""
    facts = ("lifts", "contracts", "visits")
    blocks.register(blocks.Block("upkeep", 300, queries.build, "upkeep/block.html", reads=facts, turns=blocks.never))
