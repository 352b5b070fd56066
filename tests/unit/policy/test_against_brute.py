"""The product against a second, plain reading of the regulation (tests/unit/policy/brute) in random cases.

CHATI_BRUTE_SEED draws other cases, CHATI_BRUTE_CASES more or fewer of them for each test.
"""

import copy
import os
import random
from dataclasses import dataclass, field

import pytest

from backend.foundation.workdays import WorkCalendar
from backend.policy import bodies as product_bodies
from backend.policy import deadlines as product_deadlines
from backend.policy import eligibility as product_eligibility
from backend.policy import exits as product_exits
from backend.policy import inspection, jurisdictions, pledges, profiles, targets
from backend.policy import visits as product_visits
from backend.policy.authority import authority_for
from tests.unit.policy.brute import (
    authority,
    calendar,
    cases,
    deadlines,
    eligibility,
    exits,
    facts,
    labels,
    papers,
    visits,
)

SEED = os.environ.get("CHATI_BRUTE_SEED", "84")
CASES = int(os.environ.get("CHATI_BRUTE_CASES", "20000"))
WORKDAYS = WorkCalendar()


@dataclass(frozen=True)
class Refused:
    """An error in place of an answer; its words need not agree."""

    error: str
    words: str = field(compare=False)


def answer_of(function, case):
    try:
        return function(case)
    except (LookupError, TypeError, ValueError) as error:
        kind = "LookupError" if isinstance(error, LookupError) else type(error).__name__
        return Refused(kind, str(error))


def smaller(value):
    """Yield the value with one thing in it left out."""
    if isinstance(value, dict):
        for key in value:
            yield {other: kept for other, kept in value.items() if other != key}
            for less in smaller(value[key]):
                yield {**value, key: less}
    elif isinstance(value, list):
        for place in range(len(value)):
            yield value[:place] + value[place + 1 :]
            for less in smaller(value[place]):
                yield [*value[:place], less, *value[place + 1 :]]


def less_of(case):
    """Yield smaller cases of the same function: an argument missing, or something less in it."""
    for name, value in case.items():
        if value is not None:
            yield {**case, name: None}
        for less in smaller(value):
            yield {**case, name: less}


def disagree(product, brute, case):
    try:
        expected = brute(case)
        found = product(case)
    except Exception:
        return False
    return found != expected


def shrunk(product, brute, case):
    """Leave out what the disagreement does not need."""
    for less in less_of(case):
        if disagree(product, brute, less):
            return shrunk(product, brute, less)
    return case


def where_they_part(found, expected):
    """Leave out what long answers have in common."""
    if isinstance(found, list) and isinstance(expected, list):
        return [one for one in found if one not in expected] or found, [one for one in expected if one not in found]
    if isinstance(found, dict) and isinstance(expected, dict):
        return dict(found.items() - expected.items()), dict(expected.items() - found.items())
    return found, expected


def compare(draw, product, brute):
    rng = random.Random(f"{SEED} {draw.__name__} {product.__name__}")
    for number in range(CASES):
        case = draw(rng)
        expected = answer_of(brute, case)
        found = answer_of(product, copy.deepcopy(case))
        if found == expected:
            continue
        case = shrunk(product, brute, case)
        shown = "\n".join(f"  {name}: {value}" for name, value in case.items() if value is not None)
        found, expected = where_they_part(answer_of(product, case), answer_of(brute, case))
        pytest.fail(f"case {number} of seed {SEED}:\n{shown}\nproduct: {found}\nbrute:   {expected}", pytrace=False)


def given(case, *names):
    """Take the arguments that the case has, so that the product's own defaults hold for the others."""
    return {name: case[name] for name in names if case.get(name) is not None}


LIFT = ("last_inspection", "last_test", "events", "labelled", "left")


def brute_lift(case):
    return {**dict.fromkeys(LIFT), **case, "events": case["events"] or []}


def verdicts(findings, *names):
    """Sum the findings up: for each rule (and subject) the worst verdict."""
    worst = {}
    for one in findings:
        key = tuple(getattr(one, name) for name in names)
        worst[key] = max(worst.get(key, "met"), one.verdict, key=("met", "unknown", "review", "unmet").index)
    return worst


def test_the_next_inspection_and_test_fall_due_on_the_same_days():
    def next_due(case):
        arguments = given(case, "last_inspection", "last_test", "events", "today", "labelled", "left")
        due = inspection.next_due(profiles.profile(case["profile_id"]), case["origin"], **arguments)
        return tuple(due[kind] and due[kind].due for kind in ("inspection", "test"))

    compare(
        cases.lift_history,
        next_due,
        lambda case: calendar.next_due(case["profile_id"], brute_lift(case), case["today"]),
    )


def test_the_calendar_has_the_same_inspections_and_tests():
    def planned(case):
        arguments = given(case, "last_inspection", "events", "years", "last_test", "labelled", "left")
        found = inspection.calendar(profiles.profile(case["profile_id"]), case["origin"], **arguments)
        return [(one.due, one.kind) for one in found]

    compare(
        cases.lift_history,
        planned,
        lambda case: calendar.planned(case["profile_id"], brute_lift(case), case["years"] or 20),
    )


def product_interval(case):
    profile = profiles.profile(case["profile_id"])
    return product_visits.interval(profile, case["labelled"], iot=case["iot"], contract=case["contract"])


def brute_interval(case):
    return visits.interval(case["profile_id"], case["labelled"], case["iot"], case["contract"])


def test_the_longest_interval_between_visits_is_the_same():
    def interval(case):
        found = product_interval(case)
        return found.months, found.days

    compare(cases.visit, interval, brute_interval)


def test_the_next_visit_falls_due_on_the_same_day():
    def next_visit(case):
        arguments = given(case, "last_visit", "since")
        if case["plan"]:
            arguments["plan"] = product_visits.Interval(*case["plan"], "方案", "附件1 四（二）", "M-24", "cq-2020-84")
        return product_visits.next_visit(product_interval(case), **arguments).due

    def brute(case):
        return visits.next_visit(brute_interval(case), case["last_visit"], case["since"], case["plan"])

    compare(cases.visit, next_visit, brute)


def test_the_rhythm_of_t5002_asks_for_the_same_type_on_the_same_day():
    def next_t5002(case):
        code, due = product_visits.next_t5002(case["last"], case["since"], case["profile_id"])
        return code, due.due

    compare(cases.rhythm, next_t5002, lambda case: visits.next_t5002(case["last"], case["since"]))


def test_deadlines_end_at_the_same_time():
    def a_deadline(case):
        return product_deadlines.deadline(case["kind"], case["start"], WORKDAYS).due

    compare(cases.a_deadline, a_deadline, lambda case: deadlines.deadline(case["kind"], case["start"]))


def test_the_same_bureaus_accept_an_application():
    def bureaus(case):
        found = authority_for(
            case["programme"], case["unit_lifts"], case["districts"], case["on"], **given(case, "extended", "confirmed")
        )
        return sorted(found.bureaus), sorted(found.excluded)

    def brute(case):
        return authority.authority_for(
            case["programme"],
            case["unit_lifts"],
            case["districts"],
            case["on"],
            extended=case["extended"],
            confirmed=case["confirmed"] or (),
        )

    compare(cases.application_place, bureaus, brute)


def test_the_same_areas_are_in_a_pilot():
    def is_pilot(case):
        return jurisdictions.is_pilot(
            case["district"], case["programme"], case["on"], **given(case, "extended", "confirmed")
        )

    def brute(case):
        confirmed = case["confirmed"] or ()
        return authority.is_pilot(case["district"], case["programme"], case["on"], case["extended"], confirmed)

    compare(cases.an_area, is_pilot, brute)


def test_the_same_bureau_answers_for_an_area():
    def current(case):
        return jurisdictions.current(case["district"], case["on"])

    compare(cases.an_area, current, lambda case: authority.current(case["district"], case["on"]))


def test_the_same_units_and_lifts_may_join():
    def check(case):
        return product_eligibility.check(
            case["programme"], case["facts"], case["on"], **given(case, "extended")
        ).eligible

    def brute(case):
        return eligibility.check(case["programme"], case["facts"], case["on"], case["extended"])[0]

    compare(facts.joining, check, brute)


def test_each_condition_whose_subject_is_known_is_judged_the_same():
    def conditions(case):
        found = product_eligibility.check(case["programme"], case["facts"], case["on"], **given(case, "extended"))
        units, lifts = case["facts"].get("units") or [], case["facts"].get("lifts") or []
        known = {unit["id"] for unit in units if unit.get("role")} | {lift["id"] for lift in lifts}
        return {key: worst for key, worst in verdicts(found.findings, "rule_id", "subject").items() if key[1] in known}

    def brute(case):
        return eligibility.check(case["programme"], case["facts"], case["on"], case["extended"])[1]

    compare(facts.joining, conditions, brute)


def test_the_same_files_are_complete():
    def documents(case):
        found = product_eligibility.documents(case["programme"], case["facts"], case["on"])
        return found.eligible, {key[0]: verdict for key, verdict in verdicts(found.findings, "rule_id").items()}

    compare(facts.a_file, documents, lambda case: papers.documents(case["programme"], case["facts"]))


def test_the_same_lists_of_lifts_are_accepted():
    def lift_list(case):
        found = product_eligibility.lift_list(case["programme"], case["lifts"])
        return found.eligible, sorted((one.subject, one.verdict) for one in found.findings)

    compare(facts.a_list, lift_list, lambda case: papers.lift_list(case["programme"], case["lifts"]))


def test_the_same_speaks_for_an_exit():
    def findings(case):
        found = product_exits.findings(case["programme"], case["facts"], case["on"], WORKDAYS)
        return sorted((one.rule_id, one.scope, one.subject, one.verdict) for one in found)

    compare(facts.leaving, findings, lambda case: exits.findings(case["programme"], case["facts"], case["on"]))


def test_the_same_bureau_withdraws_the_publicity():
    def withdraws(case):
        return product_exits.withdraws(case["programme"], accepted_by(case))

    def accepted_by(case):
        # Annex 2 knows only the municipal bureau.
        return case["district"] if case["programme"] == "maintenance" else "CQ"

    compare(cases.an_area, withdraws, lambda case: exits.withdraws(case["programme"], accepted_by(case)))


def test_an_exit_ends_and_reviews_the_same_pairs():
    def affected(case):
        pairs = [product_exits.Pair(*pair) for pair in case["pairs"]]
        ended, reviewed = product_exits.affected(case["at_fault"], pairs)
        return [[(one.using, one.maintenance) for one in some] for some in (ended, reviewed)]

    compare(cases.pairs, affected, lambda case: list(exits.affected(case["at_fault"], case["pairs"])))


def test_the_same_profile_governs_a_lift():
    def governing(case):
        held = {f"{case['programme']}_{name}": case[name] for name in ("since", "until")}
        lift = profiles.Labels(**held, extended=case["extended"])
        return profiles.governing(lift, case["on"], case["programme"]).profile.id

    def brute(case):
        return labels.governing(case["since"], case["until"], case["extended"], case["on"], case["programme"])

    compare(cases.labels, governing, brute)


def test_a_programme_is_in_the_same_phases():
    def phases(case):
        return [one.name for one in profiles.phases(case["programme"], case["on"])]

    compare(cases.a_phase, phases, lambda case: labels.phases(case["programme"], case["on"]))


def test_the_same_pledges_are_better_than_before():
    def kept(case):
        found = pledges.check(case["baseline"], case["pledged"], no_bridging=case["no_bridging"])
        return {one.subject: one.verdict for one in found}

    compare(cases.promises, kept, lambda case: papers.pledges(case["baseline"], case["pledged"], case["no_bridging"]))


def test_the_same_targets_are_reached():
    def attainment(case):
        return sorted(one.verdict for one in targets.attainment(case["year"], case["figures"]))

    compare(cases.figures, attainment, lambda case: labels.attainment(case["year"], case["figures"]))


def test_the_same_bodies_hold_too_much():
    def conflicts(case):
        found = product_bodies.conflicts([product_bodies.Holding(*one) for one in case["holdings"]])
        return sorted((one.subject, one.verdict) for one in found)

    compare(cases.bodies, conflicts, lambda case: labels.conflicts(case["holdings"]))


def test_the_same_bodies_and_units_may_test():
    def may_test(case):
        found = product_bodies.may_test(**case)
        return found.rule_id, found.verdict

    compare(cases.a_tester, may_test, lambda case: labels.may_test(**case))
