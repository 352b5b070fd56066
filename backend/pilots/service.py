"""What an authority decides about a lift in a pilot programme: it is labelled 标注, or it leaves."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from backend.accounts.actors import Actor
from backend.foundation import clock, events, official_years
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.incidents import queries as incidents
from backend.inspection import queries as inspection
from backend.insurance import queries as insurance
from backend.pilots.documents import PROGRAMMES, Label
from backend.policy import exits, jurisdictions, labelling, rules
from backend.policy.conditions import UNINSURED
from backend.policy.profiles import pilot, window
from backend.registry import queries as registry
from backend.registry import units as registered
from backend.registry.documents import IN_USE
from backend.registry.labels import extended
from backend.registry.rows import StoredLift
from backend.registry.service import set_labels

LIFT_FACTS = ("status", "jurisdiction", "using_unit", "maintenance_unit", "iot")


@transactional
def label(
    lift: str, *, programme: str, authority: str, since: date, actor: Actor, publicised_from: date | None = None
) -> Label:
    """Label a lift for a programme, and leave the fact on the lift where the lower floors read it.

    Args:
        lift: rescue code.
        programme: maintenance or inspection.
        authority: id of the jurisdiction whose bureau decided.
        since: first day of the label.
        actor: the official who decided.
        publicised_from: day on which the 15 days of publicity began.

    Raises:
        BadInput: names the field; with the clause where the regulation is against it.
        Conflict: the lift carries the label.

    Source: 附件1 四（一）5; 附件2 四（一）5.
    """
    facts = registry.require_lift(lift, *LIFT_FACTS)
    if programme not in PROGRAMMES:
        raise BadInput.of("programme", "只有维保试点和检验检测试点")
    _checked_authority(authority)
    if since > clock.today():
        raise BadInput.of("since", "标注日期不能在将来")
    if publicised_from is not None and publicised_from >= since:
        raise BadInput.of("publicised_from", "公示要在标注之前")
    earlier = Label.objects(lift=lift, programme=programme).order_by("-since").first()
    if earlier is not None and earlier.until is None:
        raise Conflict("这台电梯已经标注了这项试点")
    if earlier is not None and since < earlier.until:
        raise BadInput.of("since", "新的标注不能早于上一次退出")
    proposal = _proposal(facts, programme, since, publicised_from, authority)
    for against in labelling.refusals(
        proposal, _looked_at(lift, facts, programme, since), official_years.calendar(), extended=extended()
    ):
        raise BadInput.of(against.subject, f"{against.reason}（{against.clause}）")
    stored = Label(
        lift=lift,
        programme=programme,
        authority=authority,
        since=since,
        publicised_from=publicised_from,
        updated_at=clock.now(),
    ).save(force_insert=True)
    return _told(stored, "label.given", actor)


@transactional
def exit(lift: str, *, programme: str, on: date, reason: str, rule_id: str, actor: Actor) -> Label:
    """End a lift's label; maintenance returns to TSG T5002, inspection to the national calendar.

    Args:
        lift: rescue code.
        programme: maintenance or inspection.
        on: the day from which the label is no longer held.
        reason: the official's reason, shown to the public.
        rule_id: rule of the register that it rests on, such as `M-X9`.
        actor: the official who decided.

    Raises:
        NotFound: the lift does not carry the label.
        BadInput: names the field; a rule that ends no pilot, or another programme's.

    Source: 附件1 四（三）; 附件2 四（三）.
    """
    held = Label.objects(lift=lift, programme=programme, until=None).first()
    if held is None:
        raise NotFound("这台电梯没有这项标注")
    if not held.since <= on <= clock.today():
        raise BadInput.of("on", "退出日期要在标注之后、今天之前")
    if not window(programme).holds(on, extended()):
        raise BadInput.of(
            "on", f"{PROGRAMMES[programme]}已于{window(programme).last(extended()).isoformat()}结束，之后没有退出"
        )
    if not reason.strip():
        raise BadInput.of("reason", "请写明退出理由")
    if rule_id not in exits.rule_ids(programme):
        raise BadInput.of("rule_id", f"这条规则不是{PROGRAMMES[programme]}的退出情形")
    clause = rules.entry(rule_id)["clause"]
    held.until = held.exited_on = on
    held.exit_reason, held.exit_rule, held.exit_clause = reason.strip(), rule_id, clause
    held.updated_at = clock.now()
    held.save()
    return _told(
        held, "label.ended", actor, withdraws=jurisdictions.current(exits.withdraws(programme, held.authority), on)
    )


def on_lift(labels: Iterable[Mapping[str, Any]]) -> list[dict[str, str | None]]:
    """Give what the lift keeps of its labels: the newest of each programme.

    Args:
        labels: {programme, since, until}, days as dates.

    Returns:
        The same, days in ISO form.
    """
    newest = {row["programme"]: row for row in sorted(labels, key=lambda row: row["since"])}
    return [
        {
            "programme": programme,
            "since": row["since"].isoformat(),
            "until": row["until"].isoformat() if row["until"] else None,
        }
        for programme, row in sorted(newest.items())
    ]


def _proposal(
    facts: StoredLift, programme: str, since: date, publicised_from: date | None, authority: str
) -> labelling.Proposal:
    """Put a label together as the policy judges it; the lifts of each applicant are counted city-wide (reading A10)."""
    enough = pilot().data["authority"]["municipal_from_lifts"]
    units = _applicants(facts).values()
    counts = [registered.count_in_use(unit, enough) for unit in units] or [1]
    in_use = facts.get("status", IN_USE) == IN_USE
    return labelling.Proposal(programme, since, publicised_from, authority, counts, facts["jurisdiction"], in_use)


def _applicants(facts: StoredLift) -> dict[str, str]:
    """Give the units that apply for a lift, {role: id}; one that is not registered is left out."""
    units = {"using": facts.get("using_unit"), "maintenance": facts.get("maintenance_unit")}
    return {role: unit for role, unit in units.items() if unit}


def _looked_at(lift: str, facts: StoredLift, programme: str, on: date) -> dict[str, Any]:
    """Collect what is on record of a lift and its units on a day; a policy that is not there is known to be missing."""
    units = _applicants(facts)
    inspecting = programme == "inspection"
    if inspecting:
        units.pop("maintenance", None)  # it applies only where it wants to test (附件2 二（二）)
    accidents = incidents.accidents_of(units.values())
    seen = {
        "id": lift,
        "iot": {"present": bool(facts.get("iot"))},
        "insurance": insurance.policy_on(lift, on) or {"type": UNINSURED},
        "inspection": inspection.validity(lift, on),
    }
    return {
        "units": [
            {"id": unit, "role": role, "accidents": accidents[unit], **(_pilot_year(unit, on) if inspecting else {})}
            for role, unit in units.items()
        ],
        "lifts": [seen],
    }


def _pilot_year(unit: str, on: date) -> dict[str, Any]:
    """Tell since when a unit has had lifts in the maintenance pilot, by the labels that they hold on a day."""
    codes = list(registry.codes_of_units([unit]))
    rows = Label.objects(lift__in=codes, programme="maintenance", since__lte=on).only("since", "until")
    held = [row.since for row in rows if row.until is None or row.until > on]
    return {"pilot_since": min(held), "still_labelled": True} if held else {"still_labelled": False}


def _told(row: Label, kind: str, actor: Actor, **more: str) -> Label:
    set_labels(row.lift, on_lift(Label.objects(lift=row.lift)))
    events.record(kind, subject=f"label:{row.id}", actor=actor, lift=row.lift, programme=row.programme, **more)
    return row


def _checked_authority(authority: str) -> None:
    try:
        jurisdictions.bureau(authority)
    except LookupError as error:
        raise BadInput.of("authority", "没有这个局") from error
