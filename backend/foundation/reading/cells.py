"""What a cell of somebody else's table means: its text as a reader sees it, or why it cannot be read."""

import re
import unicodedata
from datetime import date

from backend.foundation.text import one_line

DIGITS_KEPT = 15  # of a number, by every spreadsheet
LOST = f"数字太长，表格软件只留下了前 {DIGITS_KEPT} 位，请把这一列设为文本格式后重新填写"
NOT_COMPUTED = "公式没有计算结果，请在表格软件中打开、保存后再导入，或粘贴为数值"
COVERED = "和左边的单元格合并在一起，没有自己的值"
_WRAPPED = re.compile(r'=\s*"((?:[^"]|"")*)"')
_ERROR = re.compile(r"#(?:N/A|GETTING_DATA|DIV/0!|[A-Z_]+[!?]|#+)|ERR:\d+", re.IGNORECASE)
_ERRORS_BEGIN = tuple("#＃EeＥｅ")
_ROUNDED = re.compile(r"[+-]?(?:\d+(?:\.\d+)?E[+-]\d+|\d\.\d+E\d+)", re.IGNORECASE)
_PADDED = re.compile(rf"[1-9]\d{{{DIGITS_KEPT - 1}}}0{{5,}}")


class BadCell(ValueError):
    """A cell that cannot be read; the message says why, in Chinese."""


class Literal(str):
    """A text that was marked as one by a leading `'`: never a formula."""

    __slots__ = ()


class Number(str):
    """A number that is stored as one, in its shortest form."""

    __slots__ = ()
    epoch = date(1899, 12, 30)  # the day 0 of the file's calendar


class Number1904(Number):
    """A number of a file whose days are counted as on old Macintoshes."""

    __slots__ = ()
    epoch = date(1904, 1, 1)


class Day(str):
    """A day or moment that is stored as one, in ISO form."""

    __slots__ = ()


class Unreadable(str):
    """What stands in for a cell without a readable value."""

    __slots__ = ("reason",)
    reason: str


def unreadable(text: str, reason: str) -> Unreadable:
    """Return what stands in for a cell that cannot be read.

    Args:
        text: what can be said of it.
        reason: why it cannot be read, in Chinese.
    """
    cell = Unreadable(text)
    cell.reason = reason
    return cell


def as_typed(text: str) -> str:
    """Take the mark `'` off a text that was written after one."""
    return Literal(text[1:]) if text[:1] == "'" else text


def unwrapped(text: str) -> str | None:
    """Return the text that a formula `="…"` only wraps, None for any other."""
    wrapped = _WRAPPED.fullmatch(text)
    return wrapped[1].replace('""', '"') if wrapped else None


def meant(cell: str) -> str:
    """Return the text of a cell as a reader sees it: on one line, out of its `="…"`; a number or day stays one.

    Args:
        cell: as a table gives it.

    Raises:
        BadCell: it holds an error value, a formula without a result, or what nobody can see.
    """
    if isinstance(cell, Unreadable):
        raise BadCell(cell.reason)
    text = one_line(cell)
    if text[:1] == "=" and not isinstance(cell, Literal):
        wrapped = unwrapped(text)
        if wrapped is None:
            raise BadCell(NOT_COMPUTED)
        text = one_line(wrapped)
    if text[:1] in _ERRORS_BEGIN and _ERROR.fullmatch(unicodedata.normalize("NFKC", text)):
        raise BadCell(f"{text} 是表格软件的错误值，不是内容")
    if not text.isprintable():
        odd = next(char for char in text if not char.isprintable())
        raise BadCell(f"含有不能显示的字符 U+{ord(odd):04X}")
    return type(cell)(text) if isinstance(cell, (Number, Day)) else text


def lost_digits(text: str) -> bool:
    """Tell whether a text is what a spreadsheet left of a long number: rounded, or filled up with zeros."""
    if not text[-1:].isdigit():
        return False
    plain = unicodedata.normalize("NFKC", text)
    return bool(_ROUNDED.fullmatch(plain) or _PADDED.fullmatch(plain))
