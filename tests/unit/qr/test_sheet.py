from dataclasses import FrozenInstanceError
from datetime import date
from itertools import combinations

import pypdfium2 as pdfium
import pytest
from reportlab.lib.units import mm

from qr import sheet
from qr.sheet import SignFields

LONG_NAME = "重庆市两江新区山水康养智慧社区服务与物业管理有限责任公司"


@pytest.fixture
def sign(address):
    """Make a sign with made-up fields."""

    def made(code="130421", **fields):
        defaults = {
            "certificate_number": "梯11渝A00001(20)",
            "using_unit": "重庆云岭物业服务有限公司",
            "inside_number": "3号楼2单元1#",
            "device_code": "31101089020200001",
            "registration_bureau": "渝中区市场监督管理局",
            "inspection_body": "重庆市某检验院",
            "next_inspection": date(2027, 5, 31),
            "maintenance_unit": "重庆顺安电梯工程有限公司",
            "complaint_phone": "12315",
        }
        return SignFields(url=address(code), **(defaults | fields))

    return made


def pages_of(pdf):
    document = pdfium.PdfDocument(pdf)
    return [document[number] for number in range(len(document))]


def text_of(page):
    return page.get_textpage().get_text_range().replace("\r\n", "\n")


def picture_of(page):
    return page.render(scale=3).to_pil().convert("L")


def boxes_of(page, font_sizes):
    """Give (left, bottom, right, top) in points of the characters set in one of the sizes."""
    text = page.get_textpage()
    size_of = pdfium.raw.FPDFText_GetFontSize
    return [
        text.get_charbox(index) for index in range(text.count_chars()) if round(size_of(text, index), 1) in font_sizes
    ]


def test_a_sheet_carries_every_field_of_the_sign(sign):
    text = text_of(pages_of(sheet.sheet([sign()]))[0])
    for words in (
        "使用登记证编号",
        "梯11渝A00001(20)",
        "使用单位",
        "重庆云岭物业服务有限公司",
        "单位内编号",
        "3号楼2单元1#",
        "设备代码",
        "31101089020200001",
        "登记机关",
        "渝中区市场监督管理局",
        "检验机构",
        "重庆市某检验院",
        "下次检验日期",
        "2027年5月31日",
        "维保单位",
        "重庆顺安电梯工程有限公司",
        "投诉电话",
        "12315",
        "应急救援电话",
        "96333",
        "130421",
        "扫码查梯",
    ):
        assert words in text


def test_the_codes_of_a_printed_page_decode_to_their_addresses(sign, decode):
    signs = [sign("130421"), sign("880088"), sign("000007")]
    page = pages_of(sheet.sheet(signs, watermark="演示数据"))[0]
    assert decode(picture_of(page)) == [each.url for each in signs]


def test_a_hundred_signs_fill_their_pages_in_order(sign, decode):
    signs = [sign(f"{number:06}") for number in range(100)]
    seen = []
    pages = pages_of(sheet.sheet(iter(signs), progress=seen.append))
    assert len(pages) == 34
    assert seen == list(range(1, 101))
    assert [sum(f"{n:06}" in text_of(page) for n in range(100)) for page in pages] == [3] * 33 + [1]
    assert decode(picture_of(pages[-1])) == [signs[-1].url]


def test_pages_are_a4(sign):
    assert pages_of(sheet.sheet([sign()]))[0].get_size() == pytest.approx((210 * mm, 297 * mm), abs=0.01)


def test_empty_fields_print_a_dash(address):
    bare = SignFields(url=address(), using_unit=" \n ")
    assert [text for _, text in bare.rows()] == ["—"] * 9
    assert text_of(pages_of(sheet.sheet([bare]))[0]).count("—") == 9


def overlap(one, other):
    """Tell whether two characters run into each other by more than half a point."""
    return all(min(one[i + 2], other[i + 2]) - max(one[i], other[i]) > 0.5 for i in (0, 1))


@pytest.mark.parametrize("name", [LONG_NAME, LONG_NAME * 2, LONG_NAME * 3, LONG_NAME * 40, "A-1/" * 60])
def test_a_long_name_stays_in_its_row_and_off_the_code(sign, decode, name):
    printed = sign(using_unit=name, maintenance_unit=name)
    page = pages_of(sheet.sheet([printed]))[0]
    edge = (210 * mm - sheet.SIGN_WIDTH) / 2 + sheet.SIGN_WIDTH - 51 * mm  # the code's left edge
    boxes = boxes_of(page, {10.5, 9.5, 8.5, 7.5, 7.0, 6.5, 6.0, 5.5})
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    assert max(right for _, _, right, _ in boxes) < edge
    assert decode(picture_of(page)) == [printed.url]


def test_a_name_of_one_line_keeps_its_size_and_longer_ones_shrink_then_wrap():
    width = 95 * mm
    sizes = [sheet.fit("重" * count, width) for count in (5, 27, 30, 60, 90)]
    assert [(size, len(lines)) for size, lines in sizes] == [
        (10.5, 1),
        (9.5, 1),
        (8.5, 1),
        (7.5, 2),
        (5.5, 2),
    ]
    assert all("".join(lines) == "重" * n for (_, lines), n in zip(sizes, (5, 27, 30, 60, 90), strict=True))


def test_a_name_beyond_two_lines_says_that_it_goes_on():
    _, lines = sheet.fit("重" * 500, 95 * mm)
    assert len(lines) == 2
    assert lines[1].endswith("重…")


@pytest.mark.parametrize("name", ["𠮷野物业🏢", "a\tb\x00c", "<b>甲&乙</b>", "(甲)\\乙", "Ünïted Lïfts"])
def test_odd_characters_in_a_name_do_not_break_the_sheet(sign, decode, name):
    printed = sign(using_unit=name)
    assert decode(picture_of(pages_of(sheet.sheet([printed]))[0])) == [printed.url]


def test_a_watermark_prints_only_when_asked_for(sign):
    assert "演示数据" in text_of(pages_of(sheet.sheet([sign()], watermark="演示数据"))[0])
    assert "演示数据" not in text_of(pages_of(sheet.sheet([sign()]))[0])


def test_the_same_signs_give_the_same_bytes(sign):
    assert sheet.sheet([sign()]) == sheet.sheet([sign()])


def test_crop_marks_stand_outside_every_corner(sign):
    picture = picture_of(pages_of(sheet.sheet([sign()]))[0])
    left, top = (210 * mm - sheet.SIGN_WIDTH) / 2, (297 * mm - 3 * sheet.SIGN_HEIGHT - 2 * sheet.GAP) / 2
    away = 2 * mm
    for x, out in ((left, -away), (left + sheet.SIGN_WIDTH, away)):
        for y, up in ((top, -away), (top + sheet.SIGN_HEIGHT, away)):
            for mark in ((x + out, y), (x, y + up)):
                near = [round(3 * place) + step for place in mark for step in (-2, 3)]
                assert picture.crop((near[0], near[2], near[1], near[3])).getextrema()[0] < 200


def test_no_sign_is_no_sheet():
    with pytest.raises(ValueError, match=r"^signs: "):
        sheet.sheet([])


@pytest.mark.parametrize(
    "url",
    ["", "https://lift.example.cn", "130421", "HTTPS://LIFT.EXAMPLE.CN/E/130421", "31105001062011050006"],
)
def test_a_sign_needs_the_address_of_a_sign(url):
    with pytest.raises(ValueError, match=r"^url: "):
        SignFields(url=url)


def test_a_sign_shows_the_rescue_code_of_its_address_and_cannot_be_changed(sign):
    assert sign("880088").rescue_code == "880088"
    with pytest.raises(FrozenInstanceError):
        sign().url = "HTTPS://EVIL.EXAMPLE/E/130421/16TVM0MV"


def test_a_single_sign_image_decodes_to_its_address(sign, decode):
    assert decode(sheet.sign_image(sign())) == [sign().url]
