"""What may happen in inspection: a report arrives, a hazard is found, reported and rectified."""

from collections.abc import Sequence
from datetime import date, datetime

from bson import ObjectId

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.foundation import clock, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.inspection.documents import HAZARD_CODES, KINDS, TYPES, Examination, Hazard
from backend.policy import bodies
from backend.policy.dates import add_years
from backend.policy.findings import UNMET
from backend.policy.inspection import COUNTED
from backend.registry import queries as registry
from backend.registry import units
from backend.registry.rows import StoredLift

WORK = {"inspection": "inspection", "test": "testing"}


@transactional
def record_examination(
    lift: str,
    *,
    kind: str,
    type: str,
    finished_on: date,
    passed: bool,
    actor: Actor,
    body: str | None = None,
    report_no: str | None = None,
    problems: Sequence[str] = (),
    rectification: str | None = None,
    follows: ObjectId | None = None,
) -> Examination:
    """Record a finished inspection or test; it is never edited, a re-inspection names the first.

    Args:
        lift: rescue code.
        kind: inspection or test.
        type: supervision, periodic, self, entrusted or re_inspection.
        finished_on: local day.
        passed: the conclusion.
        actor: who uploads it.
        body: id of the organisation that did it; it may do this work, and within a year of that day not the other.
        report_no: number of the report.
        problems: what was found; a failed one names at least one.
        rectification: how they were removed; what is removed later is told by the examination that follows.
        follows: the examination that this one repeats.

    Raises:
        BadInput: names the field; with the clause where the body may not do it.

    Source: 二（二）1, 二（二）2; 附件2 四（二）.
    """
    facts = registry.require_lift(lift, "using_unit")
    if kind not in KINDS:
        raise BadInput.of("kind", "只能是检验或检测")
    if type not in TYPES:
        raise BadInput.of("type", "没有这种检验、检测类型")
    if type not in (*COUNTED[kind], *(("supervision",) if kind == "inspection" else ())):
        raise BadInput.of("type", f"{TYPES[type]}不是{KINDS[kind]}")
    if finished_on > clock.today():
        raise BadInput.of("finished_on", "完成日期不能在将来")
    if not passed and not problems:
        raise BadInput.of("problems", "不合格的要写明问题")
    if body is not None:
        _checked_body(lift, body, kind, finished_on, facts)
    if follows is not None and not Examination.objects(id=follows, lift=lift, kind=kind).only("id").first():
        raise BadInput.of("follows", "这台电梯没有这份要复检的报告")
    examination = Examination(
        lift=lift,
        kind=kind,
        type=type,
        body=body,
        finished_on=finished_on,
        uploaded_at=clock.now(),
        passed=passed,
        report_no=report_no,
        problems=list(problems),
        rectification=rectification,
        follows=follows,
    ).save(force_insert=True)
    subject = f"examination:{examination.id}"
    events.record(f"{kind}.recorded", subject=subject, actor=actor, lift=lift, passed=passed)
    cards.refresh([lift], "examinations")
    return examination


def _checked_body(lift: str, body: str, kind: str, on: date, facts: StoredLift) -> None:
    kinds = units.organisation_kinds(body)
    if kinds is None:
        raise BadInput.of("body", "没有登记这个单位")
    others = Examination.objects(
        body=body, kind__ne=kind, finished_on__gt=add_years(on, -1), finished_on__lt=add_years(on, 1)
    )
    seen = bodies.may_examine(
        WORK[kind],
        kinds,
        works=[WORK[other.kind] for other in others.only("kind").limit(1)],
        maintains=units.maintained(lift, body, on),
        uses=facts.get("using_unit") == body,
        body=body,
    )
    if seen.verdict == UNMET:
        raise BadInput.of("body", f"{seen.reason}（{seen.clause}）")


@transactional
def record_hazard(
    lift: str,
    *,
    code: str,
    description: str,
    found_at: datetime,
    actor: Actor,
    severe: bool = False,
    found_by: str | None = None,
    reported_at: datetime | None = None,
) -> Hazard:
    """Record a hazard.

    Args:
        lift: rescue code.
        code: S1–S7.
        description: what it is, plain words.
        found_at: aware moment; a severe one must be reported within 24 hours of it.
        actor: who records it.
        severe: 严重事故隐患.
        found_by: id of the organisation that found it.
        reported_at: aware moment of the report to the bureau.

    Raises:
        BadInput: names the field.

    Source: 附件2 四（二）.
    """
    registry.require_lift(lift)
    if code not in HAZARD_CODES:
        raise BadInput.of("code", "隐患代码只能是 S1 到 S7")
    if not description.strip():
        raise BadInput.of("description", "请写明是什么隐患")
    if found_at > clock.now():
        raise BadInput.of("found_at", "发现时间不能在将来")
    if reported_at is not None and reported_at < found_at:
        raise BadInput.of("reported_at", "报告时间不能早于发现时间")
    hazard = Hazard(
        lift=lift,
        code=code,
        severe=severe,
        description=description.strip(),
        found_at=found_at,
        found_by=found_by,
        reported_at=reported_at,
    ).save(force_insert=True)
    events.record("hazard.found", subject=f"hazard:{hazard.id}", actor=actor, lift=lift, code=code, severe=severe)
    cards.refresh([lift], "hazards")
    return hazard


@transactional
def rectify_hazard(hazard_id: ObjectId, *, on: date, rectification: str, actor: Actor) -> None:
    """Note that a hazard was removed, and how; the public sees both.

    Args:
        hazard_id: the hazard.
        on: local day.
        rectification: what was done.
        actor: who says so.

    Raises:
        NotFound: no such hazard.
        Conflict: it was rectified already.
        BadInput: names the field.

    Source: 二（二）1.
    """
    hazard = Hazard.objects(id=hazard_id).first()
    if hazard is None:
        raise NotFound("没有这条隐患")
    if hazard.rectified_on is not None:
        raise Conflict("这条隐患已经整改")
    if not rectification.strip():
        raise BadInput.of("rectification", "请写明怎样整改")
    if not clock.local(hazard.found_at).date() <= on <= clock.today():
        raise BadInput.of("on", "整改日期要在发现之后、今天之前")
    hazard.update(set__rectified_on=on, set__rectification=rectification.strip(), set__rectified_at=clock.now())
    events.record("hazard.rectified", subject=f"hazard:{hazard_id}", actor=actor, lift=hazard.lift)
    cards.refresh([hazard.lift], "hazards")
