"""On-site visits: the pilot's longest intervals (三（一）2) and the rhythm of TSG T5002-2017 outside it."""

from datetime import timedelta

from tests.unit.policy.brute.clock import PILOT
from tests.unit.policy.brute.days import months_later

# From narrow to wide; a wider visit does the narrower ones' work too (第六条).
RHYTHM = (("HM", 15, 0), ("TM", 0, 3), ("SM", 0, 6), ("OY", 0, 12))


def interval(profile_id, labelled, iot, contract):
    """Give (months, days)."""
    if profile_id != PILOT or not labelled:
        return 0, 15
    if iot:
        return 3, 0
    if contract == "full":
        return 2, 0
    return 1, 0


def later(day, months, days):
    return months_later(day, months) + timedelta(days=days)


def next_visit(longest, last_visit, since, plan):
    begins = max(day for day in (last_visit, since) if day)
    due = later(begins, *longest)
    if plan and later(begins, *plan) < due:
        due = later(begins, *plan)
    return due


def next_t5002(last, since):
    dues = {}
    for place, (code, days, months) in enumerate(RHYTHM):
        begins = since
        for wider, _, _ in RHYTHM[place:]:
            if wider in last and last[wider] > begins:
                begins = last[wider]
        dues[code] = later(begins, months, days)
    due = min(dues.values())
    for code, _, _ in reversed(RHYTHM):
        if dues[code] < due + timedelta(days=15):
            return code, due
    raise AssertionError("the earliest type is always before its own due day and fifteen more")
