"""The bureau's side: groups that wait for approval, what they urge, and what lies with the bureau because of them."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from backend.community import access, queries, urges, workflow
from backend.community import groups as service
from backend.community.access import OVERSEE
from backend.foundation.errors import BadInput, ChatiError
from backend.foundation.permissions import requires
from backend.registry import queries as registry

blueprint = Blueprint("groups", __name__, url_prefix="/desk/groups")


@blueprint.get("")
@requires(OVERSEE)
def groups() -> Response:
    """List the district's groups and their urges that are not done."""
    desks = access.officer(current_user).desks()
    return _page("console/groups.html", groups=queries.groups(desks), urges=queries.urges_of(desks))


@blueprint.get("/<group>")
@requires(OVERSEE)
def group(group: str) -> Response:
    """Show one group with its board and what it did."""
    return _group_page(group)


@blueprint.post("/<group>/phone")
@requires("phone.see")
def phone(group: str) -> Response:
    """Show the applicant's phone number and record that it was shown."""
    return _group_page(group, phone=service.show_phone(access.officer(current_user), group))


@blueprint.post("/<group>/<action>")
@requires("group.approve")
def decide(group: str, action: str) -> Response:
    """Approve, refuse or dissolve a group."""
    try:
        service.decide(access.officer(current_user), group, action, request.form.get("reason", ""))
    except BadInput as error:
        return _group_page(group, error=error)
    return redirect(url_for("groups.group", group=group), 303)


def _group_page(group: str, *, phone: str = "", error: ChatiError | None = None) -> Response:
    who = access.standing(current_user, group, OVERSEE)
    done = queries.history(group)
    for row in done["urges"]:
        row["answer_link"] = (
            url_for("community.asked", token=urges.token(row["_id"])) if not row.get("answer") else None
        )
    return _page(
        "console/group.html",
        group=who.group,
        state=workflow.label(workflow.GROUP, who.group.state),
        moves=workflow.allowed(workflow.GROUP, who.group.state),
        estates=list(registry.estate_names(who.group.estates).values()),
        rows=queries.board(who.group),
        members=queries.members(group),
        history=done,
        phone=phone,
        error=error,
    )


def _page(template: str, *, error: ChatiError | None = None, **data: Any) -> Response:
    response = make_response(render_template(f"community/{template}", error=error, **data))
    response.status_code = int(error.status) if error else 200
    response.cache_control.no_store = True
    return response
