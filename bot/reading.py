"""What a typed text means: one form, commands, cries for help, hints at a category."""

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.state import Lift, Neighbour
from bot.wire import Incoming
from config import About, ConfigError, Files, load, references

FILE = "dialogue"
WHICH = "which"
_PLAIN = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))} | {
    0x3000: " ",
    ord("<"): "〈",
    ord(">"): "〉",
}


def rules() -> Mapping[str, Any]:
    """Return what config/dialogue.toml says."""
    return load(FILE)


def is_emergency(message: Incoming) -> bool:
    """Tell whether somebody says that people are trapped."""
    text = plain(message.text)
    return message.kind == "text" and any(word in text for word in rules()["trapped"])


def plain(text: str) -> str:
    """Bring a typed text to one form: plain digits and letters, plain blanks, and no angle brackets of our links."""
    return text.translate(_PLAIN).strip()


def command(text: str) -> str | None:
    """Return the command that a text is, if it is exactly one."""
    return next((name for name, words in rules()["commands"].items() if text.lower() in words), None)


def neighbourly(text: str, seen: Lift | None = None) -> Neighbour | None:
    """Return what a text asks as a neighbour, None where it has no form of [neighbours].

    Args:
        text: as typed, in its plain form.
        seen: the lift that a text without a code is about; without one, words are only words and a bare verb is asked
            which lift it means.
    """
    for verb, form in _forms().items():
        if found := form.fullmatch(text):
            given = {name: (value or "").strip() for name, value in found.groupdict().items()}
            code, words = given.get("code", ""), given.get("words", "")
            if code or "code" not in given:
                return Neighbour(verb, code, words)
            if seen:
                return Neighbour(verb, seen.code, words)
            return None if words else Neighbour(WHICH)
    return None


def hinted(text: str) -> str:
    """Guess the category of a sentence from its words."""
    return next((key for key, words in rules()["hints"].items() if any(word in text for word in words)), "other")


def is_over(since: datetime | None, limit: str, now: datetime) -> bool:
    """Tell whether a time limit of config/dialogue.toml has run out."""
    return since is not None and now - since > timedelta(seconds=rules()[limit])


@references
def _dialogue_fits(files: Files) -> Iterator[ConfigError]:
    """A hint leads to a category, a menu key says a command, and no word is two commands."""
    about = About(files, FILE)
    categories = files["complaints"]["categories"]
    for name in about.data["hints"]:
        if name not in categories:
            yield about.wrong(("hints", name), "a category of complaints.toml expected")
    words = [word for _, word in about.each("commands.*.*")]
    yield from about.known("menu.*", words, "a word of [commands]")
    yield from about.unique("commands.*.*")


@functools.cache
def _forms() -> dict[str, re.Pattern[str]]:
    return {verb: re.compile(form, re.DOTALL) for verb, form in rules()["neighbours"].items()}
