"""The disclosure slice: self-declaration, pledges, and the block that shows them."""

from flask import Flask

from backend.card import blocks
from backend.disclosure import queries
from backend.disclosure.documents import Declaration
from backend.foundation import bulk


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block."""
    bulk.offer(Declaration)
    facts = ("lifts", "declarations")
    blocks.register(
        blocks.Block(
            "pledges",
            200,
            queries.build,
            "disclosure/block.html",
            reads=facts,
            turns=blocks.never,
            words="自我声明和服务质量公开承诺",
        )
    )
