"""The bureau's side: groups that wait for approval, what they urge, and what lies with the bureau because of them."""

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from backend.accounts.actors import Actor
from backend.casework import moving
from backend.community import access, matters, queries, urges
from backend.community import groups as service
from backend.community.access import OVERSEE
from backend.console.panels import Row
from backend.console.shell import actor, page
from backend.console.subjects import Link
from backend.foundation.errors import BadInput, ChatiError
from backend.foundation.permissions import requires
from backend.registry import queries as registry

blueprint = Blueprint("groups", __name__, url_prefix="/desk/groups")


@blueprint.get("")
@requires(OVERSEE)
def groups() -> Response:
    """List the district's groups and their urges that are not done."""
    desks = actor().desks()
    return page("community/console/groups.html", groups=queries.groups(desks), urges=queries.urges_of(desks))


@blueprint.get("/<group>")
@requires(OVERSEE)
def group(group: str) -> Response:
    """Show one group with its board and what it did."""
    return _group_page(group)


@blueprint.post("/<group>/phone")
@requires("phone.see")
def phone(group: str) -> Response:
    """Show the applicant's phone number and record that it was shown."""
    return _group_page(group, phone=service.show_phone(actor(), group))


@blueprint.post("/<group>/<action>")
@requires("group.approve")
def decide(group: str, action: str) -> Response:
    """Approve, refuse or dissolve a group."""
    try:
        service.decide(actor(), group, action, request.form.get("reason", ""))
    except BadInput as error:
        return _group_page(group, error=error)
    return redirect(url_for("groups.group", group=group), 303)


def waiting(officer: Actor) -> list[Row]:
    """Return the groups of the officer's desks that wait for approval, the oldest first."""
    return [
        Row(one["name"], url_for("groups.group", group=one["_id"]), "、".join(one["estate_names"]), one["filed_at"])
        for one in queries.applied(officer.desks())
    ]


def link(group: str) -> Link:
    """Return where a group is opened."""
    return Link("协调小组", url_for("groups.group", group=group))


def _group_page(group: str, *, phone: str = "", error: ChatiError | None = None) -> Response:
    who = access.standing(current_user, group, OVERSEE)
    done = queries.history(group)
    for row in done["urges"]:
        row["answer_link"] = url_for("outside.asked", token=urges.token(row["_id"])) if not row.get("answer") else None
    return page(
        "community/console/group.html",
        group=who.group,
        state=matters.GROUP.state_label(who.group.state),
        moves=moving.offered_now(who.group, who.actor),
        estates=list(registry.estate_names(who.group.estates).values()),
        rows=queries.board(who.group),
        members=queries.members(group),
        history=done,
        in_wechat=queries.applicant_in_wechat(group),
        phone=phone,
        error=error,
        status=int(error.status) if error else 200,
    )
