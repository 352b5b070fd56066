"""Who may test a lift, and that no body holds inspection and testing work at the same time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from backend.policy.findings import MET, REVIEW, UNMET, Finding
from backend.policy.rules import carries

BOTH = frozenset({"inspection", "testing"})
TESTERS = ("using", "maintenance", "inspection", "testing")


@dataclass(frozen=True, slots=True)
class Holding:
    """Work a body holds in Chongqing."""

    credit_code: str  # 统一社会信用代码
    work: str  # inspection | testing
    controller: str = ""  # credit code of who controls it, if known


@carries("C-03")
def conflicts(holdings: Iterable[Holding]) -> tuple[Finding, ...]:
    """Find bodies that hold both kinds of work.

    The same credit code is a breach; the same controller is only a warning (reading A33).

    Args:
        holdings: what is in force at the same time.

    Source: 二（二）2.
    """
    by_body: defaultdict[str, set[str]] = defaultdict(set)
    by_controller: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in holdings:
        by_body[one.credit_code].add(one.work)
        by_controller[one.controller or one.credit_code].add((one.credit_code, one.work))
    found = [
        Finding("C-03", "body", code, UNMET, "同时承担电梯检验任务和电梯检测服务", {"work": sorted(work)})
        for code, work in by_body.items()
        if len(work) > 1
    ]
    for controller, group in by_controller.items():
        bodies = sorted({code for code, _ in group})
        if len(bodies) > 1 and len({work for _, work in group}) > 1:
            reason = "同一控制人下的机构分别承担检验和检测，请核实"
            found.append(Finding("C-03", "body", controller, REVIEW, reason, {"bodies": bodies}))
    return tuple(found)


@carries("C-03")
def may_examine(
    work: str,
    kinds: Iterable[str],
    *,
    works: Iterable[str] = (),
    maintains: bool = False,
    uses: bool = False,
    body: str,
) -> Finding:
    """Tell whether an organisation may do an inspection or a test.

    Args:
        work: inspection or testing.
        kinds: what it is registered as: using, maintenance, inspection, testing. An approved inspection body may test,
            as long as it does no inspections; one registered as both holds both.
        works: the work it does in Chongqing already, inspection or testing.
        maintains: it maintains this lift.
        uses: this lift is its own.
        body: its id, for the finding.

    Returns:
        A finding that is met, or unmet with what is against it.

    Source: 二（二）1, 二（二）2.
    """
    registered = set(kinds)
    held = {work, *works, *(BOTH if registered >= BOTH else ())}
    against = conflicts(Holding(body, one) for one in held)
    if against:
        return against[0]
    if work == "inspection":
        holds = "inspection" in registered
        reason = "检验机构可以承担检验" if holds else "只有检验机构可以承担电梯检验"
        return Finding("C-03", "body", body, MET if holds else UNMET, reason, {"kinds": sorted(registered)})
    roles = [role for role in TESTERS if role in registered and (role != "using" or uses)]
    seen = [may_test(role, qualified=True, maintains=maintains, subject=body) for role in roles]
    refused = Finding("C-01", "body", body, UNMET, "不是这台电梯的使用单位，也不是维保单位或检验检测机构", {})
    return next((one for one in seen if one.verdict == MET), seen[0] if seen else refused)


@carries("C-01")
@carries("T-X9", when="exited")
def may_test(
    role: str, *, qualified: bool, maintains: bool = False, exited: bool = False, subject: str = ""
) -> Finding:
    """Tell whether someone may test a pilot lift.

    Args:
        role: using (its own lifts), maintenance, inspection or testing body.
        qualified: meets 56号文附件1 (units) or is approved (bodies).
        maintains: maintains this very lift; asked of maintenance units only.
        exited: a maintenance unit that left the pilot, or a body whose approval was withdrawn.
        subject: id of the tester, for the finding.

    Raises:
        ValueError: another role.

    Source: 二（二）1; 附件2 四（三）.
    """
    if role not in TESTERS:
        raise ValueError(f"role: unknown {role!r}, one of {', '.join(TESTERS)}")
    evidence = {"role": role, "qualified": qualified, "maintains": maintains, "exited": exited}
    if exited and role != "using":
        reason = "已退出试点或被取消核准，不得从事试点电梯检测"
        return Finding("T-X9", "body", subject, UNMET, reason, evidence)
    if not qualified:
        reason = "不具备检测条件或未经核准"
    elif role == "maintenance" and not maintains:
        reason = "维保单位只能检测所维保的电梯"
    else:
        return Finding("C-01", "body", subject, MET, "可以承担该电梯的检测", evidence)
    return Finding("C-01", "body", subject, UNMET, reason, evidence)
