"""The bureau's desk: the list of cases, one case beside the lift's card, and the moves the table allows."""

from typing import Any

from bson import ObjectId
from bson.errors import InvalidId
from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_login import current_user

from backend.card import queries as cards
from backend.card.verdict import verdict
from backend.complaints import contact, desk_queries, service, workflow
from backend.complaints.desk_queries import Filters
from backend.complaints.service import Actor
from backend.foundation import clock
from backend.foundation.errors import BadInput, ChatiError, Conflict, NotFound
from backend.foundation.permissions import requires
from backend.policy import jurisdictions

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
PAGE = 30
FORM_FIELDS = tuple(workflow.fields())
CONFIRMED = "refuse"  # what cannot be taken back by another move of the table


def actor() -> Actor:
    """Return the current caller as somebody who moves cases."""
    return Actor(current_user.id, current_user.label, current_user.permissions, current_user.jurisdiction)


@blueprint.get("")
@requires("desk.see")
def cases() -> Response:
    """List the cases of the own desk, the earliest date first."""
    filters, error = _filters()
    officer = actor()
    found, cursor = desk_queries.desk_list(officer, filters, request.args.get("cursor"), PAGE)
    kept = {name: value for name, value in request.args.items() if name != "cursor" and value}
    return _page(
        "desk/cases.html",
        cases=found,
        next_url=url_for("desk.cases", **kept, cursor=cursor) if cursor else None,
        filters=filters,
        error=error,
        counts=desk_queries.open_counts(officer),
        states=workflow.states(),
        categories=workflow.categories(),
        bureaus=_bureaus() if officer.desks() is None else (),
        status=422 if error else 200,
    )


@blueprint.get("/<number>")
@requires("complaint.see")
def case(number: str) -> Response:
    """Show one case with the lift's card and what may be done now."""
    return _case_page(number)


@blueprint.post("/<number>/<action>")
@requires("complaint.see")
def act(number: str, action: str) -> Response:
    """Move a case; the permission of the move itself is checked by the table."""
    officer, typed = actor(), {name: request.form.get(name, "") for name in FORM_FIELDS}
    version = request.form.get("version", type=int, default=0)
    try:
        if action == CONFIRMED and "confirm" not in request.form:
            raise BadInput.of("confirm", "请勾选确认")
        service.act(number, action, officer, version, typed)
    except (BadInput, Conflict) as error:
        return _case_page(number, failed=action, error=error, typed=typed, seen=version)
    if action == "transfer" and not officer.sees(typed["to"]):
        return redirect(url_for("desk.cases"), 303)
    return redirect(url_for("desk.case", number=number, done=action), 303)


@blueprint.post("/<number>/phone/<int:reporter>")
@requires("phone.see")
def phone(number: str, reporter: int) -> Response:
    """Show a reporter's phone number and record that it was shown."""
    return _case_page(number, shown={reporter: contact.show_phone(number, reporter, actor())})


@blueprint.get("/photos/<photo_id>")
@requires("photo.see")
def photo(photo_id: str) -> Response:
    """Send a photo of a case that the officer sees."""
    try:
        data = desk_queries.photo(actor(), ObjectId(photo_id))
    except InvalidId as error:
        raise NotFound("没有这张照片") from error
    response = Response(data, mimetype="image/jpeg")
    response.cache_control.private = True
    response.cache_control.max_age = 3600
    return response


def _case_page(
    number: str,
    *,
    failed: str = "",
    error: ChatiError | None = None,
    typed: dict[str, str] | None = None,
    seen: int | None = None,
    shown: dict[int, str] | None = None,
) -> Response:
    officer = actor()
    found = desk_queries.desk_case(officer, number)
    card = found["card"]
    return _page(
        "desk/case.html",
        case=found,
        moves=[
            move for move in workflow.allowed(found["track"], found["state"]) if move.permission in officer.permissions
        ],
        failed=failed,
        error=error,
        typed=typed or {},
        missed=[entry for entry in found["entries"] if isinstance(error, Conflict) and entry["seq"] > (seen or 0)],
        done=workflow.actions().get(request.args.get("done", "")),
        shown=shown or {},
        grounds=workflow.grounds(),
        bureaus=[bureau for bureau in _bureaus() if bureau.id != found["jurisdiction"]],
        card_title=cards.title(card) if card else None,
        verdict=verdict(card, clock.today()) if card else None,
        status=int(error.status) if error else 200,
    )


def _page(template: str, *, status: int, **data: Any) -> Response:
    """Render a page of the console that no shared computer keeps."""
    response = current_app.make_response((render_template(template, **data), status))
    response.cache_control.no_store = True
    return response


def _filters() -> tuple[Filters, str]:
    """Read the filters; where one has no meaning, say so and show the plain list."""
    args = request.args
    try:
        return desk_queries.checked(
            Filters(
                state=args.get("state") or desk_queries.OPEN,
                category=args.get("category", ""),
                overdue=args.get("overdue") == "1",
                mine=args.get("mine") == "1",
                bureau=args.get("bureau", ""),
                text=args.get("q", "").strip(),
            )
        ), ""
    except BadInput as error:
        return Filters(), error.message


def _bureaus() -> list[jurisdictions.Jurisdiction]:
    """Return the bureaus a case may lie with today, the municipal one first."""
    return [jurisdictions.bureau(jurisdictions.MUNICIPAL), *jurisdictions.all_on(clock.today())]
