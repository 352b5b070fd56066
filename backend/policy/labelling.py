"""Whether a lift may be labelled 标注 for a programme: its time, the publicity, the authority, the conditions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from backend.policy import eligibility
from backend.policy.authority import authority_for
from backend.policy.deadlines import WorkingDays, confirmable_from, deadline
from backend.policy.findings import UNMET, Facts, Finding
from backend.policy.profiles import window
from backend.policy.rules import carries

VERIFIES = {"maintenance": "M-18", "inspection": "T-08"}
PUBLICITY = {"maintenance": "M-16", "inspection": "T-07"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A label as an authority would give it.

    Args:
        programme: maintenance or inspection.
        since: first day of the label.
        publicised_from: first day of the publicity, None where there was none.
        authority: id of the jurisdiction whose bureau decides.
        unit_lifts: lifts in use of each applicant, city-wide.
        district: id of the jurisdiction the lift lies in.
        in_use: whether the lift is 在用.
    """

    programme: str
    since: date
    publicised_from: date | None
    authority: str
    unit_lifts: Sequence[int]
    district: str
    in_use: bool


@carries("M-16", "M-18", "T-07", "T-08")
def refusals(
    proposal: Proposal, facts: Facts, calendar: WorkingDays, *, extended: date | None = None
) -> tuple[Finding, ...]:
    """Find what stands against a label; what is not known is the authority's to verify and stands against nothing.

    Args:
        proposal: the label.
        facts: units and lifts as eligibility.check() takes them.
        calendar: the working days.
        extended: a later last day of the pilots, for demonstrations.

    Returns:
        Findings that are unmet, the subject of each the part of the proposal it is about: since, publicised_from,
        authority, lift or unit.

    Raises:
        LookupError, ValueError: see eligibility.check() and authority_for().

    Source: 附件1 一–三, 四（一）3–5; 附件2 一–三, 四（一）3–5.
    """
    return (
        *_authority(proposal, extended),
        *_publicity(proposal, calendar),
        *_conditions(proposal, facts, extended),
    )


def _publicity(proposal: Proposal, calendar: WorkingDays) -> Iterator[Finding]:
    rule_id, begun = PUBLICITY[proposal.programme], proposal.publicised_from
    if begun is None:
        yield _against(rule_id, "publicised_from", "还没有公示")
        return
    term = window(proposal.programme)
    if begun < term.valid_from <= proposal.since:
        yield _against(rule_id, "publicised_from", f"试点自{term.valid_from.isoformat()}开始，之前的公示不算")
    publicity = deadline("publicity", begun, calendar)
    if proposal.since < confirmable_from(publicity):
        yield _against(rule_id, "since", f"公示到{publicity.date.isoformat()}才满十五天，之前不能确认和标注")


def _authority(proposal: Proposal, extended: date | None) -> Iterator[Finding]:
    accepts = authority_for(
        proposal.programme, proposal.unit_lifts, [proposal.district], proposal.since, extended=extended
    )
    if accepts.bureaus and proposal.authority not in accepts.bureaus:
        yield _against(accepts.rule_id, "authority", f"不由这个局确认：{accepts.reason}")
    if not accepts.bureaus:
        about = "since" if accepts.rule_id == eligibility.IN_TIME else "authority"
        yield _against(accepts.rule_id, about, accepts.reason)


def _conditions(proposal: Proposal, facts: Facts, extended: date | None) -> Iterator[Finding]:
    if not proposal.in_use:
        yield _against(VERIFIES[proposal.programme], "lift", "停用或注销的电梯不能标注")
    for seen in eligibility.check(proposal.programme, facts, proposal.since, extended=extended).findings:
        if seen.verdict == UNMET and seen.rule_id != eligibility.IN_TIME:
            yield _against(seen.rule_id, seen.scope, seen.reason)


def _against(rule_id: str, about: str, reason: str) -> Finding:
    return Finding(rule_id, "label", about, UNMET, reason)
