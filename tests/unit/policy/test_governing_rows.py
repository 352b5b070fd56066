"""Which profile governs a lift at the edge of a label, of a pilot and of a national rule, and the words for it."""

from datetime import date, timedelta

import pytest

from backend.policy.profiles import Labels, governing, profile, window

DAY = timedelta(days=1)
PILOT, OLD, NEW = "cq-2020-84", "national-2009", "tsg-2023"
BOTH = [
    pytest.param("maintenance", date(2020, 9, 23), "附件1 一", "维保试点", marks=pytest.mark.rule("G-04")),
    pytest.param("inspection", date(2021, 9, 1), "附件2 一", "检验检测试点", marks=pytest.mark.rule("G-04")),
]


def labelled(programme, since, until=None, extended=None):
    return Labels(**{f"{programme}_since": since, f"{programme}_until": until}, extended=extended)


@pytest.mark.parametrize(("programme", "opened", "clause", "name"), BOTH)
def test_a_label_governs_from_the_first_day_of_its_pilot_to_the_last(programme, opened, clause, name):
    labels = labelled(programme, date(2020, 1, 1))
    days = (opened - DAY, opened, date(2022, 12, 31), date(2023, 1, 1), date(2023, 4, 1), date(2023, 4, 2))
    found = [governing(labels, day, programme) for day in days]
    assert [one.profile.id for one in found] == [OLD, PILOT, PILOT, OLD, OLD, NEW]
    documents = {OLD: "TSG T7001-2009、TSG T5002-2017", NEW: "TSG T7001-2023、TSG T7008-2023"}
    assert [one.reason for one in found] == [
        f"未标注{name}，适用{documents[OLD]}",
        f"已标注{name}，试点期内",
        f"已标注{name}，试点期内",
        f"试点期已结束，适用{documents[OLD]}",
        f"试点期已结束，适用{documents[OLD]}",
        f"试点期已结束，适用{documents[NEW]}",
    ]
    assert [one.clause for one in found] == [
        documents[OLD],
        clause,
        clause,
        documents[OLD],
        documents[OLD],
        documents[NEW],
    ]


@pytest.mark.parametrize(("programme", "opened", "clause", "name"), BOTH)
def test_a_label_holds_from_its_day_until_the_day_the_exit_takes_effect(programme, opened, clause, name):
    since, until = date(2021, 10, 1), date(2022, 3, 1)
    labels = labelled(programme, since, until)
    days = (since - DAY, since, until - DAY, until)
    assert [labels.holds(programme, day) for day in days] == [False, True, True, False]
    assert [governing(labels, day, programme).profile.id for day in days] == [OLD, PILOT, PILOT, OLD]
    assert governing(labels, until, programme).reason.startswith(f"未标注{name}")
    assert governing(labels, date(2023, 2, 1), programme).reason.startswith(f"未标注{name}")


@pytest.mark.parametrize(("programme", "opened", "clause", "name"), BOTH)
def test_a_later_end_of_the_pilots_keeps_the_label_alive_and_never_shortens_it(programme, opened, clause, name):
    later = labelled(programme, date(2021, 10, 1), extended=date(2027, 1, 1))
    days = (date(2023, 4, 2), date(2027, 1, 1), date(2027, 1, 2))
    assert [governing(later, day, programme).profile.id for day in days] == [PILOT, PILOT, NEW]
    shorter = labelled(programme, date(2021, 10, 1), extended=date(2021, 11, 1))
    assert governing(shorter, date(2022, 12, 31), programme).profile.id == PILOT


@pytest.mark.rule("G-04")
def test_one_label_says_nothing_of_the_other_pilot():
    on = date(2022, 1, 1)
    assert governing(labelled("maintenance", on), on, "inspection").profile.id == OLD
    assert governing(labelled("inspection", on), on, "maintenance").profile.id == OLD
    assert governing(labelled("inspection", on), on).profile.id == PILOT
    assert governing(labelled("maintenance", on), on).profile.id == OLD
    assert not Labels().holds("maintenance", on)
    assert not Labels().holds("inspection", on)


def test_before_the_oldest_national_rules_they_are_all_there_is():
    assert governing(Labels(), date(2010, 3, 31)).profile.id == OLD
    assert governing(Labels(), date(1990, 1, 1)).profile.id == OLD


@pytest.mark.parametrize("programme", ["x", "", "pilot"])
def test_a_programme_that_is_none_is_refused_with_those_there_are(programme):
    with pytest.raises(LookupError, match=f"^programme: unknown '{programme}', one of maintenance, inspection$"):
        window(programme)


def test_a_profile_that_is_none_is_refused_with_those_there_are():
    with pytest.raises(LookupError, match=r"^profile: unknown 'x', one of cq-2020-84, national-2009, tsg-2023$"):
        profile("x")


@pytest.mark.rule("T-X9")
@pytest.mark.parametrize("programme", ["maintenance", "inspection"])
@pytest.mark.parametrize(
    ("label", "on", "left"),
    [
        ((None, None, None), date(2023, 1, 1), None),  # never in it
        ((None, date(2022, 3, 1), None), date(2023, 1, 1), None),
        ((date(2021, 10, 1), None, None), date(2021, 9, 30), None),
        ((date(2021, 10, 1), None, None), date(2022, 12, 31), None),
        ((date(2021, 10, 1), None, None), date(2023, 1, 1), date(2023, 1, 1)),
        ((date(2021, 10, 1), None, None), date(2026, 1, 1), date(2023, 1, 1)),
        ((date(2021, 10, 1), date(2022, 3, 1), None), date(2022, 2, 28), None),
        ((date(2021, 10, 1), date(2022, 3, 1), None), date(2022, 3, 1), date(2022, 3, 1)),
        ((date(2021, 10, 1), date(2022, 3, 1), None), date(2026, 1, 1), date(2022, 3, 1)),
        ((date(2021, 10, 1), date(2021, 10, 1), None), date(2022, 1, 1), None),  # taken back on its first day
        ((date(2021, 10, 1), date(2023, 5, 1), None), date(2023, 1, 1), date(2023, 1, 1)),
        ((date(2021, 10, 1), date(2023, 5, 1), date(2027, 1, 1)), date(2026, 1, 1), date(2023, 5, 1)),
        ((date(2021, 10, 1), None, date(2027, 1, 1)), date(2027, 1, 1), None),
        ((date(2021, 10, 1), None, date(2027, 1, 1)), date(2027, 1, 2), date(2027, 1, 2)),
        ((date(2022, 12, 31), None, None), date(2023, 1, 1), date(2023, 1, 1)),
        ((date(2023, 1, 1), None, None), date(2023, 1, 1), None),  # labelled after it had ended
    ],
)
def test_a_pilot_is_left_by_an_exit_or_by_its_end_whichever_is_first(programme, label, on, left):
    assert labelled(programme, *label).left(programme, on) == left
    other = {"maintenance": "inspection", "inspection": "maintenance"}[programme]
    assert labelled(programme, *label).left(other, on) is None
