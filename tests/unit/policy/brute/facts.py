"""Random facts of units, lifts and files; many known and good, some bad, some missing."""

from datetime import date, timedelta

from tests.unit.policy.brute.cases import a_day, an_extension, near, pilot_day
from tests.unit.policy.brute.days import months_later
from tests.unit.policy.brute.papers import METRICS, PLAN_INPUTS, SHEET


class Facts:
    """Draws facts; `wild` is how often one is not the good one."""

    def __init__(self, rng, on):
        self.rng = rng
        self.on = on
        self.wild = rng.choice((0, 0.03, 0.1, 0.1, 0.4))

    def pick(self, good, *others):
        return good if self.rng.random() >= self.wild else self.rng.choice((*others, None))

    def yes(self):
        return self.pick(True, False)

    def day(self, day):
        """A day as facts have it, text or date."""
        return day.isoformat() if day and self.rng.random() < 0.5 else day

    def around(self, months):
        return self.day(near(self.rng, months_later(self.on, months)))

    def known(self, **facts):
        """Leave out some of the facts that are None, and keep others as None."""
        return {key: value for key, value in facts.items() if value is not None or self.rng.random() < 0.5}

    def accidents(self):
        months = self.rng.choice((-36, -36, -40, -12, 0, 2, -14, -20))
        return self.pick([], [self.around(months)], [self.around(months), self.around(-50)])

    def unit(self, name, role):
        return self.known(
            id=name,
            role=self.pick(role, "using", "maintenance", "testing"),
            accidents=self.accidents(),
            informatised=self.yes(),
            standards_published=self.yes(),
            pledges_published=self.yes(),
            pilot_since=self.pick(self.around(-13), self.around(-12), self.around(-11), self.around(-30)),
            still_labelled=self.yes(),
            quality_improved=self.yes(),
            satisfaction_improved=self.yes(),
            tests_itself=self.rng.choice((True, True, False, self.pick(True))),
            annex1_met=self.yes(),
            annex2_met=self.yes(),
            approved=self.yes(),
        )

    def lift(self, name):
        soon, past = self.around(3), self.day(near(self.rng, self.on))
        return self.known(
            id=name,
            iot=self.pick(
                self.known(
                    present=self.pick(self.rng.random() < 0.7, False),
                    online=self.yes(),
                    interface=self.yes(),
                    safety_report=self.yes(),
                )
            ),
            insurance=self.pick(
                self.known(
                    type=self.pick(self.rng.choice(("liability", "pension", "service")), "fire"),
                    **{"from": self.pick(self.around(-9), past)},
                    until=self.pick(soon, past),
                )
            ),
            inspection=self.pick(self.known(passed=self.yes(), valid_until=self.pick(soon, past))),
            contract=self.rng.choice(("full", "other", None)),
        )

    def some(self, make, numbers):
        return [make() for _ in range(self.rng.choice(numbers))]


def joining(rng):
    programme = rng.choice(("maintenance", "inspection"))
    on = pilot_day(rng)
    facts = Facts(rng, on)
    roles = facts.pick(["using", "maintenance"], ["using"], ["maintenance"], []) or []
    if rng.random() < 0.25:
        roles = [*roles, "testing"]
    units = [facts.unit(f"u{place}", role) for place, role in enumerate(roles)]
    lifts = [facts.lift(f"l{place}") for place in range(facts.pick(1, 2, 0) or 0)]
    extended = an_extension(rng)
    return {"programme": programme, "facts": facts.known(units=units, lifts=lifts), "on": on, "extended": extended}


def a_file(rng):
    on = pilot_day(rng)
    facts = Facts(rng, on)
    yes, text = facts.yes, lambda: facts.pick("https://example.com/", "")
    pledged = {
        metric: facts.pick(rng.choice((0, 0.5, 1.9)), 2, -1, 3) for metric in (*METRICS, *rng.choice((["x"], [], [])))
    }
    papers = facts.known(
        voluntary=yes(),
        declaration=yes(),
        plan_stamped=yes(),
        plan_url=text(),
        plan_inputs=facts.pick({name: text() for name in PLAN_INPUTS}),
        records_url=text(),
        iot_description=yes(),
        iot_interface=yes(),
        iot_safety_report=yes(),
        evidence=yes(),
        reports_url=text(),
        pledges=facts.pick(
            facts.known(baseline=facts.pick(dict.fromkeys((*METRICS, "x"), 2)), pledged=pledged, no_bridging=yes())
        ),
    )
    roles = facts.pick(["using", "maintenance"], ["using"], [])
    units = roles and [facts.unit(f"u{place}", role) for place, role in enumerate(roles)]
    lifts = [facts.lift(f"l{place}") for place in range(rng.choice((0, 1, 1, 2)))]
    known = facts.known(application=facts.pick(papers), units=units, lifts=lifts)
    return {"programme": rng.choice(("maintenance", "inspection")), "facts": known, "on": on}


def a_list(rng):
    facts = Facts(rng, date(2021, 12, 1))
    lifts = []
    for place in range(rng.choice((0, 1, 1, 2))):
        lift = facts.known(
            id=f"l{place}",
            sheet=facts.pick({name: facts.pick("stated", "") for name in SHEET}),
            iot_proof=rng.choice((True, False, None)),
            contract=rng.choice(("full", "other", None)),
            contract_proof=facts.yes(),
            insurance_proof=facts.yes(),
            other_accepted_reason=rng.choice(("核实", "", None)),
        )
        lifts.append(lift)
    return {"programme": rng.choice(("maintenance", "inspection")), "lifts": lifts}


LISTED = (
    *("false_materials", "lost_conditions", "plan_breaches", "record_mismatches", "bridged_circuits"),
    *("serious_acts", "serious_problems", "false_test_reports", "unrectified_orders"),
)


def _unit_in_pilot(facts, name):
    rng = facts.rng
    unit = facts.unit(name, rng.choice(("using", "maintenance", "testing", None)))
    for key in LISTED:
        unit[key] = rng.choice(([], [], [], [], [], [], ["2021-11-02 记录"], None))
    if not unit.get("role") and rng.random() < 0.3:
        unit["accidents"] = ["2021-11-02 记录"]
    elif rng.random() < 0.3:
        begins = date(2020, 9, 23) if rng.random() < 0.5 else date(2021, 9, 1)
        unit["accidents"] = [facts.day(near(rng, begins)), facts.around(-60)]
    values = (None, 0, 1, 1, 2)
    unit["pledged"] = rng.choice((None, {metric: rng.choice(values) for metric in METRICS}))
    unit["measured"] = rng.choice((None, {metric: rng.choice(values) for metric in METRICS}))
    return {key: value for key, value in unit.items() if value is not None}


def _past(facts, borders):
    rng = facts.rng
    if rng.random() < 0.5:
        return facts.day(near(rng, rng.choice(borders)))
    return facts.day(a_day(rng, facts.on - timedelta(days=800), facts.on))


def _outage(facts):
    rng, on = facts.rng, facts.on
    start = near(rng, on - timedelta(days=rng.choice((0, 1, 2, 3, 4, 5, 6, 9, 12, 40))))
    alarm, found = rng.choice(((start, None), (None, start), (start, start + timedelta(days=3)), (None, None)))
    repaired = rng.choice((None, min(start + timedelta(days=rng.randint(0, 12)), on)))
    declared = rng.choice((None, False, False, True))
    return facts.known(alarm=facts.day(alarm), found=facts.day(found), repaired=facts.day(repaired), declared=declared)


def _fault(facts, day):
    rng = facts.rng
    return {
        "on": day,
        **facts.known(cause=rng.choice(("equipment", "equipment", "maintenance", "use", "human", "external"))),
        **facts.known(verified=rng.choice((True, True, False, None))),
    }


def _lift_in_pilot(facts, name):
    rng = facts.rng
    year, two, quarter = months_later(facts.on, -12), months_later(facts.on, -24), facts.on - timedelta(days=90)
    lift = facts.lift(name)
    lift["iot_outages"] = facts.some(lambda: _outage(facts), (0, 0, 1, 2))
    lift["failed"] = facts.some(
        lambda: facts.known(
            kind=rng.choice(("inspection", "test")), on="2021-11-01", final=rng.choice((True, False, None))
        ),
        (0, 0, 0, 1, 2),
    )
    lift["faults"] = facts.some(lambda: _fault(facts, _past(facts, (year, two, facts.on))), (0, 0, 2, 3, 4, 6, 9))
    if rng.random() < 0.2:
        # About half as many again as the year before.
        before = rng.choice((2, 4, 6))
        lift["faults"] = [
            *(_fault(facts, facts.day(near(rng, year - timedelta(days=40)))) for _ in range(before)),
            *(_fault(facts, facts.day(near(rng, facts.on - timedelta(days=9)))) for _ in range(before * 3 // 2)),
        ]
    lift["faults_cause_verified"] = rng.choice((True, False))
    lift["complaints"] = facts.some(
        lambda: {
            "on": _past(facts, (year, quarter, facts.on)),
            **facts.known(verified=rng.choice((True, True, True, False, None))),
            **facts.known(cause=rng.choice(("use", "maintenance", "use", "other", None))),
        },
        (0, 0, 3, 4, 5, 6, 9),
    )
    return lift


def leaving(rng):
    on = pilot_day(rng)
    facts = Facts(rng, on)
    return {
        "programme": rng.choice(("maintenance", "inspection")),
        "facts": {
            "units": [_unit_in_pilot(facts, f"u{place}") for place in range(rng.choice((0, 1, 1, 2)))],
            "lifts": [_lift_in_pilot(facts, f"l{place}") for place in range(rng.choice((0, 1, 1, 2)))],
        },
        "on": on,
    }
