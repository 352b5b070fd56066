"""What would have to be written so that the database says what somebody gave: compares, writes nothing."""

import functools
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pymongo import InsertOne, UpdateOne

from backend.foundation import clock
from backend.foundation.errors import BadInput
from backend.foundation.protect import seal, unseal
from backend.policy import jurisdictions
from backend.registry.documents import CATEGORIES, IN_USE, STATUSES, STOPPED, Lift
from backend.registry.sites import site_of
from backend.registry.terms import identifier

DEFAULTS = {"category": "3110", "status": IN_USE, "iot": False, "source": "import"}
REQUIRED = frozenset({"jurisdiction", "category", "status"})
FIELDS = (
    frozenset(Lift._fields) - {"site", "updated_at", "safety_manager_phone_sealed"}
    | {"safety_manager_phone", "origin.date", "origin.source"}
)  # fmt: skip
_NUMBERS = ("device_code", "registration_code", "certificate_no")
_CODE_LENGTH = 6


def stored_form(lift: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lift's given fields as MongoDB keeps them, but the phone still plain: it is compared, then sealed.

    Raises:
        BadInput: a field is unknown or has a value that cannot be.
    """
    if unknown := set(lift) - FIELDS:
        raise BadInput.of(min(unknown), f"没有“{min(unknown)}”这个字段")
    values = {name: _bson(value) for name, value in lift.items() if name != "code"}
    for name in _NUMBERS:
        if values.get(name):
            values[name] = identifier(values[name])
    for name in REQUIRED & set(values):
        _check_required(lift["code"], name, values[name])
    return values


class Seals:
    """Seals and unseals each phone of a batch once: the lifts of an estate share their safety manager."""

    def __init__(self) -> None:
        self.seal = functools.lru_cache(maxsize=None)(seal)
        self.unseal = functools.lru_cache(maxsize=None)(unseal)


def new_lift(code: str, values: Mapping[str, Any], now: datetime, seals: Seals) -> InsertOne:
    """Return the write that adds a lift.

    Raises:
        BadInput: the code is not one, or the lift has no jurisdiction.
    """
    if len(code) != _CODE_LENGTH or not (code.isascii() and code.isdigit()):
        raise BadInput.of("code", f"救援识别码“{code}”不是六位数字")
    if "jurisdiction" not in values:
        raise BadInput.of("jurisdiction", f"电梯 {code} 没有辖区")
    document: dict[str, Any] = {"_id": code, **DEFAULTS}
    for name, value in values.items():
        if value is not None:
            outer, _, inner = name.partition(".")
            if inner:
                document.setdefault(outer, {})[inner] = value
            else:
                document[name] = value
    if phone := document.pop("safety_manager_phone", None):
        document["safety_manager_phone_sealed"] = seals.seal(phone)
    return InsertOne(document | {"site": site_of(document), "updated_at": now})


def changed_lift(stored: Mapping[str, Any], values: Mapping[str, Any], now: datetime, seals: Seals) -> UpdateOne | None:
    """Return the write that makes a stored lift say what is given, None when it already does."""
    changes = {
        name: value for name, value in values.items() if name != "safety_manager_phone" and _at(stored, name) != value
    }
    if "safety_manager_phone" in values:
        phone, sealed = values["safety_manager_phone"], stored.get("safety_manager_phone_sealed")
        if phone != (seals.unseal(sealed) if sealed else None):
            changes["safety_manager_phone_sealed"] = seals.seal(phone) if phone else None
    if not changes:
        return None
    changes |= _standstill(stored, values, now)
    setting = {name: value for name, value in changes.items() if value is not None}
    setting |= {"site": site_of({**stored, **changes}), "updated_at": now}
    clearing = {name: "" for name, value in changes.items() if value is None}
    return UpdateOne({"_id": stored["_id"]}, {"$set": setting} | ({"$unset": clearing} if clearing else {}))


def _standstill(stored: Mapping[str, Any], values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Note the day on which a lift stops or runs again where nobody gives it: a year of it asks for an inspection."""
    before, after = _at(stored, "status"), values.get("status")
    today = _bson(clock.local(now).date())
    if after == STOPPED != before and not values.get("stopped_on"):
        return {"stopped_on": today, "restarted_on": None}
    if before == STOPPED and after == IN_USE and not values.get("restarted_on"):
        return {"restarted_on": today}
    return {}


def differs(stored: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Tell whether a stored document says anything else than these values."""
    return any(stored.get(name) != value for name, value in values.items())


def require_area(jurisdiction: Any) -> str:
    """Return the id of an area.

    Raises:
        BadInput: there is none with this id.
    """
    try:
        return jurisdictions.bureau(jurisdiction).id
    except LookupError as error:
        raise BadInput.of("jurisdiction", f"没有“{jurisdiction}”这个辖区") from error


def _check_required(code: str, name: str, value: Any) -> None:
    if name == "jurisdiction":
        require_area(value)
    elif value not in (CATEGORIES if name == "category" else STATUSES):
        raise BadInput.of(name, f"电梯 {code}：没有“{value}”这个取值")


def _at(stored: Mapping[str, Any], name: str) -> Any:
    if "." not in name:
        return stored[name] if name in stored else DEFAULTS.get(name)
    outer, inner = name.split(".")
    return (stored.get(outer) or {}).get(inner)


def _bson(value: Any) -> Any:
    """Turn days, also inside `origin` and `major_events`, into the aware midnights that MongoDB keeps."""
    if isinstance(value, str):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=clock.UTC)
    if isinstance(value, dict):
        return {name: _bson(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_bson(inner) for inner in value]
    return value
