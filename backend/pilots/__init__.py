"""The pilots slice: who is labelled 标注 for which programme, and the block that shows it."""

from flask import Flask

from backend.card import blocks
from backend.foundation import bulk
from backend.pilots import queries
from backend.pilots.documents import Label


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block."""
    bulk.offer(Label)
    blocks.register(
        blocks.Block(
            "pilots", 700, queries.build, "pilots/block.html", reads=("labels",), turns=queries.turns, words="试点标注"
        )
    )
