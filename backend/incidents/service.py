"""What may happen to a lift: somebody is trapped, a rescue is told, it breaks down, there is an accident."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from bson import ObjectId

from backend.accounts.actors import WORKER, Actor
from backend.card import service as cards
from backend.delivery import reach
from backend.foundation import clock, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.foundation.forms import words
from backend.incidents.documents import CAUSES, Accident, Fault, Rescue
from backend.incidents.queries import TOLD_BY_96333, source_of
from backend.registry import queries as registry

MAX_REASON = 200
OPEN_AT_MOST = timedelta(hours=24)  # help is there in 30 minutes (TSG T5002 五（四）); a day without word is no rescue
SOURCES = {"iot", "96333", "complaint", "maintenance"}


@dataclass(frozen=True, slots=True)
class RescueTimes:
    """The times of a rescue in their order, aware moments; None where it is not known."""

    alarm_at: datetime
    dispatched_at: datetime | None = None
    arrived_at: datetime | None = None
    released_at: datetime | None = None
    called_back_at: datetime | None = None
    closed_at: datetime | None = None


@transactional
def open_emergency(lift: str, channel: str, key: str, *, actor: Actor) -> Rescue:
    """Note that somebody says people are trapped; the same key again is the same rescue.

    Nothing is dispatched by this: only 96333 sends help, and whoever reports must be told to call it.

    Args:
        lift: rescue code.
        channel: where it was said, such as `wechat` or `web`.
        key: id of the message or form.
        actor: who says so.

    Raises:
        BadInput: names the field.

    Source: 二（三）1.
    """
    if not key:
        raise BadInput.of("key", "缺少消息编号")
    if known := Rescue.objects(message_key=key).first():
        return known
    jurisdiction = registry.require_lift(lift, "jurisdiction")["jurisdiction"]
    rescue = Rescue(lift=lift, jurisdiction=jurisdiction, alarm_at=clock.now(), channel=channel, message_key=key)
    stored = _stored(rescue, "rescue.opened", actor)
    _alarm(rescue)
    return stored


@transactional
def end_emergency(rescue: str, actor: Actor, reason: str) -> None:
    """End what was reported as an emergency, so that nobody reads of it as going on.

    Args:
        rescue: its id.
        actor: who ends it; of the bureau where the lift is, or Chati itself.
        reason: why, in plain words, for the record.

    Raises:
        NotFound: there is none, or it is another bureau's.
        BadInput: no reason.
        Conflict: it has ended.
    """
    found = Rescue.objects(id=rescue).first() if ObjectId.is_valid(rescue) else None
    if found is None or not (actor == WORKER or actor.sees(found.jurisdiction)):
        raise NotFound("没有这次困人报告")
    why = words("reason", reason, MAX_REASON, "请写明结束的理由")
    if found.state != "open":
        raise Conflict("这次困人报告已经结束")
    found.state, found.closed_at, found.ended_by, found.ended_why = "closed", clock.now(), actor.id, why
    _stored(found, "rescue.ended", actor)


def end_silent() -> int:
    """End what has stood open for longer than any rescue takes, and return how many there were."""
    before = clock.now() - OPEN_AT_MOST
    silent = [str(one.id) for one in Rescue.objects(state="open", alarm_at__lt=before).only("id")]
    for rescue in silent:
        with suppress(Conflict):  # somebody ended it meanwhile
            end_emergency(rescue, WORKER, f"超过 {OPEN_AT_MOST // timedelta(hours=1)} 小时没有回报，按规则结束")
    return len(silent)


def _alarm(rescue: Rescue) -> None:
    """Tell the desk at once: somebody has to ask 96333 and the unit whether help is on its way."""
    reach.promise(
        rescue.jurisdiction,
        key=f"rescue:{rescue.id}",
        subject=f"rescue:{rescue.id}",
        template="rescue.reported",
        place=registry.title_of(rescue.lift) or rescue.lift,
        code=rescue.lift,
        text=source_of(rescue.channel),
    )


@transactional
def record_rescue(
    lift: str,
    *,
    times: RescueTimes,
    trapped: int,
    actor: Actor,
    injured: int = 0,
    cause: str | None = None,
    key: str | None = None,
) -> Rescue:
    """Record a rescue as 96333 tells it; with the key of an emergency it completes that one.

    Args:
        lift: rescue code.
        times: in their order; with `closed_at` the rescue is closed.
        trapped: people trapped.
        actor: who tells it.
        injured: people injured.
        cause: equipment, maintenance, use, human or external, once verified.
        key: key given to `open_emergency`, or the work order's number.

    Raises:
        BadInput: names the field.

    Source: 二（三）1; TSG T5002-2017 第五条（四）.
    """
    jurisdiction = registry.require_lift(lift, "jurisdiction")["jurisdiction"]
    _checked_times(times)
    if not 0 <= injured <= trapped:
        raise BadInput.of("injured", "受伤人数要在 0 和被困人数之间")
    _checked_cause(cause)
    rescue = (Rescue.objects(message_key=key).first() if key else None) or Rescue(message_key=key)
    if rescue.lift not in (None, lift):
        raise BadInput.of("key", "这个编号属于另一台电梯的救援")
    rescue.lift, rescue.jurisdiction = lift, jurisdiction
    for field in fields(times):
        setattr(rescue, field.name, getattr(times, field.name))
    rescue.trapped, rescue.injured, rescue.cause = trapped, injured, cause
    rescue.state = "closed" if times.closed_at else "open"
    rescue.channel = TOLD_BY_96333
    return _stored(rescue, "rescue.recorded", actor)


@transactional
def record_fault(
    lift: str,
    *,
    at: datetime,
    source: str,
    actor: Actor,
    code: int | None = None,
    cause: str | None = None,
    downtime_minutes: int = 0,
    recovered_at: datetime | None = None,
) -> Fault:
    """Record a fault.

    Args:
        lift: rescue code.
        at: aware moment.
        source: iot, 96333, complaint or maintenance.
        actor: who tells it.
        code: fault code of GB/T 24476, where it has one.
        cause: equipment, maintenance, use, human or external, once verified.
        downtime_minutes: how long the lift stood.
        recovered_at: aware moment.

    Raises:
        BadInput: names the field.

    Source: 二（三）1, 三（一）2.
    """
    registry.require_lift(lift)
    _checked_cause(cause)
    if source not in SOURCES:
        raise BadInput.of("source", "没有这种故障来源")
    if at > clock.now():
        raise BadInput.of("at", "故障时间不能在将来")
    if recovered_at is not None and recovered_at < at:
        raise BadInput.of("recovered_at", "恢复时间不能早于故障时间")
    if downtime_minutes < 0:
        raise BadInput.of("downtime_minutes", "停梯时间不能为负")
    fault = Fault(
        lift=lift,
        at=at,
        code=code,
        cause=cause,
        downtime_minutes=downtime_minutes,
        recovered_at=recovered_at,
        source=source,
    )
    return _stored(fault, "fault.recorded", actor)


@transactional
def record_accident(lift: str, *, on: date, units: Sequence[str], summary: str, actor: Actor) -> Accident:
    """Record a safety-responsibility accident as the investigation established it.

    Args:
        lift: rescue code.
        on: local day.
        units: ids of the organisations responsible.
        summary: plain words, nobody named.
        actor: who records it.

    Raises:
        BadInput: names the field.

    Source: 三（三）3.
    """
    registry.require_lift(lift)
    if on > clock.today():
        raise BadInput.of("on", "事故日期不能在将来")
    if not summary.strip():
        raise BadInput.of("summary", "请写明事故概况")
    return _stored(Accident(lift=lift, on=on, units=list(units), summary=summary.strip()), "accident.recorded", actor)


def _stored(fact: Rescue | Fault | Accident, kind: str, actor: Actor) -> Rescue | Fault | Accident:
    fact.save()
    events.record(kind, subject=f"{kind.partition('.')[0]}:{fact.id}", actor=actor, lift=fact.lift)
    cards.refresh([fact.lift], type(fact)._get_collection_name())
    return fact


def _checked_times(times: RescueTimes) -> None:
    before, now = times.alarm_at, clock.now()
    for field in fields(times):
        at = getattr(times, field.name)
        if at is None:
            continue
        if at > now:
            raise BadInput.of(field.name, "时间不能在将来")
        if at < before:
            raise BadInput.of(field.name, "救援各步的时间要按先后顺序")
        before = at


def _checked_cause(cause: str | None) -> None:
    if cause is not None and cause not in CAUSES:
        raise BadInput.of("cause", "没有这种原因")
