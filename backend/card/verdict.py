"""The verdict on a lift: one line for the rider, computed today from the dates in its card."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config import load

VALID, SOON, OVERDUE, MISSING, FAILED, OUT = "valid", "soon", "overdue", "missing", "failed", "out"
WORDS = {
    VALID: "检验、检测、维保都在有效期内",
    SOON: "有项目快到期",
    OVERDUE: "已超期，乘坐前请留意",
    MISSING: "单位未上传资料，无法确认是否在有效期内",
    OUT: "这台电梯已停止使用，请勿乘坐",
}
CLASSES = {VALID: "ok", SOON: "soon", OVERDUE: "late", MISSING: "late", FAILED: "late", OUT: "late"}


@dataclass(frozen=True, slots=True)
class DatedDue:
    """A date of the card as of today: which, when, how many days are left, and its state."""

    kind: str
    label: str
    due: date | None
    days: int | None
    state: str
    reason: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The line at the top of the page and the dates behind it."""

    level: str
    text: str
    dues: tuple[DatedDue, ...]

    @property
    def css(self) -> str:
        """Class name of the line's colour."""
        return CLASSES[self.level]


def verdict(card: Mapping[str, Any], today: date) -> Verdict:
    """Judge a card today.

    Args:
        card: the stored card, with `blocks`.
        today: local date in Asia/Shanghai.
    """
    kinds = load("card")["verdict"]["kinds"]
    dues = tuple(
        dated(due, today) for block in card["blocks"].values() for due in block.get("dues", ()) if due["kind"] in kinds
    )
    if card["blocks"].get("identity", {}).get("status", "in_use") != "in_use":
        return Verdict(OUT, WORDS[OUT], dues)
    if failed := card["blocks"].get("inspection", {}).get("failed"):
        return Verdict(FAILED, f"最近一次{'、'.join(failed)}不合格，还没有复检合格", dues)
    states = {due.state for due in dues}
    level = next((state for state in (OVERDUE, MISSING, SOON) if state in states), VALID if dues else MISSING)
    return Verdict(level, _line(level, dues), dues)


def dated(due: Mapping[str, Any], today: date) -> DatedDue:
    """Say how a stored date stands today.

    Args:
        due: an item of a block's `dues`; `due` None means owed and not uploaded.
        today: local date in Asia/Shanghai.
    """
    on = date.fromisoformat(due["due"][:10]) if due.get("due") else None
    days = (on - today).days if on else None
    if days is None:
        state = MISSING
    elif days < 0:
        state = OVERDUE
    else:
        state = SOON if days <= load("card")["soon_days"][due["kind"]] else VALID
    return DatedDue(due["kind"], due["label"], on, days, state, due.get("reason", ""), due.get("rule_id", ""))


def _line(level: str, dues: tuple[DatedDue, ...]) -> str:
    """Name the dates that made the verdict, the worst first."""
    named = [due for due in dues if due.state == level]
    if level == OVERDUE:
        parts = [f"{due.label}超期{-due.days}天" for due in sorted(named, key=lambda due: due.days)]
        return "、".join(parts)
    if level == MISSING:
        return "、".join(f"{due.label}未上传" for due in named) or WORDS[MISSING]
    if level == SOON:
        parts = [f"{due.label}{'今天' if due.days == 0 else f'还有{due.days}天'}到期" for due in named]
        return "、".join(parts)
    return WORDS[level]
