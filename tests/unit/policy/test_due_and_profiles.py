"""Due dates as stored and read back, and the choice of the profile that governs a lift."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from backend.policy.dates import SHANGHAI, add_months, full_years, local_date
from backend.policy.due import Due, Planned
from backend.policy.profiles import Labels, governing, phases, profile, window

WORDS = ("理由", "二（二）3", "C-00", "cq-2020-84")


@pytest.mark.parametrize("due", [date(2021, 3, 4), datetime(2021, 3, 4, 5, 6, tzinfo=SHANGHAI)])
def test_a_due_date_survives_being_stored(due):
    one = Due(due, *WORDS, provisional=True)
    assert Due.from_dict(one.as_dict()) == one
    assert one.date == date(2021, 3, 4)


def test_a_planned_date_tells_its_kind_first():
    assert list(Planned(date(2021, 3, 4), *WORDS, kind="test").as_dict())[:2] == ["kind", "due"]


def test_a_moment_belongs_to_the_day_in_chongqing():
    assert local_date(datetime(2021, 9, 30, 17, tzinfo=UTC)) == date(2021, 10, 1)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="start: a time needs its zone"):
        local_date(datetime(2021, 9, 30, 17))  # noqa: DTZ001 - the missing zone is what is tested


def test_months_clamp_to_the_end_of_a_short_month():
    assert add_months(date(2021, 1, 31), 1) == date(2021, 2, 28)
    assert add_months(date(2020, 3, 31), -1) == date(2020, 2, 29)


def test_full_years_count_the_anniversary_itself():
    assert full_years(date(2012, 2, 29), date(2013, 2, 28)) == 1
    assert full_years(date(2012, 2, 29), date(2013, 2, 27)) == 0
    assert full_years(date(2012, 2, 29), date(2001, 1, 1)) == 0


@pytest.mark.rule("G-04")
def test_the_two_pilots_have_their_own_windows():
    assert (window("maintenance").valid_from, window("maintenance").valid_to) == (
        date(2020, 9, 23),
        date(2022, 12, 31),
    )
    assert window("inspection").valid_from == date(2021, 9, 1)


@pytest.mark.rule("G-05")
def test_preparing_and_carrying_out_overlap_in_october():
    assert [one.name for one in phases("maintenance", date(2020, 10, 15))] == ["准备", "实施"]
    assert [one.name for one in phases("maintenance", date(2022, 11, 1))] == ["总结"]


@pytest.mark.rule("G-06")
def test_the_inspection_pilot_is_prepared_a_year_later():
    assert [one.name for one in phases("inspection", date(2021, 9, 1))] == ["准备"]
    assert phases("inspection", date(2023, 1, 1)) == ()


@pytest.mark.rule("G-04", "T-X10")
@pytest.mark.parametrize(
    ("labels", "on", "expected"),
    [
        (Labels(), date(2021, 1, 1), "national-2009"),
        (Labels(), date(2005, 1, 1), "national-2009"),
        (Labels(), date(2023, 4, 2), "tsg-2023"),
        (Labels(inspection_since=date(2021, 10, 1)), date(2021, 9, 30), "national-2009"),
        (Labels(inspection_since=date(2021, 10, 1)), date(2021, 10, 1), "cq-2020-84"),
        (Labels(inspection_since=date(2021, 10, 1)), date(2023, 1, 1), "national-2009"),
        (Labels(inspection_since=date(2021, 10, 1), extended=date(2027, 1, 1)), date(2026, 1, 1), "cq-2020-84"),
        (
            Labels(inspection_since=date(2021, 10, 1), inspection_until=date(2022, 3, 1)),
            date(2022, 2, 28),
            "cq-2020-84",
        ),
        (
            Labels(inspection_since=date(2021, 10, 1), inspection_until=date(2022, 3, 1)),
            date(2022, 3, 1),
            "national-2009",
        ),
        (Labels(maintenance_since=date(2021, 10, 1)), date(2022, 3, 1), "national-2009"),
    ],
)
def test_label_and_date_choose_the_profile(labels, on, expected):
    assert governing(labels, on).profile.id == expected


def test_the_choice_says_why():
    labels = Labels(maintenance_since=date(2021, 1, 1))
    assert governing(labels, date(2021, 1, 1), "maintenance").reason == "已标注维保试点，试点期内"
    assert "试点期已结束" in governing(labels, date(2023, 1, 1), "maintenance").reason
    assert "未标注检验检测试点" in governing(labels, date(2021, 1, 1)).reason


def test_a_label_before_the_pilot_opened_does_not_govern():
    early = Labels(maintenance_since=date(2020, 1, 1))
    assert governing(early, date(2020, 6, 1), "maintenance").profile.id == "national-2009"


def test_unknown_names_are_refused_with_the_choices():
    with pytest.raises(LookupError, match="profile: unknown 'x', one of cq-2020-84"):
        profile("x")
    with pytest.raises(LookupError, match="programme: unknown 'x', one of maintenance"):
        window("x")


def test_a_moment_in_another_zone_is_the_same_day_in_chongqing():
    new_york = timezone(timedelta(hours=-5))
    assert Due(datetime(2021, 1, 1, 12, tzinfo=new_york), *WORDS).date == date(2021, 1, 2)
