"""Every clock of the catalogue by one example of its own, on both sides of the day on which its text changed."""

from datetime import date, datetime, timedelta

import pytest

from backend.foundation.workdays import WorkCalendar
from backend.policy import deadlines
from backend.policy.dates import SHANGHAI
from backend.policy.deadlines import catalogue, confirmable_from, deadline
from backend.policy.due import Due

CALENDAR = WorkCalendar()
DAY = timedelta(days=1)
MORNING = datetime(2021, 9, 30, 10, tzinfo=SHANGHAI)  # the day before the seven days of October
OLD, NEW = date(2026, 4, 14), date(2026, 4, 15)  # the last day of decree 20, the first of decree 121

# In April 2026 the 14th is a Tuesday; 1 to 5 May are holidays and Saturday 9 May is a working day.
ROWS = [
    ("publicity", date(2020, 10, 12), date(2020, 10, 27), "M-16"),  # 公示期为十五天
    ("iot_repair", date(2021, 9, 30), date(2021, 10, 11), "M-X2"),  # 三个工作日内未能解决
    ("test_upload", date(2021, 9, 30), date(2021, 10, 11), "T-10"),  # 检测完成后三个工作日内
    ("hazard_report", MORNING, datetime(2021, 10, 1, 10, tzinfo=SHANGHAI), "T-11"),  # 24小时内报告
    ("t5002_visit", date(2021, 1, 1), date(2021, 1, 16), "STATE-549-31"),  # 至少每15日
    ("insurance", date(2021, 10, 1), date(2021, 10, 1), "M-04"),
    ("annual_summary", date(2021, 10, 1), date(2021, 12, 20), "P-12"),  # 12月 20日前
    ("annual_evaluation", date(2021, 12, 31), date(2021, 12, 31), "P-11"),  # 每年开展一次
    ("rescue_arrival", MORNING, datetime(2021, 9, 30, 10, 30, tzinfo=SHANGHAI), "TSG-T5002-5-4"),
    ("complaint_accept", OLD, date(2026, 4, 23), "SAMR-20"),  # seven working days
    ("complaint_accept", NEW, date(2026, 4, 24), "SAMR-121"),
    ("mediation", OLD, date(2026, 6, 18), "SAMR-20"),  # 45 working days
    ("mediation", NEW, date(2026, 6, 15), "SAMR-121"),  # 60 days end on Sunday, 14 June
    ("mediation", date(2026, 4, 17), date(2026, 6, 16), "SAMR-121"),  # a Tuesday
    ("mediation_inform", OLD, date(2026, 4, 23), "SAMR-20"),
    ("mediation_inform", NEW, date(2026, 4, 24), "SAMR-121"),
    ("report_verify", OLD, date(2026, 5, 8), "SAMR-PENALTY"),  # 15 working days
    ("report_verify_extended", OLD, date(2026, 5, 28), "SAMR-PENALTY"),  # 15 more
    ("report_inform", OLD, date(2026, 4, 21), "SAMR-20"),  # five working days
    ("report_inform", NEW, date(2026, 4, 22), "SAMR-121"),
    ("hotline_12345", OLD, date(2026, 5, 8), "CQ-12345"),  # 15 working days
    ("record_retention", date(2021, 3, 5), date(2025, 3, 5), "TSG-T5002-5-6"),  # four years
    ("uu_sign", MORNING, datetime(2021, 10, 1, 10, tzinfo=SHANGHAI), "TSG-T5002-7"),
    ("repair", MORNING, datetime(2021, 10, 1, 10, tzinfo=SHANGHAI), "HOUSE-REPAIR"),
    ("identity_material", OLD, date(2026, 4, 21), "HOUSE-IDENTITY"),
]
OF_THE_PILOTS = {"M-16", "M-X2", "T-10", "T-11", "M-04", "P-12", "P-11"}
DEPENDS_ON_THE_LIFT = {"onsite_visit", "inspection", "test_validity"}


@pytest.mark.rule("M-16", "T-07", "T-10", "T-11", "P-12")
@pytest.mark.parametrize(("kind", "start", "due", "rule_id"), ROWS)
def test_each_clock_ends_when_its_text_says(kind, start, due, rule_id):
    found = deadline(kind, start, CALENDAR)
    assert found.due == due
    assert (found.rule_id, found.provisional) == (rule_id, False)
    assert found.profile == ("cq-2020-84" if rule_id in OF_THE_PILOTS else "national")
    assert found.reason
    assert found.clause


def test_every_clock_of_the_catalogue_has_its_row_above():
    assert {kind for kind, *_ in ROWS} == {rule["kind"] for rule in catalogue()} - DEPENDS_ON_THE_LIFT


@pytest.mark.rule("M-16")
@pytest.mark.parametrize(
    ("start", "due", "provisional"),
    [
        (date(2020, 10, 9), date(2020, 10, 26), False),  # the 15th day is a Saturday
        (date(2020, 9, 17), date(2020, 10, 9), False),  # the 15th day is 2 October
        (date(2026, 12, 16), date(2026, 12, 31), False),
        (date(2026, 12, 17), date(2027, 1, 4), True),  # no official calendar says that 1 January rests
        (date(2026, 12, 20), date(2027, 1, 4), True),  # nor that the 4th is a working day
    ],
)
def test_a_publicity_rolls_to_a_working_day_and_says_when_that_is_a_guess(start, due, provisional):
    found = deadline("publicity", start, CALENDAR)
    assert (found.due, found.provisional) == (due, provisional)


class Guessing(WorkCalendar):
    """A calendar that knows of the last day and not of the one it rolls to, or the other way round."""

    def __init__(self, known, rests):
        super().__init__()
        self.known, self.rests = known, rests

    def is_provisional(self, d):
        return d not in self.known

    def is_workday(self, d):
        return d not in self.rests


@pytest.mark.parametrize(
    ("known", "provisional"),
    [
        ({date(2021, 3, 16), date(2021, 3, 17)}, False),
        ({date(2021, 3, 16)}, True),
        ({date(2021, 3, 17)}, True),
        (set(), True),
    ],
)
def test_one_guessed_day_is_enough_to_make_a_rolled_deadline_a_guess(known, provisional):
    found = deadline("publicity", date(2021, 3, 1), Guessing(known, rests={date(2021, 3, 16)}))
    assert (found.due, found.provisional) == (date(2021, 3, 17), provisional)


def test_a_visit_that_ends_on_a_rest_day_stays_and_is_no_guess_even_without_a_calendar():
    found = deadline("t5002_visit", date(2026, 12, 18), CALENDAR)
    assert (found.due, found.provisional) == (date(2027, 1, 2), False)


def test_a_yearly_day_after_its_date_is_next_years():
    assert deadline("annual_evaluation", date(2022, 1, 1), CALENDAR).due == date(2022, 12, 31)
    assert deadline("annual_summary", date(2021, 12, 31), CALENDAR).due == date(2022, 12, 20)


@pytest.mark.rule("M-16")
def test_a_unit_may_be_confirmed_from_the_day_after_the_last():
    last = Due(date(2020, 12, 31), "公示期", "附件1 四（一）3", "M-16", "cq-2020-84")
    assert confirmable_from(last) == date(2021, 1, 1)


@pytest.mark.parametrize("kind", ["hazard_report", "rescue_arrival", "uu_sign", "repair"])
def test_hours_and_minutes_need_the_time_and_say_so(kind):
    with pytest.raises(ValueError, match=f"start: {kind} counts (hours|minutes), so it needs a time with its zone"):
        deadline(kind, date(2021, 9, 30), CALENDAR)


@pytest.mark.parametrize(("kind", "function"), [("onsite_visit", "interval"), ("inspection", "calendar")])
def test_what_depends_on_the_lift_says_who_knows(kind, function):
    with pytest.raises(LookupError, match=f"kind: {kind} depends on the lift, ask {function}"):
        deadline(kind, date(2021, 9, 30), CALENDAR)


@pytest.fixture
def said(monkeypatch):
    """A catalogue of one's own."""

    def put(*entries):
        words = {"kind": "x", "reason": "理由", "clause": "平台约定", "rule_id": "HOUSE-REPAIR"}
        monkeypatch.setattr(deadlines, "catalogue", lambda: tuple(words | one for one in entries))

    return put


def test_before_its_text_and_after_it_a_clock_has_no_length(said):
    first, last = date(2026, 3, 2), date(2026, 3, 6)
    said({"unit": "calendar_days", "length": 1, "valid_from": first, "valid_to": last})
    assert [deadline("x", day, CALENDAR).due for day in (first, last)] == [first + DAY, last + DAY]
    for day in (first - DAY, last + DAY):
        with pytest.raises(LookupError, match=f"^kind: x had no deadline on {day}$"):
            deadline("x", day, CALENDAR)


@pytest.mark.parametrize(
    ("length", "start", "due"),
    [
        (1, date(2021, 3, 3), date(2022, 3, 3)),
        (1, date(2024, 2, 29), date(2025, 2, 28)),
        (4, date(2024, 2, 29), date(2028, 2, 29)),
    ],
)
def test_years_end_on_their_day_or_with_february(said, length, start, due):
    said({"unit": "years", "length": length})
    found = deadline("x", start, CALENDAR)
    assert (found.due, found.provisional) == (due, False)


def test_the_local_day_of_the_start_decides_which_text_holds():
    late = datetime(2026, 4, 14, 23, 59, tzinfo=SHANGHAI)
    assert deadline("mediation", late, CALENDAR).rule_id == "SAMR-20"
    assert deadline("mediation", late + timedelta(minutes=1), CALENDAR).rule_id == "SAMR-121"
