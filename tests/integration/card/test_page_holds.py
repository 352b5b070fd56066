"""A stored answer says what a fresh one would: each lift of the demo city, each day of a year when a word changes."""

import random
from datetime import datetime, time, timedelta

import pytest
from jinja2 import meta, nodes

from backend.card import blocks
from backend.card.rendering import FORMS, HTML, JSON, WORDED_SETTINGS
from backend.card.stored import TYPED
from backend.card.verdict import OVERDUE, verdict
from backend.foundation import clock, database

YEAR, DAY = timedelta(days=365), timedelta(days=1)
CLOCKS = {"now", "days_from_today"}


@pytest.fixture
def city(demo_city):
    """The cards of the demo city and the day it begins with."""
    with demo_city.app_context():
        yield list(database.collection("cards").find()), clock.today()


def spans(card, form, start):
    """Cut a year into the spans over which an answer holds: the first day of each, and the first day of the next.

    From the day on which something is overdue the page counts its days, to the end of the year.
    """
    first, end = start, start + YEAR
    while first < end:
        until = min(form.turn(card, first), end)
        yield first, until
        if any(due.state == OVERDUE for due in verdict(card, first).dues):
            assert until == first + DAY
            assert form.turn(card, end) == end + DAY
            return
        first = until


@pytest.mark.parametrize(("form", "least"), [(HTML, 500), (JSON, 1)])
def test_every_answer_of_the_city_holds_through_each_span_of_a_year_and_turns_after_it(city, form, least):
    cards, start = city
    form, chance, long = FORMS[form], random.Random(84), 0
    for card in cards:
        for first, until in spans(card, form, start):
            if until - first == DAY:
                continue  # on its only day it is fresh
            words = form.make(card, TYPED, first)
            for day in (first + DAY * chance.randrange((until - first).days), until - DAY):
                assert form.make(card, TYPED, day) == words, (card["_id"], first, day)
                assert min(form.turn(card, day), start + YEAR) == until, (card["_id"], first, day)
            assert until == start + YEAR or form.make(card, TYPED, until) != words, (card["_id"], first, until)
            long += 1
    assert long >= least


def test_who_scans_on_the_days_around_a_change_reads_what_is_true_that_day(demo_city, city, time_machine):
    cards, start = city
    client = demo_city.test_client()
    for card in {verdict(card, start).level: card for card in cards if "identity" in card["blocks"]}.values():
        for first, until in list(spans(card, FORMS[HTML], start))[:6]:
            for day in sorted({first, until - DAY, until}):
                time_machine.move_to(datetime.combine(day, time(12), clock.SHANGHAI), tick=False)
                assert client.get(f"/e/{card['_id']}").data == FORMS[HTML].make(card, TYPED, day)
                assert client.get(f"/api/v1/lifts/{card['_id']}").data == FORMS[JSON].make(card, TYPED, day)


def templates(environment, name):
    """Give the syntax of a template and of all that it names; the blocks' are named when it is filled in."""
    tree = environment.parse(environment.loader.get_source(environment, name)[0])
    yield name, tree
    for other in filter(None, meta.find_referenced_templates(tree)):
        yield from templates(environment, other)


def test_no_word_of_a_page_comes_from_the_clock_or_from_a_setting_that_is_not_part_of_the_build(app):
    for start in ("card/page.html", *(block.template for block in blocks.all_blocks())):
        for name, tree in templates(app.jinja_env, start):
            used = {node.name for node in tree.find_all((nodes.Filter, nodes.Name))}
            called = {node.node.name for node in tree.find_all(nodes.Call) if isinstance(node.node, nodes.Name)}
            settings = {
                node.attr
                for node in tree.find_all(nodes.Getattr)
                if isinstance(node.node, nodes.Name) and node.node.name == "chati"
            }
            assert not used & CLOCKS, name
            assert "today" not in called, name
            assert settings <= set(WORDED_SETTINGS), name
