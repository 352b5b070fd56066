"""Which units and lifts may join a pilot, and whether an application's file is complete."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from backend.policy.profiles import PROGRAMMES, pilot, window
from backend.policy.rules import carries

INSURANCE = ("liability", "pension", "service")  # 责任保险, 养老保险, 保险+服务
IN_TIME = "G-04"
SHEET = ("device_code", "factory", "management", "usage", "inspection")  # 试点电梯信息表, at least
PLAN_INPUTS = ("basis", "informatisation", "equipment", "usage", "instructions")
USING, MAINTAINING, TESTING = ROLES = ("using", "maintenance", "testing")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that must hold, and the facts it is told from."""

    needs: tuple[str, ...]
    holds: Callable[..., bool]  # (on, *needed facts)
    text: str = ""  # names it where it fails; without, its facts are named

    def look(self, values: Facts, on: date) -> bool | None:
        """Tell whether it holds; None where a fact is not known."""
        known = [values[name] for name in self.needs]
        return None if any(value is None for value in known) else bool(self.holds(on, *known))


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: all of its parts must hold. One that is known not to is enough, whatever else is unknown."""

    rule_id: str
    scope: str
    text: str
    parts: tuple[Part, ...]
    applies: Callable[[Facts], bool | None] = lambda _subject: True  # None: cannot be told

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts that are looked at."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.needs))

    def look(self, subject: Facts, on: date) -> Finding:
        """Judge one subject; a fact not known leaves the condition unknown, unless another part fails."""
        values = {name: fact(subject, name) for name in self.needs}
        seen = {part: part.look(values, on) for part in self.parts}
        failed = [part.text or "、".join(part.needs) for part, holds in seen.items() if holds is False]
        missing = [name for name, value in values.items() if value is None]
        applies = self.applies(subject)
        if applies is None:
            holds, words = None, "尚不能确定是否适用"
        elif failed:
            holds, words = False, f"不符合（{'、'.join(failed)}）"
        elif missing:
            holds, words = None, f"缺少{'、'.join(missing)}"
        else:
            holds, words = True, "符合"
        name = str(subject.get("id", ""))
        return Finding(self.rule_id, self.scope, name, verdict_of(holds), f"{self.text}：{words}", values)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """True where every condition is met, False where one is not, None where something is unknown."""

    eligible: bool | None
    findings: tuple[Finding, ...]


def _given(_on: date, value: Any) -> bool:
    return bool(value)


def _each(*names: str) -> tuple[Part, ...]:
    return tuple(Part((name,), _given) for name in names)


def _accident_free(on: date, accidents: Any) -> bool:
    years = pilot().data["eligibility"]["accident_free_years"]
    return all(day(one, "accidents") < add_years(on, -years) for one in items(accidents, "accidents"))


def _a_year_since(on: date, since: Any) -> bool:
    months = pilot().data["eligibility"]["pilot_months"]
    return add_months(day(since, "pilot_since"), months) <= on


def _until(name: str) -> Callable[..., bool]:
    return lambda on, until: day(until, name) >= on


def _role(*roles: str) -> Callable[[Facts], bool | None]:
    return lambda unit: unit["role"] in roles if unit.get("role") in ROLES else None


def _tests(unit: Facts) -> bool | None:
    """Tell whether annex 1 of 56号文 is asked of a unit: of those that maintain, and of users that test themselves."""
    role = unit.get("role")
    if role not in ROLES:
        return None
    tests_itself = unit.get("tests_itself")
    return role == MAINTAINING or (role == USING and (None if tests_itself is None else bool(tests_itself)))


def _has_iot(lift: Facts) -> bool | None:
    present = fact(lift, "iot.present")
    return None if present is None else bool(present)


ACCIDENTS = (Part(("accidents",), _accident_free),)
PILOT_YEAR = (
    Part(("pilot_since",), _a_year_since, "参加维保试点不满一年"),
    Part(("still_labelled",), _given, "不再参加维保试点"),
    Part(("quality_improved",), _given, "服务质量没有提升"),
    Part(("satisfaction_improved",), _given, "群众满意度没有提高"),
)
INSPECTED = (
    Part(("inspection.passed",), _given, "检验不合格"),
    Part(("inspection.valid_until",), _until("inspection.valid_until"), "检验超过有效期"),
)
INSURED = (
    Part(("insurance.type",), lambda _on, kind: kind in INSURANCE, "不是责任保险、养老保险或保险+服务"),
    Part(("insurance.from",), lambda on, begins: day(begins, "insurance.from") <= on, "保险尚未生效"),
    Part(("insurance.until",), _until("insurance.until"), "保险已到期"),
)
CONDITIONS = {
    "maintenance": (
        Condition("M-01", "unit", "近三年未发生电梯安全责任事故", ACCIDENTS, _role(USING, MAINTAINING)),
        Condition("M-02", "unit", "维保工作采取信息化管理", _each("informatised"), _role(USING, MAINTAINING)),
        Condition(
            "M-06",
            "unit",
            "公开维保工作标准和质量承诺",
            _each("standards_published", "pledges_published"),
            _role(MAINTAINING),
        ),
        Condition(
            "M-03",
            "lift",
            "物联网系统持续在线，提供查询接口，取得安全评价合格报告",
            (
                Part(("iot.online",), _given, "没有持续在线"),
                Part(("iot.interface",), _given, "没有查询接口"),
                Part(("iot.safety_report",), _given, "没有安全评价合格报告"),
            ),
            _has_iot,
        ),
        Condition("M-04", "lift", "购买电梯安全责任保险", INSURED),
        Condition("M-05", "lift", "经法定检验合格在有效期内", INSPECTED),
    ),
    "inspection": (
        Condition("T-01", "unit", "近三年未发生电梯安全责任事故", ACCIDENTS, _role(USING, MAINTAINING)),
        Condition("T-02", "unit", "维保试点满一年且继续参与，达到成效", PILOT_YEAR, _role(USING)),
        Condition("T-03", "unit", "维保试点满一年，达到成效", PILOT_YEAR, _role(MAINTAINING)),
        Condition("T-04", "unit", "满足总局56号文附件1的规定", _each("annex1_met"), _tests),
        Condition("T-04", "unit", "满足总局56号文附件2并取得核准", _each("annex2_met", "approved"), _role(TESTING)),
        Condition("T-05", "lift", "经法定检验合格在有效期内", INSPECTED),
    ),
}
# Who and what must have been looked at, and the rule that asks for them.
LOOKED_AT = {
    "maintenance": (("M-10", "使用单位", (USING,)), ("M-10", "维保单位", (MAINTAINING,)), ("M-17", "试点电梯", ())),
    "inspection": (("T-06", "申请单位", (USING, MAINTAINING, TESTING)), ("T-08", "试点电梯", ())),
}
PAPERS = {
    "maintenance": (
        Condition(
            "M-10",
            "application",
            "使用单位和维保单位自愿共同提交",
            (
                Part(("roles",), lambda _on, roles: USING in roles and MAINTAINING in roles, "不是两个单位共同提交"),
                Part(("voluntary",), _given, "不是自愿"),
            ),
        ),
        Condition("M-11", "application", "自我声明和服务质量公开承诺", _each("declaration")),
        Condition("M-12", "application", "加盖公章的维护保养方案和查询网址", _each("plan_stamped", "plan_url")),
        Condition(
            "M-13",
            "application",
            "物联网功能和故障代码说明、接口、安全评价合格报告",
            _each("iot_description", "iot_interface", "iot_safety_report"),
            lambda application: application["relies_on_iot"],
        ),
        Condition("M-14", "application", "维保信息化系统查询地址", _each("records_url")),
        Condition(
            "M-24",
            "application",
            "方案依据：监测功能或合同模式、信息化水平、设备情况、使用工况、说明书",
            _each(*(f"plan_inputs.{name}" for name in PLAN_INPUTS)),
        ),
    ),
    "inspection": (
        Condition("T-06", "application", "逐一提供见证资料和检测报告查询网址", _each("evidence", "reports_url")),
    ),
}


# Whoever gives no such fact has not judged by the rule.
@carries("M-01", "M-04", "M-05", "T-01", "T-05")
@carries("M-02", when="informatised")
@carries("M-03", when="safety_report")
@carries("M-06", when="standards_published")
@carries("T-02", "T-03", when="pilot_since")
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
        "relies_on_iot": _any_known([_has_iot(lift) for lift in objects(facts, "lifts")]),
    }
    papers = _of(PAPERS, programme)
    found = [paper.look(application, on) for paper in papers if paper.applies(application) is not False]
    if programme == "maintenance":
        promised = record(application, "pledges")
        found += check_pledges(
            record(promised, "baseline"),
            record(promised, "pledged"),
            no_bridging=bool(fact(promised, "no_bridging")),
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
