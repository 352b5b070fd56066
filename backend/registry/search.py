"""The one search for lifts, of pages, desk, API and chat: by a lift's numbers, or words of its place or its units."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.foundation import clock, database
from backend.foundation.text import simplified
from backend.policy import areas, jurisdictions
from backend.registry import sites
from backend.registry.documents import IN_USE, SCRAPPED, STATUSES
from backend.registry.queries import TITLE, areas_of, title
from backend.registry.rows import LiftItem, StoredLift
from backend.registry.terms import BEGINS, WHOLE, Query, details_of, forms, is_near, numbers, read, variants

IDENTIFIERS = ("_id", "device_code", "registration_code", "certificate_no")
SITES = 60  # sites and units looked at for a query, the best first
LIFTS = 1000  # lifts put in order for a query: who gets more has to say more
NEAR_LENGTH = 3  # of two characters one wrong is another word
BEGINNING = 2
_SHOWN = dict.fromkeys((*TITLE, "address", "jurisdiction", "status"), 1)
_NATURAL = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A site or unit that has the words, and how well: 0 is best."""

    key: str
    kind: str
    rank: int


def find(text: str, limit: int = 10) -> list[LiftItem]:
    """Find lifts by what a person types, see `search`.

    Args:
        text: as typed.
        limit: most lifts wanted.
    """
    return search(text, limit)[0]


def search(
    q: str, limit: int = 20, cursor: str | None = None, jurisdiction: str | None = None
) -> tuple[list[LiftItem], str | None]:
    """List lifts a page at a time: without a query and by number in the order of their codes, by words the best first.

    Words are those of the title, the address, the district or a unit, in simplified or traditional characters or in
    pinyin, whole or by its first letters; where nothing has them, what has all but one character. Scrapped lifts come
    last.

    Args:
        q: as typed, any width and case; blank for all.
        limit: lifts a page.
        cursor: what the page before gave.
        jurisdiction: only lifts that this bureau answers for today.

    Returns:
        The page, and the cursor of the next page or None.
    """
    scope: dict[str, Any] = {"jurisdiction": {"$in": areas_of(jurisdiction)}} if jurisdiction else {}
    if not q.strip():
        return _by_code(scope, limit, cursor)
    numbered = [{name: {"$in": numbers(q)}} for name in IDENTIFIERS]
    found, further = _by_code({"$and": [scope, {"$or": numbered}]}, limit, cursor)
    if found:
        return found, further
    return _by_words(q, scope, limit, cursor)


def _by_code(match: Mapping[str, Any], limit: int, cursor: str | None) -> tuple[list[LiftItem], str | None]:
    after = {"$and": [match, {"_id": {"$gt": cursor}}]} if cursor else match
    found = list(database.collection("lifts").find(after, _SHOWN).sort("_id").limit(limit + 1))
    return [_item(one) for one in found[:limit]], found[limit - 1]["_id"] if len(found) > limit else None


def _by_words(q: str, scope: Mapping[str, Any], limit: int, cursor: str | None) -> tuple[list[LiftItem], str | None]:
    named = areas.leading(simplified(q))
    found: list[StoredLift] = []
    if named:
        within = areas_of(jurisdictions.current(named.id, clock.today()))
        narrowed = {"$and": [scope, {"jurisdiction": {"$in": within}}]}
        query = read(named.rest)
        if not query.words and not query.details:
            return _by_code(narrowed, limit, cursor)
        found = _in_order(query, narrowed)
    found = found or (_in_order(read(named.rest), scope) if named else []) or _in_order(read(q), scope)
    start = next((place for place, one in enumerate(found, start=1) if one["_id"] == cursor), 0) if cursor else 0
    page = found[start : start + limit]
    return [_item(one) for one in page], page[-1]["_id"] if start + limit < len(found) else None


def _ranked(query: Query, scope: Mapping[str, Any]) -> list[Ranked]:
    """Return the sites and units that have all words of a query, the best first; else those that nearly have them."""
    if not query.words:
        return []
    has: list[dict[str, Any]] = [_any(forms(word)) for word in query.words]
    first = query.words[0]
    begun = [[{"terms": WHOLE + first}], [{"terms": BEGINS + first[:BEGINNING]}], []]
    found: dict[str, Mapping[str, Any]] = {}
    for narrower in begun:
        if len(found) < SITES:
            found |= {one["_id"]: one for one in _having([*narrower, *has], scope)}
    ranked = list(_judged(found.values(), query.words, _rank))
    if not ranked and any(len(word) >= NEAR_LENGTH for word in query.words):
        nearly = [
            {"$or": [*_any(forms(word))["$or"], *_any(variants(word))["$or"]]} if len(word) >= NEAR_LENGTH else one
            for word, one in zip(query.words, has, strict=True)
        ]
        ranked = list(_judged(_having(nearly, scope), query.words, _near_rank))
    return [one for *_, one in sorted(ranked, key=lambda judged: judged[:3])]


def _any(ways: Iterable[Sequence[str]]) -> dict[str, Any]:
    return {"$or": [{"terms": {"$all": list(terms)}} for terms in ways]}


def _having(conditions: Sequence[Mapping[str, Any]], scope: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    within = [_of_a_unit_or(scope)] if scope else []
    yield from database.collection("findables").find({"$and": [*conditions, *within]}, {"terms": 0}).limit(SITES)


def _of_a_unit_or(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Narrow sites to an area; units have lifts in many."""
    return {"$or": [scope, {"kind": sites.UNIT}]}


def _judged(
    found: Iterable[Mapping[str, Any]], words: Sequence[str], rank: Callable[[str, Mapping[str, Any]], int | None]
) -> Iterator[tuple[int, int, str, Ranked]]:
    for one in found:
        ranks = [rank(word, one) for word in words]
        if None not in ranks:
            worst = max(each for each in ranks if each is not None)
            yield worst, len(one["name"]), one["_id"], Ranked(one["_id"], one["kind"], worst)


def _rank(word: str, one: Mapping[str, Any]) -> int | None:
    """Tell how well a site or unit has a word, None where its terms only match apart."""
    name: str = one["name"]
    held = (
        word == name,
        name.startswith(word),
        word in name,
        word in one["text"],
        one["initials"].startswith(word) or one["letters"].startswith(word),
        word in one["initials"] or word in one["letters"],
    )
    return next((place for place, holds in enumerate(held) if holds), None)


def _near_rank(word: str, one: Mapping[str, Any]) -> int | None:
    if (rank := _rank(word, one)) is not None:
        return rank
    near = len(word) >= NEAR_LENGTH and (is_near(word, one["name"]), is_near(word, one["text"]))
    return (near.index(True) + len(_NEAR_AFTER)) if near and True in near else None


_NEAR_AFTER = range(6)  # the ranks of what has the word


def _in_order(query: Query, scope: Mapping[str, Any]) -> list[StoredLift]:
    """Return the lifts that a query asks for, those of the best sites and units first and scrapped ones last."""
    ranked = _ranked(query, scope)
    lifts: dict[str, tuple[Any, StoredLift]] = {}
    for rank in sorted({one.rank for one in ranked}):
        places = {one.key: place for place, one in enumerate(ranked) if one.rank == rank and one.kind == sites.SITE}
        units = [
            one.key.removeprefix(sites.unit_key("")) for one in ranked if one.rank == rank and one.key not in places
        ]
        ways: list[dict[str, Any]] = [{"site": {"$in": list(places)}}] if places else []
        ways += [{role: {"$in": units}} for role in sites.UNITS if units]
        asked = {"$and": [scope, {"$or": ways}]}
        left = LIFTS - len(lifts)
        for lift in database.collection("lifts").find(asked, {**_SHOWN, "site": 1}).limit(left) if left > 0 else ():
            if query.details <= details_of(lift):
                order = (rank, places.get(lift["site"], len(ranked)), _natural(lift), lift["_id"])
                lifts.setdefault(lift["_id"], (order, lift))
    scrapped_last = sorted(lifts.values(), key=lambda one: (one[1].get("status") == SCRAPPED, one[0]))
    return [lift for _, lift in scrapped_last]


def _natural(lift: StoredLift) -> list[tuple[int, str]]:
    """Order buildings and lifts by their numbers: 3栋 before 13栋."""
    text = f"{lift.get('building') or ''} {lift.get('inside_number') or ''}"
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _NATURAL.split(text)]


def _item(found: StoredLift) -> LiftItem:
    district, address = jurisdictions.bureau(found["jurisdiction"]).name, found.get("address") or ""
    status = "" if found.get("status", IN_USE) == IN_USE else f"{STATUSES[found['status']]} · "
    return {
        "code": found["_id"],
        "title": title(found, found["_id"]),
        "subtitle": status + (address if district in address else district + address),
    }
