"""The types of blocks and lifts say what is there: mypy holds Python to them, this the templates and the store."""

import typing
from collections.abc import Iterator

import pytest
from jinja2 import nodes

from backend.card import blocks
from backend.registry.documents import Lift
from backend.registry.rows import StoredLift
from tests.shapes import fields, plain, type_of


def kind_of(node, known):
    """Tell the type of an expression of a template, None where it is not one of ours."""
    if isinstance(node, nodes.Name):
        return known.get(node.name)
    if isinstance(node, nodes.Getattr):
        return plain(fields(kind_of(node.node, known)).get(node.attr))
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
        return kind_of(node.node, known)
    return None


def misread(node, known) -> Iterator[str]:
    """Yield each `thing.field` of a template where a thing of that type has no such field."""
    if isinstance(node, nodes.Getattr):
        kind = kind_of(node.node, known)
        if typing.is_typeddict(kind) and node.attr not in fields(kind):
            yield f"{kind.__name__}.{node.attr}"
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
        items = typing.get_args(kind_of(node.iter, known))
        known = known | {node.target.name: items[0] if items else None}
    for child in node.iter_child_nodes():
        yield from misread(child, known)


@pytest.fixture
def templates(app):
    def parsed(name):
        return app.jinja_env.parse(app.jinja_env.loader.get_source(app.jinja_env, name)[0])

    return parsed


def test_every_block_has_a_type_that_names_its_fields(app):
    assert [block.name for block in blocks.all_blocks() if not typing.is_typeddict(type_of(block))] == []


def test_no_template_of_a_block_reads_a_field_that_the_block_has_not(app, templates):
    for block in blocks.all_blocks():
        assert set(misread(templates(block.template), {"block": type_of(block)})) == set(), block.template


def test_a_field_that_is_misspelt_deep_in_a_template_is_seen(app):
    template = app.jinja_env.parse("{% for one in block.visits[:5] %}{{ one.signd or block.contract.mod }}{% endfor %}")
    upkeep = next(block for block in blocks.all_blocks() if block.name == "upkeep")
    assert set(misread(template, {"block": type_of(upkeep)})) == {"VisitRow.signd", "ContractRow.mod"}


def test_a_stored_lift_has_the_fields_of_its_document(app):
    assert set(fields(StoredLift)) == {"_id" if name == "code" else name for name in Lift._fields}
