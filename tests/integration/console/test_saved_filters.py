"""Each person keeps filters of a list under a name of their own."""

import pytest

from backend.console.filters import MAX_FILTERS, Filtered
from backend.foundation.errors import BadInput, NotFound
from tests.factories.people import make_officer

KETTLES = Filtered("kettles", ("state", "category", "overdue", "q"))
CUPS = Filtered("cups", ("state", "colour"))


@pytest.fixture
def officer(context):
    return make_officer()


@pytest.fixture
def neighbour(context):
    return make_officer("shapingba", jurisdiction="500106")


def names(actor, of=KETTLES):
    return {one["name"]: one["query"] for one in of.of(actor)}


def test_a_filter_is_kept_for_its_officer_alone(officer, neighbour):
    KETTLES.save(officer, " 急件 ", {"overdue": "1", "state": "filed", "cursor": "x", "_id": "x"})
    assert names(officer) == {"急件": "state=filed&overdue=1"}
    assert names(neighbour) == {}


def test_the_same_name_takes_the_place_of_the_old(officer):
    KETTLES.save(officer, "急件", {"overdue": "1"})
    KETTLES.save(officer, "急件", {"category": "door"})
    assert names(officer) == {"急件": "category=door"}


@pytest.mark.parametrize(
    ("name", "filters"), [("", {"q": "x"}), ("长" * 21, {"q": "x"}), ("空", {}), ("空", {"q": ""})]
)
def test_a_filter_without_name_or_content_is_refused(officer, name, filters):
    with pytest.raises(BadInput):
        KETTLES.save(officer, name, filters)
    assert names(officer) == {}


def test_twenty_filters_are_enough(officer):
    for place in range(MAX_FILTERS):
        KETTLES.save(officer, f"第{place}", {"q": "x"})
    with pytest.raises(BadInput):
        KETTLES.save(officer, "再来", {"q": "x"})
    KETTLES.save(officer, "第0", {"q": "y"})


def test_a_filter_is_forgotten(officer, neighbour):
    KETTLES.save(officer, "急件", {"q": "x"})
    with pytest.raises(NotFound):
        KETTLES.forget(neighbour, "急件")
    KETTLES.forget(officer, "急件")
    assert names(officer) == {}


def test_the_same_name_for_another_list_is_another_filter(officer):
    KETTLES.save(officer, "急件", {"overdue": "1"})
    CUPS.save(officer, "急件", {"colour": "red", "overdue": "1"})
    assert names(officer) == {"急件": "overdue=1"}
    assert names(officer, CUPS) == {"急件": "colour=red"}
    CUPS.forget(officer, "急件")
    assert names(officer) == {"急件": "overdue=1"}


def test_a_full_list_leaves_room_for_filters_of_another(officer):
    for place in range(MAX_FILTERS):
        KETTLES.save(officer, f"第{place}", {"q": "x"})
    CUPS.save(officer, "红的", {"colour": "red"})
    assert names(officer, CUPS) == {"红的": "colour=red"}
