"""The shape of the card block `inspection`; dates as ISO text."""

from typing import Annotated, TypedDict

from backend.card.rows import Dated, Examined


class Governing(TypedDict):
    """The profile by which a lift is inspected, and why."""

    profile: Annotated[str, "所适用的规则文件", "tsg-t7001-2023"]
    document: Annotated[str, "规则的名称", "TSG T7001—2023"]
    reason: Annotated[str, "为什么适用，中文", "没有参加试点"]
    clause: Annotated[str, "依据的条款", "TSG T7001—2023 第1.6.1条"]


class Origin(TypedDict):
    """The day from which inspections are counted, and what it is."""

    date: Annotated[str, "从哪一天起算", "2016-05-20", "date"]
    label: Annotated[str, "这一天是什么日子", "安装监督检验合格"]


class ExaminationRow(TypedDict):
    """An inspection or test."""

    kind: Annotated[str, "inspection 检验、test 检测", "inspection"]
    label: Annotated[str, "中文名称", "定期检验"]
    type: Annotated[str, "类型", "periodic"]
    date: Annotated[str, "完成日期", "2026-03-31", "date"]
    body: Annotated[str, "检验、检测机构", "示例检验院"]
    passed: Annotated[bool, "是否合格", True]
    report_no: Annotated[str | None, "报告编号；没有为 null", "JY-2026-0001"]
    next_on: Annotated[str | None, "报告写明的下次日期；没有为 null", "2027-03-31", "date"]
    problems: Annotated[list[str], "发现的问题", ["平层超差"]]
    rectification: Annotated[str | None, "怎样整改的；没有为 null"]
    repeated: Annotated[bool, "是否为复检", False]


class HazardRow(TypedDict):
    """A hazard that was found."""

    code: Annotated[str, "隐患编号", "S1"]
    severe: Annotated[bool, "是否为严重事故隐患", False]
    description: Annotated[str, "隐患是什么", "制动器磨损"]
    found_on: Annotated[str, "何时发现", "2026-05-01", "date"]
    reported_on: Annotated[str | None, "何时报告；没有报告为 null", None, "date"]
    rectified_on: Annotated[str | None, "何时整改完；没有为 null", "2026-05-03", "date"]
    rectification: Annotated[str | None, "怎样整改的；没有为 null", "更换制动器"]


class InspectionBlock(Dated, Examined):
    """The latest examinations and hazards, the newest first, and what is due next."""

    governing: Annotated[Governing, "按哪一份规则检验"]
    origin: Annotated[Origin | None, "检验的起算日；不知道为 null"]
    examinations: Annotated[list[ExaminationRow], "最近的检验和检测，新的在前"]
    hazards: Annotated[list[HazardRow], "最近的隐患，新的在前"]
