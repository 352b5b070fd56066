"""Which inspections and tests come, and which come next (二（二）3; 附件2 四（二）)."""

from tests.unit.policy.brute.clock import (
    EARLY_INSPECTION,
    EARLY_TEST,
    PILOT,
    asked_years,
    clock,
    without_skipped,
    years_with_test,
)

FAR = 90


class Plan:
    """What one profile asks of a lift: the years of inspections and of owed tests."""

    def __init__(self, profile_id, facts):
        self.profile_id = profile_id
        self.labelled = facts["labelled"]
        self.clock = clock(profile_id, facts["origin"], facts["events"])
        self.last = self.clock.index
        if facts["last_inspection"]:
            self.last = self.clock.fulfils(facts["last_inspection"], EARLY_INSPECTION[profile_id])
        self.tested = None
        if facts["last_test"]:
            self.tested = self.clock.fulfils(facts["last_test"], EARLY_TEST[profile_id])
        self.until = self.last + FAR
        self.asked = asked_years(profile_id, self.last, self.until)
        self.inspections = without_skipped(self.clock, self.asked)

    def owed(self, index):
        """Tell whether a test of that year is still owed."""
        if self.tested is not None:
            return index > self.tested
        if index > self.last:
            return True
        # No test on record: below 15 years the inspection stood in for it, from 15 years only before the label.
        return self.labelled is None or self.clock.anniversary(index) > self.labelled

    def tests(self):
        years = years_with_test(self.profile_id, self.last, self.until, self.asked)
        return [index for index in years if self.owed(index)]

    def days(self, years):
        return [self.clock.due(index) for index in years]


def after_exit(profile_id, facts):
    """Give the days of a lift that left the inspection pilot on the day `left`, as two lists."""
    left = facts["left"]
    plan, pilot = Plan(profile_id, facts), Plan(PILOT, facts)
    inspections, owed = plan.days(plan.inspections), plan.days(plan.tests())
    overdue = pilot.days(pilot.inspections)[0]
    if inspections[0] < left and overdue < left:
        inspections = [overdue] + [day for day in inspections if day >= left]
    elif inspections[0] < left:
        first = plan.last + 1
        while plan.clock.due(first) < left or not without_skipped(plan.clock, [first]):
            first += 1
        plan.asked = [first, *asked_years(profile_id, first, plan.until)]
        inspections = plan.days(without_skipped(plan.clock, plan.asked))
    tests = [day for day in plan.days(plan.tests()) if day >= left]
    overdue = pilot.days(pilot.tests())[0]
    if owed and owed[0] < left and overdue < left:
        tests = [overdue, *tests]
    return plan, inspections, tests


def _lists(profile_id, facts):
    if facts["left"]:
        return after_exit(profile_id, facts)
    plan = Plan(profile_id, facts)
    return plan, plan.days(plan.inspections), plan.days(plan.tests())


def next_due(profile_id, facts, today):
    """Give (inspection, test), each a day or None; events after today have not happened."""
    if today:
        facts = {**facts, "events": [event for event in facts["events"] if event[1] <= today]}
    _, inspections, tests = _lists(profile_id, facts)
    return inspections[0], tests[0] if tests else None


def planned(profile_id, facts, years):
    """List (day, kind) in order, up to so many years after the one last inspected."""
    plan, inspections, tests = _lists(profile_id, facts)
    end = plan.clock.due(plan.last + years)
    every = [(day, "inspection") for day in inspections] + [(day, "test") for day in tests]
    return [one for one in sorted(every) if one[0] <= end]
