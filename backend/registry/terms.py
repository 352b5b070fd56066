"""How lifts are found by words: one plain form of text, and the pairs of neighbouring characters that are indexed."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

QUERY_LIMIT = 64  # characters; longer than any estate with its address
_NOISE = re.compile(r"[\W_]+")
_SEARCHED = ("address", "estate_name", "building")


def plain(text: str) -> str:
    """Return the form in which text is compared: NFKC, lower case, no blanks or punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())


def identifier(text: str) -> str:
    """Return the form in which codes and certificate numbers are stored: NFKC, upper case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def text_of(lift: Mapping[str, Any]) -> str:
    """Return the text by which a lift is found: address, estate and building in one piece, so that a query may span."""
    return plain("".join(lift.get(name) or "" for name in _SEARCHED))


def terms_of(lift: Mapping[str, Any]) -> list[str]:
    """Return what `Lift.terms` holds.

    Args:
        lift: stored form, with `address`, `estate_name` and `building`.
    """
    return bigrams(text_of(lift))


def bigrams(text: str) -> list[str]:
    """Return the distinct pairs of neighbouring characters, sorted."""
    return sorted({text[i : i + 2] for i in range(len(text) - 1)})


def words(query: str) -> list[str]:
    """Split a query at its blanks into plain words of two characters or more; a single character finds nothing."""
    parts = unicodedata.normalize("NFKC", query[:QUERY_LIMIT]).split()
    return [word for word in map(plain, parts) if len(word) > 1]
