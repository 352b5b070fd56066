"""Keeps the cards: whoever changes a fact says so in the same transaction, and what is built from it is made anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import UpdateOne
from pymongo.collection import Collection

from backend.card import blocks, stored
from backend.card.blocks import Block
from backend.card.rows import BlockData
from backend.foundation import clock, database
from backend.foundation.database import transactional

REBUILD_BATCH = 500
AS_READ: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


def refresh(codes: Sequence[str], *facts: str) -> None:
    """Build those blocks of some lifts anew that read facts that changed, and store them.

    Call it in the transaction that changed the facts.

    Args:
        codes: rescue codes.
        facts: names of the collections that were written.

    Raises:
        LookupError: no block reads them.
    """
    _store(codes, _built(codes, blocks.reading(facts)))


def added_to(code: str, block: str, change: Mapping[str, Any], fact: str) -> RawBSONDocument | None:
    """Add to a block what was just written, without reading all that it is built from.

    Args:
        code: rescue code.
        block: name of a block.
        change: its fields to expressions of an update pipeline; the result equals the block as built anew.
        fact: name of the collection that was written, of which a card without the block is built.

    Returns:
        The card as it was before, as bytes, for whoever keeps a copy of that; None where there was none.
    """
    before = _raw_cards().find_one_and_update(
        {"_id": code, f"blocks.{block}": {"$exists": True}},
        [
            {
                "$set": {f"blocks.{block}.{name}": value for name, value in change.items()}
                | {"updated_at": clock.now(), "version": {"$add": ["$version", 1]}}
            }
        ],
    )
    if before is None:
        before = as_bytes(code)
        refresh([code], fact)
    else:
        stored.drop([code])
    return before


def as_bytes(code: str) -> RawBSONDocument | None:
    """Return the card of a lift as bytes, for whoever keeps a copy of it; None where there is none."""
    return _raw_cards().find_one({"_id": code})


def rebuild(codes: Iterable[str], progress: Callable[[int], object] = lambda _: None) -> int:
    """Make all blocks of some lifts again from nothing, in batches, and return how many lifts were done.

    Args:
        codes: rescue codes.
        progress: called with the number of lifts done since the last call.
    """
    stream, done = iter(codes), 0
    while batch := list(islice(stream, REBUILD_BATCH)):
        _rebuild_batch(batch)
        done += len(batch)
        progress(len(batch))
    return done


def refresh_stale() -> int:
    """Rebuild some of the cards that were not rebuilt today, and return how many.

    What a block says of "the last 12 months" or of the profile that governs changes with the day, not with a write.
    A few at a time, so that the worker's other duties do not wait.
    """
    today = clock.today().isoformat()
    stale = database.collection("cards").find({"built_on": {"$lt": today}}, {"_id": 1}).limit(REBUILD_BATCH)
    return rebuild(card["_id"] for card in stale)


@transactional
def _rebuild_batch(batch: list[str]) -> None:
    began_on = clock.today().isoformat()  # what midnight overtakes is of the day before, and made again
    built = _built(batch, blocks.all_blocks())
    cards = database.collection("cards")
    said = {card["_id"]: card["blocks"] for card in cards.find({"_id": {"$in": batch}}, {"blocks": 1})}
    # A card that says what it said keeps its version and its stored pages: most do, on most days.
    if changed := [code for code in batch if not _says(said.get(code, {}), built[code])]:
        _store(changed, built)
    cards.update_many({"_id": {"$in": batch}}, {"$set": {"built_on": began_on}})


def _raw_cards() -> Collection[RawBSONDocument]:
    return database.collection("cards").with_options(CodecOptions(RawBSONDocument))


def _built(codes: Sequence[str], wanted: Sequence[Block[Any]]) -> dict[str, dict[str, BlockData]]:
    """Build blocks and return them by lift and name."""
    built: dict[str, dict[str, BlockData]] = {code: {} for code in codes}
    for block in wanted:
        for code, data in block.build(codes).items():
            built[code][block.name] = data
    return built


def _says(stored_blocks: dict[str, Any], built: Mapping[str, BlockData]) -> bool:
    return stored_blocks == stored_blocks | bson.decode(bson.encode(built), AS_READ)


def _store(codes: Sequence[str], built: Mapping[str, Mapping[str, BlockData]]) -> None:
    database.collection("cards").bulk_write(
        [UpdateOne({"_id": code}, _change(built[code]), upsert=True) for code in codes], ordered=False
    )
    stored.drop(codes)


def _change(built: Mapping[str, BlockData]) -> dict[str, Any]:
    return {
        "$set": {f"blocks.{name}": data for name, data in built.items()} | {"updated_at": clock.now()},
        "$inc": {"version": 1},
        "$setOnInsert": {"built_on": ""},
    }
