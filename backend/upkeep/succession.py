"""Contracts and plans go on when lifts go from one maintenance unit to another that takes its place."""

from collections.abc import Mapping

from backend.foundation import database
from backend.registry.followers import Succession
from backend.upkeep.documents import Contract, MaintenancePlan


def change_unit(succession: Succession) -> Mapping[str, int]:
    """Let contracts and plans name the unit that takes the place of theirs; recorded visits are never edited."""
    wanted = {"lift": {"$in": list(succession.lifts)}, "maintenance_unit": succession.old}
    change = {"$set": {"maintenance_unit": succession.new[0]}}
    counted = {}
    for label, kind in (("维保合同", Contract), ("维保方案", MaintenancePlan)):
        counted[label] = database.collection_of(kind).update_many(wanted, change).modified_count
    return counted
