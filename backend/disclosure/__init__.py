"""The disclosure slice: self-declaration, pledges, maintenance plan, and the block that shows them."""

from flask import Flask

from backend.card import blocks, promises
from backend.disclosure import queries


def init_app(app: Flask) -> None:
    """Bring the slice's card block, and to its template what became of the promises."""
    blocks.register(blocks.Block("pledges", 200, queries.build, "disclosure/block.html", blocks.never))
    app.jinja_env.globals["promises"] = promises.promises
