"""Whose notices somebody reads: their own, their organisation's, their bureau's."""

import pytest

from backend.accounts.actors import PERSON, SEES_ALL, Actor
from backend.console.shell import inboxes


def person(**more):
    return Actor(PERSON, "person:1", "某人", **more)


@pytest.mark.parametrize(
    ("reader", "read"),
    [
        (person(), ["person:1"]),
        (person(jurisdiction="500103"), ["person:1", "500103"]),
        (person(organisation="mu-1"), ["person:1", "unit:mu-1"]),
        (person(permissions=frozenset({SEES_ALL})), ["person:1", "CQ"]),
    ],
)
def test_somebody_reads_their_own_inbox_and_that_of_where_they_work(reader, read):
    assert inboxes(reader) == read


def test_a_bureau_reads_what_was_sent_to_a_bureau_it_took_over():
    assert "500105" in inboxes(person(jurisdiction="500157"))
