"""The incidents slice: faults, rescues, accidents, insurance, and the blocks that show them."""

from flask import Flask

from backend.card import blocks
from backend.incidents import queries


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card blocks."""
    blocks.register(blocks.Block("incidents", 500, queries.build, "incidents/block.html", blocks.never))
    blocks.register(blocks.Block("insurance", 600, queries.build_insurance, "incidents/insurance.html", blocks.never))
