import pathlib
from datetime import date

import openpyxl
import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from backend.casework import clocks
from backend.cli import chati
from backend.complaints import service
from backend.complaints.documents import Complaint
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import official_years
from backend.foundation.errors import BadInput

CASES = pathlib.Path(__file__).parents[2] / "data" / "cases"
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


@pytest.fixture
def calendar_import(no_years, context):
    """Type `chati calendar import`; gives its status and what it said."""

    def run(file):
        done = CliRunner().invoke(
            chati, ["calendar", "import", str(file)], obj=ScriptInfo(create_app=lambda: context), catch_exceptions=False
        )
        return done.exit_code, done.output

    return run


def stored():
    return {year.year: dict(year.days) for year in official_years.OfficialYear.objects}


def test_a_notice_that_names_a_day_of_the_december_before_leaves_that_year_as_it_is(calendar_import):
    status, said = calendar_import(CASES / "cal_cross_year.csv")
    calendar = official_years.calendar()
    assert (status, "2026 年：新增 1 天" in said, "2027 年：新增 2 天" in said) == (0, True, True)
    assert not calendar.is_workday(date(2026, 12, 31))
    assert not calendar.is_workday(date(2026, 10, 1))  # a holiday of the packaged calendar
    assert calendar.is_workday(date(2026, 10, 10))  # a Saturday that makes up for it
    assert not calendar.is_provisional(date(2027, 1, 5))


def test_a_second_notice_keeps_the_days_that_it_does_not_name(no_years):
    official_years.load(NEW_YEAR_2027)
    loaded = official_years.load([{"day": "2027-12-31", "is_workday": "0"}, {"day": "2028-01-03", "is_workday": "0"}])
    assert loaded == [official_years.Loaded(2027, 1, 0), official_years.Loaded(2028, 1, 0)]
    assert stored()[2027] == {"2027-01-01": False, "2027-01-04": False, "2027-01-02": True, "2027-12-31": False}
    assert official_years.OfficialYear.objects.get(year=2027).source_url == "https://example.invalid/notice"


def test_a_day_named_again_is_replaced_and_the_same_notice_again_changes_nothing(no_years):
    official_years.load(NEW_YEAR_2027)
    assert official_years.load([{"day": "2027-01-02", "is_workday": "0"}]) == [official_years.Loaded(2027, 0, 1)]
    assert official_years.load([{"day": "2027-01-02", "is_workday": "0"}]) == [official_years.Loaded(2027, 0, 0)]
    assert not official_years.calendar().is_workday(date(2027, 1, 2))


def test_a_holiday_by_law_that_a_notice_leaves_out_stays_a_day_off_and_provisional(no_years):
    official_years.load(NEW_YEAR_2027)
    calendar = official_years.calendar()
    national_day = date(2027, 10, 1)
    assert (calendar.is_workday(national_day), calendar.is_provisional(national_day)) == (False, True)


def test_days_of_december_alone_make_no_year_official(no_years):
    official_years.load([{"day": "2027-12-31", "is_workday": "0"}])
    assert official_years.calendar().is_provisional(date(2027, 6, 1))


@pytest.mark.parametrize("day", ["2027/1/4", "2027.1.4", "2027年1月4日", "２０２７－０１－０４", " 2027-01-04 "])
def test_days_are_read_as_offices_write_them(no_years, day):
    official_years.load([{"day": day, "is_workday": "0"}])
    assert stored() == {2027: {"2027-01-04": False}}


def test_the_slashes_of_a_spreadsheet_are_read(calendar_import):
    assert calendar_import(CASES / "cal_slash.csv")[0] == 0
    assert stored() == {2027: {"2027-01-01": False}}


def test_a_workbook_with_real_dates_and_numbers_is_read(calendar_import, tmp_path):
    book = openpyxl.Workbook()
    for row in (["day", "is_workday", "source_url"], [date(2027, 1, 4), 0, None], [date(2027, 1, 2), 1, None]):
        book.active.append(row)
    book.save(tmp_path / "notice.xlsx")
    assert calendar_import(tmp_path / "notice.xlsx")[0] == 0
    assert stored() == {2027: {"2027-01-04": False, "2027-01-02": True}}


GOOD = "day,is_workday,source_url\n2027-01-01,0,x\n"
BAD = {
    "empty.csv": (b"", ""),
    "blank.csv": (b"\n\n", ""),
    "heading only.csv": (b"day,is_workday,source_url\n", "没有一天"),
    "other headings.csv": ("日期,上班,来源\n2027-01-01,0,x\n".encode("gbk"), "day、is_workday"),
    "one heading.csv": (b"day\n2027-01-01\n", "is_workday"),
    "no heading.csv": (b"2027-01-01,0,x\n", "缺少列"),
    "no date.csv": ((GOOD + "2027-02-29,0,x\n").encode(), "第 3 行"),
    "after a blank line.csv": ((GOOD + "\n\nsoon,0,x\n").encode(), "第 5 行"),
    "two digits.csv": ((GOOD + "27-1-2,0,x\n").encode(), "第 3 行"),
    "far year.csv": ((GOOD + "2072-01-02,0,x\n").encode(), "年份"),
    "neither.csv": ((GOOD + "2027-01-02,2,x\n").encode(), "is_workday"),
    "nothing.csv": ((GOOD + "2027-01-02,,x\n").encode(), "is_workday"),
    "contrary.csv": ((GOOD + "2027-01-01,1,x\n").encode(), "相反"),
    "wider.csv": ((GOOD + "2027-01-02,1,x,y\n").encode(), "4 格"),
    "quote.csv": ((GOOD + '"2027-01-02,1,x\n').encode(), "第 3 行"),
    "utf16.csv": (GOOD.encode("utf-16-le"), ""),
    "noise.csv": (bytes(range(256)), ""),
    "no workbook.xlsx": (GOOD.encode(), ""),
    "old.xls": (b"\xd0\xcf\x11\xe0", ".xlsx"),
    "page.pdf": (b"%PDF-1.7", "PDF"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_notice_ends_plainly_and_changes_nothing(calendar_import, tmp_path, name):
    content, named = BAD[name]
    official_years.load(NEW_YEAR_2027)
    before = stored()
    (tmp_path / name).write_bytes(content)
    status, said = calendar_import(tmp_path / name)
    assert (status, said.startswith("Error: "), len(said.splitlines()), named in said) == (2, True, 1, True), said
    assert stored() == before
