"""The shape of the card block `insurance`; dates as ISO text."""

from typing import TypedDict

from backend.card.rows import Dated


class PolicyRow(TypedDict):
    """An insurance policy."""

    kind: str
    insurer: str
    number: str
    start: str
    end: str


class InsuranceBlock(Dated):
    """The policy that runs longest, and whether the lift must have one."""

    policy: PolicyRow | None
    owed: bool
