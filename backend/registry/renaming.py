"""Estates live on when their names change: renamed, moved, merged, split; what hangs on them follows."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from backend.accounts.actors import Actor
from backend.foundation import clock, database, events, outbox
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, NotFound
from backend.policy import jurisdictions
from backend.registry import estates, followers, names, service
from backend.registry.followers import Succession
from backend.registry.names import borne, name_key


@dataclass(frozen=True)
class Changed:
    """What a change of an estate or a unit did, or would do.

    Args:
        id: of what there is afterwards.
        text: what happened, in a sentence.
        lifts: rescue codes of the lifts that changed.
        carried: how many other things went over, by their Chinese name.
    """

    id: str
    text: str
    lifts: Sequence[str] = ()
    carried: Mapping[str, int] = field(default_factory=Counter)


class _TakenBackError(Exception):
    def __init__(self, changed: Changed) -> None:
        super().__init__()
        self.changed = changed


def trial(change: Callable[[], Changed]) -> Changed:
    """Say what a change would do: it is made in a transaction that is then taken back.

    Raises:
        ChatiError: the change cannot be made.
    """

    @transactional
    def made() -> NoReturn:
        raise _TakenBackError(change())

    try:
        made()
    except _TakenBackError as taken_back:
        return taken_back.changed


@transactional
def rename(estate: str, name: str, by: Actor, reason: str) -> Changed:
    """Give an estate another name; under the old one it is still found.

    Args:
        estate: its id.
        name: the new one.
        by: who does it.
        reason: why, for the record.

    Raises:
        NotFound: there is no such estate.
        BadInput: name or reason cannot be taken, or another estate of the area bears the name.
    """
    one, name, reason = standing(estate), names.checked(name), names.reason_of(reason)
    if name == one["name"]:
        raise BadInput.of("name", "名称没有变化")
    _require_unborne(one["jurisdiction"], name, but=[estate])
    text = f"小区“{one['name']}”改名为“{name}”"
    change = {"$set": {"name": name}, "$push": {"names": borne(name, clock.now())}}
    database.collection("estates").update_one({"_id": estate}, change)
    lifts = _lifts_of(estate)
    carried = _give(lifts, one["name"], {"estate_name": name}, by, text)
    return _recorded("renamed", Changed(estate, text, lifts, carried), by, reason, before=one["name"], after=name)


@transactional
def move(estate: str, area: str, by: Actor, reason: str) -> Changed:
    """Put an estate under another bureau: its lifts, open cases and groups go with it, and both bureaus are told.

    Args:
        estate: its id.
        area: id or name of the jurisdiction.
        by: who does it.
        reason: why, for the record.

    Raises:
        NotFound: there is no such estate.
        BadInput: the area cannot be taken, or has an estate of that name.
    """
    one, to, reason = standing(estate), _area(area), names.reason_of(reason)
    before, after = jurisdictions.bureau(one["jurisdiction"]), jurisdictions.bureau(to)
    if before.id == to:
        raise BadInput.of("area", f"已经由{after.bureau_name}监管")
    _require_unborne(to, one["name"], but=[estate])
    text = f"小区“{one['name']}”由{before.bureau_name}改由{after.bureau_name}监管"
    database.collection("estates").update_one({"_id": estate}, {"$set": {"jurisdiction": to}})
    lifts = _lifts_of(estate)
    service.save_lifts([{"code": code, "jurisdiction": to} for code in lifts], by)
    carried = followers.succeed(followers.AREAS, Succession(before.id, (to,), by, text, lifts, [estate]))
    changed = Changed(estate, text, lifts, carried)
    _tell_bureaus(changed, reason, before.id, to)
    return _recorded("moved", changed, by, reason, before=before.id, after=to)


@transactional
def merge(estate: str, into: str, by: Actor, reason: str) -> Changed:
    """Make two estates one: everything of the first goes over, and its names find the second.

    Args:
        estate: id of the one that ends.
        into: id of the one that stays.
        by: who does it.
        reason: why, for the record.

    Raises:
        NotFound: there is no such estate.
        BadInput: it is one and the same, or they lie in different districts.
    """
    one, other, reason = standing(estate), standing(into), names.reason_of(reason)
    if estate == into:
        raise BadInput.of("into", "请选择另一个小区")
    _require_one_bureau(one, other)
    text = f"小区“{one['name']}”并入“{other['name']}”"
    store = database.collection("estates")
    store.update_one({"_id": estate}, {"$set": {"merged_into": into}})
    store.update_one({"_id": into}, {"$set": {"names": [*one["names"], *other["names"]]}})
    lifts = _lifts_of(estate)
    to = {"estate": into, "estate_name": other["name"], "jurisdiction": other["jurisdiction"]}
    carried = _give(lifts, one["name"], to, by, text)
    carried += followers.succeed(followers.ESTATES, Succession(estate, (into,), by, text, lifts))
    _record_of(estate, "merged", by, reason, text=text, into=into)
    return _recorded("joined", Changed(into, text, lifts, carried), by, reason, part=estate)


@transactional
def split(estate: str, name: str, lifts: Collection[str], by: Actor, reason: str) -> Changed:
    """Make some lifts of an estate an estate of their own; its groups and followers have both from then on.

    Args:
        estate: its id.
        name: of the new estate.
        lifts: rescue codes; some of the estate's, not all.
        by: who does it.
        reason: why, for the record.

    Raises:
        NotFound: there is no such estate.
        BadInput: a lift is not the estate's, none or all are named, or an estate of the area bears the name.
    """
    one, name, reason = standing(estate), names.checked(name), names.reason_of(reason)
    all_, codes = _lifts_of(estate), sorted(set(lifts))
    if strange := [code for code in codes if code not in all_]:
        raise BadInput.of("lifts", f"不是这个小区的电梯：{'、'.join(strange)}")
    if not codes or len(codes) == len(all_):
        raise BadInput.of("lifts", "请写出一部分电梯；全部电梯一起改用“改名”")
    _require_unborne(one["jurisdiction"], name, but=[])
    new = estates.add(one["jurisdiction"], name)
    text = f"小区“{one['name']}”的 {len(codes)} 台电梯分出为“{name}”"
    carried = _give(codes, one["name"], {"estate": new, "estate_name": name}, by, text)
    carried += followers.succeed(followers.ESTATES, Succession(estate, (estate, new), by, text, codes))
    _record_of(estate, "split", by, reason, text=text, part=new)
    return _recorded("split_off", Changed(new, text, codes, carried), by, reason, whole=estate)


def standing(estate: str) -> dict[str, Any]:
    """Return an estate that is still one.

    Raises:
        NotFound: there is none; one that was merged is named with where it went.
    """
    one = database.collection("estates").find_one({"_id": estate})
    if one is None:
        raise NotFound("没有这个小区")
    if into := one.get("merged_into"):
        raise NotFound(f"小区“{one['name']}”已并入另一个小区（{into}）")
    return one


def _area(words: str) -> str:
    """Return the id of a bureau of today."""
    try:
        found = jurisdictions.find(words.strip()).id
    except LookupError as error:
        raise BadInput.of("area", f"没有“{words}”这个辖区") from error
    if (now := jurisdictions.current(found, clock.today())) != found:
        raise BadInput.of("area", f"“{words}”现在由{jurisdictions.bureau(now).bureau_name}监管，请写{now}")
    if found == jurisdictions.MUNICIPAL:
        raise BadInput.of("area", "请写区县，市局不直接监管小区")
    return found


def _require_unborne(area: str, name: str, *, but: Collection[str]) -> None:
    """Check that no other estate of an area is called so now; a former name may be borne anew."""
    key = name_key(name)
    for one in estates.known_by([key])[key]:
        if one["jurisdiction"] == area and name_key(one["name"]) == key and one["_id"] not in but:
            raise BadInput.of("name", f"这个辖区已有小区“{one['name']}”（{one['_id']}），请用合并")


def _require_one_bureau(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    today = clock.today()
    areas = {jurisdictions.current(row["jurisdiction"], today) for row in (one, other)}
    if len(areas) > 1:
        raise BadInput.of("into", "两个小区不在同一个区县，请先移到同一个区县再合并")


def _lifts_of(estate: str) -> list[str]:
    """Return the rescue codes of all lifts of an estate, scrapped ones too."""
    return sorted(one["_id"] for one in database.collection("lifts").find({"estate": estate}, {"_id": 1}))


def _give(lifts: Sequence[str], old: str, fields: Mapping[str, Any], by: Actor, text: str) -> Counter[str]:
    """Give lifts what is new of their estate, and the open cases about them the new name."""
    service.save_lifts([{"code": code, **fields} for code in lifts], by)
    named = Succession(old, (fields["estate_name"],), by, text, lifts)
    return followers.succeed(followers.ESTATE_NAMES, named)


def _tell_bureaus(changed: Changed, reason: str, *bureaus: str) -> None:
    """Tell the officers of both sides what went over."""
    stamp = clock.now().isoformat(timespec="milliseconds")
    for bureau in bureaus:
        outbox.enqueue(
            key=f"estate:{changed.id}:moved:{stamp}:{bureau}",
            channel="inbox",
            target=bureau,
            subject=f"estate:{changed.id}",
            template="registry.moved",
            text=f"{summary(changed)}。原因：{reason}",
        )


def summary(changed: Changed) -> str:
    """Say what a change did, with how many lifts and other things went along."""
    lifts = [f"电梯 {len(changed.lifts)} 台"] if changed.lifts else []
    things = [*lifts, *(f"{name} {number}" for name, number in changed.carried.items())]
    return f"{changed.text}；随之变更：{'，'.join(things)}" if things else changed.text


def _recorded(what: str, changed: Changed, by: Actor, reason: str, **facts: Any) -> Changed:
    _record_of(changed.id, what, by, reason, text=changed.text, **facts)
    return changed


def _record_of(estate: str, what: str, by: Actor, reason: str, **facts: Any) -> None:
    events.record(f"estate.{what}", subject=f"estate:{estate}", actor=by, reason=reason, **facts)
