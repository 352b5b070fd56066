"""What a MAP.toml can say of somebody else's file, and what it may not."""

import csv
import io
import pathlib
import shutil

import pytest

from backend.accounts.actors import COMMAND
from backend.foundation import database
from backend.registry import commands, queries, service

CASES = pathlib.Path(__file__).parents[2] / "data" / "cases"


@pytest.fixture
def bring(run, tmp_path):
    """Import lines with a map."""

    def work(said, *lines, options=()):
        (tmp_path / "m.toml").write_text(said, encoding="utf-8")
        (tmp_path / "a.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return run(commands.import_, "lifts", tmp_path / "a.csv", "--map", tmp_path / "m.toml", *options)

    return work


def rejects(folder):
    return list(csv.reader(io.StringIO((folder / "a.rejects.csv").read_text("utf-8-sig"))))[1:]


CODE = '[columns]\ncode = "码"\njurisdiction = "区"\n'


@pytest.mark.parametrize(
    ("said", "heading", "cells", "name", "kept"),
    [
        ('building = { join = ["栋", "单元"], with = "-" }', "栋,单元", "3栋,2单元", "building", "3栋-2单元"),
        ('building = { join = ["栋", "单元"], with = "-" }', "栋,单元", "3栋,/", "building", "3栋"),
        ('floors = { column = "层站", split = "/" }', "层站,x", "33/31,", "floors", 33),
        ('stops = { column = "层站", split = "/", part = 2 }', "层站,x", "33/31,", "stops", 31),
        ('stops = { column = "层站", split = "/", part = -1 }', "层站,x", "33层/31站,", "stops", 31),
        ("stops = { column = \"层站\", regex = '(\\d+)层(\\d+)站', group = 2 }", "层站,x", "33层31站,", "stops", 31),
        ("stops = { column = \"层站\", regex = '(?P<s>\\d+)站', group = 's' }", "层站,x", "33层31站,", "stops", 31),
        ("building = { column = \"址\", regex = '\\S+栋' }", "址,x", "演示路 3栋 2单元,", "building", "3栋"),
        ('building = { template = "{栋}栋{梯:0>2}号梯" }', "栋,梯", "3,7", "building", "3栋07号梯"),
        ('building = { template = "{栋}栋{梯:0>2}号梯" }', "栋,梯", "3,", "building", None),
        ('emergency_phone = { first = ["急", "班"] }', "急,班", "无,023-00000001", "emergency_phone", "023-00000001"),
        ('load_kg = { column = "吨", factor = 1000 }', "吨,x", "1.6,", "load_kg", 1600),
        ('load_kg = { column = "载重", unit = "t" }', "载重,x", "1.6,", "load_kg", 1600),
        ('speed = { column = "速", factor = 0.001 }', "速,x", '"1,750",', "speed", 1.75),
        ('status = { column = "态", default = "停用" }', "态,x", ",", "status", "stopped"),
    ],
)
def test_a_field_is_made_of_the_files_columns(bring, said, heading, cells, name, kept):  # noqa: PLR0917
    done = bring(CODE + said, f"码,区,{heading}", f"500001,渝中区,{cells}")
    assert (done.exit_code, queries.lift("500001").get(name)) == (0, kept)


def test_the_rescue_code_may_be_computed(bring):
    said = '[columns]\ncode = { template = "50{序号:0>4}" }\njurisdiction = "区"\n'
    assert bring(said, "序号,区", "7,渝中区").exit_code == 0
    assert queries.lift("500007") is not None


def test_a_cell_that_the_expression_does_not_fit_is_rejected(bring, tmp_path):
    said = CODE + "floors = { column = \"层站\", regex = '(\\d+)层' }"
    assert bring(said, "码,区,层站", "500001,渝中区,三十三").exit_code == 1
    assert rejects(tmp_path) == [["2", "层站", "三十三", "和映射表的 regex 对不上"]]


@pytest.mark.parametrize("cell", ["#N/A", "=A1"])
def test_an_unreadable_cell_is_no_empty_one_in_a_recipe(bring, tmp_path, cell):
    said = CODE + 'building = { first = ["栋", "楼"] }'
    assert bring(said, "码,区,栋,楼", f"500001,渝中区,{cell},3栋").exit_code == 1
    assert rejects(tmp_path)[0][1] == "栋、楼"


def test_only_the_rows_that_the_map_wants_go_in(bring):
    said = CODE + '[rows]\nonly = { "类" = ["电梯", "扶梯"] }\nskip = { "态" = "拆除" }\n'
    lines = ("500001,渝中区,电梯,", "500002,渝中区,锅炉,", "500003,渝中区,扶梯,拆除", "合计,,,")
    done = bring(said, "码,区,类,态", *lines)
    assert (done.exit_code, "按映射表跳过 3 行" in done.stderr) == (0, True)
    assert [one["_id"] for one in database.collection("lifts").find()] == ["500001"]


def test_a_bad_optional_cell_is_noted_and_leaves_what_is_known(bring, tmp_path):
    service.save_lifts([{"code": "500001", "jurisdiction": "500103", "floors": 33}], by=COMMAND)
    said = CODE + 'floors = "层"\nbuilding = "栋"\n[optional]\nfields = ["floors"]\n'
    done = bring(said, "码,区,层,栋", "500001,渝中区,三十,3栋")
    assert (done.exit_code, rejects(tmp_path)) == (0, [["2", "层", "三十", "已导入，请核对：不是整数，没有导入这一格"]])
    assert (queries.lift("500001")["floors"], queries.lift("500001")["building"]) == (33, "3栋")


def test_a_month_stands_for_a_day_only_where_the_map_says_so(bring):
    said = CODE + 'manufactured_on = "造"\n[dates]\nday_of_month = 1\n'
    assert bring(said, "码,区,造", "500001,渝中区,2015年3月").exit_code == 0
    assert f"{queries.lift('500001')['manufactured_on']:%Y-%m-%d}" == "2015-03-01"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('[values.floors]\n"三十三" = 33', "[values.floors] 的“三十三”"),
        ('[values.status]\n"运行" = "运转"', "[values.status] 的“运行”"),
        ('[values]\nstatus = "x"', "[values] 的“status”"),
        ('[bureaus]\n"沙区" = "无此区"', "[bureaus] 的“沙区”"),
        ('[bureaus]\n"沙区" = 500106', "[bureaus] 的“沙区”"),
        ("[fixed]\nfloors = 33", "[fixed] 的“floors”"),
        ('[fixed]\nstatus = "不详"', "[fixed] 的“status”"),
        ("[dates]\nformats = [1]", "[dates] 的“formats”"),
        ('[dates]\nformats = "%Y"', "[dates] 的“formats”"),
        ('[dates]\nformats = ["%q"]', "“%q”"),
        ('[dates]\nformats = ["%Y-%m"]', "“%Y-%m”"),
        ("[dates]\nday_of_month = 31", "[dates] 的“day_of_month”"),
        ("[dates]\nformat = []", "[dates] 没有“format”"),
        ('[sheet]\nheading = "3"', "[sheet] 的“heading”"),
        ("[sheet]\nheading = [3, 2]", "[sheet] 的“heading”"),
        ("[sheet]\nname = 1", "[sheet] 的“name”"),
        ("[rows]\nonly = ['x']", "[rows] 的“only”"),
        ('[rows]\nskip = { "态" = 1 }', "[rows] 的“skip.态”"),
        ('[optional]\nfields = ["code"]', "[optional] 的“fields”"),
        ('[optional]\nfields = ["flors"]', "没有“flors”这个字段"),
        ("[columns]\ncode = {}", "[columns] 的“code”"),
        ('[columns]\ncode = { column = "x", join = ["y"] }', "[columns] 的“code”"),
        ('[columns]\ncode = { column = "x", prefix = "50" }', "没有“prefix”这种写法"),
        ('[columns]\ncode = { join = "x" }', "join 应是列名的清单"),
        ("[columns]\ncode = { column = 'x', regex = '(' }", "regex 写错了"),
        ("[columns]\ncode = { column = 'x', regex = 'a', group = 1 }", "regex 里没有第 1 组"),
        ("[columns]\ncode = { column = 'x', split = '/', part = 0 }", "part 应是整数"),
        ("[columns]\ncode = { template = '{x' }", "template"),
        ("[columns]\ncode = { template = '500001' }", "template 里没有列名"),
        ("[columns]\ncode = { template = '{x:>>>d}' }", "template"),
        ("[columns]\nload_kg = { column = 'x', factor = 0 }", "factor"),
        ("[columns]\nload_kg = { column = 'x', unit = '斤' }", "unit 可写"),
        ("[columns]\nstatus = { column = 'x', default = '坏' }", "[columns] 的“status”"),
        ("[columns]\nbuilding = { column = 'x', factor = 2 }", "factor 只用于数字"),
        ("[columns]\nbuilding = { column = 'x', with = '-' }", "with 只和 join 一起用"),
        ("[columns]\n'' = 'x'", "没有“”这个字段"),
        ('[columns]\ncode = ""', "[columns] 的“code”"),
    ],
)
def test_a_wrong_map_is_refused_before_the_first_row_with_its_key(bring, said, words):
    done = bring(said, "救援识别码,监管辖区", "500001,渝中区")
    assert (done.exit_code, words in done.stderr, "Traceback" in done.output) == (2, True, False)
    assert database.collection("lifts").find_one() is None


ODD = ["1", "1.5", "true", "[]", "{}", "[[]]", "2015-03-02", '"x"', "[1, 2]", "{ a = { b = 1 } }", '["x"]']
KEYS = (
    *("columns", "columns.code", "columns.origin", "columns.code.join", "columns.code.template", "columns.code.part"),
    *("values", "values.status", "values.origin.source", "dates", "dates.formats", "dates.day_of_month", "bureaus"),
    *("bureaus.x", "fixed", "fixed.iot", "sheet", "sheet.name", "sheet.heading", "rows", "rows.only", "rows.only.x"),
    *("optional", "optional.fields", "other"),
)


@pytest.mark.parametrize("key", KEYS)
def test_whatever_a_map_says_it_is_read_or_refused_and_never_ends_in_a_traceback(run, tmp_path, key):
    (tmp_path / "a.csv").write_text("救援识别码,监管辖区,x\n500001,渝中区,1\n")
    for odd in ODD:
        (tmp_path / "m.toml").write_text(f"{key} = {odd}")
        done = run(commands.import_, "lifts", tmp_path / "a.csv", "--map", tmp_path / "m.toml", "--dry-run")
        assert done.exit_code in {0, 1, 2}, odd
        assert done.exit_code != 2 or done.stderr.strip(), odd


def test_the_map_with_a_number_for_a_word_is_refused(run, tmp_path):
    for name in ("map_values_int.csv", "map_values_int.toml"):
        shutil.copy(CASES / name, tmp_path / name)
    done = run(commands.import_, "lifts", tmp_path / "map_values_int.csv", "--map", tmp_path / "map_values_int.toml")
    assert (done.exit_code, "[values.floors] 的“三十三”" in done.stderr) == (2, True)


def test_a_dry_run_shows_new_estates_and_units_and_old_and_new_values(run, lifts, tmp_path):
    (tmp_path / "a.csv").write_text(
        "救援识别码,监管辖区,小区,楼栋,使用单位,安全管理员,安全管理员电话\n"
        "500001,沙坪坝区,云杉里,4栋,新物业,李试验,15800005678\n"
        "500009,沙坪坝区,新苑,1栋,演示物业,,\n"
    )
    done = run(commands.import_, "lifts", tmp_path / "a.csv", "--dry-run")
    assert done.stdout.splitlines() == [
        "试运行，没有保存：新增 1 台，更新 1 台，无变化 0 台",
        "新小区：沙坪坝区 新苑",
        "新单位：使用单位 新物业",
        "改动：500001 楼栋 3栋2单元 → 4栋；使用单位 演示物业 → 新物业；安全管理员 （个人信息） → （个人信息）；"
        "安全管理员电话 （个人信息） → （个人信息）",
    ]
    assert queries.lift("500001")["building"] == "3栋2单元"


def test_a_dry_run_shows_what_a_known_unit_would_say_else(run, lifts, tmp_path):
    (tmp_path / "a.csv").write_text("救援识别码,使用单位,使用单位电话\n500001,演示物业,023-99999999\n")
    done = run(commands.import_, "lifts", tmp_path / "a.csv", "--dry-run")
    assert "单位改动：演示物业 电话 023-00000001 → 023-99999999\n" in done.stdout


def test_rejected_rows_come_as_a_file_that_can_be_put_right_and_imported(run, tmp_path):
    (tmp_path / "a.csv").write_text(
        "台账,,,\n救援识别码,备注,监管辖区,层数\n500001,甲,渝中区,33\n500002,=乙,渝中区,三十\n500003,丙,渝中区\n"
    )
    done = run(commands.import_, "lifts", tmp_path / "a.csv", "--rejected", tmp_path / "again.csv")
    assert (done.exit_code, "again.csv" in done.stderr) == (1, True)
    text = (tmp_path / "again.csv").read_text("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["救援识别码", "备注", "监管辖区", "层数", "原因"],
        ["500002", "'=乙", "渝中区", "三十", "层数：不是整数"],
        ["500003", "丙", "渝中区", "", "表头有 4 格，这一行有 3 格"],
    ]
    (tmp_path / "again.csv").write_text(text.replace("三十", "30"), "utf-8")
    done = run(commands.import_, "lifts", tmp_path / "again.csv", "--rejected", tmp_path / "none.csv")
    assert (done.exit_code, done.stdout) == (0, "新增 2 台，更新 0 台，无变化 0 台\n")
    assert ("没有读的列：备注\n" in done.stderr, (tmp_path / "none.csv").exists()) == (True, False)


def test_rejected_rows_never_replace_the_file_they_come_from(run, tmp_path):
    (tmp_path / "a.csv").write_text("救援识别码,监管辖区\n1,渝中区\n")
    for target in ("a.csv", "a.rejects.csv", "a.xlsx"):
        done = run(commands.import_, "lifts", tmp_path / "a.csv", "--rejected", tmp_path / target)
        assert (done.exit_code, "--rejected" in done.stderr) == (2, True)
    assert (tmp_path / "a.csv").read_text().startswith("救援识别码")
