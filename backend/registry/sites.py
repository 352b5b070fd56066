"""What lifts are found by in words, kept with every change: their sites (an estate at an address) and their units."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import DeleteOne, ReplaceOne
from pypinyin import Style, lazy_pinyin

from backend.foundation import database
from backend.registry.documents import id_of
from backend.registry.terms import place_of, plain, terms_of

SITE, UNIT = "site", "unit"
UNITS = ("using_unit", "maintenance_unit", "inspection_body")
PLACE = ("jurisdiction", "estate_name", "address")


def site_of(lift: Mapping[str, Any]) -> str:
    """Return the id of a lift's site: the same words in the same area are the same site.

    Args:
        lift: stored form, with `jurisdiction`, `estate_name` and `address`.
    """
    return id_of(SITE, *(lift.get(name) or "" for name in PLACE))


def unit_key(organisation: str) -> str:
    """Return the id under which an organisation's name is found."""
    return f"{UNIT}:{organisation}"


def refresh(codes: Sequence[str]) -> None:
    """Keep what some lifts are found by; a site that no lift has any more goes.

    Args:
        codes: rescue codes of lifts that were saved.
    """
    fields = dict.fromkeys((*PLACE, *UNITS, "site"), 1)
    lifts = list(database.collection("lifts").find({"_id": {"$in": list(codes)}}, fields))
    units = {lift[role] for lift in lifts for role in UNITS if lift.get(role)}
    named = database.collection("organisations").find({"_id": {"$in": sorted(units)}}, {"name": 1})
    wanted = {lift["site"]: lift for lift in lifts if "site" in lift} | {unit_key(one["_id"]): one for one in named}
    found = database.collection("findables").find({"_id": {"$in": list(wanted)}}, {"name": 1})
    known = {one["_id"]: one["name"] for one in found}
    changed = [_entry(key, facts) for key, facts in wanted.items() if known.get(key) != _name(facts)]
    if changed:
        writes = [ReplaceOne({"_id": entry["_id"]}, entry, upsert=True) for entry in changed]
        database.collection("findables").bulk_write(writes, ordered=False)


def of(codes: Sequence[str]) -> set[str]:
    """Return the sites of some lifts.

    Args:
        codes: rescue codes.
    """
    found = database.collection("lifts").find({"_id": {"$in": list(codes)}}, {"site": 1}) if codes else ()
    return {lift["site"] for lift in found if lift.get("site")}


def forget(sites: Iterable[str]) -> None:
    """Drop those of some sites that no lift has any more.

    Args:
        sites: ids of sites that lifts left.
    """
    left = set(sites)
    if left:
        rows = database.collection("lifts").aggregate(
            [{"$match": {"site": {"$in": sorted(left)}}}, {"$group": {"_id": "$site"}}]
        )
        if gone := left - {row["_id"] for row in rows}:
            database.collection("findables").bulk_write([DeleteOne({"_id": key}) for key in sorted(gone)])


def _name(facts: Mapping[str, Any]) -> str:
    """Return the plain name of a site (a stored lift of it) or of a unit."""
    return plain(facts.get("estate_name") or facts.get("name") or "")


def _entry(key: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    unit = key.startswith(f"{UNIT}:")
    name = _name(facts)
    text = name if unit else place_of(facts)
    letters = plain("".join(lazy_pinyin(text)))
    initials = plain("".join(lazy_pinyin(text, style=Style.FIRST_LETTER)))
    return {
        "_id": key,
        "kind": UNIT if unit else SITE,
        "jurisdiction": None if unit else facts["jurisdiction"],
        "name": name,
        "text": text,
        "letters": letters,
        "initials": initials,
        "terms": terms_of(text, name, letters, initials),
    }
