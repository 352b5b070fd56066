"""What a rule id stands for, to show beside a date: the regulation in its own words, other documents in ours."""

from dataclasses import dataclass

from backend.policy.rules import clause_text, entry
from config import load

REGULATION = "渝市监发〔2020〕84号"


@dataclass(frozen=True, slots=True)
class Source:
    """A rule's document and what it says; `verbatim` tells whether these are the document's own words."""

    rule_id: str
    title: str
    issuer: str
    text: str
    verbatim: bool


def source(rule_id: str) -> Source:
    """Give the document behind a rule id.

    Args:
        rule_id: id of the register, or of another document in config/policies/sources.toml.

    Raises:
        LookupError: no rule has the id.
    """
    if other := load("policies/sources").get(rule_id):
        return Source(rule_id, other["title"], other["issuer"], other["says"], verbatim=False)
    return Source(
        rule_id, f"{REGULATION} {entry(rule_id)['clause']}", "重庆市市场监督管理局", clause_text(rule_id), True
    )
