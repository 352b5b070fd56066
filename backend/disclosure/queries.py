"""The card block `pledges`: what the units promised for a lift, and what they owe."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.card.rows import Pledge
from backend.disclosure.rows import PledgesBlock
from backend.foundation import clock, database
from backend.policy import pledges
from backend.registry import queries as registry
from backend.registry.labels import in_pilot
from backend.registry.rows import StoredLift

SOURCE = "使用单位和维保单位的自我声明、服务质量公开承诺"


def build(codes: Sequence[str]) -> dict[str, PledgesBlock]:
    """Build the block of some lifts.

    A lift in the maintenance pilot owes a declaration; another may have one.

    Args:
        codes: rescue codes.

    Source: 附件1 四（一）2（1）; 三（一）2.
    """
    lifts = registry.facts(codes, "labels")
    declared = _declarations(codes)
    return {code: _block(lift, declared.get(code)) for code, lift in lifts.items()}


def _block(lift: StoredLift, declaration: Mapping[str, Any] | None) -> PledgesBlock:
    return {
        "source": SOURCE,
        "updated_at": declaration["published_at"] if declaration else None,
        "owed": in_pilot(lift, "maintenance", clock.today()),
        "pledges": _pledged(declaration["pledges"]) if declaration else [],
        "no_bridging": bool(declaration and declaration["no_bridging"]),
        "standard_url": declaration.get("standard_url") if declaration else None,
        "published_at": declaration["published_at"] if declaration else None,
    }


def _pledged(values: Mapping[str, Mapping[str, float]]) -> list[Pledge]:
    return [_pledge(key, *pledges.metrics().get(key, (key, "")), value) for key, value in values.items()]


def _pledge(key: str, name: str, unit: str, value: Mapping[str, float]) -> Pledge:
    return {"key": key, "name": name, "unit": unit, "baseline": value.get("baseline"), "pledged": value["pledged"]}


def _declarations(codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Find the latest declaration that names each lift; of its long list of lifts only ours is read."""
    named = {"$setIntersection": ["$lifts", list(codes)]}
    fields = {"pledges": 1, "no_bridging": 1, "standard_url": 1, "published_at": 1, "lifts": named}
    rows = database.collection("declarations").find({"lifts": {"$in": codes}}, fields)
    latest: dict[str, dict[str, Any]] = {}
    for row in rows.sort([("published_at", 1), ("_id", 1)]):
        latest.update(dict.fromkeys(row["lifts"], row))
    return latest
