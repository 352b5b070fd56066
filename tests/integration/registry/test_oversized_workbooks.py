"""A small file that unpacks into a large one ends at a bound, in memory and in time, with a plain word."""

import resource
import subprocess
import sys
import zipfile

import openpyxl
import pytest

MEMORY = 900 << 20  # bytes; the program alone takes 300
SECONDS = 300
READ = """
import pathlib, sys
from backend.foundation import tables
from backend.foundation.reading.rows import UnusableError
try:
    with tables.opened(pathlib.Path(sys.argv[1])) as table:
        for _ in table.rows:
            pass
except UnusableError as error:
    print(error.message)
"""
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BEGIN, END = f"<worksheet {MAIN}><sheetData>", "</sheetData></worksheet>"


@pytest.fixture
def bomb(tmp_path):
    """Make a workbook one of whose parts is a head, something over and over, and a tail."""
    path = tmp_path / "bomb.xlsx"

    def make(part, head, over, times, tail):
        openpyxl.Workbook().save(tmp_path / "whole.xlsx")
        with (
            zipfile.ZipFile(tmp_path / "whole.xlsx") as whole,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        ):
            for name in whole.namelist():
                if name != part:
                    archive.writestr(name, whole.read(name))
            piece = over * (1 + (1 << 20) // len(over))
            with archive.open(part, "w") as file:
                file.write(head.encode())
                for _ in range(times * len(over) // len(piece) + 1):
                    file.write(piece.encode())
                file.write(tail.encode())
        return path

    return make


def read(path):
    """Read a file in a process that may not take more memory than its bound; give what it says."""
    done = subprocess.run(
        [sys.executable, "-c", READ, path],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert done.stderr == ""
    return done.stdout


XF, SI, FONT = '<xf numFmtId="0"/>', "<si><t>a</t></si>", '<font><sz val="11"/><name val="Calibri"/></font>'


@pytest.mark.parametrize(
    ("part", "head", "over", "times", "tail"),
    [
        ("xl/styles.xml", f"<styleSheet {MAIN}><cellXfs>", XF, 3_000_000, "</cellXfs></styleSheet>"),
        ("xl/styles.xml", f"<styleSheet {MAIN}><fonts>", FONT, 2_000_000, "</fonts></styleSheet>"),
        (
            "xl/styles.xml",
            f"<styleSheet {MAIN}><numFmts>",
            '<numFmt numFmtId="{0}"/>',
            2_000_000,
            "</numFmts></styleSheet>",
        ),
        ("xl/sharedStrings.xml", f"<sst {MAIN}>", SI, 6_000_000, "</sst>"),
        ("xl/sharedStrings.xml", f"<sst {MAIN}><si><t>", "a" * 64, 1_000_000, "</t></si></sst>"),
        ("xl/workbook.xml", f"<workbook {MAIN}><sheets>", "<sheet/>", 5_000_000, "</sheets></workbook>"),
        ("xl/worksheets/sheet1.xml", BEGIN, "<row>", 5_000_000, ""),
        ("xl/worksheets/sheet1.xml", f"<worksheet {MAIN} a='", "a" * 64, 1_000_000, "'/>"),
        ("xl/worksheets/sheet1.xml", BEGIN + "<row><c><v>", "1" * 64, 1_000_000, "</v></c></row>"),
        (
            "xl/worksheets/sheet1.xml",
            BEGIN,
            '<row><c r="XFD1"><v>1</v></c></row>',
            10,
            END,
        ),
        ("xl/worksheets/sheet1.xml", BEGIN, "<row/>", 2_000_000, END),
        (
            "xl/worksheets/sheet1.xml",
            BEGIN + "</sheetData><mergeCells>",
            '<mergeCell ref="A1:XFD1048576"/>',
            5_000_000,
            "",
        ),
    ],
    ids=[
        "styles",
        "fonts",
        "formats",
        "strings",
        "one string",
        "sheets",
        "depth",
        "tag",
        "number",
        "width",
        "rows",
        "merged",
    ],
)
def test_a_bomb_ends_at_a_bound_with_a_plain_word(bomb, *, part, head, over, times, tail):
    path = bomb(part, head, over, times, tail)
    assert path.stat().st_size < 3 << 20
    assert read(path).strip() in {"XLSX 文件解开后太大，请分成几个文件或改用 CSV", "XLSX 文件损坏，打不开", ""}


def test_a_workbook_that_declares_entities_is_refused(bomb):
    head = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]>' + BEGIN
    path = bomb("xl/worksheets/sheet1.xml", head, "<row/>", 1, END)
    assert "XLSX 文件" in read(path)


def test_a_workbook_of_an_ordinary_size_is_read_within_the_bound(tmp_path):
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet()
    for number in range(20_000):
        sheet.append([f"{number:06}", "渝中区", f"小区{number}", "演示物业", 33, 1.75])
    made.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx") == ""
