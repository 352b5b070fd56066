"""The keys of programs: make one, shown this once, and revoke one."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.accounts import people, service
from backend.console.admin.people import MANAGE, choices, place_typed
from backend.console.shell import actor, page
from backend.foundation import forms
from backend.foundation.errors import BadInput
from backend.foundation.permissions import requires

blueprint = Blueprint("keys", __name__, url_prefix="/admin/keys")


@blueprint.get("")
@requires(MANAGE)
def show() -> Response:
    """List keys, those in force first."""
    return _list()


@blueprint.post("")
@requires(MANAGE)
def add() -> Response:
    """Make a key and show it, this once."""
    try:
        role = forms.typed("role")
        if role not in people.roles_of_programs():
            raise BadInput.of("role", "请选择程序可以用的角色")
        key = service.create_api_key(forms.typed("name"), role, **place_typed(), by=actor())
    except BadInput as error:
        return _list(error=error)
    return _list(key)


@blueprint.post("/<key_id>/revoke")
@requires(MANAGE)
def revoke(key_id: str) -> Response:
    """Revoke a key."""
    service.revoke_api_key(key_id, by=actor())
    return redirect(url_for("keys.show"), 303)


def _list(key: str = "", *, error: BadInput | None = None) -> Response:
    return page(
        "console/admin/keys.html",
        rows=people.keys(),
        roles=people.roles_of_programs(),
        **choices(),
        key=key,
        error=error,
        typed=request.form if error else {},
        status=int(error.status) if error else 200,
    )
