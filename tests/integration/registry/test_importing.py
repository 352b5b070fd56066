import csv
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import openpyxl
import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.foundation import database
from backend.foundation.reading import delimited
from backend.foundation.reading.cells import LOST
from backend.registry import commands, importing, queries, search
from backend.registry.columns import COLUMNS
from benchmarks.registry_import import rows

HEADING = "救援识别码,监管辖区,小区,楼栋,使用状态,设备品种,制造日期,检验起算日期,层数,使用单位,使用单位电话"
GOOD = "500001,沙坪坝区,云杉里,3栋,在用,曳引驱动乘客电梯,2015-03-02,2015-06-01,33,演示物业,023-00000001"
OTHER = "500002,江北区,江畔样板,1栋,停用,自动扶梯,2016/3/2,2016年6月1日,2,样板物业,023-00000002"


@pytest.fixture
def file(tmp_path):
    """Write lines to lifts.csv and give its path."""

    def write(*lines, encoding="utf-8"):
        path = tmp_path / "lifts.csv"
        path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
        return path

    return write


def rejects(path):
    with path.with_suffix(".rejects.csv").open(encoding="utf-8-sig", newline="") as found:
        return list(csv.reader(found))[1:]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_good_rows_become_lifts_with_their_estate_and_unit_and_card(run, file, encoding):
    done = run(commands.import_, "lifts", file(HEADING, GOOD, OTHER, encoding=encoding))
    assert (done.exit_code, done.stdout) == (0, "新增 2 台，更新 0 台，无变化 0 台\n")
    stored = queries.lift("500001")
    assert (stored["jurisdiction"], stored["floors"], stored["estate_name"]) == ("500106", 33, "云杉里")
    assert stored["manufactured_on"].date() == date(2015, 3, 2)
    assert database.collection("estates").find_one({"_id": stored["estate"]})["name"] == "云杉里"
    card = database.collection("cards").find_one({"_id": "500001"})
    assert card["blocks"]["identity"]["using_unit"] == {"name": "演示物业", "phone": "023-00000001", "licence": None}
    assert queries.lift("500002")["origin"]["date"].date() == date(2016, 6, 1)
    assert [one["code"] for one in search.find("江畔样板")] == ["500002"]


def test_the_same_file_twice_changes_nothing(run, file):
    path = file(HEADING, GOOD, OTHER)
    run(commands.import_, "lifts", path)
    before = {name: list(database.collection(name).find()) for name in ("lifts", "cards", "estates", "organisations")}
    done = run(commands.import_, "lifts", path)
    assert (done.exit_code, done.stdout) == (0, "新增 0 台，更新 0 台，无变化 2 台\n")
    assert before == {name: list(database.collection(name).find()) for name in before}


def test_an_update_overwrites_only_the_columns_of_the_file(run, file):
    run(commands.import_, "lifts", file(HEADING, GOOD))
    done = run(commands.import_, "lifts", file("救援识别码,层数", "500001,34"))
    assert done.stdout == "新增 0 台，更新 1 台，无变化 0 台\n"
    stored = queries.lift("500001")
    assert (stored["floors"], stored["building"]) == (34, "3栋")
    assert database.collection("cards").find_one({"_id": "500001"})["blocks"]["identity"]["floors"] == 34


def test_an_empty_cell_clears_the_field_but_never_the_status(run, file):
    run(commands.import_, "lifts", file(HEADING, OTHER))
    run(commands.import_, "lifts", file("救援识别码,楼栋,使用状态,检验起算日期", "500002,,,"))
    stored = queries.lift("500002")
    assert ("building" in stored, stored["status"], stored["origin"]) == (False, "stopped", {})


def test_a_units_new_phone_reaches_the_cards_of_its_other_lifts(run, file):
    run(commands.import_, "lifts", file(HEADING, GOOD, GOOD.replace("500001", "500009")))
    run(commands.import_, "lifts", file(HEADING, GOOD.replace("023-00000001", "023-11111111")))
    card = database.collection("cards").find_one({"_id": "500009"})
    assert card["blocks"]["identity"]["using_unit"]["phone"] == "023-11111111"


def test_a_dry_run_tells_everything_and_saves_nothing(run, file):
    path = file(HEADING, GOOD, OTHER.replace("江北区", "无此区"))
    done = run(commands.import_, "lifts", path, "--dry-run")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "试运行，没有保存：新增 1 台，更新 0 台，无变化 0 台",
        "新小区：沙坪坝区 云杉里",
        "新单位：使用单位 演示物业",
    ]
    assert [line for line, *_ in rejects(path)] == ["3"]
    for name in ("lifts", "cards", "estates", "organisations", "events"):
        assert database.collection(name).find_one() is None


@pytest.mark.parametrize(
    ("good", "bad", "column", "value", "reason"),
    [
        ("500001", "50001", "救援识别码", "50001", "救援识别码应是六位数字"),
        ("500001", "", "救援识别码", "", "没有救援识别码"),
        ("2015-03-02", "2015-02-30", "制造日期", "2015-02-30", "没有这一天"),
        ("2015-03-02", "2026-03-02", "制造日期", "2026-03-02", "日期在将来"),
        ("2015-03-02", "1015-03-02", "制造日期", "1015-03-02", "日期早于1900年"),
        ("2015-03-02", "去年", "制造日期", "去年", "看不懂的日期，可写成 2020-01-31"),
        ("2015-06-01", "2014-06-01", "检验起算日期", "", "2014-06-01 早于制造日期 2015-03-02"),
        ("沙坪坝区", "无此区", "监管辖区", "无此区", "没有这个辖区"),
        ("沙坪坝区", "", "监管辖区", "", "有小区而没有监管辖区"),
        ("在用", "不详", "使用状态", "不详", "没有这个取值，可填：在用、停用、注销"),
        ("33", "三十", "层数", "三十", "不是整数"),
        ("33", "0", "层数", "0", "应在 1 到 300 之间"),
        ("3栋", "栋" * 201, "楼栋", "栋" * 201, "超过 200 个字"),
        ("3栋", "3\x07栋", "楼栋", "3\x07栋", "含有不能显示的字符 U+0007"),
        ("3栋", "3\ue863栋", "楼栋", "3\ue863栋", "含有不能显示的字符 U+E863"),
        ("023-00000001", "没有", "使用单位电话", "没有", "不是电话号码"),
        (
            "023-00000001",
            "13800000001/13900000002",
            "使用单位电话",
            "13800000001/13900000002",
            "不是电话号码：一格只能写一个号码",
        ),
        ("023-00000001", "1.38E+10", "使用单位电话", "1.38E+10", LOST),
        ("演示物业", "#N/A", "使用单位", "#N/A", "#N/A 是表格软件的错误值，不是内容"),
        ("演示物业", "########", "使用单位", "########", "######## 是表格软件的错误值，不是内容"),
        ("33", "=1+1", "层数", "'=1+1", "公式没有计算结果，请在表格软件中打开、保存后再导入，或粘贴为数值"),
    ],
)
@time_machine.travel("2026-03-01")
def test_a_bad_cell_rejects_its_row_with_the_reason(run, file, *, good, bad, column, value, reason):
    path = file(HEADING, GOOD.replace(good, bad), OTHER)
    done = run(commands.import_, "lifts", path)
    assert (done.exit_code, done.stdout) == (1, "新增 1 台，更新 0 台，无变化 0 台\n")
    assert rejects(path) == [["2", column, value, reason]]
    assert queries.lift("500001") is None
    assert queries.lift("500002") is not None


def test_an_unknown_category_names_those_there_are(run, file):
    path = file(HEADING, GOOD.replace("曳引驱动乘客电梯", "飞毯"))
    assert run(commands.import_, "lifts", path).exit_code == 1
    assert rejects(path)[0][3].startswith("没有这个取值，可填：曳引驱动乘客电梯、")


def test_every_bad_cell_of_a_row_is_named(run, file):
    path = file(HEADING, GOOD.replace("33", "x").replace("在用", "y"))
    run(commands.import_, "lifts", path)
    assert [column for _, column, *_ in rejects(path)] == ["使用状态", "层数"]


def test_a_code_that_comes_again_is_rejected_and_the_first_kept(run, file):
    path = file(HEADING, GOOD, GOOD.replace("3栋", "4栋"))
    assert run(commands.import_, "lifts", path).exit_code == 1
    assert rejects(path) == [["3", "救援识别码", "500001", "与第 2 行重复"]]
    assert queries.lift("500001")["building"] == "3栋"


def test_a_new_lift_without_a_jurisdiction_is_rejected(run, file):
    path = file("救援识别码,层数", "500001,3")
    run(commands.import_, "lifts", path)
    assert rejects(path) == [["2", "监管辖区", "", "新电梯没有监管辖区"]]


def test_a_clean_import_takes_the_earlier_rejects_away(run, file):
    path = file(HEADING, GOOD.replace("在用", "?"))
    run(commands.import_, "lifts", path)
    run(commands.import_, "lifts", file(HEADING, GOOD))
    assert not path.with_suffix(".rejects.csv").exists()


def test_a_row_with_an_open_quote_is_rejected_and_reading_goes_on(run, file):
    path = file(HEADING, '"500003"x,沙坪坝区', GOOD)
    assert run(commands.import_, "lifts", path).exit_code == 1
    assert rejects(path) == [["2", "", "", "引号没有配对，第 2 至 2 行没有读"]]
    assert queries.lift("500001") is not None


def test_a_line_without_end_is_passed_over_without_holding_it(run, file, monkeypatch):
    monkeypatch.setattr(delimited, "LINE_LIMIT", 200)
    path = file(HEADING, GOOD, "5" * 5000, OTHER)
    assert run(commands.import_, "lifts", path).exit_code == 1
    assert rejects(path) == [["3", "", "", "一行超过 200 个字"]]
    assert queries.lift("500002") is not None


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("lifts.csv", b"\x00\x01\x02" * 999, "不是文本"),
        ("lifts.csv", b"\xff" * 99, "既不是 UTF-8 也不是 GB18030"),
        ("lifts.csv", b"", "没有表头"),
        ("lifts.csv", "编号,小区\n1,2\n".encode(), "缺少列：救援识别码"),
        ("lifts.csv", "救援识别码,救援识别码\n1,2\n".encode(), "重复的列：救援识别码"),
        ("lifts.csv", "救援识别码,小区\n1,2\n".encode(), "就要有“监管辖区”列"),
        ("lifts.csv", '救援识别码,"小区\n'.encode(), "引号没有配对"),
        ("lifts.xlsx", b"PK\x03\x04 broken", "XLSX 文件损坏"),
        ("lifts.xlsx", b"not a zip", "XLSX 文件损坏"),
        ("lifts.xls", b"old", "只能读取 .csv 和 .xlsx"),
    ],
)
def test_an_unusable_file_is_refused_in_one_line(run, tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    done = run(commands.import_, "lifts", path)
    assert done.exit_code == 2
    assert words in done.stderr
    assert database.collection("lifts").find_one() is None


def test_a_spreadsheet_gives_its_numbers_and_days_as_they_are(run, tmp_path):
    path = tmp_path / "lifts.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["救援识别码", "监管辖区", "制造日期", "层数", "额定速度", "物联网监测"])
    book.active.append([500001, "沙坪坝区", date(2015, 3, 2), 33.0, 2.5, True])
    book.save(path)
    assert run(commands.import_, "lifts", path).exit_code == 0
    stored = queries.lift("500001")
    assert (stored["floors"], stored["speed"], stored["iot"]) == (33, 2.5, True)
    assert stored["manufactured_on"].date() == date(2015, 3, 2)


MAP = """
[columns]
code = "电梯编号"
device_code = "设备代码"
status = "状态"
manufactured_on = "出厂"
jurisdiction = "区"
[values.status]
"运行" = "在用"
[dates]
formats = ["%d.%m.%Y"]
[bureaus]
"沙区" = "500106"
[fixed]
category = "自动扶梯"
"""


def test_a_map_reads_somebody_elses_columns_values_days_and_bureaus(run, file, tmp_path):
    (tmp_path / "MAP.toml").write_text(MAP, encoding="utf-8")
    path = file("电梯编号,设备代码,区,状态,出厂,备注", "500001,3310-1,沙区,运行,02.03.2015,x")
    assert run(commands.import_, "lifts", path, "--map", tmp_path / "MAP.toml").exit_code == 0
    stored = queries.lift("500001")
    assert (stored["category"], stored["status"], stored["jurisdiction"]) == ("3310", "in_use", "500106")
    assert stored["manufactured_on"].date() == date(2015, 3, 2)


def test_columns_that_the_map_names_and_the_file_lacks_are_named(run, file, tmp_path):
    (tmp_path / "MAP.toml").write_text(MAP, encoding="utf-8")
    done = run(commands.import_, "lifts", file("电梯编号,区,备注", "500001,沙区,x"), "--map", tmp_path / "MAP.toml")
    assert (done.exit_code, "缺少列：设备代码、状态、出厂" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns = 1", "[columns] 应是一节"),
        ("[colums]\ncode = 'x'", "没有 [colums] 这一节"),
        ("[columns]\ncodes = 'x'", "没有“codes”这个字段"),
        ("[columns]\ncode = 1", "“code”写法不对"),
        ("[columns", "不是 TOML"),
        ("[columns]\ncode='x'\n[fixed]\ncode='500001'", "在 [columns] 和 [fixed] 中都有"),
        ("[columns]\nfloors='层数'", "缺少列：救援识别码"),
    ],
)
def test_a_map_with_a_mistake_is_refused(run, file, tmp_path, text, words):
    (tmp_path / "MAP.toml").write_text(text, encoding="utf-8")
    done = run(commands.import_, "lifts", file("层数", "3"), "--map", tmp_path / "MAP.toml")
    assert (done.exit_code, words in done.stderr) == (2, True)


def test_two_imports_of_the_same_lifts_at_once_leave_each_lift_once(context, db):
    rows = [
        {"code": f"{i:06}", "jurisdiction": "500106", "estate_name": "云杉里", "using_unit.name": "演示物业"}
        for i in range(200)
    ]
    start = threading.Barrier(2)

    def work(_):
        with context.app_context():
            start.wait()
            return importing.saving(COMMAND)(rows).saved

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, range(2))
    assert len(first.created) + len(second.created) == 200
    assert len(first.unchanged) + len(second.unchanged) == 200
    assert db.lifts.count_documents({}) == 200
    assert (db.estates.count_documents({}), db.organisations.count_documents({})) == (1, 1)


def test_the_rows_that_the_bench_imports_are_good_ones(run, tmp_path):
    path = tmp_path / "lifts.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([[column.heading for column in COLUMNS.values()], *rows(50)])
    done = run(commands.import_, "lifts", path)
    assert (done.exit_code, done.stdout) == (0, "新增 50 台，更新 0 台，无变化 0 台\n")
