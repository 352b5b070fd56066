"""Which units and lifts may join a pilot, and whether an application's file is complete."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backend.policy.conditions import CONDITIONS, MAINTAINING, PAPERS, ROLES, TESTING, USING, Condition, has_iot, true
from backend.policy.findings import (
    MET,
    REVIEW,
    UNKNOWN,
    UNMET,
    Facts,
    Finding,
    fact,
    objects,
    record,
    verdict_of,
)
from backend.policy.pledges import check as check_pledges
from backend.policy.profiles import PROGRAMMES, window
from backend.policy.rules import carries

IN_TIME = "G-04"
SHEET = ("device_code", "factory", "management", "usage", "inspection")  # 试点电梯信息表, at least
# Who and what must have been looked at, and the rule that asks for them.
LOOKED_AT = {
    "maintenance": (("M-10", "使用单位", (USING,)), ("M-10", "维保单位", (MAINTAINING,)), ("M-17", "试点电梯", ())),
    "inspection": (("T-06", "申请单位", (USING, MAINTAINING, TESTING)), ("T-08", "试点电梯", ())),
}


@dataclass(frozen=True, slots=True)
class Eligibility:
    """True where every condition is met, False where one is not, None where something is unknown."""

    eligible: bool | None
    findings: tuple[Finding, ...]


# Whoever gives no such fact has not judged by the rule.
@carries("M-01", "M-04", "M-05", "T-01", "T-02", "T-05")
@carries("M-02", when="informatised")
@carries("M-03", when="safety_report")
@carries("M-06", when="standards_published")
@carries("T-03", when="pilot_since")
@carries("T-04", when="annex1_met")
def check(programme: str, facts: Facts, on: date, *, extended: date | None = None) -> Eligibility:
    """Check the programme's time and the conditions of units and lifts.

    Whoever was not looked at is not known to be eligible: a unit without role, no units, no lifts.

    Args:
        programme: maintenance or inspection.
        facts: {"units": [{"id", "role": using | maintenance | testing, …}], "lifts": [{"id", …}]}, with the
            facts that CONDITIONS names; dates as dates or ISO strings.
        on: the day of the application; while a pilot runs, any day of it (reading A9).
        extended: a later last day of the pilots, for demonstrations.

    Raises:
        LookupError: unknown programme.
        ValueError: a fact has the wrong shape; the message names it.

    Source: 附件1 一, 二, 三; 附件2 一, 二, 三; 三（一）2, readings A9, A25.
    """
    subjects = {scope: objects(facts, f"{scope}s") for scope in ("unit", "lift")}
    looks = (
        condition.look(subject, on)
        for condition in _of(CONDITIONS, programme)
        for subject in subjects[condition.scope]
        if condition.applies(subject) is not False
    )
    return _sum((_in_time(programme, on, extended), *looks, *_not_looked_at(programme, subjects)))


def _in_time(programme: str, on: date, extended: date | None) -> Finding:
    """Judge the day: a programme takes nobody in before its first day and after its last."""
    term = window(programme)
    first, last = term.valid_from.isoformat(), term.last(extended).isoformat()
    holds = term.holds(on, extended)
    words = f"试点时间{first}至{last}：{'在试点期内' if holds else f'{on.isoformat()}不在试点期内'}"
    evidence = {"on": on, "first": first, "last": last}
    return Finding(term.rule_id, "application", "", verdict_of(holds), words, evidence)


def _not_looked_at(programme: str, subjects: Mapping[str, Sequence[Facts]]) -> Iterator[Finding]:
    """Yield what nobody has looked at yet."""
    roles = [unit.get("role") for unit in subjects["unit"]]
    for rule_id, name, wanted in LOOKED_AT[programme]:
        if not (any(role in wanted for role in roles) if wanted else subjects["lift"]):
            yield Finding(rule_id, "application", "", UNKNOWN, f"缺少{name}", {})


@carries("M-10", "M-12", "M-13", "M-14", "M-24", "T-06")
def documents(programme: str, facts: Facts, on: date) -> Eligibility:
    """Check that an application's file is complete.

    Args:
        programme: maintenance or inspection.
        facts: {"application": {…}, "units": […], "lifts": […]}; IoT papers are asked for only where a lift
            relies on IoT (reading A30); pledges as {"pledged": {}, "baseline": {}, "no_bridging": bool}.
        on: the day of the application.

    Raises:
        LookupError: unknown programme.
        ValueError: a fact has the wrong shape.

    Source: 附件1 四（一）1–2, 三（一）2; 附件2 四（一）1–2.
    """
    application = {
        **record(facts, "application"),
        "roles": _roles(facts),
        "relies_on_iot": _any_known([has_iot(lift) for lift in objects(facts, "lifts")]),
    }
    papers = _of(PAPERS, programme)
    found = [paper.look(application, on) for paper in papers if paper.applies(application) is not False]
    if programme == "maintenance":
        promised = record(application, "pledges")
        found += check_pledges(
            record(promised, "baseline"),
            record(promised, "pledged"),
            no_bridging=true("pledges.no_bridging")(on, fact(promised, "no_bridging") or False),
        )
    return _sum(tuple(found))


def _roles(facts: Facts) -> list[str] | None:
    """Give the roles of the applicants; None where the side that is missing may be the one not known."""
    roles = [unit.get("role") for unit in objects(facts, "units")]
    known = [role for role in ROLES if role in roles]
    missing = {USING, MAINTAINING} - set(known)
    untold = sum(role not in ROLES for role in roles)
    return None if missing and (fact(facts, "units") is None or untold >= len(missing)) else known


def _any_known(seen: Sequence[bool | None]) -> bool | None:
    """Tell whether one of several holds; None where none is known to and one is not known."""
    return any(seen) or (None if None in seen else False)


@carries("M-17", "T-08")
def lift_list(programme: str, lifts: Iterable[Facts]) -> Eligibility:
    """Check the list of lifts handed in after the publicity.

    Args:
        programme: maintenance or inspection; the latter asks for no proof of basis and insurance again.
        lifts: [{"id", "sheet": {…SHEET}, "iot_proof", "contract": full | other, "contract_proof",
            "insurance_proof", "other_accepted_reason"}].

    Raises:
        LookupError: unknown programme.

    Source: 附件1 四（一）4; 附件2 四（一）4, reading A29.
    """
    rule_id = "M-17" if _of(PAPERS, programme) is PAPERS["maintenance"] else "T-08"
    found: list[Finding] = []
    for lift in lifts:
        name, sheet = str(lift.get("id", "")), lift.get("sheet") or {}
        missing = [key for key in SHEET if not sheet.get(key)]
        words = f"试点电梯信息表：{'缺少' + '、'.join(missing) if missing else '齐全'}"
        found.append(Finding(rule_id, "lift", name, UNMET if missing else MET, words, {"missing": missing}))
        if rule_id == "M-17":
            found += [_basis(name, lift), _insurance_proof(name, lift)]
    return _sum(tuple(found))


def _basis(name: str, lift: Facts) -> Finding:
    """Judge the basis: IoT proof, a full contract, or another contract that an official accepts (A29)."""
    keys = ("iot_proof", "contract", "contract_proof", "other_accepted_reason")
    evidence = {key: lift.get(key) for key in keys}
    if lift.get("iot_proof") or (lift.get("contract") == "full" and lift.get("contract_proof")):
        return Finding("M-17", "lift", name, MET, "物联网在线证明或大包、全包维保合同：已提供", evidence)
    if lift.get("contract_proof"):
        verdict = MET if lift.get("other_accepted_reason") else REVIEW
        return Finding("M-17", "lift", name, verdict, "实施其他维保（间隔不超过1个月）：由受理机关核定", evidence)
    return Finding("M-17", "lift", name, UNMET, "物联网在线证明或维保合同：未提供", evidence)


def _insurance_proof(name: str, lift: Facts) -> Finding:
    """Judge the proof of insurance."""
    given = bool(lift.get("insurance_proof"))
    words = f"投保证明：{'已提供' if given else '未提供'}"
    return Finding("M-17", "lift", name, MET if given else UNMET, words, {"insurance_proof": given})


def _of(table: Mapping[str, tuple[Condition, ...]], programme: str) -> tuple[Condition, ...]:
    """Give a programme's conditions, or say which programmes there are."""
    if programme not in table:
        raise LookupError(f"programme: unknown {programme!r}, one of {', '.join(PROGRAMMES)}")
    return table[programme]


def _sum(found: tuple[Finding, ...]) -> Eligibility:
    """Add up: one unmet condition decides; with none looked at, nothing is known."""
    verdicts = {finding.verdict for finding in found}
    if UNMET in verdicts:
        return Eligibility(False, found)
    return Eligibility(None if not verdicts or verdicts & {UNKNOWN, REVIEW} else True, found)
