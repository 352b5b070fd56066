"""The inspection slice: inspections 检验, tests 检测, hazards, and the block that shows them."""

from flask import Flask

from backend.card import blocks
from backend.foundation import bulk
from backend.inspection import listed, queries
from backend.inspection.documents import Examination, Hazard
from backend.registry import facts as facts_of_lists
from backend.registry import signs


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block, and to signs the date of the next inspection, to lists their columns."""
    bulk.offer(Examination, Hazard)
    signs.take_next_inspections(queries.next_inspections)
    facts_of_lists.register(listed.facts("inspection"))
    facts_of_lists.register(listed.facts("test"))
    facts = ("lifts", "examinations", "hazards", "organisations")
    blocks.register(
        blocks.Block(
            "inspection",
            400,
            queries.build,
            "inspection/block.html",
            reads=facts,
            turns=blocks.never,
            words="检验、检测和隐患",
        )
    )
