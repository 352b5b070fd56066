"""The shape of the card block `incidents`; dates as ISO text."""

from typing import Annotated, TypedDict

from backend.card.rows import Measuring


class CauseRow(TypedDict):
    """How many faults had a cause."""

    cause: Annotated[str | None, "原因代码；还没有查明为 null", "door"]
    label: Annotated[str, "原因的中文名称", "门系统"]
    count: Annotated[int, "几次", 1]


class RescueRow(TypedDict):
    """A rescue; minutes are begun ones since the alarm, None where that has not been reached."""

    date: Annotated[str, "哪一天", "2026-08-12", "date"]
    open: Annotated[bool, "救援是否还在进行", False]
    source: Annotated[str, "谁报告的", "96333应急处置平台"]
    confirmed: Annotated[bool, "是否由 96333 告知；居民报告、未经核实的为 false", True]
    arrival_minutes: Annotated[int | None, "接警后几分钟到场；还没有到场为 null", 18]
    late: Annotated[bool, "到场是否超过 30 分钟", False]
    release_minutes: Annotated[int | None, "接警后几分钟救出；还没有救出为 null", 25]
    trapped: Annotated[int, "被困人数", 2]
    injured: Annotated[int, "受伤人数", 0]
    cause: Annotated[str, "原因，中文；还没有查明为空", "门系统"]


class AccidentRow(TypedDict):
    """An accident."""

    date: Annotated[str, "哪一天", "2024-01-05", "date"]
    summary: Annotated[str | None, "事故概要；没有为 null", "示例概要"]


class IncidentsBlock(Measuring):
    """Faults and rescues since a day, the newest first, and all accidents.

    `ongoing`: people are said to be trapped now; `reported`: residents or officers say so, 96333 did not.
    """

    since: Annotated[str, "从哪一天起统计", "2025-11-25", "date"]
    faults: Annotated[int, "故障次数", 2]
    causes: Annotated[list[CauseRow], "按原因的故障次数"]
    entrapments: Annotated[int, "困人次数", 1]
    ongoing: Annotated[bool, "现在是否有人被困的报告还没有结束", False]
    reported: Annotated[bool, "其中是否有只由居民或工作人员报告、96333 还没有告知的", False]
    rescues: Annotated[list[RescueRow], "最近的救援，新的在前"]
    accidents: Annotated[list[AccidentRow], "事故，新的在前"]
