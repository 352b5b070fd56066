from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from backend.demo import SAMPLE_CODE, city, history
from backend.policy import jurisdictions

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def made():
    return city.build(TODAY, 84)


@pytest.fixture(scope="module")
def facts(made):
    return history.build(made, 84)


def test_the_same_seed_and_day_make_the_same_city(made, facts):
    again = city.build(TODAY, 84)
    assert again == made
    assert history.build(again, 84) == facts


def test_another_seed_makes_another_city(made):
    assert city.build(TODAY, 85) != made


def test_the_city_has_the_size_it_promises(made):
    kinds = Counter(row["kind"] for row in made.organisations)
    assert len(made.lifts) == len({lift.code for lift in made.lifts}) == 2000
    assert (len(made.estates), kinds["using"], kinds["maintenance"]) == (150, 40, 25)
    assert len({row["name"] for row in made.organisations}) == len(made.organisations)


def test_every_bureau_of_today_has_lifts(made):
    areas = {jurisdictions.current(lift.facts["jurisdiction"], TODAY) for lift in made.lifts}
    assert areas == {area.id for area in jurisdictions.all_on(TODAY)}


def test_device_codes_are_unique_and_have_the_written_form(made):
    codes = [lift.facts["device_code"] for lift in made.lifts]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 17 and code.isdigit() for code in codes)


def test_nothing_happened_before_a_lift_began_or_after_today(made, facts):
    origins = {lift.code: lift.origin for lift in made.lifts}
    for name, when in (("visits", "start"), ("faults", "at"), ("rescues", "alarm_at"), ("examinations", "finished_on")):
        for row in facts[name]:
            assert origins[row["lift"]] <= row[when].date(), (name, row)
            assert row[when] < NOW, (name, row)


def test_visits_end_after_they_start_and_are_recorded_after_they_end(facts):
    assert all(row["start"] < row["end"] < row["recorded_at"] < NOW for row in facts["visits"])


def test_the_times_of_a_rescue_are_in_order(facts):
    names = ("alarm_at", "dispatched_at", "arrived_at", "released_at", "called_back_at", "closed_at")
    for row in facts["rescues"]:
        assert sorted(row[name] for name in names) == [row[name] for name in names]


def test_visits_outside_the_pilot_keep_the_half_month(made, facts):
    ordinary = {lift.code for lift in made.lifts if not lift.labels and lift.trait == ""}
    days = {}
    for row in facts["visits"]:
        if row["lift"] in ordinary:
            days.setdefault(row["lift"], []).append(row["start"].date())
    gaps = [later - earlier for one in days.values() for earlier, later in pairwise(one)]
    assert max(gaps) <= timedelta(days=15)


def test_labels_lie_in_the_pilot_areas_and_one_at_least_has_ended(made, facts):
    assert any(row.get("exit_rule") for row in facts["labels"])
    assert {row["programme"] for row in facts["labels"]} == {"maintenance", "inspection"}
    assert all(row["since"] < row.get("until", NOW) for row in facts["labels"])


def test_the_city_has_its_gaps(made, facts):
    traits = Counter(lift.trait for lift in made.lifts)
    assert all(traits[name] for name in ("overdue", "silent", "failed", "hazard", "lapsed", "exited", "sample"))
    assert Counter(lift.facts["status"] for lift in made.lifts)["stopped"]
    assert facts["hazards"]
    assert not all(row["passed"] for row in facts["examinations"])


def test_the_sample_lift_has_both_labels_and_iot(made):
    sample = next(lift for lift in made.lifts if lift.code == SAMPLE_CODE)
    assert sample.facts["iot"]
    assert sample.facts["jurisdiction"] == "500103"
    assert sample.labelled("maintenance")
    assert sample.labelled("inspection")
