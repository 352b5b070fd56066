"""Every route names a permission, and every role gets exactly what its permissions say."""

import pytest
from werkzeug.routing.converters import AnyConverter, NumberConverter

from backend.accounts import service
from backend.accounts.actors import COMMAND
from backend.foundation.permissions import PUBLIC, permission_of, permissions_of_role
from backend.registry.documents import Organisation
from config import load

NOBODY = "nobody"
FILLED = {"code": "500101", "number": "261123-000001", "action": "note", "reporter": 0, "photo_id": "0" * 24}
PERMISSIONS = {permission for role in load("roles") for permission in permissions_of_role(role)}


BELONGING = {"bureau": {"jurisdiction": "500103"}, "organisation": {"organisation": "mu-1"}}


def belonging(role):
    """Give where a key with a role belongs."""
    return BELONGING.get(load("roles")[role]["belongs"], {})


def routes(app):
    """Yield each rule with one method and a path that fits it."""
    for rule in app.url_map.iter_rules():
        _, path = rule.build({name: _fitting(name, rule._converters[name]) for name in rule.arguments})
        yield from ((rule, method, path) for method in rule.methods - {"HEAD", "OPTIONS"})


def _fitting(name, converter):
    """Give a value that a route's converter takes."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return FILLED.get(name, 1 if isinstance(converter, NumberConverter) else "x")


def test_every_route_names_a_permission_that_exists(app):
    named = {rule.endpoint: permission_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    assert {endpoint for endpoint, permission in named.items() if permission is None} == set()
    assert set(named.values()) <= PERMISSIONS | {PUBLIC}


@pytest.mark.parametrize("role", [NOBODY, *load("roles")])
def test_a_role_is_let_in_exactly_where_its_permissions_say(app, client, monkeypatch, role):
    headers = {"Accept": "application/json"}
    granted = {PUBLIC}
    if role != NOBODY:
        with app.app_context():
            Organisation(id="mu-1", name="渝安电梯维保有限公司").save()
            headers["Authorization"] = f"Bearer {service.create_api_key(role, role, **belonging(role), by=COMMAND)}"
        granted |= permissions_of_role(role)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    for name, view in list(app.view_functions.items()):
        monkeypatch.setitem(app.view_functions, name, _said_yes(view))
    refusal = 401 if role == NOBODY else 403
    for rule, method, path in routes(app):
        expected = 299 if permission_of(app.view_functions[rule.endpoint]) in granted else refusal
        answer = client.open(path, method=method, headers=headers)
        assert answer.status_code == expected, (role, method, path)


def _said_yes(view):
    """Stand in for a view, so that only the guard in front of it is asked."""

    def yes(**_):
        return "", 299

    yes.permission = permission_of(view)
    return yes
