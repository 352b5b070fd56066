"""The form on which an officer takes a complaint down for a caller or visitor."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.card import queries as cards
from backend.complaints import queries, service, workflow
from backend.complaints.intake import for_others
from backend.complaints.life.around import own_receipt
from backend.complaints.rows import JoinableCase, Receipt
from backend.complaints.service import NewComplaint, NewReporter
from backend.console.shell import actor, page
from backend.foundation import forms
from backend.foundation.errors import BadInput, Conflict
from backend.foundation.forms import Draft
from backend.foundation.permissions import requires
from backend.registry import search

blueprint = Blueprint("desk_intake", __name__, url_prefix="/desk")
FIELDS = ("channel", "lift", "place", "category", "track", "description", "name", "phone", "consent", "draft")
MAX_FOUND = 10


@blueprint.get("/new")
@requires("complaint.intake")
def form() -> Response:
    """Ask what a caller says; the lift is searched first."""
    values = {name: request.args.get(name, "") for name in ("channel", "lift")}
    return _form({**values, "draft": forms.new_draft()})


@blueprint.post("/new")
@requires("complaint.intake")
def submit() -> Response:
    """File it, or join the open case, and show what to read out."""
    values = {name: request.form.get(name, "").strip() for name in FIELDS}
    values["lift"] = next(
        reversed(request.form.getlist("lift")), ""
    )  # a lift found last stands after the one chosen first
    draft = forms.draft("q", "find", "apart")
    values["draft"] = draft.id
    if "find" in request.form:
        return _form(values)
    try:
        similar = _unseen(values, draft)
        if similar:
            return _form(values, offered=similar, status=409)
        receipt = _taken_down(values, draft.key)
    except (BadInput, Conflict) as error:
        return _form(values, errors=error.fields or {"": error.message}, status=int(error.status))
    return redirect(url_for("desk_intake.receipt", number=receipt["number"], reporter=receipt["reporter"]), 303)


@blueprint.get("/<number>/receipt")
@requires("complaint.intake")
def receipt(number: str) -> Response:
    """Show what is read out to the caller: number, key, who handles it and by when."""
    told = own_receipt(actor(), number, request.args.get("reporter", ""))
    return page("complaints/desk/receipt.html", receipt=told, said=for_others.read_out(told))


def _taken_down(values: Mapping[str, str], draft: str) -> Receipt:
    new = NewComplaint(
        category=values["category"],
        lift=values["lift"] or None,
        place=values["place"] or None,
        description=values["description"],
        track=values["track"] or None,
        consent_publish=values["consent"] == "1",
        reporter=NewReporter(channel=values["channel"], phone=values["phone"] or None, name=values["name"] or None),
    )
    if joined := request.form.get("join"):
        return for_others.join(actor(), joined, new, draft)
    return for_others.take_down(actor(), new, draft)


def _unseen(values: Mapping[str, str], draft: Draft) -> JoinableCase | None:
    """Return the open case about the same problem, where the officer was not asked yet whether the caller joins it."""
    if "join" in request.form or "apart" in request.form or service.receipt_of_draft(draft.key):
        return None
    return queries.similar(values["lift"], values["category"], {"draft": draft.key}) if values["lift"] else None


def _form(
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    offered: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    searched = (request.values.get("q") or "").strip()[:50]
    card = cards.card(values["lift"]) if values.get("lift") else None
    return page(
        "complaints/desk/new.html",
        values=values,
        errors=errors or {},
        offered=offered,
        searched=searched,
        found=search.find(searched, MAX_FOUND) if searched else [],
        lift_title=cards.title(card) if card else None,
        channels=for_others.CHANNELS,
        categories=workflow.categories(),
        tracks=workflow.choices("tracks"),
        status=status,
    )
