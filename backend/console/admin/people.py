"""The people who sign in: find, add, give a role, give a new password, close and open their accounts."""

import secrets
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.accounts import people, service
from backend.accounts.service import normal_login
from backend.console.shell import actor, page
from backend.foundation import clock, forms
from backend.foundation.errors import BadInput, ChatiError, Conflict
from backend.foundation.permissions import requires
from backend.policy import jurisdictions
from backend.registry import queries as registry

MANAGE = "person.manage"
FIRST_PASSWORD_BYTES = 12
blueprint = Blueprint("people", __name__, url_prefix="/admin/people")


@blueprint.get("")
@requires(MANAGE)
def show() -> Response:
    """List people by login."""
    return _list()


@blueprint.post("")
@requires(MANAGE)
def add() -> Response:
    """Make an account and show its first password, this once."""
    password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    try:
        login, role = forms.typed("login"), forms.typed("role")
        service.create_person(login, forms.typed("name"), password, role, **place_typed(), by=actor())
    except BadInput as error:
        return _list(error)
    return _person(normal_login(login), password=password)


@blueprint.get("/<login>")
@requires(MANAGE)
def person(login: str) -> Response:
    """Show one person and what may be done."""
    return _person(login)


@blueprint.post("/<login>/role")
@requires(MANAGE)
def change_role(login: str) -> Response:
    """Give somebody another role."""
    try:
        service.change_role(login, forms.typed("role"), **place_typed(), by=actor())
    except (BadInput, Conflict) as error:
        return _person(login, error=error)
    return redirect(url_for("people.person", login=login, done="role"), 303)


@blueprint.post("/<login>/password")
@requires(MANAGE)
def reset_password(login: str) -> Response:
    """Give somebody a new password and show it, this once; their sessions end."""
    password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    service.reset_password(login, password, by=actor())
    return _person(login, password=password)


@blueprint.post("/<login>/<any(deactivate, activate):change>")
@requires(MANAGE)
def open_or_close(login: str, change: str) -> Response:
    """Close an account, or open it again."""
    try:
        {"deactivate": service.deactivate, "activate": service.activate}[change](login, by=actor())
    except Conflict as error:
        return _person(login, error=error)
    return redirect(url_for("people.person", login=login, done=change), 303)


def place_typed() -> dict[str, str | None]:
    """Read where somebody or something belongs; what a role does not ask for is left out.

    Raises:
        BadInput: there is no organisation of that name, number or code, or there are several.
    """
    belongs = (people.roles_of_people() | people.roles_of_programs()).get(forms.typed("role"), {}).get("belongs")
    unit = forms.typed("organisation").strip() if belongs == service.ORGANISATION else ""
    return {
        "jurisdiction": (forms.typed("jurisdiction") or None) if belongs == service.BUREAU else None,
        "organisation": registry.organisation_meant(unit) if unit else None,
    }


def choices() -> dict[str, Any]:
    """Give the bureaus of today that somebody or something may belong to."""
    return {"bureaus": {one.id: one.bureau_name for one in jurisdictions.all_on(clock.today())}}


def _list(error: ChatiError | None = None) -> Response:
    words = request.args.get("q", "")[: forms.MAX_NAME]
    rows, further = people.listed(words, request.args.get("after", ""))
    return page(
        "console/admin/people.html",
        rows=rows,
        further=further,
        q=words,
        roles=people.roles_of_people(),
        **choices(),
        error=error,
        typed=request.form,
        status=int(error.status) if error else 200,
    )


def _person(login: str, *, password: str = "", error: ChatiError | None = None) -> Response:
    return page(
        "console/admin/person.html",
        person=people.one(login),
        roles=people.roles_of_people(),
        **choices(),
        password=password,
        error=error,
        typed=request.form,
        done=request.args.get("done", ""),
        status=int(error.status) if error else 200,
    )
