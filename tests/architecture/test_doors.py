"""Slices meet through functions, never through strings: who opens a collection, links to a page, reads a block."""

import ast

import pytest

from tests.architecture import doors
from tests.architecture.doors import UNREADABLE, slice_of

# Flask's own, and those of the pages that foundation serves without a blueprint.
ENDPOINTS_OF_FOUNDATION = {"static", "api-docs", "docs_asset"}


def foreign(reached, owners):
    """Return what slices reach for that is another's, as `slice: name of owner`."""
    return {f"{mine}: {name} of {owners.get(name, 'nobody')}" for mine, name in reached if owners.get(name) != mine}


def test_a_collection_is_opened_by_the_slice_that_declares_its_document():
    opened = doors.in_sources(doors.collections)
    assert foreign(opened, doors.owners_of_collections()) == set()


def test_a_document_class_stays_in_its_slice():
    taken = doors.in_sources(doors.documents)
    foreign_ones = {
        f"{mine}: {document.__name__} of {slice_of(document.__module__)}"
        for mine, document in taken
        if mine != slice_of(document.__module__)
    }
    assert foreign_ones == set()


def test_a_slice_links_to_the_pages_of_another_by_the_function_that_one_offers():
    owners = doors.named_by("Blueprint", "JsonBlueprint") | dict.fromkeys(ENDPOINTS_OF_FOUNDATION, "foundation")
    linked = doors.in_sources(doors.endpoints) | doors.in_templates(doors.template_endpoints)
    blueprints = {(mine, endpoint.partition(".")[0]) for mine, endpoint in linked if endpoint != "static"}
    of_any = {("console", UNREADABLE)}  # menu and panels link to what slices put into them, naming none
    assert foreign(blueprints - of_any, owners) == set()


def test_the_address_of_a_page_is_written_where_its_route_is_and_nowhere_else(app):
    owners = doors.named_by("Blueprint", "JsonBlueprint")
    written = doors.in_sources(doors.paths) | doors.in_templates(doors.template_paths)
    led = {(mine, doors.blueprint_at(app, path)) for mine, path in written}
    assert foreign({(mine, blueprint) for mine, blueprint in led if blueprint}, owners) == set()


def test_a_block_of_the_card_is_read_by_the_slice_that_builds_it():
    read = doors.in_sources(doors.blocks) | doors.in_templates(doors.template_blocks)
    of_any = {("card", UNREADABLE)}  # the card itself goes through all of them, naming none
    assert foreign(read - of_any, doors.named_by("Block")) == set()


@pytest.mark.parametrize(
    ("look", "source", "seen"),
    [
        (doors.collections, 'database.collection("lifts").find_one()', ["lifts"]),
        (doors.collections, 'database.database()["lifts"].find_one()', ["lifts"]),
        (doors.collections, "collection(name).find()", [UNREADABLE]),
        (doors.collections, 'def count(name):\n    collection(name).find()\ncount("lifts")', ["lifts"]),
        (doors.collections, '[{"$lookup": {"from": "lifts", "as": "lift"}}, {"$out": "copy"}]', ["lifts", "copy"]),
        (doors.endpoints, 'redirect(url_for("desk.case", number=number))', ["desk.case"]),
        (doors.endpoints, 'path_to("desk.case", number=number)', ["desk.case"]),
        (doors.paths, 'f"{base}/e/{code}/report?x={y}"', ["/e/1/report"]),
        (doors.paths, '@blueprint.get("/e/<code>")\ndef page(): ...', []),
        (doors.blocks, 'card["blocks"]["upkeep"]["visits"]', ["upkeep"]),
        (doors.blocks, 'held, code = card["blocks"], 1\nheld.get("upkeep", {})', ["upkeep"]),
        (doors.blocks, 'find({}, {"blocks.upkeep.visits": 1})', ["upkeep"]),
        (doors.blocks, 'find({}, {f"blocks.{name}": 1})', [UNREADABLE]),
    ],
)
def test_a_door_is_seen_however_it_is_opened(look, source, seen):
    assert list(look(ast.parse(source))) == seen


@pytest.mark.parametrize(
    ("look", "source", "seen"),
    [
        (doors.template_endpoints, '<a href="{{ url_for("desk.case", number=1) }}">', ["desk.case"]),
        (
            doors.template_paths,
            '<form action="/e/{{ code }}/report"><a href="/c/{{ n }}?k={{ k }}">',
            ["/e/1/report", "/c/1"],
        ),
        (doors.template_blocks, "{{ card.blocks.upkeep.visits }}", ["upkeep"]),
        (doors.template_blocks, '{% set held = card.blocks.get("upkeep", {}) %}', ["upkeep"]),
        (doors.template_blocks, '{{ card["blocks"]["upkeep"] }}', ["upkeep"]),
    ],
)
def test_a_door_in_a_template_is_seen(look, source, seen):
    assert list(look(doors.template(source))) == seen


def test_a_document_is_seen_out_of_its_module_too():
    source = "from backend.registry import documents\nfrom backend.registry.documents import Sign\ndocuments.Lift()"
    assert [document.__name__ for document in doors.documents(ast.parse(source))] == ["Sign", "Lift"]
