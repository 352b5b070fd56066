"""The answer to "by when?": a date or moment that carries its reason, its clause and its rule."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, TypedDict

from backend.policy.dates import local_date


class StoredDue(TypedDict):
    """A `Due` as JSON and BSON have it: date or moment as ISO text; None means owed, and by when nobody can tell."""

    due: Annotated[str | None, "到期日或到期时刻；应有而没有上传、算不出日期为 null", "2027-03-31"]
    reason: Annotated[str, "为什么是这一天，中文", "上次检验合格之日起 12 个月"]
    clause: Annotated[str, "依据的条款", "TSG T7001—2023 第1.6.1条"]
    rule_id: Annotated[str, "依据的规则编号，见 /rules/<编号>", "I-01"]
    profile: Annotated[str, "所适用的规则文件", "tsg-t7001-2023"]
    provisional: Annotated[bool, "是否暂定：所依据的工作日安排还没有正式公布", False]


class StoredPlan(StoredDue):
    """A `Planned` as JSON and BSON have it."""

    kind: str


@dataclass(frozen=True, slots=True)
class Due:
    """A day (in time until its end, Asia/Shanghai) or a moment with zone, and why."""

    due: date | datetime
    reason: str
    clause: str
    rule_id: str
    profile: str
    provisional: bool = False

    @property
    def date(self) -> date:
        """The local day on which it falls due."""
        return local_date(self.due)

    def as_dict(self) -> StoredDue:
        """Give plain JSON and BSON: dates and moments as ISO strings."""
        return {
            "due": self.due.isoformat(),
            "reason": self.reason,
            "clause": self.clause,
            "rule_id": self.rule_id,
            "profile": self.profile,
            "provisional": self.provisional,
        }

    @classmethod
    def from_dict(cls, stored: StoredDue) -> "Due":
        """Read back what as_dict gave.

        Raises:
            KeyError, ValueError: a field is missing or `due` is no ISO date or moment.
        """
        text = str(stored["due"])
        due = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        said = (stored["reason"], stored["clause"], stored["rule_id"], stored["profile"])
        return cls(due, *said, provisional=stored["provisional"])


@dataclass(frozen=True, slots=True)
class Planned(Due):
    """An entry of the inspection calendar."""

    kind: str = field(kw_only=True)  # inspection | test

    def as_dict(self) -> StoredPlan:
        """Give plain JSON and BSON, with the kind first."""
        return {"kind": self.kind, **Due.as_dict(self)}
