"""Deny by default: a route answers only when it names its permission and the caller has it."""

import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, request
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from backend.foundation.errors import Forbidden, wants_json
from config import About, ConfigError, Files, load, references

View = TypeVar("View", bound=Callable[..., Any])
Look = TypeVar("Look", bound=Callable[[], Any])
PUBLIC = "public"
OWN = "account.own"  # what everybody has who signs in
_looks: dict[str, Callable[[], Any]] = {}


def requires(permission: str) -> Callable[[View], View]:
    """Name the permission of a view.

    Args:
        permission: one verb on one thing, as in `config/roles.toml`, such as `complaint.accept`.
    """

    def mark(view: View) -> View:
        vars(view)["permission"] = permission
        return view

    return mark


def public(view: View) -> View:
    """Say that anybody may call a view."""
    return requires(PUBLIC)(view)


def public_method(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a library's bound method as a public view; a bound method takes no mark itself."""
    return public(functools.update_wrapper(functools.partial(view), view))


def permission_of(view: Callable[..., Any]) -> str | None:
    """Return the permission that a view names, None where it names none."""
    return getattr(view, "permission", None)


def permissions_of_role(role: str) -> frozenset[str]:
    """Return what a role may do, from `config/roles.toml`."""
    roles = load("roles")
    granted = set(roles[role]["permissions"])
    for other in roles[role].get("includes", ()):
        granted |= permissions_of_role(other)
    return frozenset(granted)


@references
def _roles_fit(files: Files) -> Iterator[ConfigError]:
    """Each role has permissions that there are, one's own password too, and includes other roles that there are."""
    about = About(files, "roles")
    yield from about.known("*.permissions.*", files["permissions"], "a permission of permissions.toml")
    yield from about.known("*.includes.*", about.data, "a role")
    for role in about.data:
        reached, waiting = set(), list(about.data[role].get("includes", ()))
        while waiting:
            other = waiting.pop()
            if other not in reached:
                reached.add(other)
                waiting += about.data.get(other, {}).get("includes", ())
        held = {name for one in (role, *reached) for name in about.data.get(one, {}).get("permissions", ())}
        if about.data[role]["belongs"] != "nobody" and OWN not in held:
            yield about.wrong((role, "permissions"), f"{OWN} expected, which everybody needs who signs in")
        if role in reached:
            yield about.wrong((role, "includes"), f"other roles expected, {role} would include itself")


def may(permission: str) -> bool:
    """Tell whether the current caller has a permission."""
    return permission == PUBLIC or (current_user.is_authenticated and permission in current_user.permissions)


def before_check(blueprint: Blueprint) -> Callable[[Look], Look]:
    """Have a function called before the permission of a blueprint's views is checked, and on no other request.

    Args:
        blueprint: whose views; what the function returns, unless None, is the answer.
    """

    def keep(look: Look) -> Look:
        _looks[blueprint.name] = look
        return look

    return keep


def init_app(app: Flask) -> None:
    """Check each request before its view runs."""
    app.before_request(_guard)
    app.jinja_env.globals["may"] = may
    for endpoint, view in app.view_functions.items():
        if endpoint == "static" or endpoint.endswith(".static"):
            app.view_functions[endpoint] = public_method(view)


def _guard() -> Any:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # no such route: Flask answers 404
    look = _looks.get(request.blueprint or "")
    if look and (answer := look()) is not None:
        return answer
    permission = permission_of(view)
    if permission is not None and may(permission):
        return None
    if permission is not None and not current_user.is_authenticated:
        if wants_json():
            raise Unauthorized
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # where Flask-Login puts it
    raise Forbidden("没有权限")
