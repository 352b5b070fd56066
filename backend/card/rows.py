"""What a card holds: its frame, and what may be found in any block; the rest stands in the slices' rows.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from backend.policy.due import StoredDue


class CardPart(TypedDict):
    """The blocks of a card, or those fields of them that were asked for; each slice knows its own block's shape."""

    _id: str
    blocks: dict[str, Any]


class Card(CardPart):
    """A stored card."""

    version: int
    updated_at: datetime


class UnitNames(TypedDict):
    """The units that answer for a lift, None where none is registered."""

    using_unit: str | None
    maintenance_unit: str | None


class CardDue(StoredDue):
    """A date of a lift, and whose it is; `due` None means owed and not uploaded."""

    kind: str
    label: str


class Pledge(TypedDict):
    """A promise in numbers; less is better."""

    key: str
    name: str
    unit: str
    baseline: float | None
    pledged: float


class BlockData(TypedDict):
    """What every block says: who or what it comes from, in Chinese, and when that came."""

    source: str | None
    updated_at: datetime | None


class Dated(BlockData):
    """A block with dates that a verdict is made from."""

    dues: list[CardDue]


class Examined(BlockData):
    """A block with the names of the latest examinations that were not passed; a verdict is made from them, too."""

    failed: list[str]


class Pledging(BlockData):
    """A block with promises."""

    pledges: list[Pledge]


class Measuring(BlockData):
    """A block with what was measured in the last 12 months by metric, None where nothing was."""

    measured: Mapping[str, float | None]


class HeldBlock(TypedDict, total=False):
    """What a reader of all blocks may find in any of them."""

    dues: list[CardDue]
    failed: list[str]
    pledges: list[Pledge]
    measured: Mapping[str, float | None]
