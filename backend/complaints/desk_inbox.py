"""An officer's inbox, and the news of the bureau's cases that did not arrive."""

import re
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from backend.complaints import desk_case
from backend.complaints.actors import Actor, scope
from backend.complaints.desk_console import actor, inboxes, page
from backend.delivery import inbox
from backend.foundation import database
from backend.foundation.outbox import FAILED, UNDELIVERABLE
from backend.foundation.permissions import requires

blueprint = Blueprint("desk_inbox", __name__, url_prefix="/desk/inbox")
SHOWN = 50
LOOKED_AT = 1000  # undelivered news looked through for a bureau's own
CASE = re.compile(r"complaint:(R?[0-9]{6}-[0-9]{1,6})")


@blueprint.get("")
@requires("desk.see")
def show() -> Response:
    """Show the notices of the officer and the bureau, the unread first, and what did not arrive."""
    officer = actor()
    found = [
        {**notice, "number": _number(notice["subject"]), "own": notice["recipient"] == officer.id}
        for notice in inbox.notices(inboxes(officer), SHOWN)
    ]
    return page("desk/inbox.html", notices=found, undelivered=undelivered(officer), shown=SHOWN)


@blueprint.post("/<notice>")
@requires("desk.see")
def opened(notice: str) -> Response:
    """Mark a notice as read, and go to the case it is about."""
    inbox.mark_read(notice, inboxes(actor()))
    number = request.form.get("number", "")
    to = url_for("desk.case", number=number) if CASE.fullmatch(f"complaint:{number}") else url_for("desk_inbox.show")
    return redirect(to, 303)


def undelivered(officer: Actor) -> list[dict[str, Any]]:
    """Return the latest news of the officer's cases that did not arrive: number, when, by which channel, why."""
    outbox = database.collection("outbox").find(
        {"state": {"$in": [FAILED, UNDELIVERABLE]}, "subject": {"$regex": "^complaint:"}},
        {"subject": 1, "channel": 1, "state": 1, "created_at": 1, "error": 1, "template": 1},
    )
    rows = [(row, _number(row["subject"])) for row in outbox.sort("created_at", -1).limit(LOOKED_AT)]
    wanted = {"_id": {"$in": list({number for _, number in rows})}}
    own = {one["_id"] for one in database.collection("complaints").find({"$and": [wanted, scope(officer)]}, {"_id": 1})}
    return [desk_case.delivery(row) | {"number": number} for row, number in rows if number in own][:SHOWN]


def _number(subject: str) -> str | None:
    found = CASE.fullmatch(subject)
    return found[1] if found and not found[1].startswith("R") else None
