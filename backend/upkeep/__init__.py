"""The upkeep slice: contracts, plans, visits, and the block that shows them."""

from flask import Flask

from backend.card import blocks
from backend.foundation import bulk
from backend.registry import facts as facts_of_lists
from backend.registry import followers, units
from backend.upkeep import listed, queries, succession
from backend.upkeep.documents import Contract, MaintenancePlan, Visit


def init_app(app: Flask) -> None:  # noqa: ARG001 - every slice is brought the same way
    """Bring the slice's card block, and to the registry who maintained a lift when and columns of lists."""
    bulk.offer(Contract, MaintenancePlan, Visit)
    units.take_maintained(queries.maintained)
    followers.inherit(followers.LIFTS_OF_UNITS, "upkeep", succession.change_unit)
    facts_of_lists.register(listed.contracts())
    facts_of_lists.register(listed.visits())
    facts = ("lifts", "contracts", "maintenance_plans", "visits")
    blocks.register(
        blocks.Block(
            "upkeep",
            300,
            queries.build,
            "upkeep/block.html",
            reads=facts,
            turns=queries.turns,
            words="维护保养：合同、方案、维保记录",
        )
    )
