"""Bureaus over time, the districts of the first batch, and who accepts an application, name by name and day by day."""

from collections import Counter
from datetime import date, timedelta

import pytest

from backend.policy.authority import authority_for
from backend.policy.jurisdictions import (
    MUNICIPAL,
    Jurisdiction,
    all_on,
    bureau,
    current,
    find,
    is_pilot,
    predecessors,
    register,
)

IN_PILOT, NOW = date(2021, 3, 1), date(2026, 11, 23)
LAST, FIRST = date(2025, 11, 5), date(2025, 11, 6)  # of 江北区 and 渝北区; of the new 两江新区
DAY = timedelta(days=1)
FIRST_BATCH = {
    "渝中区": "500103",
    "渝北区": "500112",
    "九龙坡区": "500107",
    "南岸区": "500108",
    "綦江区": "500110",
    "万盛经开区": "CQ-WS",
}


@pytest.mark.rule("G-07")
@pytest.mark.parametrize(("name", "number"), FIRST_BATCH.items())
def test_each_district_of_the_first_batch_is_a_pilot_from_the_first_day_to_the_last(name, number):
    assert find(name).id == number
    days = (date(2020, 9, 22), date(2020, 9, 23), date(2022, 12, 31), date(2023, 1, 1))
    assert [is_pilot(number, "maintenance", day) for day in days] == [False, True, True, False]
    assert not is_pilot(number, "inspection", date(2022, 1, 1))


@pytest.mark.rule("G-07")
def test_the_first_batch_names_its_clause():
    for number in FIRST_BATCH.values():
        (batch,) = bureau(number).pilot
        assert (batch.programme, batch.batch, batch.valid_from) == ("maintenance", 1, date(2020, 9, 23))
        assert (batch.clause, batch.rule_id) == ("三（一）1", "G-07")
    assert {one.id for one in register().values() if one.pilot} == set(FIRST_BATCH.values())


@pytest.mark.rule("G-07")
def test_a_later_batch_begins_on_its_own_day(monkeypatch):
    later = bureau("500101")
    batch = bureau("500103").pilot[0]
    begun = type(later)(
        id="500101",
        name=later.name,
        bureau_name=later.bureau_name,
        kind=later.kind,
        pilot=(type(batch)("maintenance", 2, date(2021, 5, 1), "三（一）1", "G-07"),),
    )
    monkeypatch.setitem(register(), "500101", begun)
    assert [is_pilot("500101", "maintenance", day) for day in (date(2021, 4, 30), date(2021, 5, 1))] == [False, True]


@pytest.mark.rule("G-07")
def test_a_confirmation_passes_to_whoever_took_over_and_to_nobody_else():
    late = date(2027, 1, 1)
    asked = {"extended": late, "confirmed": {"500105"}}
    assert is_pilot("500157", "inspection", NOW, **asked)
    assert is_pilot("500105", "inspection", NOW, **asked)
    assert not is_pilot("500109", "inspection", NOW, **asked)  # took towns over, not the district
    assert not is_pilot("500109", "maintenance", NOW, extended=late)
    assert is_pilot("500157", "maintenance", NOW, extended=late)
    assert not is_pilot("500157", "maintenance", NOW)
    assert not is_pilot("500157", "inspection", NOW, extended=late)


def test_a_bureau_knows_whom_it_took_over():
    assert set(predecessors("500157")) == {"500105", "500112", "CQ-LJ"}
    assert predecessors("500109") == ()
    assert predecessors("500103") == ()


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [
        ("500105", None, LAST),
        ("500112", None, LAST),
        ("CQ-LJ", None, LAST),
        ("500157", FIRST, None),
        ("500109", None, None),
        ("CQ-WS", None, None),
        (MUNICIPAL, None, None),
    ],
)
def test_a_bureau_exists_from_its_first_day_to_its_last(number, first, last):
    found = bureau(number)
    assert (found.valid_from, found.valid_to) == (first, last)
    assert found.valid(first or date(2000, 1, 1))
    assert found.valid(last or date(2100, 1, 1))
    assert not (first and found.valid(first - DAY))
    assert not (last and found.valid(last + DAY))


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        ("500105", "500105", "500157"),
        ("500112", "500112", "500157"),
        ("CQ-LJ", "CQ-LJ", "500157"),
        ("CQ-WS", "CQ-WS", "CQ-WS"),
        ("CQ-GX", "CQ-GX", "CQ-GX"),
        ("CQ-JK", "500108", "500108"),
        ("500157", "500157", "500157"),
        ("500109", "500109", "500109"),
    ],
)
def test_who_answers_on_the_last_day_and_on_the_first(number, before, after):
    assert (current(number, LAST), current(number, FIRST)) == (before, after)


def test_a_bureau_with_an_heir_answers_itself_while_nobody_knows_its_last_day(monkeypatch):
    waiting = Jurisdiction("500101", "万州区", "万州区市场监督管理局", "district", successors=("500102",))
    monkeypatch.setitem(register(), "500101", waiting)
    assert current("500101", date(2100, 1, 1)) == "500101"
    assert (waiting.pilot, waiting.host, waiting.valid_from, waiting.valid_to) == ((), None, None, None)


def test_a_bureau_that_ended_without_an_heir_answers_itself(monkeypatch):
    ended = Jurisdiction("500101", "万州区", "万州区市场监督管理局", "district", valid_to=LAST)
    monkeypatch.setitem(register(), "500101", ended)
    assert current("500101", NOW) == "500101"


def test_a_zone_that_its_host_supervises_needs_a_host(monkeypatch):
    alone = Jurisdiction("CQ-JK", "重庆经开区", "重庆经开区市场监督管理局", "zone", supervised_by_host=True)
    monkeypatch.setitem(register(), "CQ-JK", alone)
    assert current("CQ-JK", NOW) == "CQ-JK"


def test_the_towns_of_yubei_went_to_beibei_and_the_rest_to_the_new_district():
    assert bureau("500112").successors == ("500157", "500109")
    assert bureau("500105").successors == ("500157",)
    assert bureau("CQ-LJ").successors == ("500157",)


@pytest.mark.parametrize(
    ("number", "host", "supervised"),
    [("CQ-WS", "500110", False), ("CQ-GX", "500107", False), ("CQ-JK", "500108", True), ("CQ-LJ", None, False)],
)
def test_a_zone_lies_in_a_district_and_may_be_supervised_by_it(number, host, supervised):
    found = bureau(number)
    assert (found.kind, found.host, found.supervised_by_host) == ("zone", host, supervised)


def test_the_city_has_26_districts_8_counties_4_autonomous_counties_and_zones_beside_them():
    kinds = Counter(one.kind for one in all_on(IN_PILOT))
    assert kinds == {"district": 26, "county": 8, "autonomous-county": 4, "zone": 3}
    kinds = Counter(one.kind for one in all_on(FIRST))
    assert kinds == {"district": 25, "county": 8, "autonomous-county": 4, "zone": 2}
    ids = {one.id for one in all_on(IN_PILOT)}
    assert not {MUNICIPAL, "CQ-JK", "500157"} & ids
    assert {one.kind for one in register().values() if one.id == MUNICIPAL} == {"municipal"}


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ({"500229", "500230", "500231", "500233", "500235", "500236", "500237", "500238"}, "county"),
        ({"500240", "500241", "500242", "500243"}, "autonomous-county"),
    ],
)
def test_each_county_is_one(numbers, kind):
    assert {one.id for one in register().values() if one.kind == kind} == numbers


def test_a_bureau_is_named_as_its_area_is():
    for one in register().values():
        area = {"CQ-LJ": "两江新区", "CQ-JK": "南岸区"}.get(one.id, one.name)
        assert one.bureau_name == f"{area}市场监督管理局"
    assert find("两江新区").id == "500157"


YUZHONG, JIULONGPO, WANZHOU = "500103", "500107", "500101"


@pytest.mark.rule("M-15")
@pytest.mark.parametrize(
    ("lifts", "municipal"),
    [([999], False), ([1000], True), ([500, 500], False), ([600, 600], False), ([1, 1000], True), ([1000, 1], True)],
)
def test_one_applicant_alone_must_have_the_thousand_lifts(lifts, municipal):  # 使用单位或者维保单位
    found = authority_for("maintenance", lifts, [YUZHONG], IN_PILOT)
    assert found.bureaus == ((MUNICIPAL,) if municipal else (YUZHONG,))
    assert found.excluded == ()
    if municipal:
        assert found.reason == f"申请单位使用管理或维护保养电梯{max(lifts)}台，达到1000台（含），向市局申请"


@pytest.mark.rule("M-15")
def test_small_applicants_are_told_to_which_bureaus_they_apply():
    found = authority_for("maintenance", [0, 999], [WANZHOU, JIULONGPO, YUZHONG, YUZHONG], IN_PILOT)
    assert (found.bureaus, found.excluded) == ((YUZHONG, JIULONGPO), (WANZHOU,))
    assert found.reason == (
        "申请单位电梯不足1000台，试点电梯在试点区县内，向渝中区市场监督管理局、九龙坡区市场监督管理局申请"
    )
    assert (found.clause, found.rule_id, found.profile) == ("附件1 四（一）3", "M-15", "cq-2020-84")


@pytest.mark.rule("M-15")
def test_outside_the_pilot_districts_it_is_said_why_nobody_accepts():
    found = authority_for("maintenance", [999], [WANZHOU], IN_PILOT)
    assert (found.bureaus, found.excluded) == ((), (WANZHOU,))
    assert found.reason == "申请单位电梯不足1000台，且试点电梯不在市局确认的试点区县内，无受理机关"


@pytest.mark.rule("M-15")
@pytest.mark.parametrize(
    ("more", "bureaus"),
    [({}, ()), ({"extended": date(2027, 1, 1)}, (YUZHONG,)), ({"extended": NOW - DAY}, ())],
)
def test_a_later_end_of_the_pilots_counts_for_the_districts_too(more, bureaus):
    assert authority_for("maintenance", [9], [YUZHONG], NOW, **more).bureaus == bureaus


@pytest.mark.rule("M-15")
def test_a_district_confirmed_by_decision_accepts_too():
    found = authority_for("maintenance", [9], [WANZHOU], IN_PILOT, confirmed={WANZHOU})
    assert found.bureaus == (WANZHOU,)


@pytest.mark.rule("T-07")
def test_the_municipal_bureau_accepts_every_application_for_the_inspection_pilot():
    found = authority_for("inspection", [0], [WANZHOU], date(2022, 1, 1))
    assert (found.bureaus, found.excluded) == ((MUNICIPAL,), ())
    assert found.reason == "调整检验检测方式试点由市局受理并确认"
    assert (found.clause, found.rule_id) == ("附件2 四（一）3", "T-07")


@pytest.mark.parametrize("lifts", [[], [-1], [5, -1]])
def test_a_count_below_nothing_or_no_count_is_refused(lifts):
    with pytest.raises(ValueError, match="unit_lifts: a count of 0 or more for each applicant"):
        authority_for("maintenance", lifts, [YUZHONG], IN_PILOT)


def test_an_unknown_programme_is_refused():
    with pytest.raises(LookupError, match="programme: unknown"):
        authority_for("x", [5], [YUZHONG], IN_PILOT)
