"""What stands beside the sheets of a workbook: their names, the shared strings, and which formats are days."""

import posixpath
import sys
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.escape import unescape

from backend.foundation.reading import xml_stream
from backend.foundation.reading.xml_stream import TooLargeError

PART_LIMIT = 4 << 20  # bytes of the list of sheets
STYLES_LIMIT = 64 << 20  # bytes; they are read for a number each
STYLES = 66_000  # a spreadsheet makes at most 65,490
SHARED_LIMIT = 512 << 20  # bytes, unpacked
SHARED_HELD = 256 << 20  # bytes of memory for shared strings; a million lifts need less
CELL_LIMIT = 32_767  # characters, of every spreadsheet
SHEETS = 1000
# Formats that a Chinese spreadsheet has built in beyond those of ECMA-376, 18.8.30: days, and hours of a day.
_CHINESE_DAYS = frozenset((*range(27, 37), *range(50, 59)))


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its name, its part of the archive, and whether a reader sees it."""

    name: str
    part: str
    visible: bool


@dataclass
class Workbook:
    """A workbook without its cells.

    Args:
        sheets: in their order.
        strings: shared strings by number.
        days: numbers of the cell styles that show a day.
        padded: number of a cell style -> digits it fills up with zeros.
        old_days: whether its days are counted from 1904.
    """

    sheets: list[Sheet]
    strings: Sequence[str]
    days: Collection[int]
    padded: dict[int, int]
    old_days: bool


def read(archive: zipfile.ZipFile) -> Workbook:
    """Read everything of a workbook but its cells.

    Raises:
        TooLargeError: a part goes beyond its bound.
        KeyError, ValueError: it is damaged.
    """
    parts = {name.lower(): name for name in archive.namelist()}
    listed, relations, styles, strings = _Listed(), _Relations(), _Styles(), _Strings()
    for part, handler, limit in (
        ("xl/workbook.xml", listed, PART_LIMIT),
        ("xl/_rels/workbook.xml.rels", relations, PART_LIMIT),
        ("xl/styles.xml", styles, STYLES_LIMIT),
        ("xl/sharedstrings.xml", strings, SHARED_LIMIT),
    ):
        if part in parts or part.startswith(("xl/w", "xl/_")):
            for _ in xml_stream.parse(archive, parts[part], handler, limit):
                pass
    sheets = [
        Sheet(name, parts[target.lower()], visible)
        for name, relation, visible in listed.sheets
        if (target := relations.targets.get(relation)) and target.lower() in parts
    ]
    return Workbook(sheets, strings.found, styles.days(), styles.padded(), listed.old_days)


class _Listed:
    """Takes the list of sheets."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.old_days = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            self.old_days = attributes.get("date1904", "") in ("1", "true", "on")
        elif tag == "sheet":
            if len(self.sheets) >= SHEETS:
                raise TooLargeError(tag)
            relation = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            self.sheets.append((attributes["name"], relation, attributes.get("state", "visible") == "visible"))

    def text(self, data: str) -> None:
        pass

    def end(self, tag: str) -> None:
        pass


class _Relations:
    """Takes where the sheets stand; charts and the like are no sheets."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            self.targets[attributes["Id"]] = full

    def text(self, data: str) -> None:
        pass

    def end(self, tag: str) -> None:
        pass


class _Styles:
    """Takes the number formats of cell styles."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []
        self._of_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "cellXfs":
            self._of_cells = True
        elif tag == "xf" and self._of_cells:
            self._formats.append(int(attributes.get("numFmtId", 0)))
        elif tag == "numFmt":
            self._codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:CELL_LIMIT]
        if len(self._formats) > STYLES or len(self._codes) > STYLES:
            raise TooLargeError(tag)

    def text(self, data: str) -> None:
        pass

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._of_cells = False

    def days(self) -> frozenset[int]:
        return frozenset(i for i, number in enumerate(self._formats) if self._is_day(number))

    def padded(self) -> dict[int, int]:
        codes = {i: self._codes.get(number, "") for i, number in enumerate(self._formats)}
        return {i: len(code) for i, code in codes.items() if code.strip("0") == "" and len(code) > 1}

    def _is_day(self, number: int) -> bool:
        if number in self._codes:
            return is_date_format(self._codes[number])
        return number in _CHINESE_DAYS or is_date_format(BUILTIN_FORMATS.get(number))


@dataclass
class _Strings:
    """Takes the shared strings, without how they are to be spoken."""

    found: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _held: int = 0
    _length: int = 0
    _inside: bool = False
    _spoken: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as every handler
        if tag == "t":
            self._inside = not self._spoken
        elif tag == "rPh":
            self._spoken = True

    def text(self, data: str) -> None:
        if self._inside:
            self._length += len(data)
            if self._length > CELL_LIMIT:
                raise TooLargeError("t")
            self._pieces.append(data)

    def end(self, tag: str) -> None:
        if tag == "t":
            self._inside = False
        elif tag == "rPh":
            self._spoken = False
        elif tag == "si":
            text = plain_text(self._pieces)
            self._pieces, self._length = [], 0
            self.found.append(text)
            self._held += sys.getsizeof(text) + 8
            if self._held > SHARED_HELD:
                raise TooLargeError("si")


def plain_text(pieces: Sequence[str]) -> str:
    """Return the text of its pieces; `_x000D_` is how a workbook writes what XML cannot hold."""
    text = "".join(pieces)
    return unescape(text) if "_x" in text else text
