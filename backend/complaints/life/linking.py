"""Cases that hang together: the repair sent to the units, parts split off, duplicates merged and taken out again."""

from collections.abc import Mapping
from typing import Any

from backend.accounts.actors import Actor, resident
from backend.casework import clocks, letters, record
from backend.casework.documents import FIRST, MERGED, SPLIT, Case, Link
from backend.casework.matters import Step
from backend.complaints import numbers, workflow
from backend.complaints.documents import Complaint, Repair, Reporter, Route
from backend.complaints.life import news
from backend.complaints.numbers import MISSING, REPAIR_MARK
from backend.complaints.rows import ChildRow, RepairRow
from backend.complaints.workflow import COMPLAINT, FAULT, REPAIR
from backend.foundation import clock, database
from backend.foundation.errors import BadInput, Conflict
from backend.registry import queries as registry
from backend.registry.rows import StoredLift

UNITS = ("using_unit", "maintenance_unit")


def units_of(lift: Mapping[str, Any] | None) -> list[str]:
    """Return the ids of the units that answer for a lift, the using unit first."""
    return list(dict.fromkeys(lift[role] for role in UNITS if lift.get(role))) if lift else []


def tell_units(case: Complaint, lift: Mapping[str, Any] | None = None) -> None:
    """Give the units the fault part at once: a 报修 is theirs, of a fault in a 投诉 they get a repair of its own.

    Args:
        case: as stored.
        lift: its lift as stored, where that was read already.
    """
    if case.track == REPAIR:
        news.to_units(case, "repair.opened", _by_when(case))
    elif case.track == COMPLAINT and case.lift and workflow.is_fault(case.category):
        _open_repair(case, lift or _lift(case))


def repair_moved(step: Step) -> None:
    """Tell the bureau's officers on the complaint what became of its repair."""
    repair = step.case
    if not isinstance(repair, Repair):
        return  # a 报修 of its own is the bureau's case itself
    if step.move.action == "send_back":
        news.to_units(repair, "repair.opened", f"{step.text}，{_by_when(repair)}")
    case = numbers.load(repair.complaint)
    record.advance(case)
    text = f"{step.actor.label}：{step.move.label}{f'，{step.text}' if step.text else ''}"
    record.write_down(case, "repair_news", case.state, actor=step.actor, text=text, public=False)
    if step.to == "resolved":
        news.to_bureaus(case, "repair.fixed", text, case.jurisdiction)


def repairs_of(number: str) -> list[RepairRow]:
    """Return the repairs that hang on a complaint."""
    return [
        {
            "number": row["_id"],
            "state": row["state"],
            "state_label": workflow.TABLE.state_label(row["state"]),
            "open": row["open"],
            "due": row["clocks"][-1]["due"],
            "due_reason": row["clocks"][-1]["reason"],
            "units": row["units"],
            "outcome": row.get("outcome"),
            "version": row["version"],
        }
        for row in database.collection("repairs").find({"complaint": number}).sort("filed_at", 1)
    ]


def children_of(number: str) -> list[ChildRow]:
    """Return the cases that hang on one."""
    rows = database.collection("complaints").find({"links.number": number}, {"links": 1, "state": 1, "version": 1})
    return [
        {"number": row["_id"], "kind": link["kind"], "state": row["state"], "version": row["version"]}
        for row in rows
        for link in row["links"]
        if link["number"] == number
    ]


def follow_lead(case: Complaint, actor: Actor) -> None:
    """Move a complaint's open repairs to the desk that now leads it."""
    for repair in Repair.objects(complaint=case.number, open=True):
        repair.jurisdiction = case.jurisdiction
        record.advance(repair)
        record.write_down(repair, "follow_lead", repair.state, actor=actor, text=case.route.reason, public=False)


def retrack(step: Step) -> None:
    """Change a case's track: the clocks of the new one count from the day of filing, so no time is gained."""
    case, track = step.case, step.details["track"]
    if track == case.track:
        raise BadInput.of("track", "已经是这个类型")
    step.text = f"由{workflow.TABLE.tracks[case.track].label}改为{workflow.TABLE.tracks[track].label}：{step.text}"
    case.track = track
    case.units = units_of(_lift(case)) if track == REPAIR else []
    clocks.renew(case, step.to)


def retracked(step: Step) -> None:
    """Write the register of the new track, and tell the units where it is theirs."""
    if register := workflow.TABLE.tracks[step.case.track].register:
        letters.write(step.case, register, by=step.actor.id)
    tell_units(step.case)


def split(step: Step) -> None:
    """Make what a message holds of another track a case of its own, with its own clocks from the same day.

    Source: 总局令121号 第九条（投诉和举报分别处理）.
    """
    case, track = step.case, step.details["track"]
    if track == case.track:
        raise BadInput.of("track", "请选择另一个类型")
    part = Complaint(
        number=numbers.new_number(step.at),
        track=track,
        category=case.category,
        lift=case.lift,
        place=case.place,
        description=step.text,
        channel=case.channel,
        consent_publish=case.consent_publish,
        jurisdiction=case.jurisdiction,
        desks=[case.jurisdiction],
        route=Route(rule="split", reason=f"由{case.number}分出，{case.route.reason}"),
        units=units_of(_lift(case)) if track == REPAIR else [],
        state="filed",
        reporters=[_copied(reporter) for reporter in case.reporters],
        links=[Link(kind=SPLIT, number=case.number, at=step.at)],
        filed_at=case.filed_at,
        updated_at=step.at,
    )
    clocks.start(part, "filed", case.filed_at)
    step.text = f"{workflow.TABLE.tracks[track].label}部分另立{part.number}办理"
    record.insert(part, actor=step.actor, text=part.route.reason)
    if register := workflow.TABLE.tracks[track].register:
        letters.write(part, register, by=step.actor.id)
    tell_units(part)


def merge(step: Step) -> None:
    """Put a case into another: its reporters hear the other's news. One level only, so there can be no circle."""
    case, into = step.case, step.details["into"].strip()
    parent = Complaint.objects(number=into).first()
    if parent is None or not step.actor.sees(parent.jurisdiction):
        raise BadInput.of("into", MISSING)
    for wrong, why in (
        (into == case.number, "不能并入自己"),
        (parent.state == "merged", "这一件已经并入另一件，请并入主件"),
        (not parent.open or parent.state == "held", "只能并入正在办理的投诉"),
        (parent.track != case.track, "类型不同，不能并案"),
        (_merged_into(case.number), "已有别的投诉并入这一件，请先取消并案"),
    ):
        if wrong:
            raise BadInput.of("into", why)
    case.links.append(Link(kind=MERGED, number=into, state=case.state, at=step.at))
    step.text = f"并入{into}一并办理：{step.text}"
    record.advance(parent)
    record.write_down(parent, "note", parent.state, actor=step.actor, text=f"{case.number}已并入本件", public=False)


def unmerge(step: Step) -> None:
    """Take a merged case out again: it goes on where it was, its clocks never stopped."""
    link = merged_link(step.case)
    if link is None:
        raise Conflict("这一件没有并入别的投诉")
    step.case.links.remove(link)
    step.to, step.text = link.state, f"不再并入{link.number}：{step.text}"


def merged_link(case: Case) -> Link | None:
    """Return the link by which a case is merged into another, or None."""
    return next((link for link in case.links if link.kind == MERGED), None)


def _merged_into(number: str) -> bool:
    return Complaint.objects(links__match={"kind": MERGED, "number": number}).only("number").first() is not None


def _open_repair(case: Complaint, lift: Mapping[str, Any] | None) -> None:
    at = clock.now()
    repair = Repair(
        number=f"{REPAIR_MARK}{case.number}",
        complaint=case.number,
        track=FAULT,
        category=case.category,
        lift=case.lift,
        place=case.place,
        jurisdiction=case.jurisdiction,
        units=units_of(lift),
        state="filed",
        filed_at=at,
        updated_at=at,
    )
    if not repair.units or (case.version > FIRST and numbers.find(repair.number)):
        return  # a case that was just filed has no repair yet
    clocks.start(repair, "filed", at)
    record.insert(repair, actor=resident(), text=f"由{case.number}转来的故障部分")
    news.to_units(repair, "repair.opened", _by_when(repair))


def _by_when(case: Case) -> str:
    due = clock.local(case.clocks[-1].due)
    return f"请在{due.month}月{due.day}日 {due:%H:%M}前修复或书面说明"


def _lift(case: Case) -> StoredLift | None:
    return registry.lift(case.lift) if case.lift else None


def _copied(reporter: Reporter) -> Reporter:
    facts = reporter.to_mongo().to_dict() | {"words": None, "judged": [], "satisfaction": None}
    return Reporter(**facts)
