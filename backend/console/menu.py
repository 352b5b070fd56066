"""The menu of the workbench: each slice adds its entries, everybody sees those that they may open."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, url_for

from backend.accounts.actors import Actor
from backend.console.shell import actor
from backend.foundation.permissions import may

ENTRIES = "chati.menu"
OUTSIDE = "/"  # for somebody who may open nothing here


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that the menu leads to.

    Args:
        key: its name among the entries.
        label: how people call it.
        endpoint: of the page; it takes no arguments.
        permission: whoever has it sees the entry.
        order: place from the left; the first that somebody may open is where they come after signing in.
        shortcut: key on the keyboard that opens it, empty for none.
        badge: counts what waits there for somebody.
    """

    key: str
    label: str
    endpoint: str
    permission: str
    order: int
    shortcut: str = ""
    badge: Callable[[Actor], int] | None = None

    def waiting(self) -> int:
        """Count what waits there for the current caller."""
        return self.badge(actor()) if self.badge else 0


def add(app: Flask, *entries: Entry) -> None:
    """Put a slice's entries into an application's menu; the same key again takes the earlier one's place."""
    app.extensions.setdefault(ENTRIES, {}).update({entry.key: entry for entry in entries})


def shown() -> list[Entry]:
    """Return the entries that the current caller may open, in their order."""
    entries = sorted(current_app.extensions[ENTRIES].values(), key=lambda entry: entry.order)
    return [entry for entry in entries if may(entry.permission)]


def home() -> str:
    """Return the address of the first entry that the current caller may open."""
    return next((url_for(entry.endpoint) for entry in shown()), OUTSIDE)
