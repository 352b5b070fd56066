"""Cases go on when the estate, the unit or the bureau they concern becomes another."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from backend.accounts.actors import WORKER, Actor
from backend.casework import matters, record
from backend.casework.documents import Case
from backend.casework.workflow import SUCCEED
from backend.foundation import clock, database, outbox
from backend.foundation.database import transactional
from backend.policy import jurisdictions
from backend.registry import followers
from backend.registry.followers import Succession

BATCH = 200  # cases a transaction


def inherit() -> None:
    """Follow the registry's estates, areas and units."""
    followers.inherit(followers.ESTATE_NAMES, "casework", call_anew)
    followers.inherit(followers.AREAS, "casework", hand_over_lifts)
    followers.inherit(followers.LIFTS_OF_UNITS, "casework", change_unit)


def call_anew(succession: Succession) -> Mapping[str, int]:
    """Let open cases say where they are by an estate's new name."""
    old, new = succession.old, succession.new[0]
    starts = {"$regex": f"^{re.escape(old)}(?: |$)"}
    place = {"$concat": [new, {"$substrCP": ["$place", len(old), {"$strLenCP": "$place"}]}]}
    for matter in matters.every():
        wanted = {"open": True, "lift": {"$in": list(succession.lifts)}, "place": starts}
        database.collection_of(matter.kind).update_many(wanted, [{"$set": {"place": place}}])
    return {}


def hand_over_lifts(succession: Succession) -> Mapping[str, int]:
    """Hand the open cases about lifts over to the bureau that answers for the lifts from now on."""
    wanted = {"open": True, "lift__in": list(succession.lifts), "jurisdiction__in": _answered_by(succession.old)}
    return _counted(wanted, lambda case: hand_over(case, succession.new[0], succession.by, succession.text))


def change_unit(succession: Succession) -> Mapping[str, int]:
    """Let the unit that takes lifts over answer the open cases about them."""
    old, new = succession.old, succession.new[0]

    def change(case: Case) -> None:
        case.units = list(dict.fromkeys(new if unit == old else unit for unit in case.units))
        _store(case, succession.by, succession.text)

    return _counted({"open": True, "lift__in": list(succession.lifts), "units": old}, change)


def hand_over(case: Case, bureau: str, by: Actor, text: str) -> None:
    """Give a case to the bureau that takes the place of its own; its clocks run on.

    Args:
        case: as loaded in this transaction.
        bureau: id of the jurisdiction.
        by: who decided.
        text: why, for the history.
    """
    case.jurisdiction, case.assignee = bureau, None
    case.helpers = [helper for helper in case.helpers if helper != bureau]
    matters.of(case).handed(case, text)
    _store(case, by, text)


def follow_reform() -> None:
    """Hand over what still belongs to bureaus that are no more, and tell the officers of both sides; a job."""
    today = clock.today()
    for old in jurisdictions.register():
        new = jurisdictions.current(old, today)
        while old != new and _follow(old, new):
            pass


@transactional
def _follow(old: str, new: str) -> bool:
    """Hand a batch over and tell whether there was anything."""
    before, after = jurisdictions.bureau(old).bureau_name, jurisdictions.bureau(new).bureau_name
    text = f"辖区调整：由{before}改由{after}办理"
    given: Counter[str] = Counter()
    first = ""
    for case in _belonging(old):
        given[_label(case)] += 1
        first = first or case.number
        hand_over(case, new, WORKER, text)
    things = "，".join(f"{label} {number}" for label, number in given.items())
    for bureau in (old, new) if given else ():
        outbox.enqueue(
            key=f"reform:{old}:{new}:{first}:{bureau}",
            channel="inbox",
            target=bureau,
            subject=f"reform:{old}",
            template="registry.moved",
            text=f"{text}：{things}",
        )
    return bool(given)


def _belonging(bureau: str) -> Iterator[Case]:
    for matter in matters.every():
        whose = {"open": True}, *({"state": state} for state in sorted(matter.lasting))
        yield from matter.kind.objects(__raw__={"jurisdiction": bureau, "$or": list(whose)}).limit(BATCH)


def _counted(wanted: Mapping[str, Any], change: Callable[[Case], None]) -> Counter[str]:
    """Change the cases of every kind that are meant, and count them by the Chinese name of their kind."""
    changed: Counter[str] = Counter()
    for matter in matters.every():
        for case in matter.kind.objects(**wanted):
            change(case)
            changed[_label(case)] += 1
    return changed


def _store(case: Case, by: Actor, text: str) -> None:
    record.advance(case)
    record.write_down(case, SUCCEED, case.state, actor=by, text=text)
    matters.of(case).changed(case)


def _label(case: Case) -> str:
    return matters.of(case).table.tracks[case.track].label


def _answered_by(bureau: str) -> list[str]:
    """List the ids under which a bureau's cases may stand: its own, and those of the bureaus it took over."""
    now = jurisdictions.current(bureau, clock.today())
    return [one for one in jurisdictions.register() if jurisdictions.current(one, clock.today()) == now]
