"""The inspection slice: inspections 检验, tests 检测, hazards, and the block that shows them."""

from flask import Flask

from backend.card import blocks, verdict
from backend.inspection import queries
from backend.registry import signs


def init_app(app: Flask) -> None:
    """Bring the slice's card block, and to templates how a stored date stands today."""
    signs.take_next_inspections(queries.next_inspections)
    blocks.register(blocks.Block("inspection", 400, queries.build, "inspection/block.html", blocks.never))
    app.jinja_env.globals["dated"] = verdict.dated
