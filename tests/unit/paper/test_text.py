import csv
import io
import pathlib

import pymupdf
import pytest
import time_machine
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from paper import text

DATA = pathlib.Path(__file__).parents[2] / "data"
# Of 通用规范汉字表 (2013), those that GBK lacks: what an older typeface does not have.
RARE = (DATA / "standard-characters-beyond-gbk.txt").read_text(encoding="utf-8").split()
ROW, SIDE = 30, 28  # characters a line; points a character


def names():
    for file in ("44-names.csv", "sign_rare_characters.csv"):
        with (DATA / "cases" / file).open(encoding="utf-8-sig") as rows:
            for row in csv.DictReader(rows):
                yield from {row["小区"], row["使用单位"]} - {""}


@pytest.fixture
def paper():
    """Print lines on one page, far enough apart for readers to keep them so."""

    def printed(lines, weight=text.REGULAR, size=16):
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(2600, 30 * len(lines) + 60), invariant=True, initialFontName=text.base())
        for place, line in enumerate(lines):
            text.draw(canvas, 30, 30 * (len(lines) - place), line, size, weight=weight)
        canvas.save()
        return out.getvalue()

    return printed


@pytest.mark.parametrize("weight", [text.REGULAR, text.BOLD])
def test_each_name_is_read_from_the_paper_as_it_was_written(paper, reader, weight):
    written = [name for name in names() if "️" not in name]
    read = reader(paper(written, weight)).lines()
    assert [line for line in read if line] == written


def test_what_readers_show_of_a_name_is_more_than_a_blank_or_a_box(paper, reader):
    shapes = {reader(paper([character])).picture().tobytes() for character in "𬭎㙍䶮䲟堃喆𠮷·👍"}
    assert len(shapes) == 9
    assert all(min(shape) < 128 for shape in shapes)


@pytest.mark.parametrize("weight", [text.REGULAR, text.BOLD])
@pytest.mark.parametrize("characters", RARE, ids=["supplementary planes", "extension A"])
def test_every_standard_character_has_a_shape_and_can_be_copied(reader, weight, characters):
    out = io.BytesIO()
    rows = [characters[start : start + ROW] for start in range(0, len(characters), ROW)]
    canvas = Canvas(out, pagesize=(ROW * SIDE + 40, len(rows) * SIDE + 40), initialFontName=text.base())
    for number, row in enumerate(rows):
        for place, character in enumerate(row):
            text.draw(canvas, 20 + place * SIDE, 24 + number * SIDE, character, 20, weight=weight)
    canvas.save()
    page = reader(out.getvalue())
    assert set(characters) <= set("".join(page.lines()))
    picture = page.picture()
    height = picture.height
    for number, row in enumerate(rows):
        for place, character in enumerate(row):
            left, bottom = 2 * (18 + place * SIDE), height - 2 * (18 + number * SIDE)
            darkest, _ = picture.crop((left, bottom - 2 * SIDE, left + 2 * SIDE, bottom)).getextrema()
            assert darkest < 128, f"{character} U+{ord(character):04X} is blank"


def test_a_paper_carries_each_typeface_it_uses_and_of_it_no_more_than_it_uses(paper):
    pdf = paper(["𬭎鑫物业 Łódź 👍 1号"])
    fonts = pymupdf.open(stream=pdf)[0].get_fonts()
    assert {(kind, name.partition("+")[2]) for _, kind, _, name, *_ in fonts} == {
        ("ttf", "NotoSansCJKsc-400"),
        ("ttf", "NotoSans-400"),
        ("ttf", "NotoEmoji-400"),
    }
    assert len(pdf) < 30_000


def test_more_characters_than_one_subset_holds_are_all_there(paper, reader):
    many = [chr(code) for code in range(0x4E00, 0x4E00 + 600)]
    lines = ["".join(many[start : start + 100]) for start in range(0, 600, 100)]
    assert [line for line in reader(paper(lines)).lines() if line] == lines


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("甲\U0002f00a乙", "甲〔U+2F00A〕乙"),
        ("\ue000物业", "〔U+E000〕物业"),
        ("甲\U000e0fff乙", "甲〔U+E0FFF〕乙"),
        ("1️⃣号", "1号"),
        ("凯\u200b旋\ufeff城\x00\x1b", "凯旋城"),
        ("葛\U000e0100城", "葛城"),
        ("甲\ud800乙", "甲乙"),
        ("一行\n二行", "一行\n二行"),
        ("A&B <b>甲</b>", "A&B <b>甲</b>"),
    ],
)
def test_what_no_typeface_has_is_marked_and_what_is_invisible_goes(written, printed):
    assert text.shown(written) == printed


def test_missing_characters_are_named_once_each_and_none_where_all_are_there():
    assert text.missing("甲\ue000乙\ue001\ue000\n") == "\ue000\ue001"
    assert text.missing("重庆㙍坝𬭎铜物业·👍") == ""


def test_a_mark_is_drawn_in_the_place_of_what_is_missing(paper, reader):
    assert "甲〔U+E000〕乙" in reader(paper(["甲\ue000乙"])).lines()


def test_a_line_is_as_wide_as_it_was_measured(paper, reader):
    columns = [
        all(value > 128 for value in row) for row in _columns(reader(paper(["重庆Lift·𬭎梯"], size=20)).picture())
    ]
    right = len(columns) - columns[::-1].index(False)
    assert right / 2 == pytest.approx(30 + text.width("重庆Lift·𬭎梯", 20), abs=3)


@pytest.mark.parametrize(("align", "left"), [(text.LEFT, 300), (text.MIDDLE, 250), (text.RIGHT, 200)])
def test_a_line_starts_left_of_its_place_by_its_part(reader, align, left):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 60), initialFontName=text.base())
    text.draw(canvas, 300, 20, "国国国国国", 20, align=align)
    canvas.save()
    columns = [all(value > 128 for value in column) for column in _columns(reader(out.getvalue()).picture())]
    assert columns.index(False) / 2 == pytest.approx(left, abs=3)


def test_words_in_a_paragraph_are_no_markup_and_keep_their_lines(reader):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(600, 200), initialFontName=text.base())
    style = ParagraphStyle("plain", fontName=text.base(), fontSize=12, leading=18, wordWrap="CJK")
    paragraph = Paragraph(text.markup('<font color="red">甲&乙\n𬭎Łódź👍\ue000'), style)
    paragraph.wrapOn(canvas, 560, 180)
    paragraph.drawOn(canvas, 20, 100)
    canvas.save()
    assert [line for line in reader(out.getvalue()).lines() if line] == [
        '<font color="red">甲&乙',
        "𬭎Łódź👍〔U+E000〕",
    ]


def test_the_same_words_give_the_same_paper_on_any_day(paper):
    with time_machine.travel("2026-03-01", tick=False):
        first = paper(["𬭎鑫物业·👍"])
    with time_machine.travel("2027-03-01", tick=False):
        assert paper(["𬭎鑫物业·👍"]) == first


def _columns(picture):
    return [picture.crop((x, 0, x + 1, picture.height)).tobytes() for x in range(picture.width)]
