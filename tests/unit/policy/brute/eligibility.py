"""Who may join a pilot (附件1 二, 三; 附件2 二, 三; 三（一）2): conditions, each met, unmet or unknown."""

from tests.unit.policy.brute.authority import in_window
from tests.unit.policy.brute.days import NOT_A_DAY, conjunction, known_day, months_later

ROLES = ("using", "maintenance", "testing")
INSURANCE = ("liability", "pension", "service")


def accident_free(unit, on):
    """近三年未发生电梯安全责任事故: the day three years ago counts (A9)."""
    accidents = unit.get("accidents")
    if accidents is None or accidents is True:
        return None
    for accident in accidents:
        day = known_day(accident)
        if day != NOT_A_DAY and months_later(on, -36) <= day <= on:
            return False
    return True


def year_in_pilot(unit, on):
    """满一年, from the day of the label, and still in it (A25)."""
    since = known_day(unit.get("pilot_since"))
    return [
        None if since is None else months_later(since, 12) <= on,
        unit.get("still_labelled"),
        unit.get("quality_improved"),
        unit.get("satisfaction_improved"),
    ]


def _maintenance_conditions(unit, role, on):
    if role in ("using", "maintenance"):
        yield "M-01", [accident_free(unit, on)]
        yield "M-02", [unit.get("informatised")]
    if role == "maintenance":
        yield "M-06", [unit.get("standards_published"), unit.get("pledges_published")]


def _inspection_conditions(unit, role, on):
    if role in ("using", "maintenance"):
        yield "T-01", [accident_free(unit, on)]
    if role == "using":
        yield "T-02", year_in_pilot(unit, on)
        if unit.get("tests_itself") is True:
            yield "T-04", [unit.get("annex1_met")]
        if unit.get("tests_itself") is None:
            yield "T-04", [None]
    if role == "maintenance":
        yield "T-03", year_in_pilot(unit, on)
        yield "T-04", [unit.get("annex1_met")]
    if role == "testing":
        yield "T-04", [unit.get("annex2_met"), unit.get("approved")]


def unit_conditions(programme, unit, on):
    """Yield (rule, verdict) for a unit whose role is known; for another nothing can be said."""
    conditions = _maintenance_conditions if programme == "maintenance" else _inspection_conditions
    if unit.get("role") not in ROLES:
        return
    for rule_id, parts in conditions(unit, unit["role"], on):
        yield rule_id, conjunction(parts)


def insured(lift, on):
    policy = lift.get("insurance") or {}
    kind, begins, ends = policy.get("type"), known_day(policy.get("from")), known_day(policy.get("until"))
    return conjunction(
        [
            None if kind is None else kind in INSURANCE,
            None if begins is None else begins <= on,
            None if ends is None else on <= ends,
        ]
    )


def inspected(lift, on):
    """经法定检验合格在有效期内; the last day is valid."""
    inspection = lift.get("inspection") or {}
    until = known_day(inspection.get("valid_until"))
    return conjunction([inspection.get("passed"), None if until is None else on <= until])


def iot(lift, parts):
    """Judge parts of 附件1 三1; None where the lift has no system, to which nothing applies (如配备)."""
    system = lift.get("iot") or {}
    if system.get("present") is False:
        return None
    if system.get("present") is None:
        return "unknown"
    return conjunction([system.get(part) for part in parts])


def lift_conditions(programme, lift, on):
    if programme == "inspection":
        yield "T-05", inspected(lift, on)
        return
    system = iot(lift, ("online", "interface", "safety_report"))
    if system:
        yield "M-03", system
    yield "M-04", insured(lift, on)
    yield "M-05", inspected(lift, on)


def answer(verdicts):
    """One unmet decides; else anything open, or nothing at all, leaves it open."""
    if "unmet" in verdicts:
        return False
    if not verdicts or "unknown" in verdicts or "review" in verdicts:
        return None
    return True


def check(programme, facts, on, extended):
    """Give (answer, {(rule, subject): verdict})."""
    units, lifts = facts.get("units") or [], facts.get("lifts") or []
    found = {}
    for unit in units:
        for rule_id, verdict in unit_conditions(programme, unit, on):
            found[rule_id, unit["id"]] = verdict
    for lift in lifts:
        for rule_id, verdict in lift_conditions(programme, lift, on):
            found[rule_id, lift["id"]] = verdict
    verdicts = list(found.values())
    roles = {unit.get("role") for unit in units}
    missing_side = programme == "maintenance" and not {"using", "maintenance"} <= roles
    if not units or not lifts or missing_side or roles - set(ROLES):
        verdicts.append("unknown")
    if not in_window(programme, on, extended):
        verdicts.append("unmet")
    return answer(verdicts), found
