"""Text without what nobody sees around it, and cut to what there is room for, with … in place of what is missing."""

import functools
import re
import unicodedata

import opencc

MORE = "…"
CONTROL_ALLOWED = "\n\r\t"
# Blanks, and marks without a width of their own: a soft hyphen, joiners, directions, a byte order mark.
_UNSEEN = r"[\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+"
_AROUND = re.compile(rf"\A{_UNSEEN}|{_UNSEEN}\Z")
_MARKS = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")


def trimmed(text: str) -> str:
    """Return a text without blanks and unseen marks around it: nothing, where there is nothing to be seen."""
    return _AROUND.sub("", text)


def simplified(text: str) -> str:
    """Return a text in simplified characters of usual width, for comparing: 雲棲苑 and 云栖苑 are one name."""
    return str(_simplifier().convert(unicodedata.normalize("NFKC", text)))


@functools.cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def one_line(text: str) -> str:
    """Return a text on one line: each run of blanks or line ends is one blank, unseen marks go."""
    # Most texts have single blanks that are seen, and nothing to take away.
    if text.isprintable() and "  " not in text and not _MARKS.search(text):
        return text.strip()
    return " ".join(_MARKS.sub("", text).split())


def is_readable(text: str) -> bool:
    """Tell whether a text can be stored and read: no control characters but line ends, no halves of surrogate pairs."""
    return all(unicodedata.category(char) not in {"Cc", "Cs"} or char in CONTROL_ALLOWED for char in text)


def writable(text: str) -> str:
    """Return a text with a mark for each half of a surrogate pair, which no UTF-8 can hold."""
    return text.encode(errors="replace").decode()


def cut(text: str, length: int) -> str:
    """Cut a text to so many characters."""
    return text if len(text) <= length else text[: length - len(MORE)].rstrip() + MORE


def cut_bytes(text: str, length: int) -> str:
    """Cut a text to so many bytes of UTF-8 without splitting a character."""
    raw = text.encode()
    if len(raw) <= length:
        return text
    return raw[: length - len(MORE.encode())].decode(errors="ignore").rstrip() + MORE
