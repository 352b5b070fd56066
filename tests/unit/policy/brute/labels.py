"""Which profile governs; phases and targets; bodies (一（三）; 二（二）1, 2; 附件1 一, 五; 附件2 一, 五)."""

from datetime import date

from tests.unit.policy.brute.authority import in_window
from tests.unit.policy.brute.clock import NEW, OLD, PILOT

PHASES = {
    "maintenance": (
        ("准备", date(2020, 9, 1), date(2020, 10, 31)),
        ("实施", date(2020, 10, 1), date(2022, 10, 31)),
        ("总结", date(2022, 11, 1), date(2022, 12, 31)),
    ),
    "inspection": (
        ("准备", date(2021, 9, 1), date(2021, 10, 31)),
        ("实施", date(2021, 10, 1), date(2022, 10, 31)),
        ("总结", date(2022, 11, 1), date(2022, 12, 31)),
    ),
}
TARGETS = {
    2020: {"insurance_percent": 40, "rescue_platform_percent": 100, "maintenance_districts": 6},
    2021: {"insurance_percent": 50, "maintenance_districts": 20, "inspection_districts": 6},
    2022: {"insurance_percent": 60, "maintenance_districts_percent": 100, "inspection_districts_percent": 50},
}
NEW_RULES = date(2023, 4, 2)


def governing(since, until, extended, on, programme):
    """Give the id of the profile; the label holds until the day its exit takes effect, and while the pilot runs."""
    labelled = since is not None and since <= on and (until is None or on < until)
    if labelled and in_window(programme, on, extended):
        return PILOT
    return NEW if on >= NEW_RULES else OLD


def phases(programme, on):
    return [name for name, first, last in PHASES[programme] if first <= on <= last]


def attainment(year, figures):
    """Give the verdicts, sorted."""
    found = []
    for metric, target in TARGETS.get(year, {}).items():
        value = figures.get(metric)
        found.append("unknown" if value is None else "met" if value >= target else "unmet")
    return sorted(found)


def conflicts(holdings):
    """Find (subject, verdict): one code with both kinds of work, one controller behind two bodies (A33)."""
    found = []
    for code in {code for code, _, _ in holdings}:
        if {work for other, work, _ in holdings if other == code} == {"inspection", "testing"}:
            found.append((code, "unmet"))
    for group in {controller for _, _, controller in holdings if controller}:
        members = [(code, work) for code, work, controller in holdings if controller == group]
        for inspecting in members:
            for testing in members:
                if inspecting[0] != testing[0] and (inspecting[1], testing[1]) == ("inspection", "testing"):
                    found.append((group, "review"))
    return sorted(set(found))


def may_test(role, qualified, maintains, exited):
    """Give (rule, verdict): a maintenance unit only lifts it maintains, and not after an exit."""
    if exited and role != "using":
        return "T-X9", "unmet"
    if not qualified or (role == "maintenance" and not maintains):
        return "C-01", "unmet"
    return "C-01", "met"
