"""The shape of the card block `upkeep`."""

from datetime import datetime
from typing import Annotated, TypedDict

from backend.card.rows import BlockData, CardDue


class ContractRow(TypedDict):
    """The contract under which a lift is maintained; dates as ISO text."""

    mode: Annotated[str, "合同方式：full、comprehensive、other", "full"]
    mode_label: Annotated[str, "合同方式的中文名称", "全包维保"]
    start: Annotated[str, "合同从哪一天起", "2026-01-01", "date"]
    end: Annotated[str | None, "合同到哪一天；没有约定为 null", "2026-12-31", "date"]


class PlanRow(TypedDict):
    """The filed maintenance plan, and whether visits go by it now."""

    interval: Annotated[str | None, "维保间隔，中文；没有填写为 null", "每1个月至少1次"]
    items: Annotated[list[str], "维保项目", ["制动器", "门系统"]]
    query_url: Annotated[str | None, "维保方案的查询网址；没有为 null"]
    stamped: Annotated[bool, "方案是否盖章", True]
    filed_at: Annotated[datetime, "何时备案"]
    counts: Annotated[bool, "现在的维保是否按这份方案计算", True]


class Finding(TypedDict):
    """An item of a visit that was not normal."""

    name: Annotated[str, "不正常的项目", "层门锁紧装置"]
    note: Annotated[str | None, "说明；没有为 null", "已调整"]


class VisitRow(TypedDict):
    """A visit as the public sees it: names masked, items counted."""

    id: Annotated[str, "维保记录编号", "V-000001"]
    date: Annotated[str, "哪一天", "2026-11-10", "date"]
    minutes: Annotated[int, "用了多少分钟", 52]
    type: Annotated[str, "哪一类维保", "半月维保"]
    workers: Annotated[int, "几个人", 2]
    names: Annotated[list[str], "维保人员，姓名已遮盖", ["李*", "张*"]]
    photos: Annotated[int, "照片几张", 3]
    normal: Annotated[int, "正常的项目数", 30]
    abnormal: Annotated[int, "不正常的项目数", 1]
    not_applicable: Annotated[int, "不适用的项目数", 2]
    found: Annotated[list[Finding], "发现的问题，最多三项"]
    hazards: Annotated[list[str], "发现的隐患", ["一般隐患"]]
    signed: Annotated[bool, "使用单位是否签字确认", True]
    corrected: Annotated[bool, "是否更正了更早的一条记录", False]


class VisitDue(CardDue):
    """When somebody must come next, and for which type of work, None where that cannot be told."""

    type: Annotated[str | None, "下一次是哪一类维保；算不出为 null", "半月维保"]


class UpkeepBlock(BlockData):
    """The contract, the plan, the latest visits, the newest first, how many there were, and when the next is due."""

    dues: Annotated[list[VisitDue], "下一次维保"]
    contract: Annotated[ContractRow | None, "维保合同；没有登记为 null"]
    plan: Annotated[PlanRow | None, "维护保养方案；没有备案为 null"]
    plan_owed: Annotated[bool, "这台电梯是否应当备案维护保养方案", False]
    visits: Annotated[list[VisitRow], "最近的维保，新的在前"]
    total: Annotated[int, "共有多少次维保记录", 48]
