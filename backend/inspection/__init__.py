"""The inspection slice: inspections 检验, tests 检测, hazards, and the block that shows them."""

from flask import Flask

from backend.card import blocks
from backend.inspection import queries


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block."""
    blocks.register(blocks.Block("inspection", 400, queries.build, "inspection/block.html"))
