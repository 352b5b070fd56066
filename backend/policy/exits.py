"""What speaks for an exit from a pilot: findings with evidence, which a named official decides on.

A finding is a "fact" where the text leaves no room and only a lift is concerned (a lapsed insurance, a
failed inspection); everything that ends a unit's pilot, or needs weighing, is for "review".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from backend.policy.conditions import CONDITIONS, Condition
from backend.policy.dates import add_years
from backend.policy.deadlines import WorkingDays, deadline
from backend.policy.findings import FACT, REVIEW, UNMET, Facts, Finding, day, fact, items, objects, record
from backend.policy.jurisdictions import MUNICIPAL
from backend.policy.profiles import pilot, window
from backend.policy.rules import carries

COUNTED_CAUSES = ("equipment", "maintenance", "use")  # of the fault rate; verified human or external ones are not
USE_CAUSES = ("use", "maintenance")  # complaints: caused by use management or maintenance
ACCIDENTS = "accidents"
LOST = "unmet"  # conditions of the unit that the facts of this day do not meet
BROKEN = "broken"  # pledged metrics that were not kept


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger of a unit's exit: any of these facts, when it holds something, is its evidence."""

    rule_id: str
    keys: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Time:
    """The days of the pilot up to today; both are inclusive."""

    first: date
    last: date

    def holds(self, told: Any) -> bool:
        """Tell whether something happened in it; what is told without its day did."""
        return not isinstance(told, date) or self.first <= told <= self.last


@dataclass(frozen=True, slots=True)
class Pair:
    """A using and a maintenance unit that applied together."""

    using: str
    maintenance: str


UNIT_TRIGGERS = {
    "maintenance": (
        Trigger("M-X1", ("false_materials", "lost_conditions", LOST), "提交虚假材料或不再具备试点单位基本条件"),
        Trigger("M-X3", ("plan_breaches",), "未按照提交的维护保养方案开展维护保养"),
        Trigger("M-X4", ("record_mismatches",), "信息化维保系统记录与实际不符合"),
        Trigger("M-X5", (ACCIDENTS,), "发生电梯安全责任事故"),
        Trigger("M-X6", ("bridged_circuits",), "短接电梯门锁回路、安全回路"),
        Trigger("M-X8", ("serious_acts",), "发生其它严重违法失信行为"),
        Trigger("M-X12", (BROKEN,), "未按承诺实施维保"),
        Trigger("M-X13", ("serious_problems",), "监督检查发现严重问题"),
    ),
    "inspection": (
        Trigger("T-X1", ("false_materials", "lost_conditions", LOST), "不再符合试点基本条件或提交虚假材料"),
        Trigger("T-X2", ("false_test_reports",), "出具虚假检测报告"),
        Trigger("T-X3", (ACCIDENTS,), "发生电梯安全责任事故"),
        Trigger("T-X4", ("bridged_circuits",), "电梯门锁回路、安全回路被短接"),
        Trigger("T-X5", ("unrectified_orders",), "超过检测有效期未及时开展检测并上传检测结果，经责令整改仍未整改"),
        Trigger("T-X6", ("serious_acts",), "发生其它严重违法失信行为"),
    ),
}


@carries("M-X1", "M-X2", "M-X3", "M-X4", "M-X5", "M-X6", "M-X7", "M-X8", "M-X9", "M-X10", "M-X12", "M-X13")
@carries("T-X1", "T-X2", "T-X3", "T-X4", "T-X5", "T-X6", "T-X7", "T-X8")
def findings(
    programme: str, facts: Facts, on: date, calendar: WorkingDays, *, extended: date | None = None
) -> tuple[Finding, ...]:
    """Find what speaks for an exit of units or lifts on a day.

    Args:
        programme: maintenance or inspection.
        facts: {"units": [{"id", "role", …facts of eligibility.CONDITIONS and of UNIT_TRIGGERS, each a list, or true;
            "pledged": {metric: value}, "measured": {metric: value}}], "lifts": [{"id",
            …facts of eligibility.CONDITIONS, "contract": full | other, "iot_outages": [{"alarm", "found",
            "repaired", "declared"}], "failed": [{"kind": inspection | test, "on", "final"}], "faults": [{"on",
            "cause", "verified"}], "faults_cause_verified", "complaints": [{"on", "verified", "cause"}]}]}.
        on: the local day.
        calendar: the working days.
        extended: a later last day of the pilots, for demonstrations.

    What is known to have happened outside the pilot (试点期间) or after `on` speaks for no exit.

    Raises:
        LookupError: unknown programme.
        ValueError: a fact has the wrong shape; the message names it.

    Source: 附件1 四（三）; 附件2 四（三）; 三（一）3, readings A14–A16, A20–A22.
    """
    term = window(programme)
    pilot_time = Time(term.valid_from, min(on, term.last(extended)))
    found: list[Finding] = []
    for unit in objects(facts, "units"):
        found += _unit(programme, unit, on, pilot_time)
    for lift in objects(facts, "lifts"):
        for look in LIFT_LOOKS[programme]:
            found += look(_during(lift, pilot_time), on, calendar)
    return tuple(found)


@carries("M-X11")
@carries("T-X9", when="exited")  # half of it: who left may not test either, see bodies.may_test()
def withdraws(programme: str, accepted_by: str) -> str:
    """Give the bureau that withdraws the publicity after an exit.

    Args:
        programme: maintenance or inspection.
        accepted_by: id of the bureau that accepted the application.

    Source: 附件1 四（三）; 附件2 四（三）.
    """
    return accepted_by if programme == "maintenance" else MUNICIPAL


def rule_ids(programme: str) -> frozenset[str]:
    """Give the rules that an exit from a programme can rest on.

    Args:
        programme: maintenance or inspection.

    Source: 附件1 四（三）1–2, 三（一）3; 附件2 四（三）1–2.
    """
    of_lifts = {"maintenance": ("M-X2", "M-X7", "M-X9", "M-X10"), "inspection": ("T-X7", "T-X8")}
    return frozenset({*(trigger.rule_id for trigger in UNIT_TRIGGERS[programme]), *of_lifts[programme]})


def affected(at_fault: str, pairs: Iterable[Pair]) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Split pairs after one unit's exit: those that end, and the innocent partners' others, to be reviewed.

    Args:
        at_fault: id of the unit that exits.
        pairs: every pair of the pilot.

    Source: 附件1 四（三）, reading A32.
    """
    every = tuple(pairs)
    ended = tuple(pair for pair in every if at_fault in (pair.using, pair.maintenance))
    partners = {unit for pair in ended for unit in (pair.using, pair.maintenance)} - {at_fault}
    rest = (pair for pair in every if pair not in ended)
    return ended, tuple(pair for pair in rest if partners & {pair.using, pair.maintenance})


def _unit(programme: str, unit: Facts, on: date, term: Time) -> Iterator[Finding]:
    """Yield the triggers of a unit's exit; an official decides each of them."""
    if unit.get("pilot_since"):
        term = replace(term, first=max(term.first, day(unit["pilot_since"], "pilot_since")))
    computed = {LOST: _lost_by_unit(programme, unit, on), BROKEN: _broken(unit)}
    for trigger in UNIT_TRIGGERS[programme]:
        told = {key: _told_during(unit, key, term) for key in trigger.keys if key not in computed}
        seen = {**told, **{key: computed[key] for key in trigger.keys if key in computed}}
        if evidence := {key: value for key, value in seen.items() if value}:
            yield Finding(trigger.rule_id, "unit", _name(unit), REVIEW, trigger.reason, evidence)


def _told_during(unit: Facts, key: str, term: Time) -> Any:
    """Give what was told of a trigger: true, or those of a list that happened in the pilot."""
    told = unit.get(key)
    if not isinstance(told, (list, tuple)):
        return told
    return [one for one in told if term.holds(_day_or_words(one))]


def _during(lift: Facts, term: Time) -> Facts:
    """Leave out of a lift's facts the failed conclusions outside the pilot."""
    told = ((one, one.get("on")) for one in objects(lift, "failed"))
    return {**lift, "failed": [one for one, on in told if on is None or term.holds(day(on, "failed.on"))]}


def _lost_by_unit(programme: str, unit: Facts, on: date) -> dict[str, str]:
    """Compute which of the unit's conditions are not met today: {rule: why}; what is not known is not lost."""
    days = None if unit.get(ACCIDENTS) is None else [one for one in _accidents(unit) if isinstance(one, date)]
    conditions = (one for one in CONDITIONS[programme] if one.scope == "unit" and one.applies(unit))
    seen = [one.look({**unit, ACCIDENTS: days}, on) for one in conditions]
    return {one.rule_id: one.reason for one in seen if one.verdict == UNMET}


def _accidents(unit: Facts) -> list[Any]:
    """Give a unit's accidents: the day where it is told as one, else the words."""
    told = unit.get(ACCIDENTS)
    return [_day_or_words(one) for one in (() if told is True else items(told or [], ACCIDENTS))]


def _day_or_words(told: Any) -> Any:
    try:
        return day(told, ACCIDENTS)
    except ValueError:
        return told


def _broken(unit: Facts) -> dict[str, dict[str, Any]]:
    """Compare what was pledged with what was measured; less is better, and what was not measured was not broken."""
    pledged, measured = record(unit, "pledged"), record(unit, "measured")
    for name, values in (("pledged", pledged), ("measured", measured)):
        for metric, value in values.items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
                raise ValueError(f"{name}.{metric}: a number expected, not {value!r}")
    both = {metric: (pledge, measured.get(metric)) for metric, pledge in pledged.items()}
    return {
        metric: {"pledged": pledge, "measured": kept}
        for metric, (pledge, kept) in both.items()
        if None not in {pledge, kept} and kept > pledge
    }


def _outages(lift: Facts, on: date, calendar: WorkingDays) -> Iterator[Finding]:
    """Yield what an IoT outage of more than three working days means for the lift and for its unit (A14, A15)."""
    for outage in objects(lift, "iot_outages"):
        seen = [day(outage[key], f"iot_outages.{key}") for key in ("alarm", "found") if outage.get(key)]
        if outage.get("declared") or not seen:
            continue
        due = deadline("iot_repair", min(seen), calendar)
        repaired = outage.get("repaired")
        ended = day(repaired, "iot_outages.repaired") if repaired else None
        if (ended or on) <= due.date:
            continue
        evidence = {**outage, "since": min(seen), "due": due.date, "provisional": due.provisional}
        yield Finding("M-X2", "unit", _name(lift), REVIEW, "物联网系统不能正常使用，三个工作日内未能解决", evidence)
        if ended is None:
            reason = "物联网基础丧失，现场维保间隔即按维保合同模式执行"
            yield Finding("M-X2", "lift", _name(lift), FACT, reason, evidence)


def _failed_inspection(lift: Facts, _on: date, _calendar: WorkingDays) -> Iterator[Finding]:
    """Yield a failed periodic inspection: the lift leaves, the unit's exit is proposed (reading A16)."""
    for failed in _failures(lift, ("inspection",)):
        yield Finding("M-X9", "lift", _name(lift), FACT, "定期检验不合格，不再具备试点电梯基本条件", failed)
        yield Finding("M-X7", "unit", _name(lift), REVIEW, "电梯定期检验不合格", failed)


def _failed_either(lift: Facts, _on: date, _calendar: WorkingDays) -> Iterator[Finding]:
    """Yield a failed inspection or test, which ends the lift's inspection pilot."""
    for failed in _failures(lift, ("inspection", "test")):
        yield Finding("T-X7", "lift", _name(lift), FACT, "电梯检验检测不合格", failed)


def _failures(lift: Facts, kinds: tuple[str, ...]) -> Iterator[Facts]:
    """Yield the failed conclusions that are final, after a re-inspection if there was one."""
    return (one for one in objects(lift, "failed") if one.get("kind") in kinds and one.get("final"))


def _lost(programme: str, rule_id: str, verdict: str) -> Callable[[Facts, date, WorkingDays], Iterator[Finding]]:
    """Make the look at a lift's lost conditions; what is not known is not lost.

    Annex 1 ends the lift's pilot; annex 2 speaks only of the unit's conditions, so there it is for review.
    """

    def look(lift: Facts, on: date, _calendar: WorkingDays) -> Iterator[Finding]:
        conditions = (one for one in CONDITIONS[programme] if one.scope == "lift" and one.applies(lift))
        for seen in (_settled(one).look(lift, on) for one in conditions):
            if seen.verdict == UNMET:
                evidence = {"rule_id": seen.rule_id, **seen.evidence}
                yield Finding(
                    rule_id, "lift", _name(lift), verdict, f"不再具备试点电梯基本条件：{seen.reason}", evidence
                )

    return look


def _settled(condition: Condition) -> Condition:
    """Leave out of a condition what a day alone does not decide: an IoT system offline has three working days (A15)."""
    return replace(condition, parts=tuple(part for part in condition.parts if part.need != "iot.online"))


def _worse(rule_id: str, *, cause_matters: bool) -> Callable[[Facts, date, WorkingDays], Iterator[Finding]]:
    """Make the look at fault rate and complaints; annex 1 asks for a verified cause, annex 2 does not."""

    def look(lift: Facts, on: date, _calendar: WorkingDays) -> Iterator[Finding]:
        rates = _fault_rates(lift, on)
        if _clearly_higher(**rates):
            verified = bool(lift.get("faults_cause_verified"))
            reason = f"近12个月故障{rates['current']}次，前一年度{rates['previous']}次，疑似明显高于前一年度"
            reason += "；原因待查实" if cause_matters and not verified else ""
            evidence = {**rates, "cause_verified": verified}
            yield Finding(rule_id, "lift", _name(lift), REVIEW, reason, evidence)
        counts = _complaints(lift, on, cause_matters=cause_matters)
        limits = pilot().data["exit_thresholds"]
        if any(count >= limits[key] for key, count in counts.items()):
            words = f"近90天{counts['complaints_in_90_days']}件，近12个月{counts['complaints_in_12_months']}件"
            yield Finding(rule_id, "lift", _name(lift), REVIEW, f"疑似频繁受到投诉举报：{words}", counts)

    return look


def _fault_rates(lift: Facts, on: date) -> dict[str, int]:
    """Count the lift's faults of the last twelve months and of the twelve before (reading A20)."""
    a_year_ago, two_years_ago = add_years(on, -1), add_years(on, -2)
    days = [
        day(one.get("on"), "faults.on")
        for one in objects(lift, "faults")
        if one.get("cause") in COUNTED_CAUSES or not one.get("verified")
    ]
    return {
        "current": sum(a_year_ago < one <= on for one in days),
        "previous": sum(two_years_ago < one <= a_year_ago for one in days),
    }


def _clearly_higher(current: int, previous: int) -> bool:
    """Tell whether someone must look: both the ratio and the increase are reached (reading A21)."""
    limits = pilot().data["exit_thresholds"]
    return current >= limits["fault_ratio"] * previous and current - previous >= limits["fault_increase"]


def _complaints(lift: Facts, on: date, *, cause_matters: bool) -> Mapping[str, int]:
    """Count the verified complaints of the last 90 days and 12 months (reading A22)."""
    days = [
        day(one.get("on"), "complaints.on")
        for one in objects(lift, "complaints")
        if one.get("verified") and (not cause_matters or one.get("cause") in USE_CAUSES)
    ]
    return {
        "complaints_in_90_days": sum(on - timedelta(days=90) < one <= on for one in days),
        "complaints_in_12_months": sum(add_years(on, -1) < one <= on for one in days),
    }


def _name(subject: Mapping[str, Any]) -> str:
    """Give the subject's id, for the finding."""
    return str(fact(subject, "id") or "")


LIFT_LOOKS = {
    "maintenance": (
        _outages,
        _failed_inspection,
        _lost("maintenance", "M-X9", FACT),
        _worse("M-X10", cause_matters=True),
    ),
    "inspection": (_failed_either, _lost("inspection", "T-X1", REVIEW), _worse("T-X8", cause_matters=False)),
}
