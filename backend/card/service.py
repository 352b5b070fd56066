"""Keeps the cards: whoever changes a block's facts refreshes that block in the same transaction."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from pymongo import UpdateOne

from backend.card import blocks
from backend.foundation import clock, database
from backend.foundation.database import transactional

REBUILD_BATCH = 500


def refresh(codes: Sequence[str], *names: str) -> None:
    """Build the named blocks of some lifts anew and store them.

    Call it in the transaction that changed the facts.

    Args:
        codes: rescue codes.
        names: names of registered blocks.
    """
    built = {block.name: block.build(codes) for block in blocks.named(names)}
    now = clock.now()
    database.collection("cards").bulk_write(
        [
            UpdateOne(
                {"_id": code},
                {
                    "$set": {f"blocks.{name}": data[code] for name, data in built.items() if code in data}
                    | {"updated_at": now},
                    "$inc": {"version": 1},
                    "$setOnInsert": {"built_on": ""},
                },
                upsert=True,
            )
            for code in codes
        ],
        ordered=False,
    )


def rebuild_identity(codes: Sequence[str]) -> None:
    """Build the block `identity` of some lifts anew, as when their signs changed."""
    refresh(codes, "identity")


def rebuild(codes: Iterable[str], progress: Callable[[int], object] = lambda _: None) -> int:
    """Make all blocks of some lifts again from nothing, in batches, and return how many lifts were done.

    Args:
        codes: rescue codes.
        progress: called with the number of lifts done since the last call.
    """
    names = [block.name for block in blocks.all_blocks()]
    stream, done = iter(codes), 0
    while batch := list(islice(stream, REBUILD_BATCH)):
        _rebuild_batch(batch, names)
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
def _rebuild_batch(batch: list[str], names: list[str]) -> None:
    began_on = clock.today().isoformat()  # what midnight overtakes is of the day before, and made again
    refresh(batch, *names)
    database.collection("cards").update_many({"_id": {"$in": batch}}, {"$set": {"built_on": began_on}})
