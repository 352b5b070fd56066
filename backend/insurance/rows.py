"""The shape of the card block `insurance`; dates as ISO text."""

from typing import Annotated, TypedDict

from backend.card.rows import Dated


class PolicyRow(TypedDict):
    """An insurance policy."""

    kind: Annotated[str, "险种", "电梯责任保险"]
    insurer: Annotated[str, "承保单位", "示例财产保险"]
    number: Annotated[str, "保险单号", "BX-0001"]
    start: Annotated[str, "从哪一天起", "2026-01-01", "date"]
    end: Annotated[str, "到哪一天", "2026-12-31", "date"]


class InsuranceBlock(Dated):
    """The policy that runs longest, and whether the lift must have one."""

    policy: Annotated[PolicyRow | None, "保障到最晚的一份保险单；没有为 null"]
    owed: Annotated[bool, "这台电梯是否必须投保", False]
