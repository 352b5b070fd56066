"""What the workbench shows of estates and units: found by any name, with what they were called and what was done."""

import re
from typing import Any, TypedDict

from backend.foundation import database, events
from backend.foundation.errors import NotFound
from backend.policy import jurisdictions
from backend.registry import queries
from backend.registry.documents import ORGANISATION_KINDS
from backend.registry.names import former, name_key

FOUND = 50  # rows of a search
SHOWN = 500  # lifts of an estate or unit


class NamedRow(TypedDict):
    """An estate or a unit in a list; `place` is its area or what it is, `code` a unit's 统一社会信用代码."""

    id: str
    name: str
    former: list[str]
    place: str
    code: str | None


class NamedLift(TypedDict):
    """A lift of an estate or a unit."""

    code: str
    title: str


class Named(NamedRow):
    """An estate or a unit with its lifts, the first of them by code, and what was done to it, the latest first."""

    lifts: list[NamedLift]
    more: bool
    merged_into: str | None
    history: list[dict[str, Any]]


def estates(words: str) -> list[NamedRow]:
    """Find estates that bear or bore a name with these words in it, or have this id; merged ones are left out."""
    found = database.collection("estates").find(_wanted(words)).sort("_id", 1).limit(FOUND)
    return [_estate_row(one) for one in found]


def units(words: str) -> list[NamedRow]:
    """Find units by words of a name, id or 统一社会信用代码; merged ones are left out."""
    found = database.collection("organisations").find(_wanted(words)).sort("_id", 1).limit(FOUND)
    return [_unit_row(one) for one in found]


def estate(estate: str) -> Named:
    """Return an estate, one that was merged too.

    Raises:
        NotFound: there is none.
    """
    one = database.collection("estates").find_one({"_id": estate})
    if one is None:
        raise NotFound("没有这个小区")
    lifts = database.collection("lifts").find({"estate": estate}, queries.TITLED).sort("_id", 1)
    return _named(one, _estate_row(one), list(lifts.limit(SHOWN + 1)), "estate")


def unit(unit: str) -> Named:
    """Return a unit, one that was merged too.

    Raises:
        NotFound: there is none.
    """
    one = database.collection("organisations").find_one({"_id": unit})
    if one is None:
        raise NotFound("没有这个单位")
    mine = {"$or": [{role: unit} for role in queries.UNIT_ROLES]}
    lifts = database.collection("lifts").find(mine, queries.TITLED).sort("_id", 1)
    return _named(one, _unit_row(one), list(lifts.limit(SHOWN + 1)), "organisation")


def _wanted(words: str) -> dict[str, Any]:
    named = {"$regex": re.escape(name_key(words))}
    numbered = [{"_id": words.strip()}, {"credit_code": name_key(words).upper()}]
    return {"$or": [{"names.key": named}, *numbered], "merged_into": None}


def _estate_row(one: dict[str, Any]) -> NamedRow:
    area = jurisdictions.bureau(one["jurisdiction"]).name
    return {"id": one["_id"], "name": one["name"], "former": former(one), "place": area, "code": None}


def _unit_row(one: dict[str, Any]) -> NamedRow:
    kinds = "、".join(ORGANISATION_KINDS[kind] for kind in one.get("kinds", ()))
    return {
        "id": one["_id"],
        "name": one["name"],
        "former": former(one),
        "place": kinds,
        "code": one.get("credit_code"),
    }


def _named(one: dict[str, Any], row: NamedRow, lifts: list[Any], subject: str) -> Named:
    return {
        **row,
        "lifts": [{"code": lift["_id"], "title": queries.title(lift, lift["_id"])} for lift in lifts[:SHOWN]],
        "more": len(lifts) > SHOWN,
        "merged_into": one.get("merged_into"),
        "history": events.about(f"{subject}:{one['_id']}"),
    }
