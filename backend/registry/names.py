"""The names that an estate or a unit bears and bore, and what two spellings of one name share."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.foundation import forms

LONGEST = 100  # characters


def name_key(name: str) -> str:
    """Return what two spellings of one name share: brackets, letters and digits in either width, blanks or none."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def borne(name: str, since: datetime | None) -> dict[str, Any]:
    """Return a name as it stands among `names`; since when it holds may not be known."""
    return {"name": name, "key": name_key(name), "since": since}


def former(stored: Mapping[str, Any]) -> list[str]:
    """Return the names that an estate or a unit bore before the present one, the oldest first, each once."""
    key = name_key(stored["name"])
    return list(dict.fromkeys(one["name"] for one in stored.get("names", ()) if one["key"] != key))


def checked(name: str) -> str:
    """Return a new name as it may be stored.

    Raises:
        BadInput: it is empty or too long.
    """
    return forms.words("name", name, LONGEST, "请写新的名称")


def reason_of(text: str) -> str:
    """Return why a name is changed, for the record.

    Raises:
        BadInput: it is empty or too long.
    """
    return forms.words("reason", text, 200, "请写明原因")
