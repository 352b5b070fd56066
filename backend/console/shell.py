"""What every page of the workbench shares: who acts, whose inboxes are read, how a page is sent."""

from typing import Any

from flask import Response, current_app, render_template
from flask_login import current_user

from backend.accounts.actors import Actor, unit_id
from backend.policy import jurisdictions


def actor() -> Actor:
    """Return the current caller as somebody who acts."""
    return current_user.actor


def page(template: str, *, status: int = 200, **data: Any) -> Response:
    """Render a page of the workbench that no shared computer keeps."""
    response = current_app.make_response((render_template(template, **data), status))
    response.cache_control.no_store = True
    return response


def inboxes(reader: Actor) -> list[str]:
    """Return the inboxes somebody reads: the own one, their organisation's, and those of their bureau.

    A bureau also has the inboxes of those it took over.
    """
    desks = reader.desks()
    bureaus = (reader.jurisdiction or jurisdictions.MUNICIPAL,) if desks is None else desks
    organisation = (unit_id(reader.organisation),) if reader.organisation else ()
    return [reader.id, *organisation, *bureaus]
