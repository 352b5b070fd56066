"""Units live on when their names change: renamed, given their code, merged, split; what hangs on them follows."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from backend.accounts.actors import Actor
from backend.foundation import clock, database, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, NotFound
from backend.registry import followers, names, organisations, queries, service
from backend.registry.documents import id_of
from backend.registry.followers import Succession
from backend.registry.names import borne, name_key
from backend.registry.renaming import Changed

BATCH = 200  # lifts a transaction
KEPT = ("credit_code", "licence_no", "phone", "address", "website", "jurisdiction")


def rename(unit: str, name: str, by: Actor, reason: str) -> Changed:
    """Give a unit another name, and let the cards of its lifts follow in batches; see `begin_rename`."""
    changed = begin_rename(unit, name, by, reason)
    for batch in _batches(changed.lifts):
        transactional(followers.tell)(followers.LIFTS, batch)
    return changed


@transactional
def begin_rename(unit: str, name: str, by: Actor, reason: str) -> Changed:
    """Give a unit another name; under the old one it is still found.

    Args:
        unit: its id.
        name: the new one.
        by: who does it.
        reason: why, for the record.

    Raises:
        NotFound: there is no such unit.
        BadInput: name or reason cannot be taken, or another unit bears the name.
    """
    one, name, reason = standing(unit), names.checked(name), names.reason_of(reason)
    if name == one["name"]:
        raise BadInput.of("name", "名称没有变化")
    _require_unborne(name, but=unit)
    change = {"$set": {"name": name}, "$push": {"names": borne(name, clock.now())}}
    database.collection("organisations").update_one({"_id": unit}, change)
    text = f"单位“{one['name']}”改名为“{name}”"
    _record(unit, "renamed", by, reason, text=text, before=one["name"], after=name)
    return Changed(unit, text, list(queries.codes_of_units([unit])))


@transactional
def give_code(unit: str, code: str, by: Actor, reason: str) -> Changed:
    """Give a provisional unit its 统一社会信用代码; it keeps its id and all that hangs on it.

    Args:
        unit: its id.
        code: the 统一社会信用代码.
        by: who does it.
        reason: why, for the record.

    Raises:
        NotFound: there is no such unit.
        BadInput: it has one, it is none, or another unit has it: then the two are to be merged.
    """
    one, code, reason = standing(unit), organisations.credit_code(code), names.reason_of(reason)
    if one.get("credit_code"):
        raise BadInput.of("credit_code", f"已有统一社会信用代码 {one['credit_code']}")
    store = database.collection("organisations")
    if other := store.find_one({"credit_code": code}, {"name": 1}):
        raise BadInput.of("credit_code", f"这个代码是“{other['name']}”（{other['_id']}）的，请用合并")
    store.update_one({"_id": unit}, {"$set": {"credit_code": code}})
    text = f"单位“{one['name']}”登记统一社会信用代码 {code}"
    _record(unit, "code_given", by, reason, text=text)
    return Changed(unit, text)


def merge(unit: str, into: str, by: Actor, reason: str) -> Changed:
    """Make two units one, and let the lifts go over in batches; see `begin_merge`.

    A merger that was cut off goes on when it is asked for again.
    """
    return _with_lifts(unit, begin_merge(unit, into, by, reason), by)


@transactional
def begin_merge(unit: str, into: str, by: Actor, reason: str) -> Changed:
    """Make two units one: what hangs on the first goes over, its names find the second; what it did keeps its name.

    Args:
        unit: id of the one that ends.
        into: id of the one that stays.
        by: who does it.
        reason: why, for the record.

    Raises:
        NotFound: there is no such unit.
        BadInput: it is one and the same, or only the first has a 统一社会信用代码.
    """
    store = database.collection("organisations")
    one, other, reason = store.find_one({"_id": unit}), standing(into), names.reason_of(reason)
    if one is None or unit == into:
        raise BadInput.of("into", "请选择另一个单位") if one else NotFound("没有这个单位")
    text = f"单位“{one['name']}”并入“{other['name']}”"
    lifts = list(queries.codes_of_units([unit]))
    if one.get("merged_into") == into:
        return Changed(into, text, lifts)  # begun before: only lifts may be left
    standing(unit)
    if one.get("credit_code") and not other.get("credit_code"):
        raise BadInput.of("into", f"“{other['name']}”没有统一社会信用代码，请反过来合并")
    gained = {field: one[field] for field in KEPT if one.get(field) and not other.get(field)}
    kinds = list(dict.fromkeys([*other.get("kinds", ()), *one.get("kinds", ())]))
    both = [name for row in (one, other) for name in row.get("names") or [borne(row["name"], None)]]
    store.update_one({"_id": unit}, {"$set": {"merged_into": into}})
    store.update_one({"_id": into}, {"$set": {"names": both, "kinds": kinds, **gained}})
    carried = followers.succeed(followers.UNITS, Succession(unit, (into,), by, text))
    _record(unit, "merged", by, reason, text=text, into=into)
    _record(into, "joined", by, reason, text=text, part=unit)
    return Changed(into, text, lifts, carried)


def split(unit: str, name: str, lifts: Collection[str], by: Actor, reason: str) -> Changed:
    """Make a part of a unit a unit of its own, and let its lifts go over in batches; see `begin_split`."""
    return _with_lifts(unit, begin_split(unit, name, lifts, by, reason), by)


@transactional
def begin_split(unit: str, name: str, lifts: Collection[str], by: Actor, reason: str) -> Changed:
    """Make a part of a unit a unit of its own, which answers for some of the lifts from now on.

    Args:
        unit: its id.
        name: of the new unit, which is provisional until it is given its code.
        lifts: rescue codes; some of the unit's.
        by: who does it.
        reason: why, for the record.

    Raises:
        NotFound: there is no such unit.
        BadInput: a lift is not the unit's, none is named, or another unit bears the name.
    """
    one, name, reason = standing(unit), names.checked(name), names.reason_of(reason)
    own, codes = set(queries.codes_of_units([unit])), sorted(set(lifts))
    if not codes:
        raise BadInput.of("lifts", "请写出分出的电梯")
    if strange := [code for code in codes if code not in own]:
        raise BadInput.of("lifts", f"不是这个单位的电梯：{'、'.join(strange)}")
    _require_unborne(name, but="")
    store, new = database.collection("organisations"), id_of(name_key(name))
    while store.find_one({"_id": new}, {"_id": 1}) is not None:
        new = id_of(new)
    named = {"name": name, "names": [borne(name, clock.now())]}
    store.insert_one({"_id": new, **named, "kinds": one.get("kinds", [])})
    text = f"单位“{one['name']}”的 {len(codes)} 台电梯分给“{name}”"
    _record(unit, "split", by, reason, text=text, part=new)
    _record(new, "split_off", by, reason, text=text, whole=unit)
    return Changed(new, text, codes)


def standing(unit: str) -> dict[str, Any]:
    """Return an organisation that is still one.

    Raises:
        NotFound: there is none; one that was merged is named with where it went.
    """
    one = database.collection("organisations").find_one({"_id": unit})
    if one is None:
        raise NotFound("没有这个单位")
    if into := one.get("merged_into"):
        raise NotFound(f"单位“{one['name']}”已并入另一个单位（{into}）")
    return one


def _with_lifts(unit: str, begun: Changed, by: Actor) -> Changed:
    """Let the lifts of what was begun go from a unit to the one that there is afterwards."""
    carried = Counter(begun.carried)
    for batch in _batches(begun.lifts):
        carried += _give_lifts(unit, begun.id, batch, by, begun.text)
    return replace(begun, carried=carried)


@transactional
def _give_lifts(old: str, new: str, codes: list[str], by: Actor, text: str) -> Counter[str]:
    """Put one unit in the place of another on some lifts, whatever it is to each."""
    known = queries.facts(codes, *queries.UNIT_ROLES)
    changes = [
        {"code": code, **{role: new for role in queries.UNIT_ROLES if lift.get(role) == old}}
        for code, lift in known.items()
        if old in [lift.get(role) for role in queries.UNIT_ROLES]
    ]
    carried = followers.succeed(followers.LIFTS_OF_UNITS, Succession(old, (new,), by, text, codes))
    service.save_lifts(changes, by)
    return carried


def _require_unborne(name: str, *, but: str) -> None:
    """Check that no other unit is called so now."""
    key = name_key(name)
    for one in database.collection("organisations").find({"names.key": key, "merged_into": None}, {"name": 1}):
        if one["_id"] != but and name_key(one["name"]) == key:
            raise BadInput.of("name", f"已有单位“{one['name']}”（{one['_id']}），请用合并")


def _record(unit: str, what: str, by: Actor, reason: str, **facts: Any) -> None:
    events.record(f"organisation.{what}", subject=f"organisation:{unit}", actor=by, reason=reason, **facts)


def _batches(codes: Iterable[str]) -> Iterable[list[str]]:
    stream = iter(codes)
    while batch := list(islice(stream, BATCH)):
        yield batch
