"""Which units and lifts may join a pilot, and whether an application's file is complete."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.policy.dates import add_months, add_years
from backend.policy.findings import (
    MET,
    REVIEW,
    UNKNOWN,
    UNMET,
    Facts,
    Finding,
    day,
    fact,
    items,
    objects,
    record,
    verdict_of,
)
from backend.policy.pledges import check as check_pledges
from backend.policy.profiles import PROGRAMMES, pilot
from backend.policy.rules import carries

INSURANCE = ("liability", "pension", "service")  # 责任保险, 养老保险, 保险+服务
SHEET = ("device_code", "factory", "management", "usage", "inspection")  # 试点电梯信息表, at least
PLAN_INPUTS = ("basis", "informatisation", "equipment", "usage", "instructions")
USING, MAINTAINING, TESTING = "using", "maintenance", "testing"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: the facts it needs, all known, and what must hold of them."""

    rule_id: str
    scope: str
    text: str
    needs: tuple[str, ...]
    holds: Callable[..., bool]  # (on, *needed facts)
    applies: Callable[[Facts], bool] = lambda _subject: True

    def look(self, subject: Facts, on: date) -> Finding:
        """Judge one subject; a fact not known leaves the condition unknown."""
        values = {name: fact(subject, name) for name in self.needs}
        missing = [name for name, value in values.items() if value is None]
        holds = None if missing else self.holds(on, *values.values())
        words = f"{self.text}：{'缺少' + '、'.join(missing) if missing else '符合' if holds else '不符合'}"
        name = str(subject.get("id", ""))
        return Finding(self.rule_id, self.scope, name, verdict_of(holds), words, values)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """True where every condition is met, False where one is not, None where something is unknown."""

    eligible: bool | None
    findings: tuple[Finding, ...]


def _all(_on: date, *values: Any) -> bool:
    return all(values)


def _accident_free(on: date, accidents: Any) -> bool:
    years = pilot().data["eligibility"]["accident_free_years"]
    return all(day(one, "accidents") < add_years(on, -years) for one in items(accidents, "accidents"))


def _insured(on: date, kind: str, until: Any) -> bool:
    return kind in INSURANCE and day(until, "insurance.until") >= on


def _inspected(on: date, passed: bool, until: Any) -> bool:
    return bool(passed) and day(until, "inspection.valid_until") >= on


def _year_in_pilot(on: date, since: Any, still_labelled: bool, quality: bool, satisfied: bool) -> bool:
    months = pilot().data["eligibility"]["pilot_months"]
    return add_months(day(since, "pilot_since"), months) <= on and still_labelled and quality and satisfied


def _role(*roles: str) -> Callable[[Facts], bool]:
    return lambda unit: unit.get("role") in roles


def _has_iot(lift: Facts) -> bool:
    return fact(lift, "iot.present") is not False


PILOT_YEAR = ("pilot_since", "still_labelled", "quality_improved", "satisfaction_improved")
CONDITIONS = {
    "maintenance": (
        Condition("M-01", "unit", "近三年未发生电梯安全责任事故", ("accidents",), _accident_free),
        Condition("M-02", "unit", "维保工作采取信息化管理", ("informatised",), _all),
        Condition(
            "M-06",
            "unit",
            "公开维保工作标准和质量承诺",
            ("standards_published", "pledges_published"),
            _all,
            _role(MAINTAINING),
        ),
        Condition(
            "M-03",
            "lift",
            "物联网系统持续在线，提供查询接口，取得安全评价合格报告",
            ("iot.present", "iot.online", "iot.interface", "iot.safety_report"),
            _all,
            _has_iot,
        ),
        Condition("M-04", "lift", "购买电梯安全责任保险", ("insurance.type", "insurance.until"), _insured),
        Condition(
            "M-05",
            "lift",
            "经法定检验合格在有效期内",
            ("inspection.passed", "inspection.valid_until"),
            _inspected,
        ),
    ),
    "inspection": (
        Condition(
            "T-01",
            "unit",
            "近三年未发生电梯安全责任事故",
            ("accidents",),
            _accident_free,
            _role(USING, MAINTAINING),
        ),
        Condition("T-02", "unit", "维保试点满一年且继续参与", PILOT_YEAR, _year_in_pilot, _role(USING)),
        Condition("T-03", "unit", "维保试点满一年，达到成效", PILOT_YEAR, _year_in_pilot, _role(MAINTAINING)),
        Condition(
            "T-04",
            "unit",
            "满足总局56号文附件1的规定",
            ("annex1_met",),
            _all,
            lambda unit: (
                unit.get("role") == MAINTAINING or (unit.get("role") == USING and bool(unit.get("tests_itself")))
            ),
        ),
        Condition("T-04", "unit", "满足总局56号文附件2并取得核准", ("annex2_met", "approved"), _all, _role(TESTING)),
        Condition(
            "T-05",
            "lift",
            "经法定检验合格在有效期内",
            ("inspection.passed", "inspection.valid_until"),
            _inspected,
        ),
    ),
}
PAPERS = {
    "maintenance": (
        Condition(
            "M-10",
            "application",
            "使用单位和维保单位自愿共同提交",
            ("roles", "voluntary"),
            lambda _on, roles, voluntary: USING in roles and MAINTAINING in roles and voluntary,
        ),
        Condition("M-11", "application", "自我声明和服务质量公开承诺", ("declaration",), _all),
        Condition("M-12", "application", "加盖公章的维护保养方案和查询网址", ("plan_stamped", "plan_url"), _all),
        Condition(
            "M-13",
            "application",
            "物联网功能和故障代码说明、接口、安全评价合格报告",
            ("iot_description", "iot_interface", "iot_safety_report"),
            _all,
            lambda application: application["relies_on_iot"],
        ),
        Condition("M-14", "application", "维保信息化系统查询地址", ("records_url",), _all),
        Condition(
            "M-24",
            "application",
            "方案依据：监测功能或合同模式、信息化水平、设备情况、使用工况、说明书",
            tuple(f"plan_inputs.{name}" for name in PLAN_INPUTS),
            _all,
        ),
    ),
    "inspection": (
        Condition("T-06", "application", "逐一提供见证资料和检测报告查询网址", ("evidence", "reports_url"), _all),
    ),
}


@carries("M-01", "M-02", "M-03", "M-04", "M-05", "M-06", "T-01", "T-02", "T-03", "T-04", "T-05")
def check(programme: str, facts: Facts, on: date) -> Eligibility:
    """Check the conditions of units and lifts.

    Args:
        programme: maintenance or inspection.
        facts: {"units": [{"id", "role": using | maintenance | testing, …}], "lifts": [{"id", …}]}, with the
            facts that CONDITIONS names; dates as dates or ISO strings.
        on: the day of the application; while a pilot runs, any day of it (reading A9).

    Raises:
        LookupError: unknown programme.
        ValueError: a fact has the wrong shape; the message names it.

    Source: 附件1 二, 三; 附件2 二, 三; 三（一）2, readings A9, A25.
    """
    subjects = {scope: objects(facts, f"{scope}s") for scope in ("unit", "lift")}
    found = tuple(
        condition.look(subject, on)
        for condition in _of(CONDITIONS, programme)
        for subject in subjects[condition.scope]
        if condition.applies(subject)
    )
    return _sum(found)


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
        "roles": [unit.get("role") for unit in objects(facts, "units")],
        "relies_on_iot": any(fact(lift, "iot.present") for lift in objects(facts, "lifts")),
    }
    found = [paper.look(application, on) for paper in _of(PAPERS, programme) if paper.applies(application)]
    if programme == "maintenance":
        promised = record(application, "pledges")
        found += check_pledges(
            record(promised, "baseline"),
            record(promised, "pledged"),
            no_bridging=bool(fact(promised, "no_bridging")),
        )
    return _sum(tuple(found))


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
