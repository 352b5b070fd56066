"""The conditions of the two pilots and the papers of an application: what each needs to know and what must hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.policy.dates import add_months, add_years
from backend.policy.findings import Facts, Finding, day, fact, items, verdict_of
from backend.policy.profiles import pilot

INSURANCE = ("liability", "pension", "service")  # 责任保险, 养老保险, 保险+服务
UNINSURED = "none"  # known to have no policy on the day
PLAN_INPUTS = {
    "basis": "监测功能或合同模式",
    "informatisation": "信息化水平",
    "equipment": "设备情况",
    "usage": "使用工况",
    "instructions": "说明书",
}
USING, MAINTAINING, TESTING = ROLES = ("using", "maintenance", "testing")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that must hold, the fact it is told from, and the words for when it does not."""

    need: str
    holds: Callable[..., bool]  # (on, the fact)
    text: str

    def look(self, values: Facts, on: date) -> bool | None:
        """Tell whether it holds; None where the fact is not known."""
        known = values[self.need]
        return None if known is None else bool(self.holds(on, known))


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
        return tuple(dict.fromkeys(part.need for part in self.parts))

    def look(self, subject: Facts, on: date) -> Finding:
        """Judge one subject; a fact not known leaves the condition unknown, unless another part fails."""
        values = {name: fact(subject, name) for name in self.needs}
        seen = {part: part.look(values, on) for part in self.parts}
        failed = [part.text for part, holds in seen.items() if holds is False]
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


def _given(_on: date, value: Any) -> bool:
    return bool(value)


def _papers(**words: str) -> tuple[Part, ...]:
    return tuple(Part(name, _given, text) for name, text in words.items())


def true(name: str) -> Callable[..., bool]:
    """Make what holds where a fact is true; words such as "no" are neither."""

    def holds(_on: date, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"{name}: true or false expected, not {value!r}")
        return value

    return holds


def _each(words: Mapping[str, str]) -> tuple[Part, ...]:
    return tuple(Part(name, true(name), text) for name, text in words.items())


def _accident_free(on: date, accidents: Any) -> bool:
    years = pilot().data["eligibility"]["accident_free_years"]
    days = [day(one, "accidents") for one in items(accidents, "accidents")]
    return not any(add_years(on, -years) <= one <= on for one in days)


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
    if role != USING:
        return role == MAINTAINING
    tests_itself = unit.get("tests_itself")
    return None if tests_itself is None else true("tests_itself")(date.min, tests_itself)


def has_iot(lift: Facts) -> bool | None:
    """Tell whether a lift has an IoT system; None where nobody knows."""
    present = fact(lift, "iot.present")
    return None if present is None else true("iot.present")(date.min, present)


ACCIDENTS = (Part("accidents", _accident_free, "发生过事故"),)
PILOT_YEAR = (
    Part("pilot_since", _a_year_since, "参加维保试点不满一年"),
    *_each(
        {
            "still_labelled": "不再参加维保试点",
            "quality_improved": "服务质量没有提升",
            "satisfaction_improved": "群众满意度没有提高",
        }
    ),
)
INSPECTED = (
    *_each({"inspection.passed": "检验不合格"}),
    Part("inspection.valid_until", _until("inspection.valid_until"), "检验超过有效期"),
)
INSURED = (
    Part("insurance.type", lambda _on, kind: kind != UNINSURED, "没有当日有效的保险单"),
    Part("insurance.type", lambda _on, kind: kind in (*INSURANCE, UNINSURED), "不是责任保险、养老保险或保险+服务"),
    Part("insurance.from", lambda on, begins: day(begins, "insurance.from") <= on, "保险尚未生效"),
    Part("insurance.until", _until("insurance.until"), "保险已到期"),
)
CONDITIONS = {
    "maintenance": (
        Condition("M-01", "unit", "近三年未发生电梯安全责任事故", ACCIDENTS, _role(USING, MAINTAINING)),
        Condition(
            "M-02",
            "unit",
            "维保工作采取信息化管理",
            _each({"informatised": "没有采取信息化管理"}),
            _role(USING, MAINTAINING),
        ),
        Condition(
            "M-06",
            "unit",
            "公开维保工作标准和质量承诺",
            _each({"standards_published": "没有公开维保工作标准", "pledges_published": "没有公开质量承诺"}),
            _role(MAINTAINING),
        ),
        Condition(
            "M-03",
            "lift",
            "物联网系统持续在线，提供查询接口，取得安全评价合格报告",
            _each(
                {
                    "iot.online": "没有持续在线",
                    "iot.interface": "没有查询接口",
                    "iot.safety_report": "没有安全评价合格报告",
                }
            ),
            has_iot,
        ),
        Condition("M-04", "lift", "购买电梯安全责任保险", INSURED),
        Condition("M-05", "lift", "经法定检验合格在有效期内", INSPECTED),
    ),
    "inspection": (
        Condition("T-01", "unit", "近三年未发生电梯安全责任事故", ACCIDENTS, _role(USING, MAINTAINING)),
        Condition("T-02", "unit", "维保试点满一年且继续参与，达到成效", PILOT_YEAR, _role(USING)),
        Condition("T-03", "unit", "维保试点满一年，达到成效", PILOT_YEAR, _role(MAINTAINING)),
        Condition("T-04", "unit", "满足总局56号文附件1的规定", _each({"annex1_met": "不满足附件1"}), _tests),
        Condition(
            "T-04",
            "unit",
            "满足总局56号文附件2并取得核准",
            _each({"annex2_met": "不满足附件2", "approved": "没有取得核准"}),
            _role(TESTING),
        ),
        Condition("T-05", "lift", "经法定检验合格在有效期内", INSPECTED),
    ),
}
PAPERS = {
    "maintenance": (
        Condition(
            "M-10",
            "application",
            "使用单位和维保单位自愿共同提交",
            (
                Part("roles", lambda _on, roles: USING in roles and MAINTAINING in roles, "不是两个单位共同提交"),
                *_each({"voluntary": "不是自愿"}),
            ),
        ),
        Condition("M-11", "application", "自我声明和服务质量公开承诺", _papers(declaration="没有自我声明")),
        Condition(
            "M-12",
            "application",
            "加盖公章的维护保养方案和查询网址",
            (*_each({"plan_stamped": "没有加盖公章"}), *_papers(plan_url="没有查询网址")),
        ),
        Condition(
            "M-13",
            "application",
            "物联网功能和故障代码说明、接口、安全评价合格报告",
            _papers(iot_description="没有说明", iot_interface="没有接口", iot_safety_report="没有安全评价合格报告"),
            lambda application: application["relies_on_iot"],
        ),
        Condition("M-14", "application", "维保信息化系统查询地址", _papers(records_url="没有查询地址")),
        Condition(
            "M-24",
            "application",
            "方案依据：监测功能或合同模式、信息化水平、设备情况、使用工况、说明书",
            tuple(Part(f"plan_inputs.{name}", _given, f"没有{words}") for name, words in PLAN_INPUTS.items()),
        ),
    ),
    "inspection": (
        Condition(
            "T-06",
            "application",
            "逐一提供见证资料和检测报告查询网址",
            _papers(evidence="没有见证资料", reports_url="没有查询网址"),
        ),
    ),
}
