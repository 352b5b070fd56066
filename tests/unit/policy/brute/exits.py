"""What speaks for an exit (附件1 四（三）; 附件2 四（三）; 三（一）3)."""

from datetime import timedelta

from tests.unit.policy.brute.authority import WINDOWS
from tests.unit.policy.brute.days import NOT_A_DAY, known_day, months_later
from tests.unit.policy.brute.deadlines import working_days_after
from tests.unit.policy.brute.eligibility import inspected, insured, iot, unit_conditions

LISTED = {
    "maintenance": {
        "M-X3": "plan_breaches",
        "M-X4": "record_mismatches",
        "M-X6": "bridged_circuits",
        "M-X8": "serious_acts",
        "M-X13": "serious_problems",
    },
    "inspection": {
        "T-X2": "false_test_reports",
        "T-X4": "bridged_circuits",
        "T-X5": "unrectified_orders",
        "T-X6": "serious_acts",
    },
}
ACCIDENT = {"maintenance": "M-X5", "inspection": "T-X3"}
FALSE_OR_LOST = {"maintenance": "M-X1", "inspection": "T-X1"}
WORSE = {"maintenance": "M-X10", "inspection": "T-X8"}


def _accident_in_the_pilot(programme, unit, on):
    accidents = unit.get("accidents") or []
    if accidents is True:
        return True
    begins = max(known_day(unit.get("pilot_since")) or WINDOWS[programme][0], WINDOWS[programme][0])
    for accident in accidents:
        day = known_day(accident)
        if day == NOT_A_DAY or begins <= day <= min(on, WINDOWS[programme][1]):
            return True
    return False


def _told_in_the_pilot(programme, unit, key, on):
    """试点期间，发生下列情况之一的: what was told with a day outside the pilot speaks for nothing."""
    told = unit.get(key) or []
    if told is True:
        return True
    begins = max(known_day(unit.get("pilot_since")) or WINDOWS[programme][0], WINDOWS[programme][0])
    days = [known_day(one) for one in told]
    return any(day == NOT_A_DAY or begins <= day <= min(on, WINDOWS[programme][1]) for day in days)


def _pledge_broken(unit):
    pledged, measured = unit.get("pledged") or {}, unit.get("measured") or {}
    for metric in pledged:
        value = measured.get(metric)
        if value is not None and pledged[metric] is not None and value > pledged[metric]:
            return True
    return False


def _conditions_lost(programme, unit, on):
    if any(_told_in_the_pilot(programme, unit, key, on) for key in ("false_materials", "lost_conditions")):
        return True
    return any(verdict == "unmet" for _, verdict in unit_conditions(programme, unit, on))


def of_unit(programme, unit, on):
    """Yield the rules; all of them are for review."""
    if _conditions_lost(programme, unit, on):
        yield FALSE_OR_LOST[programme]
    if _accident_in_the_pilot(programme, unit, on):
        yield ACCIDENT[programme]
    for rule_id, key in LISTED[programme].items():
        if _told_in_the_pilot(programme, unit, key, on):
            yield rule_id
    if programme == "maintenance" and _pledge_broken(unit):
        yield "M-X12"


def _outages(lift, on):
    """不能正常使用且在三个工作日内未能解决; counted from the earlier of alarm and finding (A14)."""
    for outage in lift.get("iot_outages") or []:
        known = [day for day in (known_day(outage.get("alarm")), known_day(outage.get("found"))) if day]
        if outage.get("declared") or not known:
            continue
        last_day = working_days_after(min(known), 3)
        repaired = known_day(outage.get("repaired"))
        if (repaired or on) > last_day:
            yield "M-X2", "unit", "review"
            if not repaired:
                yield "M-X2", "lift", "fact"


def _failed(programme, lift, on):
    for failure in lift.get("failed") or []:
        day = known_day(failure.get("on"))
        if day and not WINDOWS[programme][0] <= day <= min(on, WINDOWS[programme][1]):
            continue
        if not failure.get("final"):
            continue
        if programme == "inspection" and failure.get("kind") in ("inspection", "test"):
            yield "T-X7", "lift", "fact"
        if programme == "maintenance" and failure.get("kind") == "inspection":
            yield "M-X9", "lift", "fact"
            yield "M-X7", "unit", "review"


def _lost(programme, lift, on):
    if programme == "inspection":
        # Annex 2 knows no lost conditions of a lift, only of a unit.
        if inspected(lift, on) == "unmet":
            yield "T-X1", "lift", "review"
        return
    for verdict in (iot(lift, ("interface", "safety_report")), insured(lift, on), inspected(lift, on)):
        if verdict == "unmet":
            yield "M-X9", "lift", "fact"


def _count(entries, on, begins):
    """Count the entries after one day, up to another."""
    return len([entry for entry in entries if begins < known_day(entry["on"]) <= on])


def _more_faults(lift, on):
    """明显高于该电梯前一年度: 1.5 times and two more (A20, A21)."""
    counted = []
    for fault in lift.get("faults") or []:
        if fault.get("cause") in ("equipment", "maintenance", "use") or not fault.get("verified"):
            counted.append(fault)
    year_ago, two_years_ago = months_later(on, -12), months_later(on, -24)
    now, before = _count(counted, on, year_ago), _count(counted, year_ago, two_years_ago)
    return 2 * now >= 3 * before and now - before >= 2


def _frequent_complaints(programme, lift, on):
    """频繁: three verified in 90 days or five in twelve months (A22); annex 1 asks for the cause."""
    counted = []
    for complaint in lift.get("complaints") or []:
        ours = programme == "inspection" or complaint.get("cause") in ("use", "maintenance")
        if complaint.get("verified") and ours:
            counted.append(complaint)
    return _count(counted, on, on - timedelta(days=90)) >= 3 or _count(counted, on, months_later(on, -12)) >= 5


def of_lift(programme, lift, on):
    if programme == "maintenance":
        yield from _outages(lift, on)
    yield from _failed(programme, lift, on)
    yield from _lost(programme, lift, on)
    if _more_faults(lift, on):
        yield WORSE[programme], "lift", "review"
    if _frequent_complaints(programme, lift, on):
        yield WORSE[programme], "lift", "review"


def findings(programme, facts, on):
    """Give every (rule, scope, subject, verdict), sorted."""
    found = []
    for unit in facts.get("units") or []:
        found.extend((rule_id, "unit", unit["id"], "review") for rule_id in of_unit(programme, unit, on))
    for lift in facts.get("lifts") or []:
        for rule_id, scope, verdict in of_lift(programme, lift, on):
            found.append((rule_id, scope, lift["id"], verdict))
    return sorted(found)


def withdraws(programme, accepted_by):
    """由受理申请单位 in annex 1, 由市局 in annex 2."""
    return accepted_by if programme == "maintenance" else "CQ"


def affected(at_fault, pairs):
    """Give the pairs that end and those of their partners to look at (A32), as (using, maintenance)."""
    ended = [pair for pair in pairs if at_fault in pair]
    partners = {unit for pair in ended for unit in pair} - {at_fault}
    reviewed = [pair for pair in pairs if pair not in ended and partners & set(pair)]
    return ended, reviewed
