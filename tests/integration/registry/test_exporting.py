import csv
from datetime import date

import openpyxl
import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.foundation import database
from backend.registry import commands, queries, service

KEPT = ("lifts", "estates", "organisations", "cards", "events")


def everything():
    return {name: list(database.collection(name).find()) for name in KEPT}


def cells(path):
    with path.open(encoding="utf-8-sig", newline="") as found:
        return list(csv.DictReader(found))


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
@pytest.mark.parametrize("options", [(), ("--personal",)])
def test_what_is_exported_is_imported_without_a_change(run, lifts, tmp_path, name, options):
    service.save_lifts(
        [
            {
                "code": "500002",
                "major_events": [
                    {"kind": "modernised", "date": date(2019, 1, 2)},
                    {"kind": "major_repair", "date": date(2021, 3, 4)},
                ],
                "source": "demo",
                "building": "-1层",
                "emergency_phone": "+86-23-00000009",
                "speed": 0.5,
                "iot": True,
            }
        ],
        by=COMMAND,
    )
    assert run(commands.export, "lifts", tmp_path / name, *options).exit_code == 0
    before = everything()
    done = run(commands.import_, "lifts", tmp_path / name)
    assert (done.exit_code, done.stdout) == (0, "新增 0 台，更新 0 台，无变化 3 台\n")
    assert everything() == before


def test_an_export_makes_the_same_lifts_in_an_empty_registry(run, lifts, tmp_path):
    facts = ("using_unit", "maintenance_unit", "origin", "safety_manager_phone", "floors", "speed", "certificate_no")
    before = {code: [one[fact] for fact in facts] for code, one in queries.identity(list(queries.codes())).items()}
    run(commands.export, "lifts", tmp_path / "out.csv", "--personal")
    for name in KEPT:
        database.collection(name).delete_many({})
    assert run(commands.import_, "lifts", tmp_path / "out.csv").exit_code == 0
    after = {code: [one[fact] for fact in facts] for code, one in queries.identity(list(queries.codes())).items()}
    assert after == before


def test_an_export_leaves_people_out_unless_asked_and_then_it_is_recorded(run, lifts, tmp_path):
    run(commands.export, "lifts", tmp_path / "out.csv")
    assert "15800001234" not in (tmp_path / "out.csv").read_text()
    assert database.collection("events").find_one({"kind": "lifts.exported"}) is None
    run(commands.export, "lifts", tmp_path / "out.csv", "--personal")
    assert "15800001234" in (tmp_path / "out.csv").read_text()
    assert database.collection("events").find_one({"kind": "lifts.exported"}) is not None


@pytest.mark.parametrize("hostile", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "'=1"])
def test_no_cell_of_an_export_is_a_formula(run, lifts, tmp_path, hostile):
    service.save_lifts([{"code": "500001", "building": hostile}], by=COMMAND)
    run(commands.export, "lifts", tmp_path / "out.csv")
    run(commands.export, "lifts", tmp_path / "out.xlsx")
    assert cells(tmp_path / "out.csv")[0]["楼栋"] == "'" + hostile
    rows = openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows()
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}


@time_machine.travel("2026-03-01")
def test_a_bureau_exports_the_lifts_it_answers_for_today(run, lifts, tmp_path):
    run(commands.export, "lifts", tmp_path / "out.csv", "--jurisdiction", "两江新区")
    assert [row["救援识别码"] for row in cells(tmp_path / "out.csv")] == ["500003"]


def test_an_unknown_area_or_kind_of_file_writes_nothing(run, lifts, tmp_path):
    assert (
        "没有“无此区”这个辖区" in run(commands.export, "lifts", tmp_path / "a.csv", "--jurisdiction", "无此区").stderr
    )
    assert run(commands.export, "lifts", tmp_path / "a.txt").exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_export_says_which_form_to_edit(run, lifts, tmp_path):
    assert "要在表格软件里修改，请导出 .xlsx" in run(commands.export, "lifts", tmp_path / "out.csv").stderr
    assert run(commands.export, "lifts", tmp_path / "out.xlsx").stderr.count("xlsx") == 0
    made = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert made.sheetnames == ["电梯", "说明"]
    assert "请在工作表“电梯”里改" in made["说明"]["A1"].value
    assert {cell.number_format for row in made["电梯"].iter_rows(min_row=2) for cell in row} == {"@"}
