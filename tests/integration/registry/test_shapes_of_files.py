"""A list has a title, a cover, two lines of heading or semicolons: it is found, and what is left unread is said."""

import io
import pathlib
import zipfile

import openpyxl
import pytest

from backend.foundation import database
from backend.foundation.reading import delimited
from backend.registry import commands, queries

CASES = pathlib.Path(__file__).parents[2] / "data" / "cases"
ROW = ["500001", "渝中区", "云杉里"]
HEADING = ["救援识别码", "监管辖区", "小区"]


def found():
    return sorted(one["_id"] for one in database.collection("lifts").find())


def book(path, *sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return made


@pytest.mark.parametrize(
    ("name", "codes"), [("title_row.xlsx", ["600001"]), ("cover_sheet.xlsx", ["600001", "600002"])]
)
def test_a_title_or_a_cover_sheet_does_not_hide_the_table(run, tmp_path, name, codes):
    path = tmp_path / name
    path.write_bytes((CASES / name).read_bytes())
    assert run(commands.import_, "lifts", path).exit_code == 0
    assert found() == codes


def test_a_hidden_sheet_is_not_read(run, tmp_path):
    made = book(tmp_path / "a.xlsx", ("旧表", [HEADING, ["500009", *ROW[1:]]]), ("台账", [HEADING, ROW]))
    made["旧表"].sheet_state = "hidden"
    made.active = 1
    made.save(tmp_path / "a.xlsx")
    done = run(commands.import_, "lifts", tmp_path / "a.xlsx")
    assert (done.exit_code, found(), "工作表" in done.stderr) == (0, ["500001"], False)


def test_of_two_tables_the_one_that_is_left_unread_is_named(run, tmp_path):
    book(tmp_path / "a.xlsx", ("渝中", [HEADING, ROW]), ("江北", [HEADING, ["500002", "江北区", "江畔"]]))
    done = run(commands.import_, "lifts", tmp_path / "a.xlsx")
    assert (found(), "没有读的工作表：江北" in done.stderr) == (["500001"], True)


def test_a_map_names_the_sheet_and_the_lines_of_the_heading(run, tmp_path):
    rows = [["台账"], ["码", "辖区", "楼"], ["", "", "层数"], ["500002", "江北区", 3]]
    book(tmp_path / "a.xlsx", ("渝中", [HEADING, ROW]), ("江北", rows))
    (tmp_path / "m.toml").write_text(
        '[sheet]\nname = "江北"\nheading = [2, 3]\n[columns]\ncode = "码"\njurisdiction = "辖区"\nfloors = "楼层数"\n'
    )
    done = run(commands.import_, "lifts", tmp_path / "a.xlsx", "--map", tmp_path / "m.toml")
    assert (done.exit_code, found(), queries.lift("500002")["floors"]) == (0, ["500002"], 3)


def test_a_sheet_that_is_not_there_is_said_with_those_that_are(run, tmp_path):
    book(tmp_path / "a.xlsx", ("渝中", [HEADING, ROW]))
    (tmp_path / "m.toml").write_text('[sheet]\nname = "江北"\n')
    done = run(commands.import_, "lifts", tmp_path / "a.xlsx", "--map", tmp_path / "m.toml")
    assert (done.exit_code, "没有工作表“江北”，有：渝中" in done.stderr) == (2, True)


def test_a_heading_over_two_lines_is_read_with_what_stands_above(run, tmp_path):
    rows = [
        ["渝中区电梯台账", "", "", "", "", ""],
        ["序号", "救援识别码", "监管辖区", "使用单位", "", "额定载重量"],
        ["", "", "", "名称", "电话", "（kg）"],
        [1, "500001", "渝中区", "演示物业", "023-00000001", 1000],
    ]
    made = book(tmp_path / "a.xlsx", ("台账", rows))
    for cells in ("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"):
        made["台账"].merge_cells(cells)
    made.save(tmp_path / "a.xlsx")
    done = run(commands.import_, "lifts", tmp_path / "a.xlsx")
    assert (done.exit_code, "没有读的列：序号" in done.stderr) == (0, True)
    unit = database.collection("organisations").find_one()
    assert (unit["name"], unit["phone"], queries.lift("500001")["load_kg"]) == ("演示物业", "023-00000001", 1000)


def test_a_line_of_units_below_the_heading_belongs_to_it(run, tmp_path):
    (tmp_path / "a.csv").write_text("救援识别码,监管辖区,额定载重量,额定速度\n,,（t）,(m/min)\n500001,渝中区,1.6,105\n")
    assert run(commands.import_, "lifts", tmp_path / "a.csv").exit_code == 0
    assert (queries.lift("500001")["load_kg"], queries.lift("500001")["speed"]) == (1600, 1.75)


@pytest.mark.parametrize(
    "heading",
    ["救援\n识别码", "救援识别码（六位）", " *救援识别码 ", "救援识别码：", "救援识别码【必填】", "\ufeff救援识别码"],
)
def test_a_heading_is_known_again_however_it_is_spelt(run, tmp_path, heading):
    book(tmp_path / "a.xlsx", ("台账", [[heading, *HEADING[1:]], ROW]))
    assert run(commands.import_, "lifts", tmp_path / "a.xlsx").exit_code == 0
    assert found() == ["500001"]


@pytest.mark.parametrize("text", ["{0};{1}", "{0}\t{1}", "{0}，{1}", "{0}|{1}"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("first", ["", "渝中区电梯台账\n"])
def test_a_text_is_cut_where_its_cells_end(run, tmp_path, text, encoding, first):
    lines = [text.format("救援识别码", "监管辖区"), text.format("500001", "渝中区")]
    (tmp_path / "a.csv").write_bytes((first + "\n".join(lines) + "\n").encode(encoding))
    assert run(commands.import_, "lifts", tmp_path / "a.csv").exit_code == 0
    assert found() == ["500001"]


def test_a_file_says_itself_what_stands_between_its_cells(run, tmp_path):
    (tmp_path / "a.csv").write_text("sep=;\n救援识别码;监管辖区;地址\n500001;渝中区;路,1,号,甲,乙\n")
    assert run(commands.import_, "lifts", tmp_path / "a.csv").exit_code == 0
    assert queries.lift("500001")["address"] == "路,1,号,甲,乙"


def test_what_stands_between_words_does_not_cut_cells(run, tmp_path):
    address = "甲，乙，丙；丁；戊|己|庚"
    (tmp_path / "a.csv").write_text(f"救援识别码,监管辖区,地址\n500001,渝中区,{address}\n")
    run(commands.import_, "lifts", tmp_path / "a.csv")
    assert queries.lift("500001")["address"] == address


def test_columns_that_nothing_is_read_of_are_said(run, tmp_path):
    (tmp_path / "a.csv").write_text("救援识别码,监管辖区,备注,填表人,\n500001,渝中区,x,y,\n")
    assert "没有读的列：备注、填表人\n" in run(commands.import_, "lifts", tmp_path / "a.csv").stderr


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", (CASES / "15-encrypted.xlsx").read_bytes(), "有密码"),
        ("a.xls", OLE + "EncryptedPackage\0".encode("utf-16-le"), "有密码"),
        ("a.xls", OLE + "Workbook\0".encode("utf-16-le"), "旧的 .xls"),
        ("a.xlsx", OLE + "Workbook\0".encode("utf-16-le"), "旧的 .xls"),
        ("a.csv", OLE + "Workbook\0".encode("utf-16-le"), "旧的 .xls"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("a.xlsx", "\ufeff<!DOCTYPE html><html>".encode(), "网页"),
        ("a.csv", "<table>".encode("utf-16"), "网页"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "XML"),
        ("a.csv", b"", "空"),
        ("a.xlsx", b"", "空"),
        ("a.csv", b"\xef\xbb\xbf\r\n\r\n", "空"),
        ("a.xlsx", zipped("word/document.xml"), "Word"),
        ("a.xlsx", zipped("mimetype", "content.xml"), ".ods"),
        ("a.xlsb", zipped("xl/workbook.bin"), ".xlsb"),
        ("a.xlsx", zipped("读我.txt"), "压缩包"),
        ("a.xlsx", b"PK\x03\x04 broken", "损坏"),
        ("a.csv", b"%PDF-1.7", "PDF"),
        ("a.csv", b"\x89PNG\r\n", "图片"),
        ("a.docx", b"x", "只能读取 .csv 和 .xlsx"),
    ],
)
def test_the_reason_for_an_unusable_file_is_the_true_one(run, tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    done = run(commands.import_, "lifts", tmp_path / name)
    assert (done.exit_code, words in done.stderr, "Traceback" in done.output) == (2, True, False)


def test_a_workbook_under_another_name_is_read(run, tmp_path):
    book(tmp_path / "a.xlsx", ("台账", [HEADING, ROW]))
    (tmp_path / "a.xlsx").rename(tmp_path / "a.csv")
    assert run(commands.import_, "lifts", tmp_path / "a.csv").exit_code == 0


def test_a_row_without_end_costs_no_more_than_its_bound(run, tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "LINES_LIMIT", 5)
    (tmp_path / "a.csv").write_text("救援识别码,监管辖区\n" + '500002,"\n' + '","\n' * 11 + "500001,渝中区\n")
    done = run(commands.import_, "lifts", tmp_path / "a.csv")
    assert (done.exit_code, found()) == (1, ["500001"])
