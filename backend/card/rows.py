"""What a card holds: its frame, and what may be found in any block; the rest stands in the slices' rows.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypedDict

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
    """A date of a lift, and whose it is; `due` None means owed and not uploaded.

    `recorded` is False where nothing was ever uploaded that the date could follow from: it holds as long as it lies
    ahead; once it has passed nobody knows whether what was due was done.
    """

    kind: Annotated[str, "哪一种日期：inspection 检验、test 检测、visit 维保、insurance 保险", "inspection"]
    label: Annotated[str, "日期的中文名称", "检验"]
    recorded: Annotated[bool, "是否有上传的记录为据；没有的，过了日期即为未上传", True]


class Pledge(TypedDict):
    """A promise in numbers; less is better."""

    key: Annotated[str, "指标", "fault_rate"]
    name: Annotated[str, "指标的中文名称", "故障率"]
    unit: Annotated[str, "单位", "次/台·年"]
    baseline: Annotated[float | None, "承诺前的水平；没有填写为 null", 3]
    pledged: Annotated[float, "承诺的值，越小越好", 2]


class BlockData(TypedDict):
    """What every block says: who or what it comes from, in Chinese, and when that came."""

    source: Annotated[str | None, "资料来自哪里，中文", "维保单位上传的现场记录"]
    updated_at: Annotated[datetime | None, "资料何时更新；没有资料为 null"]


class Dated(BlockData):
    """A block with dates that a verdict is made from."""

    dues: Annotated[list[CardDue], "到期日，结论由它们得出"]


class Examined(BlockData):
    """A block with the names of the latest examinations that were not passed; a verdict is made from them, too."""

    failed: Annotated[list[str], "最近一次不合格、还没有复检合格的检验检测名称", ["年度检验"]]


class Pledging(BlockData):
    """A block with promises."""

    pledges: Annotated[list[Pledge], "服务质量公开承诺的指标"]


class Measuring(BlockData):
    """A block with what was measured in the last 12 months by metric, None where nothing was."""

    measured: Annotated[
        Mapping[str, float | None],
        "近 12 个月的实测值，按指标；没有测得为 null",
        {"fault_rate": 1, "rescue_minutes": 18},
    ]


class HeldBlock(TypedDict, total=False):
    """What a reader of all blocks may find in any of them."""

    dues: list[CardDue]
    failed: list[str]
    pledges: list[Pledge]
    measured: Mapping[str, float | None]
