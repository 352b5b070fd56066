"""What is kept out of sight: the originals of what was redacted, and the people whose complaints are hidden."""

import base64

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.accounts import people
from backend.complaints import service
from backend.complaints.desk.cases import failed_page
from backend.complaints.intake import abuse
from backend.complaints.life import around, redaction
from backend.console.shell import actor, page
from backend.foundation.errors import BadInput
from backend.foundation.permissions import requires

blueprint = Blueprint("desk_hidden", __name__, url_prefix="/desk")


@blueprint.post("/<number>/originals/<kept>")
@requires(redaction.UNSEAL)
def original(number: str, kept: str) -> Response:
    """Show what was redacted to somebody who says why; the reading is on the record."""
    officer, reason = actor(), request.form.get("reason", "")
    around.own_case(officer, number)
    what = {one["id"]: one["what"] for one in redaction.originals(number, officer)}.get(kept, "")
    try:
        shown = service.original(kept, officer, reason)
    except BadInput as error:
        return failed_page(number, "original", error, {"kept": kept, "reason": reason})
    picture = base64.b64encode(shown).decode() if isinstance(shown, bytes) else ""
    return page("complaints/desk/original.html", number=number, what=what, text=shown, picture=picture)


@blueprint.get("/blocked")
@requires("complaint.block")
def blocked() -> Response:
    """Show who is blocked through the cases of the own desk."""
    return _blocked()


@blueprint.post("/blocked/<mark>")
@requires("complaint.block")
def unblock(mark: str) -> Response:
    """Take somebody off the block list."""
    try:
        service.unblock(mark, actor(), request.form.get("reason", ""))
    except BadInput as error:
        return _blocked(mark, error)
    return redirect(url_for("desk_hidden.blocked"), 303)


def _blocked(failed: str = "", error: BadInput | None = None) -> Response:
    names = people.names()
    rows = [{**one, "by_name": names.get(one["by"], "其他人员")} for one in abuse.blocked(actor())]
    return page("complaints/desk/blocked.html", rows=rows, failed=failed, error=error, status=422 if error else 200)
