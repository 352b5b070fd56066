"""What holds for every block of the card, whichever slice brings it."""

import functools

import pytest

from backend.accounts.actors import COMMAND
from backend.card import blocks, service
from backend.registry.service import save_lifts

CODES = [f"{number:06d}" for number in range(100)]


@pytest.fixture
def built(context, commands):
    """A function that builds one block of some lifts, and gives the commands that it took."""
    save_lifts([{"code": code, "jurisdiction": "500103"} for code in CODES], by=COMMAND)

    def build(block, codes):
        commands.clear()
        assert set(block.build(codes)) == set(codes), block.name
        return list(commands)

    return build


def test_a_hundred_lifts_cost_no_more_queries_than_one(built):
    one = {block.name: len(built(block, CODES[:1])) for block in blocks.all_blocks()}
    assert {block.name: len(built(block, CODES)) for block in blocks.all_blocks()} == one


def test_a_block_names_the_facts_it_reads_and_no_others(built):
    read = {block.name: {name.split()[1] for name in built(block, CODES[:1])} for block in blocks.all_blocks()}
    assert {block.name: set(block.reads) for block in blocks.all_blocks()} == read


def test_whoever_changes_a_fact_makes_exactly_the_blocks_anew_that_read_it(context, monkeypatch):
    made = []

    def note(name, _codes):
        made.append(name)
        return {}

    for name in ("plain", "other"):
        block = blocks.Block(name, 0, functools.partial(note, name), "", reads=(name, "shared"))
        monkeypatch.setitem(blocks._blocks, name, block)
    service.refresh(["500101"], "shared")
    service.refresh(["500101"], "other")
    assert made == ["plain", "other", "other"]


def test_a_fact_that_no_block_reads_is_a_mistake_that_is_told(context):
    with pytest.raises(LookupError, match="lift_s"):
        service.refresh(["500101"], "lift_s")
