"""The pilots slice: who is labelled 标注 for which programme, and the block that shows it."""

from flask import Flask

from backend.card import blocks
from backend.pilots import queries


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block."""
    blocks.register(
        blocks.Block("pilots", 700, queries.build, "pilots/block.html", reads=("labels",), turns=blocks.never)
    )
