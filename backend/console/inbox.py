"""The inbox: notices to somebody and their bureau, and the panels that slices put beside them."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.accounts.actors import Actor
from backend.console import panels, subjects
from backend.console.panels import Row
from backend.console.shell import actor, inboxes, page
from backend.console.subjects import Link
from backend.delivery import inbox
from backend.delivery.inbox import NoticeRow
from backend.foundation.permissions import OWN, requires

blueprint = Blueprint("inbox", __name__, url_prefix="/desk/inbox")
SHOWN = 50
SHOWN_TODAY = 5


class ShownNotice(NoticeRow):
    """A notice, where what it is about is opened, and whether it is the reader's own."""

    link: Link | None
    own: bool


@blueprint.get("")
@requires(OWN)
def show() -> Response:
    """Show the notices of the reader and the bureau, the unread first."""
    reader = actor()
    found: list[ShownNotice] = [
        {**notice, "link": subjects.link(notice["subject"]), "own": notice["recipient"] == reader.id}
        for notice in inbox.notices(inboxes(reader), SHOWN)
    ]
    return page("console/inbox.html", notices=found, panels=panels.filled(panels.INBOX, reader), shown=SHOWN)


@blueprint.post("/<notice>")
@requires(OWN)
def opened(notice: str) -> Response:
    """Mark a notice as read and, where that was asked, go to what it is about."""
    subject = inbox.mark_read(notice, inboxes(actor()))
    link = subjects.link(subject) if "open" in request.form else None
    return redirect(link.url if link else url_for("inbox.show"), 303)


def unread(reader: Actor) -> int:
    """Count the notices that somebody has not read."""
    return inbox.unread_count(inboxes(reader))


def unread_rows(reader: Actor) -> list[Row]:
    """Return the newest notices that somebody has not read."""
    return [
        Row(notice["title"], url_for("inbox.show"), notice["text"], notice["at"])
        for notice in inbox.notices(inboxes(reader), SHOWN_TODAY)
        if not notice.get("read_at")
    ]
