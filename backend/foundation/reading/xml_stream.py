"""Reads the XML parts of a workbook as a stream: no part, however it is made, takes more memory than its bound."""

import zipfile
from collections.abc import Callable, Iterator
from typing import Protocol
from xml.parsers import expat

CHUNK = 64 * 1024  # bytes
DEPTH_LIMIT = 64  # elements in elements; a sheet has seven
TOKEN_LIMIT = 1 << 20  # bytes of one tag with its attributes


class TooLargeError(ValueError):
    """A part goes beyond its bound."""


class Handler(Protocol):
    """What takes the elements of a part, by their names without prefix."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""

    def text(self, data: str) -> None:
        """Take a piece of the text of an element."""

    def end(self, tag: str) -> None:
        """Take the end of an element."""


def parse(
    archive: zipfile.ZipFile, part: str, handler: Handler, limit: int, read: Callable[[int], object] = lambda _: None
) -> Iterator[None]:
    """Give a part to a handler, piece by piece; what it has gathered may be taken after each.

    Args:
        archive: the open file.
        part: name in it.
        handler: takes the elements.
        limit: bytes, unpacked.
        read: told how many bytes have been given.

    Raises:
        TooLargeError: the part goes beyond a bound, or declares entities.
        expat.ExpatError: it is no XML.
        KeyError: there is no such part.
    """
    parser = _parser(handler)
    given = 0
    with archive.open(part) as file:
        while chunk := file.read(CHUNK):
            given += len(chunk)
            if given > limit:
                raise TooLargeError(part)
            parser.Parse(chunk)
            if given - parser.CurrentByteIndex > TOKEN_LIMIT:
                raise TooLargeError(part)
            read(given)
            yield
    parser.Parse(b"", True)
    yield


def _parser(handler: Handler) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    names: dict[str, str] = {}
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_LIMIT:
            raise TooLargeError(name)
        handler.start(names.get(name) or _plain(name, names), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(names[name])

    def doctype(*_: object) -> None:
        raise TooLargeError("DOCTYPE")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = doctype
    return parser


def _plain(name: str, names: dict[str, str]) -> str:
    """Return a name without its prefix, and remember it; a part with thousands of names is not worth remembering."""
    if len(names) > DEPTH_LIMIT * 16:
        raise TooLargeError(name)
    return names.setdefault(name, name.rpartition(":")[2])
