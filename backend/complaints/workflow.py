"""The complaint's life as data: categories, actions, each track's table of moves (config/complaints.toml)."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from backend.casework.workflow import ANY, Action, Transition
from backend.foundation import clock
from backend.policy import jurisdictions
from config import load

COMPLAINT, REPAIR, FAULT = "complaint", "repair", "fault"
HELD = "held"


@cache
def actions() -> dict[str, Action]:
    """Return every action by key."""
    lists = ("needs", "takes")
    return {
        name: Action(
            action=name,
            **{"news": f"complaint.{name}"} | {key: tuple(row[key]) if key in lists else row[key] for key in row},
        )
        for name, row in load("complaints")["actions"].items()
    }


@cache
def moves(track: str) -> dict[str, Transition]:
    """Return a track's table of moves by action: its own, then, unless it is a part of a case, those all share."""
    own = tracks()[track]
    rows = own["moves"] if own.get("part") else [*own["moves"], *load("complaints")["every"]["moves"]]
    return {
        row["action"]: Transition(
            does=actions()[row["action"]],
            sources=tuple(states()) if row["from"] == [ANY] else tuple(row["from"]),
            to=row["to"],
            letter=row.get("letter"),
        )
        for row in rows
    }


def allowed(track: str, state: str) -> list[Transition]:
    """Return the moves that a case of a track in a state allows, in the table's order."""
    return [move for move in moves(track).values() if state in move.sources]


def tracks() -> dict[str, dict[str, Any]]:
    """Return the tracks by key."""
    return load("complaints")["tracks"]


def states() -> dict[str, dict]:
    """Return the states by key, in the order of the workflow."""
    return load("complaints")["states"]


def is_open(state: str) -> bool:
    """Tell whether a case in a state still waits for somebody."""
    return states()[state]["open"]


def unshown() -> list[str]:
    """Return the states whose cases are neither on the lift's card nor offered for joining."""
    return [state for state, row in states().items() if not row["shown"]]


def state_label(state: str) -> str:
    """Return the Chinese name of a state."""
    return states()[state]["label"]


def public_state(state: str) -> str:
    """Return a state as the public may know it: nobody is told that somebody is blocked."""
    return HELD if state in ("hidden", "set_aside") else state


def public_state_label(state: str) -> str:
    """Return the name of a state as the public reads it."""
    return state_label(public_state(state))


def categories() -> dict[str, dict]:
    """Return the problem categories by key, in the order people see them."""
    return load("complaints")["categories"]


def category_label(category: str) -> str:
    """Return the Chinese name of a category."""
    return categories()[category]["label"]


def is_fault(category: str) -> bool:
    """Tell whether a category is a fault that the units are sent at once."""
    return categories()[category].get("fault", False)


def track_label(track: str) -> str:
    """Return the Chinese name of a track."""
    return tracks()[track]["label"]


def channel_label(channel: str) -> str:
    """Return the Chinese name of a channel."""
    return load("complaints")["channels"].get(channel, channel)


def action_label(action: str) -> str:
    """Return the Chinese name of an action in a case's history."""
    return OTHER_LABELS.get(action) or actions()[action].label


OTHER_LABELS = {
    "file": "提交",
    "join": "又有人反映",
    "assign": "分派",
    "redact": "遮盖",
    "block": "屏蔽反映人",
    "repair_news": "报修进展",
    "follow_lead": "随主件移送",
}


def grounds() -> dict[str, str]:
    """Return the legal grounds of refusal by key (总局令121号 第十六条)."""
    return load("complaints")["grounds"]


def fields() -> Mapping[str, Mapping[str, str]]:
    """Return how forms ask for the fields of actions: label, kind (long, short, choice), choices, missing."""
    return load("complaints")["fields"]


def choices(name: str) -> dict[str, str]:
    """Return what a field of kind choice offers, as key -> Chinese label.

    Args:
        name: its `choices`: grounds, decisions, tracks or bureaus (those of today, the municipal one first).
    """
    if name == "bureaus":
        today = [jurisdictions.bureau(jurisdictions.MUNICIPAL), *jurisdictions.all_on(clock.today())]
        return {bureau.id: bureau.bureau_name for bureau in today}
    if name == "tracks":
        return {key: row["label"] for key, row in tracks().items() if not row.get("part")}
    return load("complaints")[name]
