"""Urging rectification 督促整治: asked of a unit by a day, answered by it, or taken to the bureau when it is silent."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import structlog
from bson import ObjectId
from bson.errors import InvalidId
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from backend.accounts import actors
from backend.accounts.actors import Actor
from backend.community import evidence, news, workflow
from backend.community.access import Standing
from backend.community.documents import Answer, Group, Urge
from backend.community.groups import words
from backend.complaints import service as complaints
from backend.complaints import workflow as cases
from backend.complaints.service import NewComplaint, NewReporter
from backend.delivery import reach
from backend.foundation import clock, events, outbox
from backend.foundation import photos as files
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, ChatiError, Conflict, NotFound
from backend.foundation.photos import CleanPhoto
from backend.policy.rules import carries
from backend.registry import queries as registry
from config import load

log = structlog.get_logger()
CHANNEL = "community"
UNITS = {"using_unit": "使用单位", "maintenance_unit": "维保单位"}
MAX_WORDS = 500
FARTHEST_DONE = timedelta(days=365)


@carries("P-09")
@transactional
def urge(
    who: Standing,
    lift: str,
    *,
    text: str,
    due: date,
    category: str = "other",
    unit: str = "using_unit",
    draft: str | None = None,
) -> Urge:
    """Ask a unit to put something right by a day.

    Args:
        who: a member who may urge.
        lift: rescue code of a lift of the group.
        text: what shall be put right.
        due: the day by which the unit must have answered.
        category: as for complaints; decides how the bureau takes it should the unit stay silent.
        unit: using_unit or maintenance_unit.
        draft: id of the form; the same form is one urge.

    Raises:
        NotFound: the lift is not the group's.
        BadInput: a field cannot be taken; names it.
        Conflict: too many urges are open.

    Source: 三（三）5.
    """
    key = f"{who.group.id}:{draft}" if draft else None
    if key and (earlier := Urge.objects(draft=key).first()):
        return earlier
    stored = evidence.lift_of(who.group, lift)
    addressed, name = _unit(stored, unit)
    if category not in cases.categories():
        raise BadInput.of("category", "请选择问题类别")
    if Urge.objects(group=who.group.id, state="open").count() >= load("community")["urges_at_once"]:
        raise Conflict("等待答复的督促太多，请先处理已有的")
    made = Urge(
        group=who.group.id,
        lift=lift,
        category=category,
        text=words("text", text, MAX_WORDS, "请写明要整改什么"),
        due=_due(due).isoformat(),
        unit=addressed,
        unit_name=name,
        by=who.actor.id,
        by_label=who.actor.label,
        binding=who.binding,
        state="open",
        draft=key,
        created_at=clock.now(),
    ).save(force_insert=True)
    events.record("urge.opened", subject=f"urge:{made.id}", actor=who.actor, lift=lift, unit=addressed, due=made.due)
    _tell_unit(made, who.group)
    return made


def token(urge_id: Any) -> str:
    """Return the key by which the addressed unit answers an urge without an account."""
    return _signer().dumps(str(urge_id))


def of_token(key: str) -> Urge:
    """Return the urge that a unit's key is for.

    Raises:
        NotFound: the key is not ours.
    """
    try:
        return one(_signer().loads(key))
    except BadSignature as error:
        raise NotFound("链接不完整，请重新打开通知里的链接") from error


@transactional
def answer(key: str, text: str, done_on: date | None = None, photos: Sequence[CleanPhoto] = ()) -> Urge:
    """Take a unit's answer; once.

    Args:
        key: the unit's key.
        text: what it did or will do.
        done_on: the day on which it is done.
        photos: checked photos.

    Raises:
        NotFound: the key is not ours.
        BadInput: a field cannot be taken; names it.
        Conflict: it was answered, or the group closed it.
    """
    found = of_token(key)
    if found.answer is not None:
        raise Conflict("已经答复过了，答复提交后不能修改")
    state = workflow.target(workflow.URGE, found.state, "answer")
    if done_on is not None and abs(done_on - clock.today()) > FARTHEST_DONE:
        raise BadInput.of("done_on", "整改日期不对")
    if len(photos) > current_app.config["CHATI"].photo_limit:
        raise BadInput.of("photos", f"照片最多 {current_app.config['CHATI'].photo_limit} 张")
    said = Answer(
        text=words("text", text, MAX_WORDS, "请写明整改情况"),
        done_on=done_on,
        photos=[files.store(photo, f"group:{found.group}") for photo in photos],
        at=clock.now(),
    )
    _move(found, state, set__answer=said)
    unit = actors.unit(found.unit, found.unit_name)
    events.record("urge.answered", subject=f"urge:{found.id}", actor=unit, lift=found.lift)
    news.to_group(found.group, f"urge:{found.id}", "urge.answered", _news(found, said.text), said.at)
    return found.reload()


@transactional
def close(who: Standing, urge_id: str) -> Urge:
    """Say that what was urged is done.

    Raises:
        NotFound: not the group's.
        Conflict: it is closed.
    """
    found = _of_group(who, urge_id)
    _move(found, workflow.target(workflow.URGE, found.state, "close"), set__closed_at=clock.now())
    events.record("urge.closed", subject=f"urge:{found.id}", actor=who.actor, lift=found.lift)
    return found.reload()


@transactional
def escalate(who: Standing, urge_id: str) -> Urge:
    """Take an urge to the bureau whose answer does not help.

    Raises:
        NotFound: not the group's.
        Conflict: it is with the bureau, or closed.
    """
    return _escalate(_of_group(who, urge_id), who.actor)


def escalate_silent() -> int:
    """Take each urge whose day passed without an answer to the bureau, and return how many; a job, bears repeats."""
    late = Urge.objects(state="open", due__lt=clock.today().isoformat()).only("id").order_by("due")
    done = 0
    for row in late:
        try:
            done += _escalate_if_silent(str(row.id))
        except ChatiError as error:  # one that cannot be filed must not keep the others from the bureau
            log.error("urge.not_escalated", urge=str(row.id), error=error.code)
    return done


def one(urge_id: str) -> Urge:
    """Return an urge.

    Raises:
        NotFound: there is none.
    """
    try:
        found = Urge.objects(id=ObjectId(urge_id)).first()
    except InvalidId:
        found = None
    if found is None:
        raise NotFound("没有这件督促")
    return found


@transactional
def _escalate_if_silent(urge_id: str) -> bool:
    found = one(urge_id)
    if found.state != "open":
        return False  # answered or closed a moment ago
    _escalate(found, actors.WORKER)
    return True


def _escalate(found: Urge, actor: Actor) -> Urge:
    """File the complaint that an unheard urge becomes, linked both ways."""
    state = workflow.target(workflow.URGE, found.state, "escalate")
    group = Group.objects.get(id=found.group)
    receipt = complaints.file(
        NewComplaint(
            category=found.category,
            reporter=NewReporter(channel=CHANNEL, binding=found.binding),
            lift=found.lift,
            description=_story(found, group),
        ),
        draft=f"urge:{found.id}",
    )
    _move(found, state, set__complaint=receipt["number"], set__escalated_at=clock.now())
    events.record(
        "urge.escalated",
        subject=f"urge:{found.id}",
        actor=actor,
        lift=found.lift,
        complaint=receipt["number"],
        answered=found.answer is not None,
    )
    return found.reload()


def _story(found: Urge, group: Group) -> str:
    asked = clock.local(found.created_at).date()
    said = f"单位答复：{found.answer.text}。小组认为没有解决" if found.answer else "到期没有答复"
    lines = [f"{group.name}于{asked}督促{found.unit_name}在{found.due}前整改：{found.text}。{said}，转请处理。"]
    return "\n".join([*lines, *evidence.doubts_about(found.lift)])[: complaints.MAX_WORDS]


def _tell_unit(made: Urge, group: Group) -> None:
    """Promise the unit the news by each channel it has; its inbox keeps it in any case."""
    target = actors.unit_id(made.unit)
    data = _news(made, made.text) | {"group": group.name, "due": made.due, "at": made.created_at.isoformat()}
    data["url"] = f"{current_app.config['CHATI'].public_url}/urge/{token(made.id)}"
    named = {"target": target, "subject": f"urge:{made.id}", "template": "urge.open"}
    outbox.enqueue_all(
        [
            {"key": f"urge:{made.id}:{channel}", "channel": channel, **named, **data}
            for channel in reach.channels_of([target])[target]
        ]
    )


def _news(found: Urge, text: str) -> dict[str, str]:
    return {
        "code": found.lift,
        "place": registry.title_of(found.lift),
        "unit": found.unit_name,
        "asked": found.text,
        "text": text,
    }


def _move(found: Urge, state: str, **changes: Any) -> None:
    if not Urge.objects(id=found.id, state=found.state).update(set__state=state, **changes):
        raise Conflict("这件督促刚刚有变化，请刷新后再试")


def _of_group(who: Standing, urge_id: str) -> Urge:
    found = one(urge_id)
    if found.group != who.group.id:
        raise NotFound("没有这件督促")
    return found


def _unit(lift: dict[str, Any], unit: str) -> tuple[str, str]:
    if unit not in UNITS:
        raise BadInput.of("unit", "请选择使用单位或维保单位")
    found = registry.organisation_names([lift.get(unit)])
    if not found:
        raise BadInput.of("unit", f"这台电梯没有登记{UNITS[unit]}")
    return found.popitem()


def _due(due: date) -> date:
    longest = load("community")["urge_longest_days"]
    if not 1 <= (due - clock.today()).days <= longest:
        raise BadInput.of("due", f"答复期限要在明天到 {longest} 天之内")
    return due


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="community.urge")
