"""A case moves as its track's table allows: one transaction with its effect, history, letter and news."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.accounts.actors import Actor
from backend.casework import clocks, letters, record
from backend.casework.actors import parts_of
from backend.casework.documents import MERGED, Case, Entry
from backend.casework.record import FASTER, MISSING, Step
from backend.casework.workflow import RESIDENT, Action, Transition
from backend.complaints import workflow
from backend.complaints.life import handing, linking, publication
from backend.foundation import clock, forms, protect
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from backend.foundation.protect import seal
from backend.incidents import service as incidents

NOT_YOURS = "您没有办理这一步的权限"


@transactional
def act(number: str, action: str, actor: Actor, version: int, details: Mapping[str, str]) -> Case:
    """Move a case as its track's table allows.

    A resident's step on a case that was merged is a step on the case it was merged into.

    Args:
        number: the case.
        action: key of an action; where that was used up and names another (`then`), the other is taken.
        actor: who does it.
        version: the version the actor saw.
        details: the fields that the action needs or takes, see `workflow.fields`.

    Raises:
        NotFound: no such case, or another bureau's.
        Forbidden: not the actor's to do.
        BadInput: something the action needs is missing or wrong; names it.
        Conflict: somebody was faster, or the state does not allow it.
    """
    case, move = _permitted(number, action, actor, version)
    before, at = case.state, clock.now()
    step = Step(case, move, actor, details, at, _checked(move.does, details), move.target(before))
    if effect := EFFECTS.get(move.action):
        effect(step)
    record.enter(case, step.to, at, again=move.does.again)
    record.advance(case)
    record.write_down(case, move.action, before, actor=actor, text=step.text, public=not move.internal)
    if move.letter:
        letters.write(case, move.letter, by=actor.id, text=step.text, bureau=actor.jurisdiction)
    if after := AFTER.get(move.action):
        after(step)
    record.refresh_card(case)
    return case


def _permitted(number: str, action: str, actor: Actor, version: int) -> tuple[Case, Transition]:
    """Return the case and the move, where this actor may make it now."""
    does, case = workflow.actions().get(action), record.find(number)
    if case is None:
        raise NotFound(MISSING)
    if does is not None and does.who == RESIDENT:
        case = _lead_of(case)
    elif not parts_of(actor, case):
        raise NotFound(MISSING)
    if does is None or does.permission not in actor.permissions:
        raise Forbidden(NOT_YOURS)
    if does.who != RESIDENT and does.who not in parts_of(actor, case):
        raise Forbidden(NOT_YOURS)
    if case.version != version:
        raise Conflict(FASTER)
    return case, _move_now(case, does)


def _move_now(case: Case, does: Action) -> Transition:
    """Return the move of the case's table that an action is now."""
    move = workflow.moves(case.track).get(does.action)
    if move is None or case.state not in move.sources:
        raise Conflict(f"“{workflow.state_label(case.state)}”的{workflow.track_label(case.track)}不能{does.label}")
    if does.after and not _done(case.number, does.after):
        raise Conflict(f"要先“{workflow.action_label(does.after)}”才能{does.label}")
    if does.once and _done(case.number, does.action):
        if does.then:
            return _move_now(case, workflow.actions()[does.then])
        raise Conflict(f"{does.label}只能一次")
    return move


def _done(number: str, action: str) -> bool:
    return Entry.objects(complaint=number, action=action).only("seq").first() is not None


def _lead_of(case: Case) -> Case:
    """Return the case that a merged one was merged into, or the case itself."""
    link = linking.merged_link(case)
    return record.load(link.number) if link and case.state == MERGED else case


def _checked(does: Action, details: Mapping[str, str]) -> str:
    """Check every field that an action needs or takes, and return the words of the step."""
    for name in does.needs:
        if not (details.get(name) or "").strip():
            raise BadInput.of(name, workflow.fields()[name]["missing"])
    for name in (*does.needs, *does.takes):
        field, value = workflow.fields()[name], (details.get(name) or "").strip()
        if field["kind"] == "choice" and value and value not in workflow.choices(field["choices"]):
            raise BadInput.of(name, field["missing"])
    text = forms.checked_words(details.get("text") or "")
    if "ground" in does.needs:
        text = workflow.grounds()[details["ground"].strip()] + (f"：{text}" if text else "")
    return text


def _assign(step: Step) -> None:
    step.case.assignee = step.actor.id


def _close(step: Step) -> None:
    step.case.outcome = step.text


def _decide(step: Step) -> None:
    step.text = f"{workflow.choices('decisions')[step.details['decision']]}：{step.text}"


def _extend(step: Step) -> None:
    """Give a report's check its longer time; whoever asked for it cannot approve it.

    Source: 市场监督管理行政处罚程序规定（经批准延长十五个工作日）.
    """
    _other_than_asked(step)
    longer = clocks.extend(step.case, "report_verify", "report_verify_extended")
    step.text = f"经批准延长，核查期限至{clock.local(longer.due):%Y年%m月%d日}" + (
        f"：{step.text}" if step.text else ""
    )


def _other_than_asked(step: Step) -> None:
    asked = Entry.objects(complaint=step.case.number, action="ask_extension").order_by("-seq").first()
    if asked and asked.actor == step.actor.id:
        raise Forbidden("延长要由申请人以外的负责人批准")


def _identify(step: Step) -> None:
    """Seal the name, and the phone if given, of whoever filed the case."""
    first = step.case.reporters[0]
    first.name_sealed = seal(forms.checked_name(step.details["name"]))
    if phone := forms.checked_phone(step.details.get("phone") or ""):
        first.phone_sealed = seal(phone)
        first.marks = [*{*first.marks, protect.phone_mark(phone)}]
    step.text = step.text or "身份材料已登记"


def _emergency(step: Step) -> None:
    if not step.case.lift:
        raise BadInput.of("lift_code", "没有电梯编号，不能登记困人记录，请直接联系96333")
    incidents.open_emergency(step.case.lift, "complaint", f"complaint:{step.case.number}")
    step.text = step.text or "已登记困人记录；救援由96333调度"


def _satisfied(step: Step) -> None:
    step.case.satisfaction = "satisfied"


def _reopened(step: Step) -> None:
    step.case.satisfaction = "unsatisfied"
    step.text = step.text or "反映人对结果不满意"


EFFECTS: dict[str, Callable[[Step], Any]] = {
    "accept": _assign,
    "agree": _close,
    "approve_extension": _extend,
    "decide": _decide,
    "deny_extension": _other_than_asked,
    "emergency": _emergency,
    "escalate": handing.escalate,
    "fix": _close,
    "give_identity": _identify,
    "identify": _identify,
    "inform": _close,
    "invite": handing.invite,
    "merge": linking.merge,
    "publish": publication.publish,
    "reopen": _reopened,
    "resolve": _close,
    "retrack": linking.retrack,
    "satisfied": _satisfied,
    "split": linking.split,
    "transfer": handing.transfer,
    "unmerge": linking.unmerge,
    "unpublish": publication.unpublish,
}
AFTER: dict[str, Callable[[Step], Any]] = {
    "contribute": handing.tell_lead,
    "escalate": handing.tell_escalation,
    "fix": linking.repair_moved,
    "invite": handing.tell_helper,
    "release": lambda step: linking.tell_units(step.case),
    "resolve": linking.repair_moved,
    "retrack": lambda step: linking.tell_units(step.case),
    "send_back": linking.repair_moved,
    "take": linking.repair_moved,
    "transfer": handing.tell_transfer,
}
