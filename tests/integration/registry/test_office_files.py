"""Files as offices keep them: what can be read goes in, what cannot is said, and nothing known is lost by it."""

import csv
import io
import pathlib
import shutil
from datetime import date

import openpyxl
import pytest
import time_machine
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from backend.accounts.actors import COMMAND
from backend.foundation import database
from backend.foundation.reading.cells import COVERED, LOST, NOT_COMPUTED
from backend.registry import commands, queries, service

CASES = pathlib.Path(__file__).parents[2] / "data" / "cases"
HEADING = ["救援识别码", "设备代码", "监管辖区", "小区", "楼栋", "使用单位"]


@pytest.fixture
def bring(run, tmp_path):
    """Import a case, and give the result and the bad cells."""

    def work(name, *options):
        path = tmp_path / name
        if not path.exists():
            shutil.copy(CASES / name, path)
        done = run(commands.import_, "lifts", path, *options)
        found = path.with_suffix(".rejects.csv")
        return done, list(csv.reader(io.StringIO(found.read_text("utf-8-sig"))))[1:] if found.exists() else []

    return work


@pytest.fixture
def book(tmp_path, bring):
    """Import a workbook whose sheet a function fills."""

    def work(fill, name="book.xlsx", *options):
        made = openpyxl.Workbook()
        fill(made.active)
        made.save(tmp_path / name)
        return bring(name, *options)

    return work


def stored(code, *names):
    lift = queries.lift(code)
    return [lift.get(name) for name in names]


def unit_of(code):
    return database.collection("organisations").find_one({"_id": queries.lift(code)["using_unit"]})


def names_of(collection):
    return {one["name"] for one in database.collection(collection).find()}


@pytest.mark.parametrize("name", ["01-device-code-as-number.xlsx", "20-scientific.csv"])
def test_a_device_code_that_lost_its_digits_is_rejected_with_what_to_do(bring, name):
    done, bad = bring(name)
    assert done.exit_code == 1
    assert [(column, reason) for _, column, _, reason in bad] == [("设备代码", LOST)] * 2
    assert "设为文本格式" in LOST
    assert database.collection("lifts").find_one() is None


def test_codes_wrapped_as_formulas_are_unwrapped(bring):
    assert bring("21-equals-quote.csv")[0].exit_code == 0
    assert stored("992101", "device_code") == ["31105001032020002101"]
    assert stored("992102", "device_code") == ["31105001032020002102"]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("'31105001032020002101", "31105001032020002101"),
        ('="31105001032020002101"', "31105001032020002101"),
        (311050010320200, "311050010320200"),
        (" 3110 5001 0320 2000 2101 ", "31105001032020002101"),
        ("31105001032020002101", "31105001032020002101"),
    ],
)
def test_a_device_code_is_text_and_a_number_that_kept_its_digits_is_read(book, cell, kept):
    assert book(lambda sheet: [sheet.append(HEADING), sheet.append(["500001", cell, "渝中区"])])[0].exit_code == 0
    assert stored("500001", "device_code") == [kept]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (31105001032020002101, "设为文本格式"),
        (3.1105e19, "设为文本格式"),
        ("3.1105E19", "设为文本格式"),
        ("31105001032020000000", "设为文本格式"),
        ("#N/A", "错误值"),
        ("＃REF!", "错误值"),
        ("########", "错误值"),
        ("=B1", "公式"),
        ("Err:502", "错误值"),
        (date(2026, 3, 2), "改成了日期"),
    ],
)
@pytest.mark.parametrize("column", ["设备代码", "使用单位", "小区", "楼栋"])
def test_what_is_no_content_never_becomes_a_code_a_unit_or_an_estate(book, cell, words, column):
    row = ["500001", "3110-1", "渝中区", "云杉里", "1栋", "演示物业"]
    row[HEADING.index(column)] = cell
    done, bad = book(lambda sheet: [sheet.append(HEADING), sheet.append(row)])
    assert (done.exit_code, [(one[1], words in one[3]) for one in bad]) == (1, [(column, True)])
    for name in ("lifts", "estates", "organisations"):
        assert database.collection(name).find_one() is None


def test_a_code_without_a_digit_is_none(bring, tmp_path):
    (tmp_path / "a.csv").write_text("救援识别码,设备代码,监管辖区\n500001,详见附件,渝中区\n")
    assert bring("a.csv")[1] == [["2", "设备代码", "详见附件", "不是编号"]]


@pytest.mark.parametrize("name", ["1.csv", "1.xlsx"])
def test_the_same_device_code_twice_is_reported_with_both_rows(bring, tmp_path, name):
    if name.endswith("csv"):
        (tmp_path / name).write_text("救援识别码,设备代码,监管辖区\n500001,3110-1,渝中区\n500002,3110-1,渝中区\n")
    else:
        made = openpyxl.Workbook()
        for row in (HEADING[:3], ["500001", "3110-1", "渝中区"], ["500002", "3110-1", "渝中区"]):
            made.active.append(row)
        made.save(tmp_path / name)
    done, bad = bring(name)
    assert bad == [["3", "设备代码", "3110-1", "已导入，请核对：与第 2 行相同"]]
    assert (done.exit_code, "1 处要核对" in done.stderr) == (0, True)


def test_a_device_code_that_another_lift_of_the_registry_has_is_reported(bring, tmp_path):
    service.save_lifts([{"code": "500009", "jurisdiction": "500103", "device_code": "3110-1"}], by=COMMAND)
    (tmp_path / "a.csv").write_text("救援识别码,设备代码,监管辖区\n500001,3110-1,渝中区\n")
    assert bring("a.csv")[1] == [["2", "设备代码", "3110-1", "已导入，请核对：与电梯 500009 相同"]]


def test_lifts_that_exchange_their_device_codes_are_nobodys_twins(bring, tmp_path):
    rows = [{"code": f"50000{n}", "jurisdiction": "500103", "device_code": f"3110-{n}"} for n in (1, 2)]
    service.save_lifts(rows, by=COMMAND)
    (tmp_path / "a.csv").write_text("救援识别码,设备代码\n500001,3110-2\n500002,3110-1\n")
    assert bring("a.csv")[1] == []


def test_placeholders_are_empty_cells(bring):
    done, bad = bring("09b-placeholders-text-only.xlsx")
    assert (done.exit_code, bad) == (0, [])
    for code in range(990911, 990917):
        assert stored(str(code), "device_code", "estate_name", "building", "using_unit") == [None] * 4
    assert (names_of("estates"), names_of("organisations")) == (set(), set())


@pytest.mark.parametrize("word", ["待定", "空", "－", "N／A", "（无）", "------", "／", "null", "不详", "……", "*"])
@pytest.mark.parametrize("column", ["设备代码", "小区", "楼栋", "使用单位"])
def test_whatever_says_that_there_is_nothing_is_nothing(bring, tmp_path, word, column):
    row = ["500001", "3110-1", "渝中区", "云杉里", "1栋", "演示物业"]
    row[HEADING.index(column)] = word
    (tmp_path / "a.csv").write_text(f"{','.join(HEADING)}\n{','.join(row)}\n")
    done, bad = bring("a.csv")
    assert (done.exit_code, bad) == (0, [])
    assert word not in str(queries.lift("500001"))


@pytest.mark.parametrize("word", ["同上", "〃", "″", "见上", "？", "？？？", "#"])
@pytest.mark.parametrize("column", ["小区", "使用单位"])
def test_what_says_neither_something_nor_nothing_is_rejected_and_erases_nothing(bring, tmp_path, word, column):
    row = ["500001", "3110-1", "渝中区", "云杉里", "1栋", "演示物业"]
    (tmp_path / "a.csv").write_text(f"{','.join(HEADING)}\n{','.join(row)}\n")
    bring("a.csv")
    before = queries.lift("500001")
    row[HEADING.index(column)] = word
    (tmp_path / "b.csv").write_text(f"{','.join(HEADING)}\n{','.join(row)}\n")
    done, bad = bring("b.csv")
    assert (done.exit_code, [one[1] for one in bad]) == (1, [column])
    assert queries.lift("500001") == before
    assert names_of("organisations") == {"演示物业"}


def test_a_mark_that_only_changes_how_a_sign_looks_makes_no_other_unit(bring, tmp_path):
    rows = ["500001,3110-1,渝中区,云杉里,1栋,演示物业", "500002,3110-2,渝中区,云杉里,2栋,演示物业\ufe0f"]
    (tmp_path / "a.csv").write_text("\n".join([",".join(HEADING), *rows]) + "\n")
    assert bring("a.csv")[0].exit_code == 0
    assert names_of("organisations") == {"演示物业"}


def test_no_is_an_answer_where_yes_is_one(bring, tmp_path):
    (tmp_path / "a.csv").write_text("救援识别码,监管辖区,物联网监测\n500001,渝中区,无\n500002,渝中区,有\n")
    bring("a.csv")
    assert [stored(code, "iot") for code in ("500001", "500002")] == [[False], [True]]


def test_a_merged_cell_says_its_value_for_every_row_it_covers(bring):
    bring("04-merged-cells-before.xlsx")
    before = queries.lift("990404")
    done, bad = bring("04-merged-cells-update.xlsx")
    assert (done.stdout, bad) == ("新增 0 台，更新 0 台，无变化 4 台\n", [])
    assert queries.lift("990404") == before
    bring("merged_estate.xlsx")
    assert [stored(code, "estate_name") for code in ("640001", "640002", "640003")] == [["云杉里"]] * 3


def test_cells_merged_across_columns_are_not_guessed_and_erase_nothing(book):
    def fill(sheet, merged=False):
        sheet.append(HEADING[:5])
        sheet.append(["500001", "3110-1", "渝中区", "云杉里" if not merged else "云杉里 1栋", "1栋"])
        if merged:
            sheet.merge_cells("D2:E2")

    book(fill)
    done, bad = book(lambda sheet: fill(sheet, merged=True))
    assert (done.exit_code, bad) == (1, [["2", "楼栋", "云杉里 1栋", COVERED]])
    assert stored("500001", "building") == ["1栋"]


def test_a_formula_without_a_result_and_an_error_value_reject_their_rows_and_erase_nothing(bring):
    bring("04-merged-cells-before.xlsx")
    before = queries.lift("990401")
    done, bad = bring("05-formula-no-cached-value.xlsx")
    assert done.exit_code == 1
    assert {(column, reason) for _, column, _, reason in bad} == {
        (column, NOT_COMPUTED) for column in ("设备代码", "小区", "使用单位")
    }
    assert queries.lift("990401") == before
    done, bad = bring("06-error-cells.xlsx")
    assert [(line, column, value) for line, column, value, _ in bad] == [
        ("2", "使用单位", "#N/A"),
        ("3", "设备代码", "#REF!"),
    ]
    assert queries.lift("990601") is None


def test_a_row_with_another_number_of_cells_is_rejected_with_both_counts(bring):
    done, bad = bring("23-extra-comma.csv")
    assert (done.exit_code, bad) == (1, [["2", "", "", "表头有 7 格，这一行有 8 格"]])
    assert stored("992302", "building") == ["1栋2单元"]


def test_a_row_that_breaks_off_at_the_end_of_the_file_erases_nothing(bring):
    bring("full.csv")
    before = queries.lift("640003")
    done, bad = bring("cut_off.csv")
    assert (done.exit_code, bad) == (1, [["4", "", "", "表头有 9 格，这一行有 3 格"]])
    assert queries.lift("640003") == before


def test_empty_cells_behind_the_last_column_are_no_cells(bring, tmp_path):
    (tmp_path / "a.csv").write_text("救援识别码,监管辖区\n500001,渝中区,,\n")
    assert bring("a.csv")[0].exit_code == 0


def test_odd_blanks_become_one_blank_and_unseen_marks_go(bring):
    _, bad = bring("10-odd-blanks.xlsx")
    assert [(line, reason) for line, *_, reason in bad] == [("9", "含有不能显示的字符 U+E863")]
    assert names_of("organisations") == {
        "张 三物业",
        "测试 物业",
        "㙍坝物业",
        "𬭎鑫物业",
        "阿不力孜·买买提物业",
    }
    bring("wide_space.csv")
    assert stored("680001", "estate_name") == ["云杉里 一期"]


def test_a_line_break_in_a_cell_is_a_blank(bring, tmp_path):
    (tmp_path / "a.csv").write_text('救援识别码,监管辖区,地址\n500001,渝中区,"演示路\n8号"\n')
    bring("a.csv")
    assert stored("500001", "address") == ["演示路 8号"]


def test_the_days_of_a_chinese_spreadsheet_are_days(bring):
    done, bad = bring("dateformats_zh_builtin.xlsx")
    assert (done.exit_code, bad) == (0, [])
    days = {one["manufactured_on"].date() for one in database.collection("lifts").find()}
    assert (days, "没有读的列：备注" in done.stderr) == ({date(2015, 3, 2)}, True)


@pytest.mark.parametrize(
    "cell",
    [
        42065,
        42065.75,
        20150302,
        "2015-03-02 08:30:00",
        "2015/3/2 8:30",
        "2015-03-02T08:30:00",
        "2015年3月2日8时30分",
        "2015.3.2",
        "2015年3月2号",
    ],
)
@pytest.mark.parametrize("old_days", [False, True])
def test_a_day_is_read_however_it_is_stored(run, tmp_path, cell, old_days):
    made = openpyxl.Workbook()
    if old_days:
        made.epoch = CALENDAR_MAC_1904
        cell = cell - 1462 if isinstance(cell, int | float) and cell < 50_000 else cell
    made.active.append(["救援识别码", "监管辖区", "制造日期"])
    made.active.append(["500001", "渝中区", cell])
    made.save(tmp_path / "a.xlsx")
    assert run(commands.import_, "lifts", tmp_path / "a.xlsx").exit_code == 0
    assert queries.lift("500001")["manufactured_on"].date() == date(2015, 3, 2)


def test_a_serial_number_in_a_text_is_counted_from_1900(bring, tmp_path):
    (tmp_path / "a.csv").write_text("救援识别码,监管辖区,制造日期\n500001,渝中区,42065\n")
    bring("a.csv")
    assert queries.lift("500001")["manufactured_on"].date() == date(2015, 3, 2)


@pytest.mark.parametrize("form", ["h:mm", 'm"月"d"日"', "yyyy-mm-dd hh:mm"])
def test_a_time_of_day_makes_no_other_day(book, form):
    def fill(sheet):
        sheet.append(["救援识别码", "监管辖区", "制造日期"])
        sheet.append(["500001", "渝中区", 42065.99])
        sheet["C2"].number_format = form

    assert book(fill)[0].exit_code == 0
    assert queries.lift("500001")["manufactured_on"].date() == date(2015, 3, 2)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2026年3月", "只有年月，缺少日"),
        ("2015.3", "只有年月，缺少日"),
        (2015, "只有年份，缺少月和日"),
        (0.5, "看不懂的日期"),
    ],
)
@time_machine.travel("2026-06-01")
def test_a_day_that_is_none_is_not_made_up(book, cell, reason):
    heading = ["救援识别码", "监管辖区", "制造日期"]
    done, bad = book(lambda sheet: [sheet.append(heading), sheet.append(["500001", "渝中区", cell])])
    assert (done.exit_code, bad[0][1], bad[0][3].startswith(reason)) == (1, "制造日期", True)


@pytest.mark.parametrize(
    ("column", "cell", "name", "kept"),
    [
        ("层数", "33层", "floors", 33),
        ("层数", "33.0", "floors", 33),
        ("层数", "３３", "floors", 33),
        ("站数", "33站", "stops", 33),
        ("额定载重量", "1000kg", "load_kg", 1000),
        ("额定载重量", "2,000", "load_kg", 2000),
        ("额定载重量", "1，000 公斤", "load_kg", 1000),
        ("额定载重量", "2t", "load_kg", 2000),
        ("额定载重量", "1.0E+3", "load_kg", 1000),
        ("额定载重量（kg）", "1000", "load_kg", 1000),
        ("额定载重量(t)", "1.6", "load_kg", 1600),
        ("额定速度", "1.75m/s", "speed", 1.75),
        ("额定速度\n（m/s）", "1.75", "speed", 1.75),
        ("额定速度（m/min）", "105", "speed", 1.75),
    ],
)
def test_a_number_may_come_with_its_unit(book, column, cell, name, kept):
    heading = ["救援识别码", "监管辖区", column]
    done, bad = book(lambda sheet: [sheet.append(heading), sheet.append(["500001", "渝中区", cell])])
    assert (done.exit_code, bad) == (0, [])
    assert stored("500001", name) == [kept]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("层数", "33.5", "不是整数"),
        ("层数", "33/33", "不是整数"),
        ("额定速度", "1,75", "不是数字"),
        ("额定速度", "1.75节", "不认识的单位“节”"),
        ("额定速度（ft/min）", "350", "不认识的单位“ft/min”"),
    ],
)
def test_a_number_that_is_none_is_told(book, column, cell, reason):
    heading = ["救援识别码", "监管辖区", column]
    done, bad = book(lambda sheet: [sheet.append(heading), sheet.append(["500001", "渝中区", cell])])
    assert (done.exit_code, bad[0][3].startswith(reason)) == (1, True)


def test_phones_are_read_or_refused_in_their_field(bring):
    _, bad = bring("11-phones.xlsx")
    assert {line: reason.partition("：")[0].partition("，")[0] for line, *_, reason in bad} == {
        "5": "不是电话号码",
        "6": "不是电话号码",
        "12": LOST.partition("，")[0],
        "15": "不是电话号码",
    }
    assert unit_of("991102")["phone"] == "023-67890002"
    assert unit_of("991110")["phone"] == "13800000004"


def test_a_phone_of_a_unit_without_a_name_is_reported_not_swallowed(bring, tmp_path):
    (tmp_path / "a.csv").write_text("救援识别码,监管辖区,使用单位,使用单位电话\n500001,渝中区,/,023-00000001\n")
    assert bring("a.csv")[1] == [
        ["2", "使用单位电话", "023-00000001", "已导入，请核对：没有写使用单位，这一格没有导入"]
    ]
