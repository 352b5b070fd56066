"""Who calls what in the product: its sources, followed from where it is entered along the names in them.

Nothing is run: a name that is imported, called or handed on as a value leads to what it stands for. A method is come to
when its class is, and something asks for an attribute of that name.
"""

import functools
import importlib.util
import pathlib
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from backend.policy.places import Module, Place

PACKAGES = ("backend", "bot")
POLICY = "backend.policy"  # is asked, and never asks by itself
APART = (
    "backend.policy.commands",
    "backend.demo",
)  # `chati policy …` and the made-up city are no process of the product
LIBRARY = {*sys.stdlib_module_names, "builtins"}  # its decorators change a function and hand it to nobody


class Calls:
    """The product's places, and the shortest way to each from where the product is entered."""

    def __init__(self, sources: Iterable[tuple[str, str]]) -> None:
        """Read sources.

        Args:
            sources: (module with dots, its text).
        """
        modules = [Module(name, text) for name, text in sources]
        self._scopes: dict[str, Mapping[str, str]] = {one.name: one.scope for one in modules}
        self._ours = {name.partition(".")[0] for name in self._scopes}
        self._places = {place.name: place for one in modules for place in one.places}
        for place in self._places.values():
            place.leads = {known for name in place.leads if (known := self._known(name)) and known != place.name}
            place.entered |= any(map(self._hands_on, place.decorators))
        self._from = self._followed()

    def chain(self, name: str) -> tuple[str, ...]:
        """Give the callers of a function, its own first and where the product is entered last; itself where that is it.

        Returns:
            Nothing where the product does not come to it.
        """
        if name not in self._from:
            return ()
        way = [name]
        while before := self._from[way[-1]]:
            way.append(before)
        return tuple(way[1:] or way)

    def texts(self, name: str) -> frozenset[str]:
        """Give the texts, written out in the product's calls, that reach a function or whatever leads to it."""
        leading: set[str] = set()
        more = {name}
        while more:
            leading |= more
            more = {one.name for one in self._places.values() if one.leads & more} - leading
        calls = (call for one in self._from for call in self._places[one].given)
        return frozenset(text for called, texts in calls if self._known(called) in leading for text in texts)

    def _known(self, name: str, seen: frozenset[str] = frozenset()) -> str | None:
        """Find the place that a dotted name stands for, through whatever imports it again."""
        head, tail = name, list[str]()
        while head not in self._scopes:
            head, dot, last = head.rpartition(".")
            if not dot:
                return None
            tail.insert(0, last)
        if not tail or name in seen:
            return None
        for end in range(len(tail), 0, -1):
            if (known := ".".join([head, *tail[:end]])) in self._places:
                return known
        again = self._scopes[head].get(tail[0])
        return self._known(".".join([again, *tail[1:]]), seen | {name}) if again else None

    def _hands_on(self, decorator: str) -> bool:
        """Tell whether a decorator hands a function to what will call it: a route, a command, a check."""
        known = self._known(decorator)
        if known is None:
            return self._foreign(decorator)
        return known.rpartition(".")[2] != decorator.rpartition(".")[2]  # a method of an object of ours

    def _foreign(self, name: str) -> bool:
        return name.partition(".")[0] not in LIBRARY | self._ours

    def _followed(self) -> dict[str, str | None]:
        """Go from every entry along the names, the nearest first: {place: what led there}."""
        found: dict[str, str | None] = {}
        asked: dict[str, str] = {}
        entries = (one.name for one in self._places.values() if one.entered and not _below(one.name, (POLICY, *APART)))
        todo: deque[tuple[str, str | None]] = deque((name, None) for name in entries)
        while todo:
            name, before = todo.popleft()
            if name in found or _below(name, APART):
                continue
            found[name] = before
            place = self._places[name]
            todo += [(one, name) for one in sorted(place.leads)]
            for attribute in sorted(place.asked - asked.keys()):
                asked[attribute] = name
                known = (self._places[one].methods.get(attribute) for one in found)
                todo += [(method, name) for method in known if method]
            todo += [(method, by) for method, by in self._methods(place, asked)]
        return found

    def _methods(self, place: Place, asked: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield (method, who asks for it) of a class; what is not ours may call any method of its own kind."""
        framed = any(map(self._foreign, place.bases))
        for attribute, method in place.methods.items():
            if framed or attribute.startswith("__") or attribute in asked:
                yield method, asked.get(attribute, place.name)


@functools.cache
def product() -> Calls:
    """Read the installed product; where it has no sources, nothing is known to call anything."""
    return Calls(source for package in PACKAGES for source in sources(package))


def sources(package: str) -> Iterator[tuple[str, str]]:
    """Yield (module, text) of every module of an installed package that has a source."""
    found = importlib.util.find_spec(package)
    for folder in map(pathlib.Path, found.submodule_search_locations or () if found else ()):
        for path in sorted(folder.rglob("*.py")):
            parts = [package, *path.relative_to(folder).with_suffix("").parts]
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.read_text(encoding="utf-8")


def _below(name: str, packages: Iterable[str]) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)
