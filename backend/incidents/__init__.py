"""The incidents slice: faults, rescues, accidents, and the block that shows them."""

from flask import Flask

from backend.card import blocks
from backend.foundation import bulk
from backend.incidents import queries, succession
from backend.incidents.documents import Accident, Fault, Rescue
from backend.registry import followers


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block."""
    bulk.offer(Accident, Fault, Rescue)
    followers.inherit(followers.UNITS, "incidents", succession.change_unit)
    facts = ("faults", "rescues", "accidents")
    blocks.register(
        blocks.Block(
            "incidents",
            500,
            queries.build,
            "incidents/block.html",
            reads=facts,
            turns=blocks.never,
            words="故障、救援和事故，近 12 个月",
        )
    )
