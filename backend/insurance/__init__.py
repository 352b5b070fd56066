"""The insurance slice: policies, and the block that shows who insures a lift."""

from flask import Flask

from backend.card import blocks
from backend.foundation import bulk
from backend.insurance import listed, queries
from backend.insurance.documents import InsurancePolicy
from backend.registry import facts as facts_of_lists


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block, and to lists of lifts their columns."""
    bulk.offer(InsurancePolicy)
    facts_of_lists.register(listed.facts())
    facts = ("lifts", "insurance_policies", "organisations")
    blocks.register(
        blocks.Block(
            "insurance", 600, queries.build, "insurance/block.html", reads=facts, turns=blocks.never, words="保险"
        )
    )
