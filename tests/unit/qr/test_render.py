import io
import re
import xml.etree.ElementTree as ET

import pytest
import qrcode
from PIL import Image, ImageDraw

from qr import render

SVG = "{http://www.w3.org/2000/svg}"


def version(modules):
    return (len(modules) - 2 * render.QUIET_ZONE - 17) // 4


def draw_path(svg):
    """Paint the runs of our SVG's path, ten pixels a unit."""
    root = ET.fromstring(svg)
    width, height = (int(n) for n in root.get("viewBox").split()[2:])
    picture = Image.new("L", (width * 10, height * 10), 255)
    for x, y, length in re.findall(r"M(\d+),(\d+)h(\d+)v1h-\d+z", root.find(f"{SVG}path").get("d")):
        left, top = int(x) * 10, int(y) * 10
        ImageDraw.Draw(picture).rectangle((left, top, left + int(length) * 10 - 1, top + 9), fill=0)
    return picture


def draw_terminal(text):
    """Paint half-block characters, ten pixels a module."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
    picture = Image.new("L", (len(lines[0]) * 10, len(lines) * 20), 255)
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            x, y = column * 10, row * 20
            if block in "▀█":
                draw.rectangle((x, y, x + 9, y + 9), fill=0)
            if block in "▄█":
                draw.rectangle((x, y + 10, x + 9, y + 19), fill=0)
    return picture


@pytest.mark.parametrize("label", ["", "130421"])
@pytest.mark.parametrize("module", [3, 12])
def test_a_png_decodes_to_its_address(address, decode, label, module):
    assert decode(render.png(address(), label=label, module=module)) == [address()]


@pytest.mark.parametrize("label", ["", "130421"])
def test_an_svg_decodes_to_its_address(address, decode, label):
    assert decode(draw_path(render.svg(address(), label=label))) == [address()]


def test_a_terminal_code_decodes_to_its_address(address, decode):
    assert decode(draw_terminal(render.terminal(address()))) == [address()]


def test_each_terminal_line_sets_and_resets_both_colours(address):
    for line in render.terminal(address()).splitlines():
        assert line.startswith("\x1b[38;5;16;48;5;231m")
        assert line.endswith("\x1b[0m")


def test_the_code_is_smaller_than_in_byte_mode(address):
    as_bytes = qrcode.QRCode(error_correction=render.ERROR_CORRECTION)
    as_bytes.add_data(address().lower(), optimize=0)
    as_bytes.make()
    assert version(render.matrix(address())) < as_bytes.version


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("dianti.example.cn", 3),
        ("h" * 21, 3),
        ("h" * 22, 4),
        ("chati.scjgj.example-city.gov.cn", 4),
        ("h" * 41, 4),
    ],
)
def test_a_realistic_host_needs_version_four_at_most(address, host, expected):
    assert version(render.matrix(address(host=host))) == expected


def test_a_code_survives_a_scratch_over_a_tenth_of_it(address, decode):
    picture = Image.open(io.BytesIO(render.png(address())))
    ImageDraw.Draw(picture).line((150, 250, 350, 380), fill=255, width=36)
    assert decode(picture) == [address()]


def test_the_quiet_zone_is_four_light_modules_on_each_side(address):
    modules = render.matrix(address())
    rows_and_columns = [modules, list(zip(*modules, strict=True))]
    for lines in rows_and_columns:
        assert not any(any(line) for line in lines[:4] + lines[-4:])
        assert any(lines[4])
        assert any(lines[-5])


def test_the_label_stands_under_the_code_and_leaves_it_alone(address):
    plain = Image.open(io.BytesIO(render.png(address())))
    labelled = Image.open(io.BytesIO(render.png(address(), label="130421")))
    assert labelled.crop((0, 0, *plain.size)).tobytes() == plain.tobytes()
    below = labelled.crop((0, plain.height, *labelled.size))
    assert below.getextrema()[0] == 0


def test_an_svg_label_is_escaped_text(address):
    root = ET.fromstring(render.svg(address(), label="<1> & 2"))
    assert root.find(f"{SVG}text").text == "<1> & 2"
    assert ET.fromstring(render.svg(address())).find(f"{SVG}text") is None


@pytest.mark.parametrize("draw", [render.png, render.svg])
@pytest.mark.parametrize("label", ["扫码查梯", "130421\n", "130421130"])
def test_a_label_that_cannot_be_drawn_is_refused_by_name(address, draw, label):
    with pytest.raises(ValueError, match=r"^label: "):
        draw(address(), label=label)


@pytest.mark.parametrize("draw", [render.png, render.svg, render.terminal])
@pytest.mark.parametrize("url", ["", "https://lift.example.cn/e/130421", "HTTPS://X/?A=1", "查梯", "A" * 129, "A\n"])
def test_an_address_that_does_not_suit_the_sign_is_refused_by_name(draw, url):
    with pytest.raises(ValueError, match=r"^url: "):
        draw(url)
