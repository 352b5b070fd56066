"""The shape of the card block `pilots`."""

from typing import Annotated, TypedDict

from backend.card.rows import BlockData


class LabelRow(TypedDict):
    """A label of a pilot programme; dates as ISO text, `until` None while it holds, `ends` the programme's last day."""

    programme: Annotated[str, "哪一项试点：maintenance、inspection", "maintenance"]
    label: Annotated[str, "标注的中文名称", "维保试点"]
    since: Annotated[str | None, "从哪一天起；不知道为 null", "2026-06-01", "date"]
    until: Annotated[str | None, "从哪一天起不再标注；还在标注为 null", None, "date"]
    publicised_from: Annotated[str | None, "公示从哪一天起；没有为 null", "2026-05-10", "date"]
    ends: Annotated[str, "试点的最后一天", "2027-12-31", "date"]
    authority: Annotated[str, "决定标注的部门", "渝中区市场监督管理局"]
    exit_reason: Annotated[str | None, "退出的理由；没有退出为 null"]
    exit_clause: Annotated[str | None, "退出所依据的条款；没有退出为 null"]
    exit_rule: Annotated[str | None, "退出所依据的规则编号；没有退出为 null"]


class PilotsBlock(BlockData):
    """The labels that hold, and those that ended, the newest first."""

    current: Annotated[list[LabelRow], "现在的标注"]
    past: Annotated[list[LabelRow], "已经结束的标注，新的在前"]
