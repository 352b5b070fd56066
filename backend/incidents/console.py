"""The desk's side of people trapped: what is reported and not ended, and its end with a reason."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.accounts.actors import Actor
from backend.console.panels import Row
from backend.console.shell import actor, page
from backend.console.subjects import Link
from backend.foundation.errors import BadInput, ChatiError, Conflict
from backend.foundation.permissions import requires
from backend.incidents import queries, service
from backend.registry import queries as registry

EMERGENCY = "complaint.emergency"
SHOWN = 50
blueprint = Blueprint("rescues", __name__, url_prefix="/desk/rescues")


@blueprint.get("")
@requires(EMERGENCY)
def show() -> Response:
    """List the people reported trapped in the lifts of the own bureau."""
    return _page()


@blueprint.post("/<rescue>/end")
@requires(EMERGENCY)
def end(rescue: str) -> Response:
    """End a report, for a reason."""
    try:
        service.end_emergency(rescue, actor(), request.form.get("reason", ""))
    except (BadInput, Conflict) as error:
        return _page(rescue, error)
    return redirect(url_for("rescues.show"), 303)


def waiting(officer: Actor) -> list[Row]:
    """Return what stands open as rows of today's work."""
    return [
        Row(
            label=one["lift"],
            url=url_for("rescues.show"),
            text=f"{one['title']} · {one['source']}",
            at=one["alarm_at"],
            state="有人被困",
            late=True,
        )
        for one in _open(officer)
    ]


def link(rescue: str) -> Link:
    """Return where a report is opened."""
    return Link("困人报告", url_for("rescues.show", _anchor=rescue))


def _open(officer: Actor) -> list[dict[str, Any]]:
    """Return what stands open on an officer's desks, with the title of its lift and who told of it."""
    found = queries.open_rescues(officer.desks(), SHOWN)
    titles = registry.titles({one["lift"] for one in found})
    return [
        {**one, "id": str(one["_id"]), "title": titles.get(one["lift"]), "source": queries.source_of(one["channel"])}
        for one in found
    ]


def _page(failed: str = "", error: ChatiError | None = None) -> Response:
    rows = _open(actor())
    status = int(error.status) if error else 200
    return page("incidents/console/rescues.html", rows=rows, failed=failed, error=error, status=status)
