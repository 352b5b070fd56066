"""The insurance slice: policies, and the block that shows who insures a lift."""

from flask import Flask

from backend.card import blocks
from backend.foundation import bulk
from backend.insurance import queries
from backend.insurance.documents import InsurancePolicy


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block."""
    bulk.offer(InsurancePolicy)
    facts = ("lifts", "insurance_policies", "organisations")
    blocks.register(
        blocks.Block(
            "insurance", 600, queries.build, "insurance/block.html", reads=facts, turns=blocks.never, words="保险"
        )
    )
