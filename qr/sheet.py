"""Lay usage signs out for the printer: an A4 sheet with crop marks, or one plain picture a lift."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from paper import text
from qr import payload, render

SIGNS_PER_PAGE = 3
SIGN_WIDTH, SIGN_HEIGHT, GAP = 180 * mm, 84 * mm, 8 * mm
RESCUE_PHONE = "96333"
EMPTY = "—"

_GREEN, _RED, _INK, _FAINT = HexColor(0x0B5D4A), HexColor(0xC4161C), HexColor(0x1A1A1A), HexColor(0xB9CCC6)
_WATERMARK = Color(0.55, 0.55, 0.55, alpha=0.28)

_MARGIN = 5 * mm
_TITLE_HEIGHT, _RESCUE_HEIGHT = 12 * mm, 17 * mm
_QR_SIDE = 46 * mm
_QR_LEFT = SIGN_WIDTH - _MARGIN - _QR_SIDE
_VALUE_LEFT = _MARGIN + 28 * mm
_TABLE_RIGHT = _QR_LEFT - 3 * mm
_VALUE_WIDTH = _TABLE_RIGHT - _VALUE_LEFT
_TABLE_TOP = SIGN_HEIGHT - _TITLE_HEIGHT - 0.5 * mm
_ROW_HEIGHT = (_TABLE_TOP - _RESCUE_HEIGHT - 0.5 * mm) / 9
_PLACE_SIZE = 9  # points
_ONE_LINE_SIZES, _TWO_LINE_SIZES = (10.5, 9.5, 8.5), (7.5, 7.0, 6.5, 6.0, 5.5)  # points


@dataclass(frozen=True)
class SignFields:
    """What one usage sign says, and the place where it belongs; an empty field prints as a dash.

    Source: TSG 08, the usage sign of a lift; 渝市监发〔2020〕84号 二（一）1 for the QR code.

    Raises:
        ValueError: the url is not a sign's address.
    """

    url: str
    certificate_number: str = ""
    using_unit: str = ""
    inside_number: str = ""
    device_code: str = ""
    registration_bureau: str = ""
    inspection_body: str = ""
    next_inspection: date | None = None
    maintenance_unit: str = ""
    complaint_phone: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        _scanned(self.url)

    @property
    def rescue_code(self) -> str:
        """Give the six digits the url carries, so that the printed code and the QR code cannot differ."""
        return _scanned(self.url).value

    def rows(self) -> list[tuple[str, str]]:
        """List the label and the words of each field of the table, in the order of the sign."""
        due = self.next_inspection
        return [
            ("使用登记证编号", _text(self.certificate_number)),
            ("设备代码", _text(self.device_code)),
            ("使用单位", _text(self.using_unit)),
            ("单位内编号", _text(self.inside_number)),
            ("登记机关", _text(self.registration_bureau)),
            ("检验机构", _text(self.inspection_body)),
            ("下次检验日期", f"{due.year}年{due.month}月{due.day}日" if due else EMPTY),
            ("维保单位", _text(self.maintenance_unit)),
            ("投诉电话", _text(self.complaint_phone)),
        ]


def troubles(sign: SignFields) -> list[str]:
    """List what of a sign cannot be printed as it is: characters that no typeface has, words without room."""
    found = []
    for label, words in sign.rows():
        if without := text.missing(words):
            found.append(f"{label}：“{'”“'.join(without)}”没有字形，印作{text.shown(without)}")
        if "".join(fit(text.shown(words), _VALUE_WIDTH)[1]) != text.shown(words):
            found.append(f"{label}：太长，没有印全")
    return found


def sign_image(sign: SignFields) -> bytes:
    """Draw one lift's QR code with its rescue code under it as PNG, for a unit that prints its own plate."""
    return render.png(sign.url, label=sign.rescue_code)


def sheet(signs: Iterable[SignFields], progress: Callable[[int], object] | None = None, watermark: str = "") -> bytes:
    """Lay the signs out on A4 pages with crop marks.

    Args:
        signs: the signs in printing order; read once, so a generator will do.
        progress: called after each sign with the number of signs drawn so far.
        watermark: a line laid over each sign's table, such as 演示数据.

    Returns:
        A PDF, the same bytes for the same signs.

    Raises:
        ValueError: there is no sign, or a url cannot be encoded.
    """
    buffer = io.BytesIO()
    first = text.base()
    canvas = Canvas(buffer, A4, invariant=True, lang="zh-CN", initialFontName=first)  # type: ignore[arg-type]  # a name
    canvas.setTitle("电梯使用标志")
    done = 0
    for done, sign in enumerate(signs, start=1):
        place = (done - 1) % SIGNS_PER_PAGE
        if place == 0 and done > 1:
            canvas.showPage()
        _place_sign(canvas, sign, place, watermark)
        if progress:
            progress(done)
    if done == 0:
        raise ValueError("signs: there is no sign to print")
    canvas.save()
    return buffer.getvalue()


def fit(words: str, width: float) -> tuple[float, list[str]]:
    """Choose the largest size at which the text fits, on one line or else on two.

    Args:
        words: one line, as it is shown.
        width: points.

    Returns:
        The size in points and the lines; what two lines of the smallest size cannot hold ends in "…".
    """
    for size in _ONE_LINE_SIZES:
        if text.width(words, size) <= width:
            return size, [words]
    for size in _TWO_LINE_SIZES:
        lines = _split(words, size, width)
        if len(lines) <= 2:
            return size, lines
    second = lines[1]
    while text.width(second + "…", size) > width:
        second = second[:-1]
    return size, [lines[0], second + "…"]


def _place_sign(canvas: Canvas, sign: SignFields, place: int, watermark: str) -> None:
    width, height = A4
    stack = SIGNS_PER_PAGE * SIGN_HEIGHT + (SIGNS_PER_PAGE - 1) * GAP
    canvas.saveState()
    canvas.translate((width - SIGN_WIDTH) / 2, (height + stack) / 2 - SIGN_HEIGHT - place * (SIGN_HEIGHT + GAP))
    _draw_crop_marks(canvas)
    _draw_place(canvas, sign)
    _draw_title(canvas)
    _draw_table(canvas, sign.rows())
    _draw_rescue(canvas, sign.rescue_code)
    _draw_watermark(canvas, watermark)
    _draw_code(canvas, sign.url)
    canvas.setStrokeColor(_GREEN)
    canvas.setLineWidth(1.2)
    canvas.rect(0.6, 0.6, SIGN_WIDTH - 1.2, SIGN_HEIGHT - 1.2)
    canvas.restoreState()


def _draw_crop_marks(canvas: Canvas) -> None:
    near, far = 1 * mm, 3.5 * mm
    canvas.setStrokeColor(_INK)
    canvas.setLineWidth(0.3)
    for x, out in ((0, -1), (SIGN_WIDTH, 1)):
        for y, up in ((0, -1), (SIGN_HEIGHT, 1)):
            canvas.line(x + out * near, y, x + out * far, y)
            canvas.line(x, y + up * near, x, y + up * far)


def _draw_place(canvas: Canvas, sign: SignFields) -> None:
    """Say above the sign, outside what is cut out, where it is to be put up."""
    lines = _split(text.shown(" ".join(sign.place.split())), _PLACE_SIZE, SIGN_WIDTH - 40 * mm)
    canvas.setFillColor(_INK)
    text.draw(canvas, _MARGIN, SIGN_HEIGHT + 2.4 * mm, lines[0], _PLACE_SIZE)
    text.draw(canvas, SIGN_WIDTH - _MARGIN, SIGN_HEIGHT + 2.4 * mm, sign.rescue_code, _PLACE_SIZE, align=text.RIGHT)


def _draw_title(canvas: Canvas) -> None:
    bottom = SIGN_HEIGHT - _TITLE_HEIGHT
    canvas.setFillColor(_GREEN)
    canvas.rect(0, bottom, SIGN_WIDTH, _TITLE_HEIGHT, stroke=0, fill=1)
    canvas.setFillColor(white)
    text.draw(canvas, SIGN_WIDTH / 2, bottom + 3.4 * mm, "电梯使用标志", 21, align=text.MIDDLE, space=6)


def _draw_table(canvas: Canvas, rows: list[tuple[str, str]]) -> None:
    for number, (label, words) in enumerate(rows):
        bottom = _TABLE_TOP - (number + 1) * _ROW_HEIGHT
        canvas.setFillColor(_GREEN)
        text.draw(canvas, _MARGIN, bottom + (_ROW_HEIGHT - 7) / 2, label, 9.5)
        canvas.setFillColor(_INK)
        _draw_value(canvas, words, bottom)
        canvas.setStrokeColor(_FAINT)
        canvas.setLineWidth(0.4)
        if number < len(rows) - 1:
            canvas.line(_MARGIN, bottom, _TABLE_RIGHT, bottom)


def _draw_value(canvas: Canvas, words: str, bottom: float) -> None:
    size, lines = fit(text.shown(words), _VALUE_WIDTH)
    leading = size * 1.08
    baseline = bottom + _ROW_HEIGHT / 2 + leading * (len(lines) - 1) / 2 - size * 0.36
    for line in lines:
        text.draw(canvas, _VALUE_LEFT, baseline, line, size)
        baseline -= leading


def _draw_rescue(canvas: Canvas, rescue_code: str) -> None:
    canvas.setFillColor(_RED)
    canvas.rect(0, 0, SIGN_WIDTH, _RESCUE_HEIGHT, stroke=0, fill=1)
    canvas.setFillColor(white)
    text.draw(canvas, _MARGIN, 9.2 * mm, "应急救援电话", 12)
    text.draw(canvas, 88 * mm, 9.2 * mm, "救援识别码", 12)
    text.draw(canvas, _MARGIN, 4.4 * mm, "被困请拨打，勿扒门", 8)
    text.draw(canvas, 88 * mm, 4.4 * mm, "报出这六位数字", 8)
    text.draw(canvas, _MARGIN + 30 * mm, 4.4 * mm, RESCUE_PHONE, 34, weight=text.BOLD)
    edge = SIGN_WIDTH - _MARGIN
    text.draw(canvas, edge, 3.7 * mm, rescue_code, 40, weight=text.BOLD, align=text.RIGHT, space=3)


def _draw_watermark(canvas: Canvas, watermark: str) -> None:
    if not watermark:
        return
    canvas.saveState()
    canvas.translate((_MARGIN + _TABLE_RIGHT) / 2, (_TABLE_TOP + _RESCUE_HEIGHT) / 2)
    canvas.rotate(20)
    canvas.setFillColor(_WATERMARK)
    size = min(48, 90 * mm / text.width(watermark, 1))
    text.draw(canvas, 0, -size * 0.36, watermark, size, align=text.MIDDLE)
    canvas.restoreState()


def _draw_code(canvas: Canvas, url: str) -> None:
    modules = render.matrix(url)
    module = _QR_SIDE / len(modules)
    top = _TABLE_TOP
    canvas.setFillColor(white)
    canvas.rect(_QR_LEFT, top - _QR_SIDE, _QR_SIDE, _QR_SIDE, stroke=0, fill=1)
    path = canvas.beginPath()
    for column, row, length in render.runs(modules):
        path.rect(_QR_LEFT + column * module, top - (row + 1) * module, length * module, module)
    canvas.setFillColor(black)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.setFillColor(_GREEN)
    middle = _QR_LEFT + _QR_SIDE / 2
    text.draw(canvas, middle, top - _QR_SIDE - 3.4 * mm, "扫码查梯", 15, align=text.MIDDLE, space=3)


def _split(words: str, size: float, width: float) -> list[str]:
    lines, length = [""], 0.0
    for character in words:
        length += text.width(character, size)
        if length > width:
            lines.append("")
            length = text.width(character, size)
        lines[-1] += character
    return lines


def _scanned(url: str) -> payload.Scanned:
    """Read the address of a usage sign."""
    scanned = payload.parse(url)
    if scanned is None or scanned.tag is None:
        raise ValueError(f"url: {url!r} is not the address of a usage sign")
    return scanned


def _text(value: str) -> str:
    return " ".join(value.split()) or EMPTY
