"""What may happen to upkeep: a contract, a plan; a visit is recorded once and for all, corrected by another, signed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bson import ObjectId

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.foundation import clock, events
from backend.foundation.addresses import require_web_address
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.policy import visits
from backend.registry import queries as registry
from backend.registry import units
from backend.upkeep.documents import HAZARD_CODES, WORK_TYPES, Contract, MaintenancePlan, Visit
from backend.upkeep.queries import MODES, basis

MAINTENANCE = "maintenance"  # of registry.documents.ORGANISATION_KINDS
RESULTS = ("normal", "abnormal", "not_applicable")


@transactional
def begin_contract(
    lift: str, *, maintenance_unit: str, mode: str, start: date, end: date | None = None, actor: Actor
) -> Contract:
    """Store a maintenance contract.

    Args:
        lift: rescue code.
        maintenance_unit: id of the organisation.
        mode: full 全包, comprehensive 大包 or other.
        start: first day.
        end: last day, where it is agreed.
        actor: who says so, for the record.

    Raises:
        BadInput: names the field.
    """
    registry.require_lift(lift)
    if mode not in MODES:
        raise BadInput.of("mode", "合同方式只能是全包、大包或其他")
    if end is not None and end < start:
        raise BadInput.of("end", "合同止期不能早于起期")
    contract = Contract(lift=lift, maintenance_unit=maintenance_unit, mode=mode, start=start, end=end)
    contract.save(force_insert=True)
    events.record("contract.begun", subject=f"contract:{contract.id}", actor=actor, lift=lift, mode=mode)
    cards.refresh([lift], "contracts")
    return contract


@transactional
def file_plan(
    lift: str,
    *,
    maintenance_unit: str,
    items: Sequence[str],
    actor: Actor,
    interval_months: int | None = None,
    interval_days: int | None = None,
    query_url: str | None = None,
    stamped: bool = False,
) -> MaintenancePlan:
    """File the on-site maintenance plan of a lift; the newest counts.

    Args:
        lift: rescue code.
        maintenance_unit: id of the organisation.
        items: what is done on site, plain words.
        actor: who files it.
        interval_months: longest time between visits, or
        interval_days: the same in days; one of the two.
        query_url: where items, content and interval can be looked up.
        stamped: bears the unit's seal.

    Raises:
        BadInput: names the field; an interval above the limit of the lift's basis, with the clause.

    Source: 附件1 四（一）2（2）; 三（一）2.
    """
    registry.require_lift(lift)
    if MAINTENANCE not in (units.organisation_kinds(maintenance_unit) or ()):
        raise BadInput.of("maintenance_unit", "没有登记这个维保单位")
    require_web_address("query_url", query_url)
    if not items:
        raise BadInput.of("items", "请写明现场维保项目")
    if (interval_months is None) == (interval_days is None):
        raise BadInput.of("interval_months", "请按月或按天填写维保间隔，二选一")
    if (interval_months or interval_days or 0) < 1:
        raise BadInput.of("interval_months" if interval_days is None else "interval_days", "维保间隔至少为 1")
    try:
        visits.planned(basis(lift), months=interval_months or 0, days=interval_days or 0)
    except ValueError as error:
        raise BadInput.of("interval_months" if interval_days is None else "interval_days", str(error)) from error
    plan = MaintenancePlan(
        lift=lift,
        maintenance_unit=maintenance_unit,
        interval_months=interval_months,
        interval_days=interval_days,
        items=list(items),
        query_url=query_url,
        stamped=stamped,
        filed_at=clock.now(),
    ).save(force_insert=True)
    events.record("plan.filed", subject=f"plan:{plan.id}", actor=actor, lift=lift)
    cards.refresh([lift], "maintenance_plans")
    return plan


@transactional
def record_visit(
    lift: str,
    *,
    maintenance_unit: str,
    work_type: str,
    start: datetime,
    end: datetime,
    workers: Sequence[str],
    actor: Actor,
    items: Sequence[Mapping[str, Any]] = (),
    hazards: Sequence[str] = (),
    photos: int = 0,
    corrects: ObjectId | None = None,
) -> Visit:
    """Record a visit; it is never edited, a correction is another visit that names it.

    Args:
        lift: rescue code.
        maintenance_unit: id of the organisation whose people came.
        work_type: FM, HM, TM, SM or OY.
        start: aware moment of arrival.
        end: aware moment of leaving.
        workers: full names; the public sees them masked.
        actor: who records it.
        items: {code, name, result: normal | abnormal | not_applicable, note}; anything but normal needs a note.
        hazards: S0–S7.
        photos: how many were taken.
        corrects: the earlier visit that this one puts right.

    Raises:
        BadInput: names the field.
        NotFound: there is no visit to correct on this lift.
        Conflict: it was corrected already.

    Source: TSG T5002-2017 第七条, 第十条.
    """
    registry.require_lift(lift)
    _checked_times(start, end)
    if work_type not in WORK_TYPES:
        raise BadInput.of("work_type", f"维保类型只能是 {'、'.join(WORK_TYPES)}")
    if not workers or not all(name.strip() for name in workers):
        raise BadInput.of("workers", "请填写维保人员姓名")
    if unknown := [code for code in hazards if code not in HAZARD_CODES]:
        raise BadInput.of("hazards", f"没有隐患代码 {unknown[0]}")
    if photos < 0:
        raise BadInput.of("photos", "照片张数不能为负")
    _checked_items(items)
    if corrects is not None:
        _checked_correction(lift, corrects)
    visit = Visit(
        lift=lift,
        maintenance_unit=maintenance_unit,
        work_type=work_type,
        start=start,
        end=end,
        workers=list(workers),
        items=[dict(item) for item in items],
        hazards=list(hazards),
        photos=photos,
        corrects=corrects,
        recorded_at=clock.now(),
    ).save(force_insert=True)
    kind = "visit.recorded" if corrects is None else "visit.corrected"
    events.record(kind, subject=f"visit:{visit.id}", actor=actor, lift=lift, work_type=work_type)
    cards.refresh([lift], "visits")
    return visit


@transactional
def sign_visit(visit_id: ObjectId, *, actor: Actor) -> None:
    """Note that the using unit's safety manager signed a visit; once.

    Args:
        visit_id: the visit.
        actor: who signed.

    Raises:
        NotFound: no such visit.
        Conflict: it is signed.

    Source: TSG T5002-2017 第七条.
    """
    visit = Visit.objects(id=visit_id).only("lift", "signed_at").first()
    if visit is None:
        raise NotFound("没有这条维保记录")
    if not Visit.objects(id=visit_id, signed_at=None).update(set__signed_at=clock.now()):
        raise Conflict("这条维保记录已经签字确认")
    events.record("visit.signed", subject=f"visit:{visit_id}", actor=actor, lift=visit.lift)
    cards.refresh([visit.lift], "visits")


def _checked_times(start: datetime, end: datetime) -> None:
    if end <= start:
        raise BadInput.of("end", "离开时间要晚于到达时间")
    if end > clock.now():
        raise BadInput.of("end", "离开时间不能在将来")


def _checked_items(items: Sequence[Mapping[str, Any]]) -> None:
    for item in items:
        if item.get("result") not in RESULTS or not item.get("name"):
            raise BadInput.of("items", "每个项目要有名称和结果（正常、异常、不涉及）")
        if item["result"] != "normal" and not (item.get("note") or "").strip():
            raise BadInput.of("items", f"“{item['name']}”不是正常，请写明情况或理由")


def _checked_correction(lift: str, corrects: ObjectId) -> None:
    if not Visit.objects(id=corrects, lift=lift).only("id").first():
        raise NotFound("没有要更正的维保记录")
    if Visit.objects(corrects=corrects).only("id").first():
        raise Conflict("这条维保记录已经更正过，请更正最新的一条")
