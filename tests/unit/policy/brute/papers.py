"""What an application and its list of lifts must hold (附件1 四（一）1, 2, 4; 附件2 四（一）2, 4)."""

from tests.unit.policy.brute.days import conjunction
from tests.unit.policy.brute.eligibility import ROLES, answer

METRICS = ("fault_rate", "downtime_hours", "rescue_minutes")
PLAN_INPUTS = ("basis", "informatisation", "equipment", "usage", "instructions")
SHEET = ("device_code", "factory", "management", "usage", "inspection")


def pledges(baseline, pledged, no_bridging):
    """Give {metric: verdict}: each better than before, less is better; without a number nothing is shown."""
    found = {}
    for metric in (*METRICS, *pledged):
        before, value = baseline.get(metric), pledged.get(metric)
        better = before is not None and value is not None and 0 <= value < before
        found[metric] = "met" if better else "unmet"
    found["no_bridging"] = "met" if no_bridging else "unmet"
    return found


def handed_in(value):
    """A paper, an address or a yes: empty is not handed in, absent is not known."""
    return None if value is None else bool(value)


def jointly(units):
    """共同提交: a using and a maintenance unit; units of unknown role may be the one that is missing."""
    if units is None:
        return None
    roles = [unit.get("role") for unit in units]
    missing = [role for role in ("using", "maintenance") if role not in roles]
    unclear = [role for role in roles if role not in ROLES]
    if not missing:
        return True
    return None if len(unclear) >= len(missing) else False


def relies_on_iot(lifts):
    present = [(lift.get("iot") or {}).get("present") for lift in lifts]
    if True in present:
        return True
    return None if None in present else False


def maintenance_file(facts):
    """Give {rule: verdict}."""
    papers = facts.get("application") or {}
    promised = papers.get("pledges") or {}
    inputs = papers.get("plan_inputs") or {}
    kept = pledges(promised.get("baseline") or {}, promised.get("pledged") or {}, promised.get("no_bridging"))
    found = {
        "M-10": conjunction([handed_in(papers.get("voluntary")), jointly(facts.get("units"))]),
        "M-11": conjunction([handed_in(papers.get("declaration")), "unmet" not in kept.values()]),
        "M-12": conjunction([handed_in(papers.get("plan_stamped")), handed_in(papers.get("plan_url"))]),
        "M-14": conjunction([handed_in(papers.get("records_url"))]),
        "M-24": conjunction([handed_in(inputs.get(name)) for name in PLAN_INPUTS]),
    }
    relies = relies_on_iot(facts.get("lifts") or [])
    if relies:
        names = ("iot_description", "iot_interface", "iot_safety_report")
        found["M-13"] = conjunction([handed_in(papers.get(name)) for name in names])
    if relies is None:
        found["M-13"] = "unknown"
    return found


def documents(programme, facts):
    """Give (answer, {rule: verdict})."""
    if programme == "maintenance":
        found = maintenance_file(facts)
    else:
        papers = facts.get("application") or {}
        found = {"T-06": conjunction([handed_in(papers.get("evidence")), handed_in(papers.get("reports_url"))])}
    return answer(list(found.values())), found


def basis(lift):
    """物联网在线证明，或“大包维保”、“全包维保”的合同; an ordinary contract only with the authority's reason (A29)."""
    if lift.get("iot_proof"):
        return "met"
    if not lift.get("contract_proof"):
        return "unmet"
    if lift.get("contract") == "full":
        return "met"
    return "met" if lift.get("other_accepted_reason") else "review"


def lift_list(programme, lifts):
    """Give (answer, sorted (lift, verdict) of each thing looked at)."""
    found = []
    for lift in lifts:
        sheet = lift.get("sheet") or {}
        found.append((lift["id"], "met" if all(sheet.get(name) for name in SHEET) else "unmet"))
        if programme == "maintenance":
            found.append((lift["id"], basis(lift)))
            found.append((lift["id"], "met" if lift.get("insurance_proof") else "unmet"))
    return answer([verdict for _, verdict in found]), sorted(found)
