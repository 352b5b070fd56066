"""The regulation's own words: its text as a tree of headings, from which a clause is cut by its path."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import config

TEXT = "policies/cq-2020-84.txt"
ANNEX = re.compile(r"附件 ?([12])$")
ATTACHMENTS = "附件："  # the list of annexes and the signature that follow the main text
HEADINGS = (
    re.compile(r"([一二三四五六])、"),
    re.compile(r"（([一二三四五六])）"),
    re.compile(r"(\d)．"),
    re.compile(r"（(\d)）"),
)
SECTION, ITEM = 2, 4
STEP = re.compile(r"（(\d)）|\((\d)\)|（([一二三四五六])）|([一二三四五六])|(\d)")
LEVELS = (4, 4, 2, 1, 3)  # of the groups of STEP

Path = list[tuple[int, str]]  # (level, number) of each heading


@dataclass(slots=True)
class Node:
    """A heading with what stands below it: paragraphs and further headings, in order."""

    level: int
    number: str = ""
    content: list["str | Node"] = field(default_factory=list)

    def child(self, level: int, number: str) -> "Node":
        """Give the heading directly below.

        Raises:
            LookupError: there is none.
        """
        for one in self.content:
            if isinstance(one, Node) and (one.level, one.number) == (level, number):
                return one
        raise LookupError(f"clause: the text has no {number} there")

    def words(self) -> Iterator[str]:
        """Yield every paragraph, in order."""
        for one in self.content:
            if isinstance(one, Node):
                yield from one.words()
            else:
                yield one


@functools.cache
def tree() -> dict[str, Node]:
    """Read the text: {"": main text, "1": annex 1, "2": annex 2}.

    A plain paragraph after an item such as （2） belongs to the section around the items.
    """
    parts = {"": Node(0)}
    path, reading = [parts[""]], True
    for line in config.path(TEXT).read_text(encoding="utf-8").splitlines():
        annex = ANNEX.match(line)
        if annex:
            parts[annex[1]] = Node(0)
            path, reading = [parts[annex[1]]], True
            continue
        reading = reading and not line.startswith(ATTACHMENTS)
        if reading:
            path = _place(path, line)
    return parts


def _place(path: list[Node], line: str) -> list[Node]:
    """Put a line where it belongs and give the path that it leaves open."""
    for level, heading in enumerate(HEADINGS, 1):
        found = heading.match(line)
        if found:
            node = Node(level, found[1], [line])
            above = [one for one in path if one.level < level]
            above[-1].content.append(node)
            return [*above, node]
    if path[-1].level == ITEM:
        path = [one for one in path if one.level <= SECTION]
    path[-1].content.append(line)
    return path


def cut(clause: str) -> str:
    """Cut a clause out of the text.

    Args:
        clause: heading paths as the register writes them: "二（二）3", "附件1 四（三）1(2)"; several with
            "; ", within one section with ",", ranges as "四（一）1–2", both annexes as "附件1/2 四（四）".

    Returns:
        The clause's paragraphs, after the first paragraph of the heading above it.

    Raises:
        LookupError: the clause cannot be read, or the text has no such heading.
    """
    return "\n\n".join("\n".join(_paragraphs(part, path)) for part, path in _paths(clause))


def _paragraphs(part: str, path: Path) -> Iterator[str]:
    """Yield the paragraphs of one path."""
    above = node = tree()[part]
    for level, number in path:
        above, node = node, node.child(level, number)
    if above.level:
        yield next(above.words())
    yield from node.words()


def _paths(clause: str) -> Iterator[tuple[str, Path]]:
    """Yield (annex or "", path) for each place that a clause names."""
    for group in clause.split("; "):
        named = re.match(r"附件([\d/]+) ", group)
        path: Path = []
        for place in (group[named.end() :] if named else group).split(","):
            first, _, last = place.partition("–")
            if not first or STEP.sub("", first):
                raise LookupError(f"clause: cannot read {place!r}")
            steps = [_step(found) for found in STEP.finditer(first)]
            path = [step for step in path if step[0] < steps[0][0]] + steps
            level, number = path[-1]
            numbers = range(int(number), int(last) + 1) if last else [number]
            for annex in named[1].split("/") if named else [""]:
                for one in numbers:
                    yield annex, [*path[:-1], (level, str(one))]


def _step(found: re.Match[str]) -> tuple[int, str]:
    """Give the level and number of one heading in a path."""
    return next((level, number) for level, number in zip(LEVELS, found.groups(), strict=True) if number)
