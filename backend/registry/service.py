"""What may happen to lifts, estates and organisations: saved in batches, each one transaction with its event."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pymongo import InsertOne, UpdateOne

from backend.foundation import clock, database, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput
from backend.foundation.protect import seal, unseal
from backend.policy import jurisdictions
from backend.registry.documents import CATEGORIES, IN_USE, ORGANISATION_KINDS, STATUSES, Lift
from backend.registry.terms import identifier, terms_of

NUMBERS = ("device_code", "registration_code", "certificate_no")
FIELDS = frozenset(Lift._fields) - {"terms", "updated_at", "safety_manager_phone_sealed"} | {"safety_manager_phone"}
_DEFAULTS = {"category": "3110", "status": IN_USE, "iot": False, "source": "import"}


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did, as rescue codes."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        """Codes whose cards must be made again."""
        return self.created + self.updated


@transactional
def save_lifts(lifts: Sequence[Mapping[str, Any]], by: str) -> Saved:
    """Add lifts, or overwrite the given fields of known ones; what is already so stays untouched.

    The caller refreshes the cards of `changed`, in the same transaction where it can.

    Args:
        lifts: fields of `Lift` by name, `code` and (for a new lift) `jurisdiction` at least; days as `date`;
            `safety_manager_phone` in plain digits, it is sealed here; None clears a field.
        by: actor, such as `person:…` or `command`.

    Raises:
        BadInput: a field is unknown or has a value that cannot be; nothing is saved.
    """
    wanted = {one["code"]: _stored_form(one) for one in lifts}
    known = {one["_id"]: one for one in database.collection("lifts").find({"_id": {"$in": list(wanted)}}, {"terms": 0})}
    now = clock.now()
    writes: list[InsertOne | UpdateOne] = []
    done: dict[str, list[str]] = {"created": [], "updated": [], "unchanged": []}
    for code, values in wanted.items():
        write = _update(known[code], values, now) if code in known else _insert(code, values, now)
        outcome = "unchanged" if write is None else "updated" if code in known else "created"
        done[outcome].append(code)
        if write is not None:
            writes.append(write)
    if writes:
        database.collection("lifts").bulk_write(writes, ordered=False)
        events.record("lifts.saved", subject="registry", actor=by, created=done["created"], updated=done["updated"])
    return Saved(*(tuple(done[name]) for name in ("created", "updated", "unchanged")))


@transactional
def save_organisations(organisations: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Add organisations or complete known ones, found by name, and return name -> id.

    Args:
        organisations: `name`, `kind` (see ORGANISATION_KINDS) and any of `phone`, `licence_no`, `credit_code`,
            `address`, `website`, `jurisdiction`; the kind is added to those the organisation already has.

    Raises:
        BadInput: a name is missing or a kind unknown.
    """
    rows = list(organisations)
    for row in rows:
        if not row.get("name"):
            raise BadInput.of("name", "单位名称不能为空")
        if row.get("kind") not in ORGANISATION_KINDS:
            raise BadInput.of("kind", f"没有“{row.get('kind')}”这种单位")
    store = database.collection("organisations")
    known = {one["name"]: one for one in store.find({"name": {"$in": [row["name"] for row in rows]}})}
    ids = {row["name"]: known[row["name"]]["_id"] if row["name"] in known else id_of(row["name"]) for row in rows}
    writes = [write for row in rows if (write := _organisation(row, ids[row["name"]], known.get(row["name"], {})))]
    if writes:
        store.bulk_write(writes)
    return ids


@transactional
def save_estates(estates: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Add estates or complete known ones, found by area and name, and return (jurisdiction, name) -> id.

    Args:
        estates: `name`, `jurisdiction` and any of `address`, `longitude`, `latitude`.

    Raises:
        BadInput: a name is missing or an area unknown.
    """
    rows = {(_area(row.get("jurisdiction")), row.get("name") or ""): dict(row) for row in estates}
    if any(not name for _, name in rows):
        raise BadInput.of("name", "小区名称不能为空")
    store = database.collection("estates")
    names = [name for _, name in rows]
    known = {(one["jurisdiction"], one["name"]): one for one in store.find({"name": {"$in": names}})}
    ids = {key: known[key]["_id"] if key in known else id_of(*key) for key in rows}
    writes = [
        UpdateOne({"_id": ids[key]}, {"$set": row}, upsert=True)
        for key, row in rows.items()
        if key not in known or _differs(known[key], row)
    ]
    if writes:
        store.bulk_write(writes, ordered=False)
    return ids


def id_of(*names: str) -> str:
    """Return the id of something known only by name: the same name is the same thing in every import."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def _stored_form(lift: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as MongoDB keeps them, but the phone still plain: it is compared before it is sealed."""
    if unknown := set(lift) - FIELDS:
        raise BadInput.of(min(unknown), f"没有“{min(unknown)}”这个字段")
    values = {name: _bson(value) for name, value in lift.items() if name != "code"}
    for name in NUMBERS:
        if values.get(name):
            values[name] = identifier(values[name])
    if "jurisdiction" in values:
        _area(values["jurisdiction"])
    for name, allowed in (("category", CATEGORIES), ("status", STATUSES)):
        if name in values and values[name] not in allowed:
            raise BadInput.of(name, f"没有“{values[name]}”这个取值")
    return values


def _insert(code: str, values: Mapping[str, Any], now: datetime) -> InsertOne:
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise BadInput.of("code", f"救援识别码“{code}”不是六位数字")
    if not values.get("jurisdiction"):
        raise BadInput.of("jurisdiction", f"电梯 {code} 没有辖区")
    document = _DEFAULTS | {name: value for name, value in values.items() if value is not None}
    if phone := document.pop("safety_manager_phone", None):
        document["safety_manager_phone_sealed"] = seal(phone)
    return InsertOne({"_id": code, **document, "terms": terms_of(document), "updated_at": now})


def _update(stored: Mapping[str, Any], values: Mapping[str, Any], now: datetime) -> UpdateOne | None:
    changes = {
        name: value for name, value in values.items() if name != "safety_manager_phone" and stored.get(name) != value
    }
    if "safety_manager_phone" in values:
        phone, sealed = values["safety_manager_phone"], stored.get("safety_manager_phone_sealed")
        if phone != (unseal(sealed) if sealed else None):
            changes["safety_manager_phone_sealed"] = seal(phone) if phone else None
    if not changes:
        return None
    if not changes.get("jurisdiction", stored["jurisdiction"]):
        raise BadInput.of("jurisdiction", f"电梯 {stored['_id']} 没有辖区")
    setting = {name: value for name, value in changes.items() if value is not None}
    setting |= {"terms": terms_of({**stored, **changes}), "updated_at": now}
    clearing = {name: "" for name, value in changes.items() if value is None}
    return UpdateOne({"_id": stored["_id"]}, {"$set": setting} | ({"$unset": clearing} if clearing else {}))


def _organisation(row: Mapping[str, Any], id_: str, known: Mapping[str, Any]) -> UpdateOne | None:
    values = {name: value for name, value in row.items() if name != "kind" and value}
    if row["kind"] in known.get("kinds", ()) and not _differs(known, values):
        return None
    return UpdateOne({"_id": id_}, {"$set": values, "$addToSet": {"kinds": row["kind"]}}, upsert=True)


def _differs(stored: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return any(stored.get(name) != value for name, value in values.items())


def _area(jurisdiction: Any) -> str:
    try:
        return jurisdictions.bureau(jurisdiction).id
    except LookupError as error:
        raise BadInput.of("jurisdiction", f"没有“{jurisdiction}”这个辖区") from error


def _bson(value: Any) -> Any:
    """Turn days, also inside `origin` and `major_events`, into the aware midnights that MongoDB keeps."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=clock.UTC)
    if isinstance(value, Mapping):
        return {name: _bson(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bson(inner) for inner in value]
    return value
