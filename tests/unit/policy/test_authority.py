"""Jurisdictions over time, and the bureau that accepts an application."""

from datetime import date

import pytest

from backend.policy.authority import authority_for
from backend.policy.jurisdictions import MUNICIPAL, all_on, bureau, current, find, is_pilot, register

IN_PILOT = date(2021, 3, 1)
NOW = date(2026, 11, 23)
YUBEI, JIANGBEI, LIANGJIANG, YUZHONG = "500112", "500105", "500157", "500103"


def test_there_were_41_supervising_bureaus_in_2020_and_there_are_39_since_the_merger():
    assert len(all_on(date(2020, 10, 1))) == 41
    assert len(all_on(date(2025, 11, 5))) == 41
    assert len(all_on(date(2025, 11, 6))) == 39


def test_the_city_had_38_districts_and_counties_and_has_37():
    def rows(on):
        return [one for one in all_on(on) if one.kind != "zone"]

    assert (len(rows(IN_PILOT)), len(rows(NOW))) == (38, 37)


@pytest.mark.parametrize(
    ("name", "on", "expected"),
    [
        (YUBEI, date(2025, 11, 5), YUBEI),
        (YUBEI, date(2025, 11, 6), LIANGJIANG),
        (JIANGBEI, NOW, LIANGJIANG),
        ("CQ-LJ", NOW, LIANGJIANG),
        ("CQ-LJ", IN_PILOT, "CQ-LJ"),
        ("CQ-JK", NOW, "500108"),
        (YUZHONG, NOW, YUZHONG),
    ],
)
def test_an_abolished_bureau_forwards_to_its_successor(name, on, expected):
    assert current(name, on) == expected


def test_a_jurisdiction_is_found_by_id_and_by_name():
    assert find("万盛经开区") == bureau("CQ-WS")
    assert find(MUNICIPAL).bureau_name == "重庆市市场监督管理局"
    with pytest.raises(LookupError, match=r"^没有“东海区”这个辖区$"):
        find("东海区")


def test_a_name_cut_short_is_refused_with_those_that_are_meant():
    with pytest.raises(LookupError, match=r"^没有“渝中”这个辖区，是不是渝中区（500103）？$"):
        find("渝中")
    with pytest.raises(LookupError, match="渝中区（500103）、渝北区（500112）"):
        find("渝")


def test_every_successor_and_host_exists():
    for one in register().values():
        for name in (*one.successors, *filter(None, [one.host])):
            assert bureau(name)


@pytest.mark.rule("G-07")
def test_the_first_batch_has_six_districts():
    pilots = {one.name for one in all_on(IN_PILOT) if is_pilot(one.id, "maintenance", IN_PILOT)}
    assert pilots == {"渝中区", "渝北区", "九龙坡区", "南岸区", "綦江区", "万盛经开区"}


@pytest.mark.rule("G-07")
def test_a_pilot_district_is_one_only_while_the_pilot_runs():
    assert not is_pilot(YUZHONG, "maintenance", date(2020, 9, 22))
    assert not is_pilot(YUZHONG, "maintenance", NOW)
    assert is_pilot(YUZHONG, "maintenance", NOW, extended=date(2027, 1, 1))
    assert not is_pilot(YUZHONG, "inspection", date(2022, 1, 1))


def test_the_successor_of_a_pilot_district_stays_one():
    assert is_pilot(LIANGJIANG, "maintenance", NOW, extended=date(2027, 1, 1))
    assert is_pilot("500157", "inspection", NOW, extended=date(2027, 1, 1), confirmed={JIANGBEI})


def test_districts_confirmed_later_are_pilots_too():
    assert is_pilot("500101", "maintenance", IN_PILOT, confirmed={"500101"})
    assert not is_pilot("500101", "maintenance", IN_PILOT)


@pytest.mark.rule("M-15")
@pytest.mark.parametrize(("lifts", "expected"), [([999], (YUZHONG,)), ([1000], (MUNICIPAL,)), ([1001], (MUNICIPAL,))])
def test_from_1000_lifts_the_municipal_bureau_decides(lifts, expected):
    assert authority_for("maintenance", lifts, [YUZHONG], IN_PILOT).bureaus == expected


@pytest.mark.rule("M-15")
def test_one_large_applicant_is_enough():
    assert authority_for("maintenance", [12, 1000], ["500101"], IN_PILOT).bureaus == (MUNICIPAL,)


@pytest.mark.rule("M-15")
def test_small_applicants_apply_to_each_pilot_district_and_leave_the_others_out():
    found = authority_for("maintenance", [999], [YUZHONG, "500107", "500101"], IN_PILOT)
    assert (found.bureaus, found.excluded) == ((YUZHONG, "500107"), ("500101",))


@pytest.mark.rule("M-15")
def test_outside_the_pilot_districts_nobody_may_accept():
    found = authority_for("maintenance", [999], ["500101"], IN_PILOT)
    assert found.bureaus == ()
    assert "无受理机关" in found.reason


@pytest.mark.rule("M-15", "T-07")
@pytest.mark.parametrize(
    ("programme", "on", "accepts"),
    [
        ("maintenance", date(2020, 9, 22), False),
        ("maintenance", date(2020, 9, 23), True),
        ("maintenance", date(2022, 12, 31), True),
        ("maintenance", date(2023, 1, 1), False),
        ("inspection", date(2021, 8, 31), False),
        ("inspection", date(2021, 9, 1), True),
        ("inspection", date(2023, 1, 1), False),
    ],
)
@pytest.mark.parametrize("lifts", [5, 1000])
def test_outside_the_programmes_time_nobody_accepts_and_the_reason_says_so(programme, on, accepts, lifts):
    found = authority_for(programme, [lifts], [YUZHONG], on)
    assert bool(found.bureaus) is accepts
    assert ("时间内" in found.reason) is not accepts
    assert accepts or found.excluded == (YUZHONG,)


def test_a_longer_programme_is_accepted_until_its_last_day():
    assert authority_for("maintenance", [5], [YUZHONG], date(2026, 1, 1), extended=date(2026, 1, 1)).bureaus
    assert not authority_for("maintenance", [5], [YUZHONG], date(2026, 1, 2), extended=date(2026, 1, 1)).bureaus


def test_a_bureau_that_does_not_exist_yet_accepts_nothing():
    early = authority_for("maintenance", [5], [LIANGJIANG], IN_PILOT)
    assert (early.bureaus, early.excluded) == ((), (LIANGJIANG,))
    assert not is_pilot(LIANGJIANG, "maintenance", IN_PILOT)


def test_lifts_of_an_abolished_pilot_district_are_accepted_by_its_successor():
    late = authority_for("maintenance", [5], [YUBEI, "500101"], NOW, extended=date(2027, 1, 1))
    assert (late.bureaus, late.excluded) == ((LIANGJIANG,), ("500101",))
    assert is_pilot(YUBEI, "maintenance", NOW, extended=date(2027, 1, 1))


def test_the_economic_development_zone_counts_with_its_host():
    found = authority_for("maintenance", [5], ["CQ-JK", "500108"], IN_PILOT)
    assert (found.bureaus, found.excluded) == (("500108",), ())
    assert is_pilot("CQ-JK", "maintenance", IN_PILOT)


@pytest.mark.rule("T-07")
def test_the_inspection_pilot_is_the_municipal_bureaus_alone():
    found = authority_for("inspection", [3], [YUZHONG], date(2022, 1, 1))
    assert (found.bureaus, found.rule_id) == ((MUNICIPAL,), "T-07")


@pytest.mark.parametrize("lifts", [[], [-1]])
def test_a_count_is_needed_for_each_applicant(lifts):
    with pytest.raises(ValueError, match="unit_lifts"):
        authority_for("maintenance", lifts, [], IN_PILOT)


def test_an_unknown_district_is_refused():
    with pytest.raises(LookupError, match="jurisdiction: unknown"):
        authority_for("maintenance", [5], ["999999"], IN_PILOT)
