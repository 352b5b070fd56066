from datetime import date

import pytest

from backend.casework import clocks
from backend.complaints import service
from backend.complaints.documents import Complaint
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import official_years
from backend.foundation.errors import BadInput

NEW_YEAR_2027 = [
    {"day": "2027-01-01", "is_workday": "0", "source_url": "https://example.invalid/notice"},
    {"day": "2027-01-04", "is_workday": "0", "source_url": ""},
    {"day": "2027-01-02", "is_workday": "1", "source_url": ""},
]


@pytest.fixture
def no_years(context):
    official_years._calendar.cache_clear()
    yield
    official_years._calendar.cache_clear()


def test_a_loaded_year_is_official_and_a_year_without_notice_is_provisional(no_years):
    assert official_years.calendar().is_provisional(date(2027, 1, 4))
    official_years.load(NEW_YEAR_2027)
    assert not official_years.calendar().is_provisional(date(2027, 1, 4))
    assert not official_years.calendar().is_workday(date(2027, 1, 4))
    assert official_years.calendar().is_workday(date(2027, 1, 2))


@pytest.mark.parametrize(
    "row", [{"day": "2027-02-30", "is_workday": "1"}, {"day": "2027-01-01", "is_workday": "yes"}, {}]
)
def test_a_row_that_cannot_be_read_is_named_by_its_line_and_nothing_is_kept(no_years, row):
    with pytest.raises(BadInput, match="第 5 行"):
        official_years.load([*NEW_YEAR_2027, row])
    assert official_years.calendar().is_provisional(date(2027, 1, 4))


def test_a_provisional_clock_is_computed_anew_when_the_notice_arrives(no_years, time_machine):
    time_machine.move_to("2026-12-28 10:00:00+08:00")
    number = service.file(
        NewComplaint(category="door", place="虚构路 9 号", reporter=NewReporter(channel="web")),
    )["number"]
    before = Complaint.objects.get(number=number).clocks[0]
    assert before.provisional
    official_years.load(NEW_YEAR_2027[:2])  # the 4th is a day off, which nobody could know
    assert clocks.recompute_provisional() == 1
    after = Complaint.objects.get(number=number).clocks[0]
    assert (after.provisional, (after.due - before.due).days) == (False, 1)
