"""Filters that were kept before lists had names are those of the complaints."""

import pytest

from backend.complaints.desk.cases import LIST
from backend.console.filters import Filtered
from backend.foundation import clock
from backend.migrations import m2026_11_25_filters as migration
from tests.factories.people import make_officer


@pytest.fixture
def old(context, db):
    """An officer with a filter as it was kept, under the index that was there."""
    officer = make_officer()
    db.saved_filters.create_index([("person", 1), ("name", 1)], unique=True)
    db.saved_filters.insert_one({"person": officer.id, "name": "急件", "query": "overdue=1", "at": clock.now()})
    yield officer
    if migration.OLD_INDEX in db.saved_filters.index_information():
        db.saved_filters.drop_index(migration.OLD_INDEX)


def test_they_stand_on_the_list_of_complaints_and_leave_their_name_to_others(old, db):
    assert len(list(migration.due(db))) == 2
    assert len(list(migration.run(db))) == 2
    Filtered("kettles", ("q",)).save(old, "急件", {"q": "x"})
    assert [(one["name"], one["query"]) for one in LIST.of(old)] == [("急件", "overdue=1")]


def test_where_they_are_right_nothing_is_due(old, db):
    list(migration.run(db))
    assert list(migration.due(db)) == []
    assert list(migration.run(db)) == []
