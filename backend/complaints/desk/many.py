"""Pages about many cases: bulk moves with their results, saved filters, exports."""

from collections.abc import Sequence

from flask import Blueprint, current_app, redirect, request, stream_with_context, url_for
from werkzeug.wrappers import Response

from backend.accounts import people
from backend.complaints import workflow
from backend.complaints.desk import bulk as bulk_moves
from backend.complaints.desk import exports, reads
from backend.complaints.desk.bulk import Chosen, Result
from backend.complaints.desk.cases import LIST, read_filters
from backend.console.shell import actor, page
from backend.foundation.errors import BadInput, Forbidden
from backend.foundation.permissions import requires
from backend.foundation.tables import FORMS
from backend.policy import jurisdictions

blueprint = Blueprint("desk_many", __name__, url_prefix="/desk")
LABELS = {"accept": "受理", "transfer": "移送", "assign": "分派"}


@blueprint.post("/bulk/<any(accept, transfer, assign):action>")
@requires("complaint.see")
def bulk(action: str) -> Response:
    """Ask once more before many cases are moved, then move each and tell what became of it."""
    officer = actor()
    if f"complaint.{action}" not in officer.permissions:
        raise Forbidden("没有权限")
    try:
        cases = bulk_moves.chosen(request.form.getlist("case"))
    except BadInput as error:
        return page("complaints/desk/bulk.html", action=action, label=LABELS[action], cases=[], error=error, status=422)
    if "confirm" not in request.form:
        return _ask(action, cases)
    if action == "assign":
        results = bulk_moves.assign(cases, officer, request.form.get("assignee", ""))
        return _told(action, results)
    typed = {name: request.form.get(name, "") for name in ("to", "text")}
    if action == "transfer" and not all(value.strip() for value in typed.values()):
        return _ask(action, cases, BadInput("请选择接收的局，并写明移送理由"), typed)
    return _told(action, bulk_moves.move(cases, action, officer, typed))


@blueprint.post("/bulk/undo-assign")
@requires("complaint.assign")
def undo_assign() -> Response:
    """Give the cases of a bulk assignment back to whom they were with."""
    officer, results = actor(), []
    for one in bulk_moves.chosen(request.form.getlist("case")):
        results += bulk_moves.assign([one], officer, request.form.get(f"before-{one.number}", ""))
    return _told("assign", results, undone=True)


@blueprint.post("/filters")
@requires("complaint.see")
def save_filter() -> Response:
    """Keep the filters of the list under a name."""
    LIST.save(actor(), request.form.get("name", ""), request.form)
    return redirect(url_for("desk.cases", **LIST.read(request.form)), 303)


@blueprint.post("/filters/forget")
@requires("complaint.see")
def forget_filter() -> Response:
    """Delete a saved filter."""
    LIST.forget(actor(), request.form.get("name", ""))
    return redirect(url_for("desk.cases"), 303)


@blueprint.get("/export.<any(csv, xlsx):form>")
@requires("complaint.export")
def export(form: str) -> Response:
    """Send the cases of the list as a table, streamed; that it was exported is on the record."""
    filters, wrong = read_filters()
    if wrong:
        raise BadInput(wrong)
    officer = actor()
    exports.recorded(officer, filters, form)
    table = exports.exported(officer, filters, form)
    response = current_app.response_class(stream_with_context(table), content_type=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{exports.file_name(form)}"'
    response.cache_control.no_store = True
    return response


def _ask(
    action: str, cases: Sequence[Chosen], error: BadInput | None = None, typed: dict[str, str] | None = None
) -> Response:
    officer = actor()
    return page(
        "complaints/desk/bulk.html",
        action=action,
        label=LABELS[action],
        cases=reads.listed(officer, [one.number for one in cases]),
        marks={one.number: one.version for one in cases},
        error=error,
        typed=typed or {},
        people=people.colleagues(officer.jurisdiction or jurisdictions.MUNICIPAL),
        bureaus={key: name for key, name in workflow.choices("bureaus").items() if key != officer.jurisdiction},
        status=422 if error else 200,
    )


def _told(action: str, results: Sequence[Result], *, undone: bool = False) -> Response:
    return page("complaints/desk/results.html", action=action, label=LABELS[action], results=results, undone=undone)
