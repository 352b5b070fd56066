"""The typefaces of Chati's papers: files of Noto, of which each paper carries the characters that it uses.

reportlab reads neither variable fonts nor PostScript outlines, so fontTools reads them here. Both work on one subset of
at most 256 characters at a time.
"""

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any
from weakref import WeakKeyDictionary

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.filterPen import DecomposingFilterPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as FontFile
from fontTools.ttLib import newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from reportlab.pdfbase.pdfmetrics import TypeFace, registerFont
from reportlab.pdfbase.ttfonts import FF_SYMBOLIC, TTEncoding, TTFNameBytes, TTFont, TTFontFace

REGULAR, BOLD = 400, 700
# In the order in which they are asked for a character. The third of the Chinese file's fonts has the mainland's shapes.
FILES = (
    ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", 2),
    ("manimgx_fonts", "NotoSans[wght].ttf", -1),
    ("manimgx_fonts", "NotoSansSymbols[wght].ttf", -1),
    ("manimgx_fonts", "NotoEmoji[wght].ttf", -1),
)
TABLES = (
    *("head", "hhea", "OS/2", "name", "cmap", "maxp", "hmtx", "vhea", "vmtx", "VORG"),
    *("fvar", "avar", "HVAR", "VVAR", "CFF2", "loca", "glyf", "gvar"),
)
CURVE_ERROR = 0.001  # em: how far an outline may stray where its curves are redrawn for TrueType
_reading = threading.RLock()  # a font file is read a glyph at a time, by one thread


class Face(TTFontFace):
    """The outlines of a font file at one weight."""

    _full_font = False

    def __init__(self, package: str, file: str, number: int, weight: int) -> None:
        TypeFace.__init__(self, None)
        font = _opened(package, file, number)
        self.filename = file
        self.name = TTFNameBytes(f"{font['name'].getDebugName(6).partition('-')[0]}-{weight}".encode())
        self.subfontNameX = b""
        self.charToGlyph: dict[int, str] = font.getBestCmap()
        self.glyphs = font.getGlyphSet(location={"wght": weight})
        self.curved = "glyf" in font
        self.em: int = font["head"].unitsPerEm
        self.metrics = {"ascent": font["hhea"].ascent, "descent": font["hhea"].descent}
        self.ascent = self._pdfScale(font["OS/2"].sTypoAscender)
        self.descent = self._pdfScale(font["OS/2"].sTypoDescender)
        self.capHeight = self._pdfScale(font["OS/2"].sCapHeight)
        self.bbox = [self._pdfScale(getattr(font["head"], side)) for side in ("xMin", "yMin", "xMax", "yMax")]
        self.flags, self.italicAngle, self.stemV, self.defaultWidth = FF_SYMBOLIC, 0, weight // 5, 0
        self.charWidths: dict[int, float] = {}

    def _pdfScale(self, units: float) -> float:
        return units * 1000 / self.em

    def getCharWidth(self, code: int) -> float:
        """Return the width of a character in thousandths of its size."""
        if code not in self.charWidths:
            name = self.charToGlyph.get(code)
            with _reading:
                self.charWidths[code] = self._pdfScale(self.glyphs[name].width) if name else self.defaultWidth
        return self.charWidths[code]

    def makeSubset(self, subset: Sequence[int]) -> bytes:
        """Make a TrueType font of the characters in their order, as `TTFontFile.makeSubset` would."""
        names = {code: f"u{code:04X}" if code in self.charToGlyph else ".notdef" for code in subset}
        with _reading:
            drawn = {name: self._drawn(code) for code, name in names.items() if name != ".notdef"}
        glyphs = {".notdef": TTGlyphPen(None).glyph(), **{name: glyph for name, (glyph, _) in drawn.items()}}
        widths = {".notdef": 0, **{name: width for name, (_, width) in drawn.items()}}
        builder = FontBuilder(self.em, isTTF=True)
        builder.updateHead(created=0, modified=0)  # the same words give the same paper
        builder.setupGlyphOrder(list(glyphs))
        builder.setupGlyf(glyphs)
        builder.setupHorizontalMetrics(
            {name: (width, getattr(glyphs[name], "xMin", 0)) for name, width in widths.items()}
        )
        builder.setupHorizontalHeader(**self.metrics)
        builder.setupPost(keepGlyphNames=False)
        builder.font["cmap"] = _byte_codes(names[code] for code in subset)
        out = BytesIO()
        builder.save(out)
        return out.getvalue()

    def _drawn(self, code: int) -> tuple[Any, int]:
        glyph, pen = self.glyphs[self.charToGlyph[code]], TTGlyphPen(None)
        quadratic = Cu2QuPen(pen, CURVE_ERROR * self.em, reverse_direction=not self.curved)
        glyph.draw(DecomposingFilterPen(quadratic, self.glyphs))
        return pen.glyph(), round(glyph.width)


class Font(TTFont):
    """A face as reportlab asks for it, whose text can be copied out of the paper, characters beyond U+FFFF too."""

    def __init__(self, name: str, face: Face) -> None:
        self.fontName, self.face, self.encoding = name, face, TTEncoding()
        self.state: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._asciiReadable = False  # else every paper carries all of ASCII in every face
        self.shapable = False

    def stringWidth(self, text: str, size: float, encoding: str = "utf-8") -> float:  # noqa: ARG002 - as reportlab calls it
        """Return the width of the text in points."""
        return sum(map(self.face.getCharWidth, map(ord, text))) * size / 1000

    def addObjects(self, doc: Any) -> None:
        """Add the subsets to the paper; reportlab writes code points where the standard (ISO 32000) has UTF-16."""
        subsets = self.state[doc].subsets
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            font = doc.idToObject["BasicFonts"].dict[f"{doc.fontMapping[self.fontName][1:]}+{number}"]
            doc.idToObject[font.ToUnicode.name].content = _to_unicode(font.BaseFont, subset)


@cache
def registered(weight: int) -> tuple[Font, ...]:
    """Return the fonts of a weight in the order in which they are asked for a character, known to reportlab by name."""
    fonts = tuple(Font(f"chati-{weight}-{place}", Face(*file, weight)) for place, file in enumerate(FILES))
    for font in fonts:
        registerFont(font)
    return fonts


@cache
def _opened(package: str, file: str, number: int) -> FontFile:
    """Read what is needed of a font file and close it: processes that fork would share their place in it."""
    with (
        resources.as_file(resources.files(package).joinpath(file)) as path,
        FontFile(path, lazy=True, fontNumber=number) as font,
    ):
        for tag in TABLES:
            font.get(tag)
        return font


def _byte_codes(names: Iterable[str]) -> Any:
    table, codes = newTable("cmap"), CmapSubtable.newSubtable(0)
    codes.platformID, codes.platEncID, codes.language = 1, 0, 0
    codes.cmap = {**dict.fromkeys(range(256), ".notdef"), **dict(enumerate(names))}
    table.tableVersion, table.tables = 0, [codes]
    return table


def _to_unicode(name: str, subset: Sequence[int]) -> str:
    lines = [
        f"<{place:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for place, code in enumerate(subset) if code
    ]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]  # as many as the standard allows
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def /CMapType 2 def 1 begincodespacerange <00> <FF> endcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )
