"""The registry of blocks: each slice brings its own part of the card, the card names none of them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from backend.card.rows import BlockData

Data = TypeVar("Data", bound=BlockData)


def daily(_data: BlockData, day: date) -> Iterable[date]:
    """Say that the words may be others tomorrow, as of a block that does not say when they change."""
    return (day + timedelta(days=1),)


def never(_data: BlockData, _day: date) -> Iterable[date]:
    """Say that nothing but the dates in `dues` makes the words change with the day."""
    return ()


@dataclass(frozen=True, slots=True)
class Block(Generic[Data]):
    """One part of the card.

    Args:
        name: key in the stored card.
        order: place on the page, from the top.
        build: lift codes -> block per code, plain BSON values (dates as ISO text), with two or three queries for any
            number of codes. Its type stands in the slice's rows.py and takes what others read of it from `card.rows`:
            the verdict reads `dues` and `failed` of whatever block has them, `promises` reads `pledges` and `measured`.
        template: what shows it, given `block`, `card`, `today`; it may not ask the clock.
        reads: facts that it is built from, as names of collections, the slice's own and others'.
        turns: data and day -> the days after it on which words of the block change, beside its `dues`;
            until the first of them a stored page holds.
        words: what the block is, in the API's document.
    """

    name: str
    order: int
    build: Callable[[Sequence[str]], Mapping[str, Data]]
    template: str
    reads: tuple[str, ...]
    turns: Callable[[Data, date], Iterable[date]] = daily
    words: str = ""

    @property
    def shape(self) -> type:
        """The TypedDict of the block's data, as its builder says."""
        return get_args(get_type_hints(self.build)["return"])[1]


_blocks: dict[str, Block[Any]] = {}


def register(block: Block[Any]) -> None:
    """Add a slice's block; the same name again replaces it, so that a second app in one process is harmless."""
    _blocks[block.name] = block


def all_blocks() -> list[Block[Any]]:
    """Return the blocks from the top of the page to its end."""
    return sorted(_blocks.values(), key=lambda block: block.order)


def reading(facts: Collection[str]) -> list[Block[Any]]:
    """Return the blocks that read any of some facts.

    Args:
        facts: names of collections.

    Raises:
        LookupError: no block reads any of them.
    """
    found = [block for block in all_blocks() if not set(block.reads).isdisjoint(facts)]
    if not found:
        raise LookupError(f"no block of the card reads {', '.join(facts)}")
    return found
