"""An officer's inbox, and the news of the bureau's cases that did not arrive."""

from flask import Blueprint, Response, redirect, request, url_for

from backend.complaints.desk.undelivered import CASE, number_of, undelivered
from backend.console.shell import actor, inboxes, page
from backend.delivery import inbox
from backend.foundation.permissions import requires

blueprint = Blueprint("desk_inbox", __name__, url_prefix="/desk/inbox")
SHOWN = 50


@blueprint.get("")
@requires("desk.see")
def show() -> Response:
    """Show the notices of the officer and the bureau, the unread first, and what did not arrive."""
    officer = actor()
    found = [
        {**notice, "number": number_of(notice["subject"]), "own": notice["recipient"] == officer.id}
        for notice in inbox.notices(inboxes(officer), SHOWN)
    ]
    return page("console/inbox.html", notices=found, undelivered=undelivered(officer), shown=SHOWN)


@blueprint.post("/<notice>")
@requires("desk.see")
def opened(notice: str) -> Response:
    """Mark a notice as read, and go to the case it is about."""
    inbox.mark_read(notice, inboxes(actor()))
    number = request.form.get("number", "")
    to = url_for("desk.case", number=number) if CASE.fullmatch(f"complaint:{number}") else url_for("desk_inbox.show")
    return redirect(to, 303)
