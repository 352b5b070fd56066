"""How lifts are found by words: one plain form of text, what is indexed of it, and a query read into what it asks."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.foundation.text import simplified

QUERY_LIMIT = 64  # characters; longer than any estate with its address
MOST_WORDS = 4
BEGINS, WHOLE, APART = "^", "=", "?"
LETTERS, INITIALS = "~", "'"
LETTERS_LENGTH = 3
_NOISE = re.compile(r"[\W_]+")
_BETWEEN = re.compile(r"[^\w#]+|_")
_NUMERALS = "〇零一二两三四五六七八九十百"
_COUNTED = re.compile(f"[{_NUMERALS}]+(?=号|栋|幢|座|单元|期|组团|#)")
# 3号楼, 3幢, 3座, 3#楼 and 3dong are one building; 2号梯, 2号电梯 and 2#梯 one lift of it.
_BUILDING = re.compile(r"([0-9]+|(?<![a-z])[a-z])(?:号楼|号栋|号幢|#楼|#栋|幢|栋|座|dong|#(?!梯|电梯))")
_UNIT = re.compile(r"([0-9]+|(?<![a-z])[a-z])(?:号单元|单元|danyuan)")
_LIFT = re.compile(r"([0-9]+|(?<![a-z])[a-z])(?:号|#)?(?:电梯|梯)")
_FORMS = ((_BUILDING, "栋"), (_UNIT, "单元"), (_LIFT, "梯"))
_DETAIL = re.compile(r"([0-9]+|(?<![a-z])[a-z])(栋|单元|梯)")
_BARE = re.compile(r"[0-9]+|[a-z]")

Detail = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed.

    Args:
        words: names of a place or a unit, plain.
        details: building, 单元 and lift within a place, such as ("3", "栋").
    """

    words: tuple[str, ...]
    details: frozenset[Detail]


def identifier(text: str) -> str:
    """Return the form in which codes and certificate numbers are stored: NFKC, upper case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def numbers(text: str) -> list[str]:
    """Return what of a typed text may be a lift's number: all of it, and each word of six characters or more."""
    parts = re.findall(r"[0-9A-Z]{6,}", unicodedata.normalize("NFKC", text).upper(), flags=re.ASCII)
    return list(dict.fromkeys([identifier(text), *parts]))


def plain(text: str) -> str:
    """Return the form in which text is compared: simplified, NFKC, lower case, one way to count, no punctuation."""
    return _NOISE.sub("", _counted(_BETWEEN.sub("", simplified(text))))


def place_of(lift: Mapping[str, Any]) -> str:
    """Return the text of a lift's site: address and estate in one piece, so that a query may span them."""
    return plain("".join(lift.get(name) or "" for name in ("address", "estate_name")))


def details_of(lift: Mapping[str, Any]) -> set[Detail]:
    """Return building, 单元 and number of a lift, however they were written."""
    building = plain(lift.get("building") or "")
    bare = {(building, "栋")} if _BARE.fullmatch(building) else set()
    inside = plain(lift.get("inside_number") or "")
    bare |= {(inside, "梯")} if _BARE.fullmatch(inside) else set()
    # 1号 of a lift's own number is its number; of an address it is a house.
    bare |= {(inside[:-1], "梯")} if inside.endswith("号") else set()
    written = "".join(f" {plain(lift.get(name) or '')}" for name in ("address", "building", "inside_number"))
    return bare | set(_DETAIL.findall(written))


def terms_of(text: str, name: str, letters: str, initials: str) -> list[str]:
    """Return what is indexed of a site or unit, sorted.

    Args:
        text: all it is found by, plain.
        name: the part that is its name, plain.
        letters: its pinyin.
        initials: the first letters of it.
    """
    terms = {*text, *grams(text), *(f"{a}{APART}{b}" for a, b in zip(text, text[2:], strict=False))}
    terms |= {WHOLE + name, BEGINS + name[:1], BEGINS + name[:2]} if name else set()
    return sorted(terms | set(_letter_grams(letters)) | set(_initial_grams(initials)))


def grams(word: str) -> list[str]:
    """Return the pairs of neighbouring characters, or the one character there is."""
    return sorted({word[i : i + 2] for i in range(len(word) - 1)}) or [word]


def forms(word: str) -> Iterator[list[str]]:
    """Yield the sets of terms by which something has a word: as it is written, and as pinyin where it is letters."""
    yield grams(word)
    if word.isascii() and word.isalpha():
        if len(word) >= LETTERS_LENGTH:
            yield _letter_grams(word)
        if len(word) > 1:
            yield _initial_grams(word)


def variants(word: str) -> Iterator[list[str]]:
    """Yield the sets of terms of what has a word but for one character that is wrong, missing or too many."""
    for i in range(len(word)):
        before, after = word[:i], word[i + 1 :]
        kept = [gram for part in (before, after) if part for gram in grams(part)]
        wrong = [f"{before[-1]}{APART}{after[0]}"] if before and after else []
        yield sorted({*kept, *wrong})
        yield grams(before + after)
        if before:
            yield sorted({*grams(before), *grams(word[i:]), f"{before[-1]}{APART}{word[i]}"})


def read(query: str) -> Query:
    """Read what somebody typed: words split at blanks, and the details cut out of them."""
    words, details = [], set()
    for part in _counted(query[:QUERY_LIMIT]).split():
        details |= {(number, kind) for number, kind in _DETAIL.findall(part)}
        words += [_name(plain(word)) for word in _DETAIL.sub(" ", part).split()]
    kept = [word for word in dict.fromkeys(words) if word and not (details and word == "电梯")]
    return Query(tuple(kept[:MOST_WORDS]), frozenset(details))


def _name(word: str) -> str:
    return word.removesuffix("小区") or word


def _counted(text: str) -> str:
    """Return text simplified and in lower case, its buildings, units and lifts counted in one way."""
    shown = simplified(text).lower()
    shown = _COUNTED.sub(lambda found: str(_value(found[0])), shown)
    for form, kind in _FORMS:
        shown = form.sub(rf"\1{kind}", shown)
    return shown


def _value(numeral: str) -> int:
    """Return the number that Chinese numerals mean: 三 3, 十二 12, 一百零五 105, 二〇 20."""
    digits = [2 if char == "两" else int(unicodedata.numeric(char)) for char in numeral]
    if not set(numeral) & {"十", "百"}:
        return int("".join(map(str, digits)))
    total, last = 0, None
    for digit in digits:
        if digit >= 10:
            total, last = total + (1 if last is None else last) * digit, None
        else:
            last = digit
    return total + (last or 0)


def _letter_grams(letters: str) -> list[str]:
    places: Iterable[int] = range(len(letters) - LETTERS_LENGTH + 1)
    return sorted({LETTERS + letters[i : i + LETTERS_LENGTH] for i in places})


def _initial_grams(initials: str) -> list[str]:
    return sorted({INITIALS + initials[i : i + 2] for i in range(len(initials) - 1)})


def is_near(word: str, text: str) -> bool:
    """Tell whether a text has a word but for one character that is wrong, missing or too many."""
    row: Sequence[int] = [0] * (len(text) + 1)  # how far the word so far is from a piece that ends here
    for place, char in enumerate(word, start=1):
        next_row = [place]
        for i, other in enumerate(text, start=1):
            next_row.append(min(row[i] + 1, next_row[i - 1] + 1, row[i - 1] + (char != other)))
        row = next_row
    return min(row) <= 1
