"""What the moves of a complaint do beyond changing its state, and who hears of them: the matter it is in casework."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.casework import clocks, matters, moving, record
from backend.casework.documents import MERGED
from backend.casework.matters import Matter, Step
from backend.casework.workflow import RESIDENT, Action
from backend.complaints import workflow
from backend.complaints.documents import Complaint, Repair, Reported
from backend.complaints.life import handing, linking, news, publication, reporters
from backend.complaints.numbers import MISSING, find, load
from backend.foundation import clock, forms, protect
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Forbidden, NotFound
from backend.foundation.protect import seal
from backend.incidents import service as incidents
from backend.policy.rules import carries


@carries("P-15")
@transactional
def act(number: str, action: str, actor: Actor, version: int, details: Mapping[str, str]) -> Reported:
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
    case, does = find(number), workflow.TABLE.actions.get(action)
    if case is None:
        raise NotFound(MISSING)
    if does is not None and does.who == RESIDENT and RESIDENT in actor.permissions:
        actor, case = reporters.named(case, actor), _lead_of(case)
        actor = replace(actor, label=reporters.label(case, actor))
    return moving.act(case, action, actor, version, details)


def _lead_of(case: Reported) -> Reported:
    """Return the case that a merged one was merged into, or the case itself."""
    link = linking.merged_link(case)
    return load(link.number) if link and case.state == MERGED else case


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
    step.text = f"经批准延长，核查期限至{clock.written(longer.due)}" + (f"：{step.text}" if step.text else "")


def _other_than_asked(step: Step) -> None:
    asked = record.history(step.case.number, action="ask_extension")
    if asked and asked[-1]["actor"] == step.actor.id:
        raise Forbidden("延长要由申请人以外的负责人批准")


def _identify(step: Step) -> None:
    """Seal the name, and the phone if given, of whoever filed the case: it is asked of them alone."""
    first = step.case.reporters[0]
    if step.actor.reporter not in (None, first.id):
        raise Forbidden("只有最先反映的人需要补充身份材料")
    first.name_sealed = seal(forms.checked_name(step.details["name"]))
    if phone := forms.checked_phone(step.details.get("phone") or ""):
        first.phone_sealed = seal(phone)
        first.marks = [*{*first.marks, protect.phone_mark(phone)}]
    step.text = step.text or "身份材料已登记"


def _emergency(step: Step) -> None:
    if not step.case.lift:
        raise BadInput.of("lift_code", "没有救援识别码，不能登记困人记录，请直接联系96333")
    incidents.open_emergency(step.case.lift, "complaint", f"complaint:{step.case.number}", actor=step.actor)
    step.text = step.text or "已登记困人记录；救援由96333调度"


def _satisfied(step: Step) -> None:
    reporters.judge(step.case, step.actor, "satisfied", "satisfied")


def _reopened(step: Step) -> None:
    reporters.judge(step.case, step.actor, "reopen", "unsatisfied")
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
    "give_identity": lambda step: news.to_desk(step.case, "desk.identified", step.text),
    "fix": linking.repair_moved,
    "invite": handing.tell_helper,
    "reopen": lambda step: news.to_desk(step.case, "desk.reopened", step.text),
    "release": lambda step: linking.tell_units(step.case),
    "resolve": linking.repair_moved,
    "retrack": linking.retracked,
    "send_back": linking.repair_moved,
    "take": linking.repair_moved,
    "transfer": handing.tell_transfer,
}


def nameable(case: Reported) -> bool:
    """Tell whether somebody who reported a case can be told of it."""
    return any(one.phone_sealed or one.name_sealed or one.binding for one in case.reporters)


def _facts(case: Reported) -> frozenset[str]:
    return workflow.facts_of(
        consented=getattr(case, "consent_publish", False), published=getattr(case, "published", None) is not None
    )


def show_on_card(case: Reported) -> None:
    """Show a changed case on its lift's card."""
    if case.lift:
        cards.refresh([case.lift], "complaints")


def _letter_facts(case: Reported) -> dict[str, str]:
    """Return what letters say of a complaint; its words stay in the case alone, where redaction looks for them."""
    return {
        "track": workflow.TABLE.tracks[case.track].label,
        "category": workflow.category_label(case.category),
        "channel": workflow.channel_label(getattr(case, "channel", "")),
        "consent": "同意" if getattr(case, "consent_publish", False) else "不同意",
        "description": "{description}",
    }


def register() -> None:
    """Bring complaints, and the repairs that hang on them, to casework."""
    notes: dict[type[Reported], dict[str, Any]] = {Complaint: {"handed": handing.handed}, Repair: {}}
    for kind, more in notes.items():
        matters.register(
            Matter(
                name="complaint",
                kind=kind,
                table=workflow.TABLE,
                missing=MISSING,
                checked=_checked,
                effects=EFFECTS,
                after=AFTER,
                news=news.of_step,
                changed=show_on_card,
                **more,
                nameable=nameable,
                done=reporters.done,
                facts=_facts,
                letter_facts=_letter_facts,
            )
        )
