"""Actors are made and spelled in one place, and whoever writes an event says who acted."""

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
# A migration spells what older code left as it was spelled then.
SPELLERS = {ROOT / "backend/accounts/actors.py", *(ROOT / "backend/migrations").glob("*.py")}
SPELLED = re.compile(r"(person|key|unit|org|member|neighbour):(?! )")
SOURCES = sorted({*(ROOT / "backend").rglob("*.py"), *(ROOT / "bot").rglob("*.py")} - SPELLERS)


def nodes(kind):
    """Give each node of a kind in the sources with where it stands."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kind):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def called(node):
    """Give the name that a call ends with."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def text_of(node):
    """Give the words a literal begins with, None for what is no literal."""
    if isinstance(node, ast.JoinedStr):
        return text_of(node.values[0]) if node.values else ""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_no_actor_is_made_anywhere_else():
    assert [where for where, node in nodes(ast.Call) if called(node) == "Actor"] == []


def test_no_id_of_an_actor_is_spelled_anywhere_else():
    literals = nodes((ast.Constant, ast.JoinedStr))
    assert [where for where, node in literals if SPELLED.match(text_of(node) or "")] == []


@pytest.mark.parametrize("argument", ["actor", "by"])
def test_nobody_acts_under_a_name_of_their_own(argument):
    named = [
        where
        for where, node in nodes(ast.Call)
        for keyword in node.keywords
        if keyword.arg == argument and text_of(keyword.value) is not None
    ]
    assert named == []


def test_each_event_is_given_the_whole_actor():
    written = [(where, node) for where, node in nodes(ast.Call) if ast.unparse(node.func) == "events.record"]
    assert len(written) > 30
    given = {where: next(k.value for k in node.keywords if k.arg == "actor") for where, node in written}
    assert [where for where, value in given.items() if isinstance(value, ast.Attribute) and value.attr == "id"] == []
