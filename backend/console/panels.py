"""Panels of what waits for somebody: each slice adds its own, pages of the workbench show those with something in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app

from backend.accounts.actors import Actor
from backend.foundation.permissions import may

PANELS = "chati.panels"
TODAY, INBOX = "today", "inbox"  # the pages that show panels


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits: what it is called, where it is opened, what is said of it.

    Args:
        label: short, such as a number.
        url: where it is opened, empty for nowhere.
        text: what it is about.
        at: when it came, or is due.
        state: how it stands.
        late: it should have been done, or went wrong.
        hint: why, on a line of its own.
    """

    label: str
    url: str
    text: str
    at: datetime | None = None
    state: str = ""
    late: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """What waits of one kind.

    Args:
        key: its name among the panels.
        title: its heading.
        permission: whoever has it sees the panel.
        rows: what waits for somebody, the most urgent first, no more than a screen holds.
        order: place from the top.
        hint: what to do about it.
        endpoint: of the page with the whole list, empty for none.
        query: what its address says besides.
        places: the pages that show it.
    """

    key: str
    title: str
    permission: str
    rows: Callable[[Actor], Sequence[Row]]
    order: int
    hint: str = ""
    endpoint: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[str] = (TODAY,)


def add(app: Flask, *panels: Panel) -> None:
    """Put a slice's panels on an application's pages; the same key again takes the earlier one's place."""
    app.extensions.setdefault(PANELS, {}).update({panel.key: panel for panel in panels})


def filled(place: str, reader: Actor) -> list[tuple[Panel, Sequence[Row]]]:
    """Return the panels of a page in which something waits for its reader, in their order, each with its rows."""
    panels = sorted(current_app.extensions[PANELS].values(), key=lambda panel: panel.order)
    asked = [(panel, panel.rows(reader)) for panel in panels if place in panel.places and may(panel.permission)]
    return [(panel, rows) for panel, rows in asked if rows]
