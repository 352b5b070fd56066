"""Which bureau has a case: transferred for good, helped by others, taken to the municipal desk."""

from backend.casework.matters import Step
from backend.complaints.documents import Complaint, Route
from backend.complaints.life import linking, news, reporters
from backend.foundation.errors import BadInput
from backend.policy import jurisdictions
from backend.policy.jurisdictions import MUNICIPAL
from config import load


def transfer(step: Step) -> None:
    """Give a case to another bureau with its time; a case that keeps coming back goes to the municipal desk."""
    case, target, why = step.case, step.details["to"], step.text
    if target == case.jurisdiction:
        raise BadInput.of("to", "请选择另一个局")
    rule = "transfer"
    if (
        case.jurisdiction != MUNICIPAL
        and _returns([*case.desks, target]) > load("complaints")["transfer"]["returns_allowed"]
    ):
        target, rule = MUNICIPAL, "returned-twice"
        why = f"各局之间已经退回过，由市局指定承办单位：{why}"
    step.text = f"移送{jurisdictions.bureau(target).bureau_name}：{why}"
    _give(case, target, rule, step.text)
    linking.follow_lead(case, step.actor)


def tell_transfer(step: Step) -> None:
    """Tell the bureau that now has a case, and the municipal desk, which watches transfers."""
    news.to_bureaus(step.case, "desk.transferred", step.text, step.case.jurisdiction, MUNICIPAL)


def invite(step: Step) -> None:
    """Ask another bureau to help; the own bureau leads and alone speaks to the resident."""
    case, helper = step.case, step.details["to"]
    if helper == case.jurisdiction or helper in case.helpers:
        raise BadInput.of("to", "这个局已经在办理这件投诉")
    case.helpers.append(helper)
    step.text = f"请{jurisdictions.bureau(helper).bureau_name}协办：{step.text}"


def tell_helper(step: Step) -> None:
    """Tell the bureau that was asked to help."""
    news.to_bureaus(step.case, "desk.invited", step.text, step.details["to"])


def tell_lead(step: Step) -> None:
    """Tell the lead what a helping bureau found."""
    news.to_bureaus(step.case, "desk.contributed", step.text, step.case.jurisdiction)


def escalate(step: Step) -> None:
    """Take a case whose reporter is unhappy a second time to the municipal desk."""
    reporters.judge(step.case, step.actor, "escalate", "unsatisfied")
    step.text = step.text or "反映人对重新办理的结果仍不满意"
    _give(step.case, MUNICIPAL, "unsatisfied-twice", f"两次不满意，由市局办理：{step.text}")


def tell_escalation(step: Step) -> None:
    """Tell the municipal desk, and the bureau that had the case."""
    news.to_bureaus(step.case, "desk.escalated", step.text, *step.case.desks[-2:])


def handed(case: Complaint, why: str) -> None:
    """Note on a case that the bureau it belongs to is another one now."""
    case.desks.append(case.jurisdiction)
    case.route = Route(rule="succession", reason=why)


def _give(case: Complaint, target: str, rule: str, reason: str) -> None:
    case.jurisdiction, case.assignee = target, None
    case.desks.append(target)
    case.helpers = [helper for helper in case.helpers if helper != target]
    case.route = Route(rule=rule, reason=reason)


def _returns(desks: list[str]) -> int:
    """Count how often a case came to a bureau that had had it before; the municipal desk's own turns do not count."""
    held = [desk for desk in desks if desk != MUNICIPAL]
    return len(held) - len(set(held))
