"""What every page of the desk shares: who acts, how a page is sent, how many notices wait."""

from typing import Any

from flask import Response, current_app, render_template
from flask_login import current_user

from backend.accounts.actors import Actor
from backend.delivery import inbox
from backend.policy import jurisdictions


def actor() -> Actor:
    """Return the current caller as somebody who moves cases."""
    return Actor(current_user.id, current_user.label, current_user.permissions, current_user.jurisdiction)


def page(template: str, *, status: int = 200, **data: Any) -> Response:
    """Render a page of the console that no shared computer keeps."""
    response = current_app.make_response((render_template(template, **data), status))
    response.cache_control.no_store = True
    return response


def inboxes(officer: Actor) -> list[str]:
    """Return the inboxes an officer reads: the own one, and the bureau's with those of the bureaus it took over."""
    desks = officer.desks()
    return [officer.id, *((officer.jurisdiction or jurisdictions.MUNICIPAL,) if desks is None else desks)]


def unread() -> int:
    """Count the notices that wait for the current caller, for the console's head."""
    return inbox.unread_count(inboxes(actor()))
