"""Draw a usage sign's address as a QR code: PNG, SVG or a terminal."""

import io
import re
from html import escape

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.util import QRData

# Signs get scratched: Q mends a quarter of the code where M mends 15 %, and costs nothing up to a host of
# 21 characters (both need version 3); it stays at version 4 up to 41.
ERROR_CORRECTION = ERROR_CORRECT_Q
QUIET_ZONE = 4  # modules on each side, the least that ISO/IEC 18004 allows

URL_LIMIT = 128  # characters; a longer address makes modules too small to scan at arm's length

_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
_LABEL = re.compile(r"[ -~]{0,8}")  # what fits under the smallest code
_LABEL_HEIGHT = 7  # modules of text height under the code
# Both colours are set, from the fixed part of the 256-colour palette, so that the theme does not matter.
_BLACK_ON_WHITE, _RESET = "\x1b[38;5;16;48;5;231m", "\x1b[0m"
_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def matrix(url: str) -> list[list[bool]]:
    """Encode the address in alphanumeric mode.

    Args:
        url: an address of QR alphanumeric characters, as `payload.url()` writes it.

    Returns:
        Square rows of modules, True for dark, the quiet zone included.

    Raises:
        ValueError: the address has other characters, or is too long to scan from a sign.
    """
    if not _ALPHANUMERIC.fullmatch(url):
        raise ValueError(f"url: {url!r} must hold only upper-case letters, digits and $%*+-./: or blanks")
    if len(url) > URL_LIMIT:
        raise ValueError(f"url: {len(url)} characters are more than the {URL_LIMIT} a sign can carry")
    code = qrcode.QRCode(error_correction=ERROR_CORRECTION, border=QUIET_ZONE)
    code.add_data(QRData(url.encode("ascii")))
    return code.get_matrix()


def runs(modules: list[list[bool]]) -> list[tuple[int, int, int]]:
    """List the horizontal runs of dark modules as (column, row, length), counted from the top left."""
    found = []
    for row, line in enumerate(modules):
        bits = "".join("#" if dark else " " for dark in line)
        found += [(run.start(), row, len(run.group())) for run in re.finditer("#+", bits)]
    return found


def png(url: str, label: str = "", module: int = 12) -> bytes:
    """Draw the code as a black and white picture.

    Args:
        url: the address of the sign.
        label: a few ASCII characters under the code, usually the rescue code.
        module: pixels a module.

    Raises:
        ValueError: the address or the label cannot be drawn; the message begins with its name.
    """
    _require_label(label)
    modules = matrix(url)
    side = len(modules) * module
    extra = (_LABEL_HEIGHT + QUIET_ZONE) * module if label else 0
    picture = Image.new("L", (side, side + extra), 255)
    draw = ImageDraw.Draw(picture)
    for column, row, length in runs(modules):
        x, y = column * module, row * module
        draw.rectangle((x, y, x + length * module - 1, y + module - 1), fill=0)
    if label:
        font = ImageFont.load_default(size=_LABEL_HEIGHT * module)
        bold = module // 6
        draw.text((side / 2, side + bold), label, font=font, fill=0, anchor="mt", stroke_width=bold)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def svg(url: str, label: str = "") -> str:
    """Draw the code as an SVG document, one unit a module, on a white ground.

    Args:
        url: the address of the sign.
        label: a few ASCII characters under the code, usually the rescue code.

    Raises:
        ValueError: the address or the label cannot be drawn; the message begins with its name.
    """
    _require_label(label)
    modules = matrix(url)
    side = len(modules)
    height = side + (_LABEL_HEIGHT + QUIET_ZONE if label else 0)
    path = "".join(f"M{column},{row}h{length}v1h-{length}z" for column, row, length in runs(modules))
    text = (
        f'<text x="{side / 2}" y="{side + _LABEL_HEIGHT - 1}" font-family="sans-serif" font-weight="bold" '
        f'font-size="{_LABEL_HEIGHT}" text-anchor="middle">{escape(label)}</text>'
        if label
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {height}">'
        f'<rect width="{side}" height="{height}" fill="#fff"/>'
        f'<path d="{path}" fill="#000" shape-rendering="crispEdges"/>{text}</svg>'
    )


def terminal(url: str) -> str:
    """Draw the code in half-block characters, two rows of modules a line, black on white on any theme."""
    modules = matrix(url)
    modules.append([False] * len(modules))  # a code has an odd number of rows
    return "".join(
        _BLACK_ON_WHITE + "".join(_HALF_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) + _RESET + "\n"
        for upper, lower in zip(modules[::2], modules[1::2], strict=True)
    )


def _require_label(label: str) -> None:
    if not _LABEL.fullmatch(label):
        raise ValueError(f"label: {label!r} must be at most eight characters of printable ASCII")
