"""The complaint's life as data: categories, tracks and the one table of allowed moves (config/complaints.toml)."""

from dataclasses import dataclass
from functools import cache

from config import load

RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move of a case."""

    action: str
    label: str
    sources: tuple[str, ...]
    to: str
    permission: str
    needs: tuple[str, ...] = ()
    internal: bool = False
    once: bool = False

    def target(self, state: str) -> str:
        """Return the state a case in `state` moves to."""
        return state if self.to == "same" else self.to


@cache
def transitions() -> dict[str, Transition]:
    """Return the table of moves by action."""
    return {
        row["action"]: Transition(
            action=row["action"],
            label=row["label"],
            sources=tuple(row["from"]),
            to=row["to"],
            permission=row["permission"],
            needs=tuple(row.get("needs", ())),
            internal=row.get("internal", False),
            once=row.get("once", False),
        )
        for row in load("complaints")["transitions"]
    }


def allowed(state: str) -> list[Transition]:
    """Return the moves that a case in a state allows, in the table's order."""
    return [move for move in transitions().values() if state in move.sources]


def states() -> dict[str, dict]:
    """Return the states by key, in the order of the workflow."""
    return load("complaints")["states"]


def is_open(state: str) -> bool:
    """Tell whether a case in a state still waits for somebody."""
    return load("complaints")["states"][state]["open"]


def state_label(state: str) -> str:
    """Return the Chinese name of a state."""
    return load("complaints")["states"][state]["label"]


def categories() -> dict[str, dict]:
    """Return the problem categories by key, in the order people see them."""
    return load("complaints")["categories"]


def category_label(category: str) -> str:
    """Return the Chinese name of a category."""
    return categories()[category]["label"]


def track_label(track: str) -> str:
    """Return the Chinese name of a track."""
    return load("complaints")["tracks"][track]["label"]


def grounds() -> dict[str, str]:
    """Return the legal grounds of refusal by key (总局令121号 第十六条)."""
    return load("complaints")["grounds"]
