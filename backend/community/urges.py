"""Urging rectification 督促整治: asked of a unit by a day, answered by it, or taken to the bureau when it is silent."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import structlog
from bson import ObjectId

from backend.accounts import actors
from backend.casework import clocks, matters, moving, record
from backend.casework.matters import Matter, Step
from backend.community import news, observations
from backend.community.access import Standing
from backend.community.documents import Answer, Group, Urge
from backend.community.matters import URGE, parts, words_of
from backend.complaints import service as complaints
from backend.complaints import workflow as cases
from backend.complaints.service import NewComplaint, NewReporter
from backend.delivery import reach
from backend.foundation import clock, forms
from backend.foundation import photos as files
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, ChatiError, Conflict, NotFound
from backend.foundation.links import BROKEN, Token, absolute, path_to
from backend.foundation.photos import CleanPhoto
from backend.policy.rules import carries
from backend.registry import queries as registry
from config import load

log = structlog.get_logger()
CHANNEL = "community"
UNIT_KEY = Token("community.urge")
ANSWER = "urge_answer"
MISSING = "没有这件督促"
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
    key = f"{who.group.number}:{draft}" if draft else None
    if key and (earlier := Urge.objects(draft=key).first()):
        return earlier
    stored = observations.lift_of(who.group, lift)
    addressed, name = _unit(stored, unit)
    if category not in cases.categories():
        raise BadInput.of("category", "请选择问题类别")
    if Urge.objects(group=who.group.number, state="open").count() >= load("community")["urges_at_once"]:
        raise Conflict("等待答复的督促太多，请先处理已有的")
    now = clock.now()
    made = Urge(
        number=str(ObjectId()),
        track="urge",
        group=who.group.number,
        jurisdiction=who.group.jurisdiction,
        lift=lift,
        category=category,
        text=forms.words("text", text, MAX_WORDS, "请写明要整改什么"),
        units=[addressed],
        unit_name=name,
        by_label=who.actor.label,
        binding=who.binding,
        state="open",
        draft=key,
        filed_at=now,
        updated_at=now,
    )
    clocks.agree(made, ANSWER, _due(due), now, reason="小组约定的答复期限", clause="三（三）5", rule_id="P-09")
    record.insert(made, actor=who.actor, text=made.text, action="open", unit=addressed, due=due.isoformat())
    _tell_unit(made, who.group)
    return made


def token(urge_id: Any) -> str:
    """Return the key by which the addressed unit answers an urge without an account."""
    return UNIT_KEY.make(str(urge_id))


def of_token(key: str) -> Urge:
    """Return the urge that a unit's key is for.

    Raises:
        NotFound: the key is not ours.
    """
    number = UNIT_KEY.read(key)
    if number is None:
        raise NotFound(BROKEN)
    return one(number)


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
    if done_on is not None and abs(done_on - clock.today()) > FARTHEST_DONE:
        raise BadInput.of("done_on", "整改日期不对")
    files.check_number(photos)
    found.answer = Answer(text=text, done_on=done_on, at=clock.now())
    found.answer.photos = [files.store(photo, f"group:{found.group}") for photo in photos]
    unit = actors.unit(found.units[0], found.unit_name)
    return moving.act(found, "answer", unit, found.version, {"text": text})


def _answered(step: Step) -> None:
    step.case.answer.text = step.text


def _tell_group(step: Step) -> None:
    news.to_group(step.case.group, f"urge:{step.case.number}", "urge.answered", _news(step.case, step.text), step.at)


@transactional
def close(who: Standing, urge_id: str) -> Urge:
    """Say that what was urged is done.

    Raises:
        NotFound: not the group's.
        Conflict: it is closed.
    """
    found = _of_group(who, urge_id)
    return moving.act(found, "close", who.actor, found.version, {})


@transactional
def escalate(who: Standing, urge_id: str) -> Urge:
    """Take an urge to the bureau whose answer does not help.

    Raises:
        NotFound: not the group's.
        Conflict: it is with the bureau, or closed.
    """
    found = _of_group(who, urge_id)
    return moving.act(found, "escalate", who.actor, found.version, {})


def escalate_silent() -> int:
    """Take each urge whose day passed without an answer to the bureau, and return how many; a job, bears repeats."""
    late = Urge.objects(state="open", next_due__lt=clock.now()).only("number").order_by("next_due")
    done = 0
    for row in late:
        try:
            done += _escalate_if_silent(row.number)
        except ChatiError as error:  # one that cannot be filed must not keep the others from the bureau
            log.error("urge.not_escalated", urge=row.number, error=error.code)
    return done


def one(urge_id: str) -> Urge:
    """Return an urge.

    Raises:
        NotFound: there is none.
    """
    found = Urge.objects(number=urge_id).first()
    if found is None:
        raise NotFound(MISSING)
    return found


@transactional
def _escalate_if_silent(urge_id: str) -> bool:
    found = one(urge_id)
    if found.state != "open":
        return False  # answered or closed a moment ago
    moving.act(found, "lapse", actors.WORKER, found.version, {})
    return True


def _to_the_bureau(step: Step) -> None:
    """File the complaint that an unheard urge becomes, linked both ways."""
    found = step.case
    receipt = complaints.file(
        NewComplaint(
            category=found.category,
            reporter=NewReporter(channel=CHANNEL, binding=found.binding),
            lift=found.lift,
            description=_story(found, Group.objects.get(number=found.group)),
        ),
        draft=f"urge:{found.number}",
    )
    found.complaint, found.escalated_at = receipt["number"], step.at
    step.facts |= {"complaint": found.complaint, "answered": found.answer is not None}


matters.register(
    Matter(
        name="urge",
        kind=Urge,
        table=URGE,
        missing=MISSING,
        checked=words_of("text", MAX_WORDS, "请写明整改情况"),
        parts=parts,
        effects={"answer": _answered, "escalate": _to_the_bureau, "lapse": _to_the_bureau},
        after={"answer": _tell_group},
    )
)


def due_of(urge: Mapping[str, Any]) -> str:
    """Return the day by which the unit of a stored urge was to answer, as ISO text."""
    return clock.local(urge["clocks"][0]["due"]).date().isoformat()


def _story(found: Urge, group: Group) -> str:
    asked = clock.local(found.filed_at).date()
    said = f"单位答复：{found.answer.text}。小组认为没有解决" if found.answer else "到期没有答复"
    lines = [f"{group.name}于{asked}督促{found.unit_name}在{due_of(found)}前整改：{found.text}。{said}，转请处理。"]
    return "\n".join([*lines, *observations.doubts_about(found.lift)])[: complaints.MAX_WORDS]


def _tell_unit(made: Urge, group: Group) -> None:
    """Promise the unit the news by each channel it has; its inbox keeps it in any case."""
    target = actors.unit_id(made.units[0])
    data = _news(made, made.text) | {"group": group.name, "due": due_of(made), "at": clock.iso(made.filed_at)}
    data["url"] = absolute(path_to("outside.asked", token=token(made.number)))
    subject = f"urge:{made.number}"
    reach.promise(target, key=subject, subject=subject, template="urge.open", **data)


def _news(found: Urge, text: str) -> dict[str, str]:
    return {
        "code": found.lift,
        "place": registry.title_of(found.lift),
        "unit": found.unit_name,
        "asked": found.text,
        "text": text,
    }


def _of_group(who: Standing, urge_id: str) -> Urge:
    found = one(urge_id)
    if found.group != who.group.number:
        raise NotFound(MISSING)
    return found


def _unit(lift: Mapping[str, Any], unit: str) -> tuple[str, str]:
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
