"""The rules of the house that a reader cannot see and a machine can."""

import ast
import pathlib
import re
from dataclasses import fields

import pytest

from backend.casework.workflow import RESIDENT
from backend.complaints import workflow
from backend.foundation.database import stored_documents
from backend.foundation.permissions import PUBLIC, permission_of
from config import load
from config.settings import Settings, table

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = ("backend", "bot", "config", "paper", "qr")
SOURCES = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))] + [ROOT / "wsgi.py"]
KNOWN_PERMISSIONS = {PUBLIC} | {permission for role in load("roles").values() for permission in role["permissions"]}


def routes(app):
    return [(rule.rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()]


def test_every_route_names_a_permission_that_some_role_has(app):
    wrong = {path: permission_of(view) for path, view in routes(app) if permission_of(view) not in KNOWN_PERMISSIONS}
    assert wrong == {}


def test_the_six_digits_have_one_name_wherever_people_read():
    other = re.compile(
        r"电梯编号|[6六] ?位的?编号|救援编号|救援码|编号 ?(?:<[^>]*>)?\{\{ ?(?:lift\.)?code|编号 \{code\}"
    )
    read = [*SOURCES, *ROOT.glob("*/**/templates/**/*.html"), *(ROOT / "config").glob("*.toml")]
    assert [f"{file.name}: {found[0]}" for file in read if (found := other.search(file.read_text()))] == []


def test_every_api_route_is_in_the_openapi_document(app, client):
    described = client.get("/openapi.json").json["paths"]
    missing = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.rule.replace("<", "{").replace(">", "}") not in described
    ]
    assert missing == []


def test_every_transition_needs_a_permission_that_some_role_has():
    needed = {move.permission for move in workflow.TABLE.actions.values()} - {RESIDENT}
    assert needed <= KNOWN_PERMISSIONS


def test_every_setting_has_a_name_a_default_and_a_reason():
    for field in fields(Settings):
        assert field.metadata["reason"], field.name
        assert field.metadata["name"].startswith("CHATI_") or field.metadata["name"] in {"HOST", "PORT"}
        assert isinstance(field.default, int) <= (bool(field.metadata["unit"]) or isinstance(field.default, bool))


def test_the_page_of_settings_is_what_the_code_says():
    assert (ROOT / "docs" / "settings.md").read_text() == table()


def test_no_document_makes_its_indexes_on_save():
    assert [cls.__name__ for cls in stored_documents() if cls._meta.get("auto_create_index") is not False] == []


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_stays_one_thing(file):
    assert len(file.read_text().splitlines()) <= 420


def test_nobody_but_the_clock_reads_the_wall_clock():
    readers = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in SOURCES
        if file.name != "clock.py"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]
    assert readers == []


def test_only_the_backend_and_the_bots_own_collections_touch_mongodb():
    allowed = {"backend", "bot"}
    users = {
        file.relative_to(ROOT).parts[0]
        for file in SOURCES
        if any(word in file.read_text() for word in ("import mongoengine", "import pymongo", "from pymongo"))
    }
    assert users <= allowed
