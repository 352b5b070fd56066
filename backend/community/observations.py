"""What neighbours saw: inspection walks 巡查, and whether the maintenance workers really came that day."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bson import ObjectId

from backend.accounts import actors
from backend.community.access import Standing
from backend.community.documents import Group, VisitOpinion, Walk
from backend.complaints import queries as cases
from backend.complaints import service as complaints
from backend.foundation import clock, database, events, forms
from backend.foundation import photos as files
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, NotFound
from backend.foundation.photos import CleanPhoto
from backend.policy.rules import carries
from backend.registry import queries as registry
from backend.registry.rows import StoredLift
from backend.upkeep import queries as upkeep
from config import load

MAX_WORDS = 1000
MAX_NOTE = 200
NOTED_CASES = 5
LIFT_FACTS = ("estate", "using_unit", "maintenance_unit")


@transactional
def walk(
    who: Standing,
    lift: str,
    *,
    text: str,
    problem: bool = False,
    photos: Sequence[CleanPhoto] = (),
    draft: str | None = None,
) -> Walk:
    """Record what a member saw at a lift.

    Args:
        who: a member who may record walks.
        lift: rescue code of a lift of the group.
        text: what was seen.
        problem: whether something is wrong.
        photos: checked photos.
        draft: id of the form; the same form is one walk.

    Raises:
        NotFound: the lift is not the group's.
        BadInput: a field cannot be taken; names it.
    """
    key = f"{who.group.number}:{draft}" if draft else None
    if key and (earlier := Walk.objects(draft=key).first()):
        return earlier
    lift_of(who.group, lift)
    files.check_number(photos)
    made = Walk(
        group=who.group.number,
        lift=lift,
        text=forms.words("text", text, MAX_WORDS, "请写看到的情况"),
        problem=problem,
        photos=[files.store(photo, f"group:{who.group.number}") for photo in photos],
        by=who.actor.id,
        by_label=who.actor.label,
        draft=key,
        at=clock.now(),
    ).save(force_insert=True)
    events.record("walk.recorded", subject=f"walk:{made.id}", actor=who.actor, lift=lift, problem=problem)
    return made


@carries("P-28")
@transactional
def judge_visit(who: Standing, visit: str, came: str, note: str = "") -> VisitOpinion:
    """Say whether the maintenance workers really came; who thinks again says so again, and the latest counts.

    A doubt is an event, and a note on every open case of the lift that only officers read.

    Args:
        who: a member.
        visit: id of the recorded visit.
        came: yes, no or unsure.
        note: what was seen.

    Raises:
        NotFound: no such visit on a lift of the group.
        BadInput: a field cannot be taken; names it.
    """
    rules = load("community")
    found = upkeep.visit(visit)
    lift_of(who.group, found["lift"])
    if came not in rules["came"]:
        raise BadInput.of("came", "请选择来过、没来或不清楚")
    if not may_judge(clock.local(found["start"]).date()):
        raise BadInput.of("visit", f"只能对最近 {rules['opinion_days']} 天的维保发表意见")
    if len(note) > MAX_NOTE:
        raise BadInput.of("note", f"最多 {MAX_NOTE} 个字")
    made = VisitOpinion(
        visit=found["_id"],
        lift=found["lift"],
        group=who.group.number,
        member=who.actor.id,
        came=came,
        note=note.strip(),
        at=clock.now(),
    ).save(force_insert=True)
    if came == "no":
        events.record("visit.doubted", subject=f"visit:{visit}", actor=who.actor, lift=found["lift"])
        _tell_officers(who.group, found, made)
    return made


def may_judge(visited_on: date) -> bool:
    """Tell whether neighbours may still say if somebody came on a day."""
    return clock.today() - visited_on <= timedelta(days=load("community")["opinion_days"])


def opinions(visits: Sequence[ObjectId]) -> dict[ObjectId, dict[str, int]]:
    """Count what members say of visits, the latest word of each: visit -> came -> number.

    Args:
        visits: ids of visits.
    """
    latest: dict[tuple, str] = {}
    rows = database.collection("visit_opinions").find({"visit": {"$in": list(visits)}}).sort([("at", 1), ("_id", 1)])
    for row in rows:
        latest[row["visit"], row["member"]] = row["came"]
    counted: dict[ObjectId, Counter] = defaultdict(Counter)
    for (visit, _), came in latest.items():
        counted[visit][came] += 1
    return {visit: dict(said) for visit, said in counted.items()}


def doubts_about(lift: str) -> list[str]:
    """Say in sentences which recorded visits of a lift neighbours doubt, for a case on it."""
    since = clock.now() - timedelta(days=load("community")["opinion_days"])
    table = database.collection("visit_opinions")
    visits = table.distinct("visit", {"lift": lift, "came": "no", "at": {"$gte": since}})
    said = opinions(visits)
    days = upkeep.starts(visits)
    lines = []
    for visit in sorted(visits, key=lambda visit: days[visit]):
        came, absent = said[visit].get("yes", 0), said[visit].get("no", 0)
        if absent:
            lines.append(f"{clock.local(days[visit]).date()}的维保记录：{absent}位成员说没来，{came}位说来过。")
    return lines


def lift_of(group: Group, code: str) -> StoredLift:
    """Return a lift of a group's estates with its LIFT_FACTS.

    Raises:
        NotFound: there is none of that code.
    """
    found = registry.facts([code], *LIFT_FACTS).get(code)
    if found is None or found.get("estate") not in group.estates:
        raise NotFound("这台电梯不在小组的小区里")
    return found


def _tell_officers(group: Group, visit: dict[str, Any], doubt: VisitOpinion) -> None:
    """Leave a note on the open cases of the lift, in the words of the member and without a name."""
    seen = f"：{doubt.note}" if doubt.note else "。"
    text = f"{clock.local(visit['start']).date()}的维保记录，小组成员说当天没有人来{seen}"
    for row in cases.open_cases(doubt.lift, NOTED_CASES):
        complaints.leave_note(row["_id"], actors.group(group.number, group.name), text)
