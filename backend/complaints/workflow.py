"""The complaint's life as data: categories, actions, each track's table of moves (config/complaints.toml)."""

from collections.abc import Mapping
from typing import Any

from backend.casework.workflow import Action, Table
from backend.foundation import clock
from backend.policy import jurisdictions
from config import load

COMPLAINT, REPAIR, FAULT = "complaint", "repair", "fault"
HELD = "held"


def _read() -> dict[str, Any]:
    return load("complaints")


TABLE = Table(
    "complaint",
    _read,
    {
        "file": "提交",
        "join": "又有人反映",
        "assign": "分派",
        "redact": "遮盖",
        "block": "屏蔽反映人",
        "repair_news": "报修进展",
        "follow_lead": "随主件移送",
    },
)


def unshown() -> list[str]:
    """Return the states whose cases are neither on the lift's card nor offered for joining."""
    return [state for state, row in TABLE.states.items() if not row["shown"]]


def public_state(state: str) -> str:
    """Return a state as the public may know it: nobody is told that somebody is blocked."""
    return HELD if state in ("hidden", "set_aside") else state


def public_state_label(state: str) -> str:
    """Return the name of a state as the public reads it."""
    return TABLE.state_label(public_state(state))


def public_state_css(state: str) -> str:
    """Return the class of a state's colour as the public sees it."""
    css: str = TABLE.states[public_state(state)]["css"]
    return css


def categories() -> dict[str, dict]:
    """Return the problem categories by key, in the order people see them."""
    return load("complaints")["categories"]


def category_label(category: str) -> str:
    """Return the Chinese name of a category."""
    return categories()[category]["label"]


def is_fault(category: str) -> bool:
    """Tell whether a category is a fault that the units are sent at once."""
    return categories()[category].get("fault", False)


def channel_label(channel: str) -> str:
    """Return the Chinese name of a channel."""
    return load("complaints")["channels"].get(channel, channel)


def grounds() -> dict[str, str]:
    """Return the legal grounds of refusal by key (总局令121号 第十六条)."""
    return load("complaints")["grounds"]


def fields() -> Mapping[str, Mapping[str, str]]:
    """Return how forms ask for the fields of actions: label, kind (long, short, choice), choices, missing."""
    return load("complaints")["fields"]


def reader(does: Action, track: str) -> Mapping[str, str]:
    """Return how a form calls the words of a step and what it says of who reads them: label, hint.

    Args:
        does: the action.
        track: of what is moved; nobody who reported hears of the steps of a part.
    """
    heard = not does.internal and not TABLE.tracks[track].part
    return load("complaints")["readers"][does.words or ("reporter" if heard else "office")]


def facts_of(*, consented: bool, published: bool) -> frozenset[str]:
    """Return which of [facts] hold of a case."""
    return frozenset(name for name, holds in (("consented", consented), ("published", published)) if holds)


def choices(name: str) -> dict[str, str]:
    """Return what a field of kind choice offers, as key -> Chinese label.

    Args:
        name: its `choices`: grounds, decisions, tracks or bureaus (those of today, the municipal one first).
    """
    if name == "bureaus":
        today = [jurisdictions.bureau(jurisdictions.MUNICIPAL), *jurisdictions.all_on(clock.today())]
        return {bureau.id: bureau.bureau_name for bureau in today}
    if name == "tracks":
        return {key: track.label for key, track in TABLE.tracks.items() if not track.part}
    return load("complaints")[name]
