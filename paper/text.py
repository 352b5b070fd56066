"""Text set in the typefaces: each character in the first that has it; what none has is written as its code point."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfgen.canvas import Canvas

from paper.faces import BOLD, REGULAR, Font, registered

__all__ = ["BOLD", "LEFT", "MIDDLE", "REGULAR", "RIGHT", "base", "draw", "markup", "missing", "shown", "width"]

LEFT, MIDDLE, RIGHT = 0.0, 0.5, 1.0
# They choose, join or frame shapes and are none themselves: what they stand beside is read without them.
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_INVISIBLE = {"Cc", "Cf", "Cs", "Me"}


def shown(text: str) -> str:
    """Return what of the text is printed: without control and invisible characters, the missing ones as 〔U+2CB4E〕.

    Line breaks stay.
    """
    return "".join(
        character if character == "\n" or _font(character, REGULAR) else f"〔U+{ord(character):04X}〕"
        for character in _visible(text)
    )


def missing(text: str) -> str:
    """Return the characters that no typeface has, each once, in their order."""
    return "".join(dict.fromkeys(each for each in _visible(text) if each != "\n" and not _font(each, REGULAR)))


def base(weight: int = REGULAR) -> str:
    """Return the name of the font in which most text is set."""
    return registered(weight)[0].fontName


def width(text: str, size: float, weight: int = REGULAR) -> float:
    """Measure one line as it is printed, in points."""
    return sum(font.stringWidth(words, size) for font, words in _pieces(text, weight))


def draw(
    canvas: Canvas, x: float, y: float, text: str, size: float, *, weight: int = REGULAR, align: float = LEFT,
    space: float = 0,
) -> None:  # fmt: skip
    """Draw one line.

    Args:
        canvas: of the page.
        x: points, the place of the line that `align` names.
        y: points, the baseline.
        text: one line; what `shown` makes of it is drawn.
        size: points.
        weight: REGULAR or BOLD.
        align: LEFT, MIDDLE or RIGHT.
        space: points between two characters.
    """
    pieces = list(_pieces(text, weight))
    length = sum(font.stringWidth(words, size) + space * len(words) for font, words in pieces) - space
    line = canvas.beginText(x - align * length, y)
    if space:
        line.setCharSpace(space)
    for font, words in pieces:
        line.setFont(font.fontName, size)
        line.textOut(words)
    if space:
        line.setCharSpace(0)
    canvas.drawText(line)


def markup(text: str, weight: int = REGULAR) -> str:
    """Return the text as the inside of a reportlab paragraph whose font is `base`: nothing in it is markup."""
    first = base(weight)
    return "".join(
        escape(words) if font.fontName == first else f'<font name="{font.fontName}">{escape(words)}</font>'
        for font, words in _pieces(text, weight)
    ).replace("\n", "<br/>")


def _visible(text: str) -> Iterator[str]:
    for character in _SELECTORS.sub("", text):
        if character == "\n" or unicodedata.category(character) not in _INVISIBLE:
            yield character


def _pieces(text: str, weight: int) -> Iterator[tuple[Font, str]]:
    first = registered(weight)[0]

    def font(character: str) -> Any:
        return _font(character, weight) or first  # a line break

    for one, characters in groupby(shown(text), font):
        yield one, "".join(characters)


@lru_cache(maxsize=1 << 16)
def _font(character: str, weight: int) -> Font | None:
    return next((font for font in registered(weight) if ord(character) in font.face.charToGlyph), None)
