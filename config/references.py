"""What one configuration file says about another: asked by whoever understands it, once every file has its shape."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from config.files import ConfigError, Files, dotted
from config.shapes import Key

Check = Callable[[Files], Iterable[ConfigError]]
checks: list[Check] = []


def references(check: Check) -> Check:
    """Register a function that is given all files and yields what does not fit together."""
    checks.append(check)
    return check


class About:
    """One file under examination: finds values by a pattern and words the errors."""

    def __init__(self, files: Files, name: str) -> None:
        self.file, self.data = files.file(name), files[name]

    def wrong(self, key: Key, expected: str) -> ConfigError:
        """Make an error about a key."""
        return ConfigError(self.file, dotted(key, self.data), expected)

    def each(self, pattern: str) -> Iterator[tuple[Key, Any]]:
        """Find values.

        Args:
            pattern: keys with dots between them; `*` is every name of a table or every place of a list, `**` any way
                down. What is left out is passed over.

        Yields:
            (where, value).
        """
        yield from _each(self.data, pattern.split("."), ())

    def known(self, pattern: str, among: Collection[Any], what: str) -> Iterator[ConfigError]:
        """Yield an error for each value that is none of those known.

        Args:
            pattern: see `each`.
            among: the values that are known.
            what: what they are, such as "a letter of letters.toml".
        """
        for key, value in self.each(pattern):
            if value not in among:
                yield self.wrong(key, f"{what} expected, not {value!r}")

    def unique(self, pattern: str) -> Iterator[ConfigError]:
        """Yield an error for each value that stood there before."""
        seen = set()
        for key, value in self.each(pattern):
            if value in seen:
                yield self.wrong(key, f"each only once, but {value!r} is there already")
            seen.add(value)


def _each(value: Any, steps: list[str], key: Key) -> Iterator[tuple[Key, Any]]:
    if not steps:
        yield key, value
        return
    step, rest = steps[0], steps[1:]
    if step == "**":
        yield from _each(value, rest, key)
    for name, inner in _within(value):
        if step == "**":
            yield from _each(inner, steps, (*key, name))
        elif step in ("*", name):
            yield from _each(inner, rest, (*key, name))


def _within(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()
