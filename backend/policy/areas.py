"""Which district people mean: its name, or that of a street or town in it, read out of their own words."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from backend.policy import jurisdictions
from config import About, ConfigError, Files, load, references

STREETS = "streets"
SHORTEST = 2  # 忠县 is not meant by 忠
_CITY = re.compile(r"^\s*重庆市?\s*")
_KIND = re.compile(r"((土家族|苗族)+自治县|新区|高新区|经开区|区|县)$")


@dataclass(frozen=True, slots=True)
class Named:
    """A district that words begin with: its id, and the words that follow."""

    id: str
    rest: str


def leading(text: str) -> Named | None:
    """Return the district that words begin with: by its name, or by the short form of it as a word of its own.

    Args:
        text: as typed, in simplified characters; 重庆 before it is passed over.
    """
    text = _CITY.sub("", text).strip()
    word = text.split()[0] if text else ""
    for name, jurisdiction in _names():
        if text.startswith(name):
            return Named(jurisdiction, text[len(name) :].strip())
        if word == _short(name):
            return Named(jurisdiction, text[len(word) :].strip())
    return None


def meant(text: str) -> str | None:
    """Return the id of the one district that words name, by itself or by a street of it; None where they do not.

    Args:
        text: where something is, as people wrote it, in simplified characters.
    """
    if begun := leading(text):
        return begun.id
    named = {jurisdiction for name, jurisdiction in _names() if name in text}
    found = named or {jurisdiction for name, jurisdiction in _streets() if name in text}
    return found.pop() if len(found) == 1 else None


def districts(on: date) -> list[str]:
    """List the names of the districts in which lifts are supervised on a day, for choosing one.

    Args:
        on: local date.
    """
    return [one.name for one in jurisdictions.all_on(on)]


@functools.cache
def _names() -> tuple[tuple[str, str], ...]:
    """Return the name of every district with its id, the longest first; of two of a name the one that lasts longer."""
    lasting = sorted(jurisdictions.register().values(), key=lambda one: one.valid_to is None)
    names = {one.name: one.id for one in lasting if one.id != jurisdictions.MUNICIPAL}
    return tuple(sorted(names.items(), key=lambda named: -len(named[0])))


def _short(name: str) -> str | None:
    short = _KIND.sub("", name)
    return short if len(short) >= SHORTEST else None


@functools.cache
def _streets() -> tuple[tuple[str, str], ...]:
    return tuple((name, jurisdiction) for jurisdiction, names in load(STREETS)["streets"].items() for name in names)


@references
def _streets_lie_in_one_district(files: Files) -> Iterator[ConfigError]:
    """Each street lies in a district that there is, and in no other."""
    about, known = About(files, STREETS), {row["id"] for row in files["jurisdictions"]["jurisdiction"]}
    seen: set[str] = set()
    for jurisdiction, names in about.data["streets"].items():
        if jurisdiction not in known:
            yield about.wrong(("streets", jurisdiction), "the id of a jurisdiction expected")
        for name in names:
            if name in seen:
                yield about.wrong(("streets", jurisdiction), f"a name of one district expected, {name!r} is twice")
            seen.add(name)
