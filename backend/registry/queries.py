"""Fast reads of lifts: plain dicts, no hydration, no count, no skip."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.foundation import clock, database
from backend.foundation.errors import BadInput
from backend.foundation.protect import mask_name, masked_phone
from backend.policy import jurisdictions
from backend.registry.documents import CATEGORIES, IN_USE, SCRAPPED, STATUSES
from backend.registry.names import name_key
from backend.registry.rows import BureauRow, Identity, StoredLift, UnitRow

CODES_BATCH = 1000
CODE_SHOWN = 20  # characters of what was given for a code, told back
SOURCES = {"import": "区县局导入", "demo": "演示数据"}
UNIT_ROLES = ("using_unit", "maintenance_unit", "inspection_body")
TITLE = ("estate_name", "building", "inside_number")
TITLED = dict.fromkeys(TITLE, 1)


def lift(code: str) -> StoredLift | None:
    """Return a lift as it is stored, or None.

    Args:
        code: six-digit rescue code.
    """
    return database.collection("lifts").find_one({"_id": code})


def facts(codes: Sequence[str], *names: str) -> dict[str, StoredLift]:
    """Return some facts of lifts by code, in one read; unknown codes are left out.

    Args:
        codes: rescue codes.
        names: fields of `Lift`; what a lift lacks is left out.
    """
    found = database.collection("lifts").find({"_id": {"$in": list(codes)}}, dict.fromkeys(names, 1) or {"_id": 1})
    return {one["_id"]: one for one in found}


def require_lifts(codes: Sequence[str], *names: str, field: str = "lifts") -> dict[str, StoredLift]:
    """Return some facts of lifts that must be there, see `facts`.

    Args:
        codes: rescue codes, one at least.
        names: fields of `Lift`.
        field: to name in the error.

    Raises:
        BadInput: there is no such lift, or none is named.
    """
    if not codes:
        raise BadInput.of(field, "请写明救援识别码")
    found = facts(codes, *names)
    if unknown := [code[:CODE_SHOWN] for code in codes if code not in found]:
        raise BadInput.of(field, f"没有救援识别码是 {'、'.join(unknown)} 的电梯")
    return found


def require_lift(code: str, *names: str, field: str = "lift") -> StoredLift:
    """Return some facts of one lift that must be there; arguments and errors as of `require_lifts`."""
    return require_lifts([code], *names, field=field)[code]


def organisation_meant(words: str) -> str:
    """Return the id of the organisation that somebody means.

    Args:
        words: its id, its 统一社会信用代码, the name it bears now or, where nobody bears that, one it bore.

    Raises:
        BadInput: there is none, or there are several of that name.
    """
    words, key = words.strip(), name_key(words)
    meant = [{"_id": words}, {"credit_code": key.upper()}, {"names.key": key}]
    standing = {"$or": meant, "merged_into": None}
    found = list(database.collection("organisations").find(standing, {"name": 1, "credit_code": 1}))
    numbered = [one for one in found if one["_id"] == words or one.get("credit_code") == key.upper()]
    named = [one for one in found if name_key(one["name"]) == key]
    best = numbered or named or found
    if not best:
        raise BadInput.of("organisation", f"没有“{words}”这个单位")
    if len(best) > 1:
        raise BadInput.of("organisation", f"有几个单位叫“{words}”，请写统一社会信用代码或编号")
    return best[0]["_id"]


def is_of_kind(organisation: str, kinds: Collection[str]) -> bool:
    """Tell whether an organisation is of one of some kinds; one of which no kind is known is of any.

    Args:
        organisation: its id.
        kinds: keys of ORGANISATION_KINDS.
    """
    found = database.collection("organisations").find_one({"_id": organisation}, {"kinds": 1})
    known = (found or {}).get("kinds") or kinds
    return not set(kinds).isdisjoint(known)


def organisation_names(ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of organisations by id, in one read; unknown ones are left out.

    Args:
        ids: of organisations; None, for an unknown one, is passed over.
    """
    found = database.collection("organisations").find({"_id": {"$in": sorted(set(ids) - {None})}}, {"name": 1})
    return {one["_id"]: one["name"] for one in found}


def estate_names(ids: Iterable[str]) -> dict[str, str]:
    """Return the names of estates by id, in the order of the ids, in one read.

    Args:
        ids: of estates; unknown ones are left out.
    """
    found = database.collection("estates").find({"_id": {"$in": list(ids)}}, {"name": 1}).sort("_id", 1)
    return {one["_id"]: one["name"] for one in found}


def estate_areas(ids: Iterable[str]) -> dict[str, str]:
    """Return the jurisdictions of estates by id, in one read.

    Args:
        ids: of estates; unknown ones are left out.
    """
    found = database.collection("estates").find({"_id": {"$in": sorted(ids)}}, {"jurisdiction": 1})
    return {one["_id"]: one["jurisdiction"] for one in found}


def estate_meant(words: str, jurisdiction: str | None = None) -> str:
    """Return the id of the estate that somebody means.

    Args:
        words: its id, the name it bears now or, where nobody bears that, one it bore.
        jurisdiction: id of the area it lies in, where estates of several have the name.

    Raises:
        BadInput: there is none, or there are several of that name.
    """
    own = database.collection("estates").find_one({"_id": words.strip(), "merged_into": None})
    best = [own] if own else [one for one in _estates_called(words) if jurisdiction in (None, one["jurisdiction"])]
    if not best:
        raise BadInput.of("estate", f"没有“{words}”这个小区")
    if len(best) > 1:
        places = "、".join(f"{jurisdictions.bureau(one['jurisdiction']).name} {one['_id']}" for one in best)
        raise BadInput.of("estate", f"有几个小区叫“{words}”，请写编号：{places}")
    return best[0]["_id"]


def _estates_called(name: str) -> list[dict[str, Any]]:
    """Return the estates that bear a name now or, where none does, those that bore it."""
    key = name_key(name)
    found = list(database.collection("estates").find({"names.key": key, "merged_into": None}))
    return [one for one in found if name_key(one["name"]) == key] or found


def estate_of(code: str) -> str | None:
    """Return the id of a lift's estate, None where none is registered."""
    found = facts([code], "estate").get(code)
    return found.get("estate") if found else None


def codes_of_estates(ids: Iterable[str]) -> list[str]:
    """Return the rescue codes of the lifts of estates, scrapped ones left out.

    Args:
        ids: of estates.
    """
    wanted = {"estate": {"$in": list(ids)}, "status": {"$ne": SCRAPPED}}
    return [one["_id"] for one in database.collection("lifts").find(wanted, {"_id": 1})]


def title(facts: Mapping[str, Any], code: str, names: Sequence[str] = TITLE) -> str:
    """Return how people call a lift: estate, building, number; its code where none of them is known.

    Args:
        facts: a stored lift, or what `identity` says of it.
        code: six-digit rescue code.
        names: of the facts, where a reader knows the estate already.
    """
    return " ".join(filter(None, (facts.get(name) for name in names))) or f"电梯 {code}"


def title_of(code: str) -> str | None:
    """Return how people call a stored lift, None where there is no such lift.

    Args:
        code: six-digit rescue code.
    """
    found = database.collection("lifts").find_one({"_id": code}, dict.fromkeys(TITLE, 1))
    return title(found, code) if found else None


def titles(codes: Collection[str]) -> dict[str, str]:
    """Return how people call stored lifts: {code: title}; unknown ones are left out.

    Args:
        codes: six-digit rescue codes.
    """
    found = database.collection("lifts").find({"_id": {"$in": list(codes)}}, TITLED)
    return {lift["_id"]: title(lift, lift["_id"]) for lift in found}


def areas_of(jurisdiction: str) -> list[str]:
    """List the ids that lifts of a bureau may carry: its own, and those of abolished bureaus it answers for today."""
    today = clock.today()
    return [one for one in jurisdictions.register() if jurisdictions.current(one, today) == jurisdiction]


def codes(jurisdiction: str | None = None, estate: str | None = None) -> Iterator[str]:
    """Stream rescue codes in order, for rebuilds; each batch is a query of its own, so a slow reader loses no cursor.

    Args:
        jurisdiction: only lifts that this bureau answers for today.
        estate: only lifts of the estates with this name, or that bore it where none has it now.
    """
    return (found["_id"] for found in lifts(jurisdiction, estate, {"_id": 1}))


def codes_of_units(ids: Collection[str]) -> Iterator[str]:
    """Stream the rescue codes of the lifts that any of these organisations answers for.

    Args:
        ids: ids of organisations.
    """
    scope = {"$or": [{role: {"$in": list(ids)}} for role in UNIT_ROLES]}
    return (found["_id"] for found in _stream(scope, {"_id": 1}))


def count_of_unit(unit: str, at_most: int) -> int:
    """Count the lifts of a using unit, no further than asked.

    Args:
        unit: id of the organisation.
        at_most: where counting stops.
    """
    return database.collection("lifts").count_documents({"using_unit": unit}, limit=at_most)


def lifts(
    jurisdiction: str | None = None, estate: str | None = None, fields: Mapping[str, int] | None = None
) -> Iterator[StoredLift]:
    """Stream lifts as they are stored, in the order of their codes; arguments as for `codes`.

    Args:
        jurisdiction: only lifts that this bureau answers for today.
        estate: only lifts of the estates with this name, or that bore it where none has it now.
        fields: a projection.
    """
    scope: dict[str, Any] = {}
    if jurisdiction:
        scope["jurisdiction"] = {"$in": areas_of(jurisdiction)}
    if estate:
        scope["estate"] = {"$in": [one["_id"] for one in _estates_called(estate)]}
    return _stream(scope, fields)


def _stream(scope: Mapping[str, Any], fields: Mapping[str, int] | None) -> Iterator[StoredLift]:
    last = ""
    while batch := list(
        database.collection("lifts").find({**scope, "_id": {"$gt": last}}, fields).sort("_id").limit(CODES_BATCH)
    ):
        yield from batch
        last = batch[-1]["_id"]


def identity(codes: Sequence[str]) -> dict[str, Identity]:
    """Return what lifts are, who answers for them and which signs were issued, in three queries.

    Args:
        codes: rescue codes; unknown ones are left out.
    """
    found = list(database.collection("lifts").find({"_id": {"$in": list(codes)}}))
    names = {one[role] for one in found for role in UNIT_ROLES if one.get(role)}
    units = {one["_id"]: _unit(one) for one in database.collection("organisations").find({"_id": {"$in": list(names)}})}
    signs: dict[str, dict[str, str]] = {}
    for sign in database.collection("signs").find({"lift": {"$in": [one["_id"] for one in found]}}):
        signs.setdefault(sign["lift"], {})[sign["tag"]] = sign["state"]
    return {one["_id"]: _identity(one, units, signs.get(one["_id"], {})) for one in found}


def bureau_of(jurisdiction: str) -> BureauRow:
    """Return who answers today for lifts of an area.

    Args:
        jurisdiction: id the lift carries; the note names an abolished bureau.
    """
    own = jurisdictions.bureau(jurisdiction)
    today = jurisdictions.bureau(jurisdictions.current(jurisdiction, clock.today()))
    return {
        "id": today.id,
        "name": today.bureau_name,
        "phone": None,
        "note": f"原{own.bureau_name}" if own.id != today.id else None,
    }


def _unit(stored: Mapping[str, Any]) -> UnitRow:
    return {"name": stored["name"], "phone": stored.get("phone"), "licence": stored.get("licence_no")}


def _identity(stored: StoredLift, units: Mapping[str, UnitRow], signs: dict[str, str]) -> Identity:
    status, origin = stored.get("status", IN_USE), stored.get("origin") or {}
    return {
        "device_code": stored.get("device_code"),
        "registration_code": stored.get("registration_code"),
        "certificate_no": stored.get("certificate_no"),
        "category": stored.get("category"),
        "category_name": CATEGORIES.get(stored.get("category", "")),
        "status": status,
        "status_label": STATUSES[status],
        "jurisdiction": stored["jurisdiction"],
        "bureau": bureau_of(stored["jurisdiction"]),
        "estate": stored.get("estate"),
        "estate_name": stored.get("estate_name"),
        "building": stored.get("building"),
        "address": stored.get("address"),
        "inside_number": stored.get("inside_number"),
        "place": stored.get("place"),
        "manufacturer": stored.get("manufacturer"),
        "model": stored.get("model"),
        "factory_number": stored.get("factory_number"),
        "manufactured_on": iso(stored.get("manufactured_on")),
        "registered_on": iso(stored.get("registered_on")),
        "origin": {"date": iso(origin.get("date")), "source": origin.get("source", "unknown")},
        "major_events": [{"kind": one["kind"], "date": iso(one["date"])} for one in stored.get("major_events", ())],
        "floors": stored.get("floors"),
        "stops": stored.get("stops"),
        "speed": stored.get("speed"),
        "load_kg": stored.get("load_kg"),
        "using_unit": units.get(stored.get("using_unit", "")),
        "maintenance_unit": units.get(stored.get("maintenance_unit", "")),
        "inspection_body": units.get(stored.get("inspection_body", "")),
        "safety_manager": mask_name(stored.get("safety_manager")) or None,
        "safety_manager_phone": masked_phone(stored.get("safety_manager_phone_sealed")) or None,
        "emergency_phone": stored.get("emergency_phone"),
        "iot": stored.get("iot"),
        "signs": signs,
        "source": SOURCES.get(stored.get("source", ""), stored.get("source")),
        "updated_at": stored.get("updated_at"),
    }


def iso(stored: datetime | None) -> str | None:
    """Return a stored day as ISO text."""
    return stored.date().isoformat() if stored else None


def has_other_than(source: str) -> bool:
    """Tell whether there are lifts from anywhere else than a source, such as `demo`."""
    return database.collection("lifts").find_one({"source": {"$ne": source}}, {"_id": 1}) is not None


def about() -> int:
    """Return about how many lifts there are, without counting them."""
    return database.collection("lifts").estimated_document_count()
