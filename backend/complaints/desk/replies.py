"""Replies an officer may start from (config/replies.toml), their placeholders filled from the case."""

from backend.card import queries as cards
from backend.complaints import workflow
from backend.complaints.desk.rows import DeskCase, Reply
from backend.foundation import clock
from backend.foundation.web import day
from config import load

BLANK = "（……）"


def offered(case: DeskCase, action: str) -> list[Reply]:
    """Return the replies that fit a case and a move, those for its category first.

    Args:
        case: see `reads.desk_case`.
        action: key of the move.
    """
    fitting = [
        reply
        for reply in load("replies")["replies"]
        if action in reply["actions"]
        and case["category"] in reply.get("categories", (case["category"],))
        and case["state"] in reply.get("states", (case["state"],))
    ]
    fitting.sort(key=lambda reply: "categories" not in reply)
    values = _values(case)
    return [{"label": reply["label"], "text": reply["text"].format_map(values)} for reply in fitting]


def _values(case: DeskCase) -> dict[str, str]:
    """Return what the placeholders stand for; what a case does not have is left for the officer."""
    card = case["card"]
    units = cards.unit_names(card) if card else None
    values = {
        "number": case["number"],
        "problem": workflow.categories()[case["category"]]["problem"],
        "place": case["place"],
        "bureau": case["bureau"],
        "lift": case["lift"],
        "using_unit": units and units["using_unit"],
        "maintenance_unit": units and units["maintenance_unit"],
        "filed_on": day(case["filed_at"]),
        "today": day(clock.today()),
        "due": day(case["due"]) if case["due"] else None,
    }
    return {name: value or BLANK for name, value in values.items()}
