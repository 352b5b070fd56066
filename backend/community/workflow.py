"""The moves that are allowed to a group, an urge and a mediation (config/community.toml)."""

from typing import Any

from backend.foundation.errors import Conflict, NotFound
from config import load

GROUP, URGE, MEDIATION = "group", "urge", "mediation"


def target(kind: str, state: str, action: str) -> str:
    """Return the state that a move leads to.

    Args:
        kind: group, urge or mediation.
        state: where it stands.
        action: what is done.

    Raises:
        NotFound: there is no such action.
        Conflict: the state does not allow it.
    """
    moves = [move for move in load("community")[kind]["moves"] if move["action"] == action]
    if not moves:
        raise NotFound("没有这个操作")
    for move in moves:
        if state in move["from"]:
            return move["to"]
    raise Conflict(f"“{label(kind, state)}”时不能{moves[0]['label']}")


def allowed(kind: str, state: str) -> list[dict[str, Any]]:
    """Return the moves that a state allows, in the table's order."""
    return [move for move in load("community")[kind]["moves"] if state in move["from"]]


def label(kind: str, state: str) -> str:
    """Return the Chinese name of a state."""
    return load("community")[kind]["states"][state]
