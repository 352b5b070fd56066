"""The types of rows say what is there: mypy holds Python to them, this the templates and the store.

Jinja shows a field that is not there as nothing, so a misspelt one would never be seen.
"""

import dataclasses
import typing
from collections.abc import Iterator

import pytest
from jinja2 import nodes

from backend.card import blocks
from backend.community.rows import BoardRow, JudgedVisit, Mine
from backend.complaints.desk.rows import Beside, CaseRow, DeskCase, MoveForms, OpenCounts
from backend.complaints.rows import FullCase, JoinableCase, Receipt
from backend.console.inbox import ShownNotice
from backend.registry.documents import Lift
from backend.registry.rows import LiftItem, StoredLift
from tests.shapes import fields, plain, type_of

DESK = {"case": DeskCase, "beside": Beside, "forms": MoveForms}
GIVEN = {
    "card/search.html": {"items": list[LiftItem]},
    "community/board.html": {"rows": list[BoardRow]},
    "community/enter.html": {"mine": Mine},
    "community/lift.html": {"visits": list[JudgedVisit]},
    "complaints/desk/bulk.html": {"cases": list[CaseRow]},
    "complaints/desk/case.html": DESK,
    "complaints/desk/cases.html": {"cases": list[CaseRow], "counts": OpenCounts},
    "complaints/desk/new.html": {"offered": JoinableCase, "found": list[LiftItem]},
    "complaints/desk/receipt.html": {"receipt": Receipt},
    "complaints/desk/work.html": DESK,
    "complaints/form.html": {"open_cases": list[JoinableCase], "offered": JoinableCase},
    "complaints/progress.html": {"case": FullCase},
    "console/inbox.html": {"notices": list[ShownNotice]},
}


def known_fields(kind):
    return typing.get_type_hints(kind) if dataclasses.is_dataclass(kind) else fields(kind)


def kind_of(node, known):
    """Tell the type of an expression of a template, None where it is not one of ours."""
    if isinstance(node, nodes.Name):
        return known.get(node.name)
    if isinstance(node, nodes.Getattr):
        return plain(known_fields(kind_of(node.node, known)).get(node.attr))
    if isinstance(node, nodes.Getitem):
        of = kind_of(node.node, known)
        return of if isinstance(node.arg, nodes.Slice) else item_of(of)
    return None


def item_of(kind):
    """Tell the type of the items of a list, None of anything else."""
    return typing.get_args(kind)[0] if typing.get_origin(kind) is list else None


def has(kind, name):
    """Tell whether a thing of a type has a field, or what every dict or every such object has."""
    return name in known_fields(kind) or hasattr(dict if typing.is_typeddict(kind) else kind, name)


def misread(node, known) -> Iterator[str]:
    """Yield each `thing.field` of a template where a thing of that type has no such field."""
    if isinstance(node, nodes.Getattr):
        kind = kind_of(node.node, known)
        if known_fields(kind) and not has(kind, node.attr):
            yield f"{kind.__name__}.{node.attr}"
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
        known = known | {node.target.name: item_of(kind_of(node.iter, known))}
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


@pytest.mark.parametrize("name", GIVEN)
def test_no_page_reads_a_field_that_its_rows_have_not(templates, name):
    assert set(misread(templates(name), GIVEN[name])) == set()


def test_a_field_that_is_misspelt_deep_in_a_template_is_seen(app):
    template = app.jinja_env.parse("{% for one in rows %}{{ one.verdict.colour or one.hazards[0].grave }}{% endfor %}")
    assert set(misread(template, {"rows": list[BoardRow]})) == {"Verdict.colour", "HazardRow.grave"}


def test_a_stored_lift_has_the_fields_of_its_document(app):
    assert set(fields(StoredLift)) == {"_id" if name == "code" else name for name in Lift._fields}
