"""Rows stored as they are, as a made-up city is: each slice offers those of its documents that may be filled so."""

from collections.abc import Mapping, Sequence
from typing import Any

import mongoengine as me

BATCH = 5000
_offered: dict[str, type[me.Document]] = {}


def offer(*documents: type[me.Document]) -> None:
    """Let documents of the calling slice be filled and emptied in bulk.

    Args:
        documents: document classes; the same again is harmless.
    """
    _offered.update({document._get_collection_name(): document for document in documents})


def store(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows of a document: no event is written, no card made anew, nobody told.

    Args:
        name: of its collection.
        rows: as MongoDB keeps them.

    Raises:
        KeyError: no slice offers it.
    """
    stored = _offered[name]._get_collection()
    for start in range(0, len(rows), BATCH):
        stored.insert_many(rows[start : start + BATCH], ordered=False)


def clear() -> None:
    """Empty everything that is offered."""
    for document in _offered.values():
        document._get_collection().delete_many({})
