"""What a rule id stands for, to show beside a date: the regulation in its own words, other documents in ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.policy.rules import REGISTER, clause_text, entry, sentences
from config import About, ConfigError, Files, load, references

OTHERS = "policies/sources"
REGULATION = "渝市监发〔2020〕84号"


@dataclass(frozen=True, slots=True)
class Source:
    """A rule's document and what it says.

    `verbatim` tells whether these are the document's own words, `meant` which of them the rule is about where the
    clause says more, `house` that there is no document: the platform set the rule itself.
    """

    rule_id: str
    title: str
    issuer: str
    text: str
    verbatim: bool
    meant: tuple[str, ...] = ()
    house: bool = False

    def paragraphs(self) -> Iterator[list[tuple[str, bool]]]:
        """Yield each paragraph as (words, whether the rule means them); together they are the text, unchanged."""
        marked = re.compile("|".join(map(re.escape, sorted(self.meant, key=len, reverse=True))) or "(?!)")
        for line in filter(str.strip, self.text.splitlines()):
            at, parts = 0, list[tuple[str, bool]]()
            for found in marked.finditer(line):
                parts += [(line[at : found.start()], False), (found[0], True)]
                at = found.end()
            yield [part for part in (*parts, (line[at:], False)) if part[0]]


def source(rule_id: str) -> Source:
    """Give the document behind a rule id.

    Args:
        rule_id: id of the register, or of another document in config/policies/sources.toml.

    Raises:
        LookupError: no rule has the id.
    """
    if other := load(OTHERS).get(rule_id):
        house = other.get("house", False)
        return Source(rule_id, other["title"], other["issuer"], other["says"], verbatim=False, house=house)
    title = f"{REGULATION} {entry(rule_id)['clause']}"
    return Source(rule_id, title, "重庆市市场监督管理局", clause_text(rule_id), True, sentences(rule_id))


@references
def _every_rule_can_be_shown(files: Files) -> Iterator[ConfigError]:
    """Each rule that a number names stands in the register or among the other documents, never in both."""
    others = About(files, OTHERS)
    register = files[REGISTER]
    for rule_id in others.data:
        if rule_id in register:
            yield others.wrong((rule_id,), "an id that rules.csv does not have expected")
    for name in ("jurisdictions", *files.names("policies")):
        yield from About(files, name).known(
            "**.rule_id", {*register, *others.data}, "an id of rules.csv or sources.toml"
        )
