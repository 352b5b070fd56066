"""Each officer keeps filters of the list under a name of their own."""

import pytest

from backend.console import filters as desk_saved
from backend.foundation.errors import BadInput, NotFound
from tests.officers import make_officer, post, sign_in


def names(actor):
    return {one["name"]: one["query"] for one in desk_saved.of(actor)}


def test_a_filter_is_kept_for_its_officer_alone(officer, neighbour):
    desk_saved.save(officer, " 急件 ", {"overdue": "1", "state": "filed", "cursor": "x", "_id": "x"})
    assert names(officer) == {"急件": "state=filed&overdue=1"}
    assert names(neighbour) == {}


def test_the_same_name_takes_the_place_of_the_old(officer):
    desk_saved.save(officer, "急件", {"overdue": "1"})
    desk_saved.save(officer, "急件", {"category": "door"})
    assert names(officer) == {"急件": "category=door"}


@pytest.mark.parametrize(
    ("name", "filters"), [("", {"q": "x"}), ("长" * 21, {"q": "x"}), ("空", {}), ("空", {"q": ""})]
)
def test_a_filter_without_name_or_content_is_refused(officer, name, filters):
    with pytest.raises(BadInput):
        desk_saved.save(officer, name, filters)
    assert names(officer) == {}


def test_twenty_filters_are_enough(officer):
    for place in range(desk_saved.MAX_FILTERS):
        desk_saved.save(officer, f"第{place}", {"q": "x"})
    with pytest.raises(BadInput):
        desk_saved.save(officer, "再来", {"q": "x"})
    desk_saved.save(officer, "第0", {"q": "y"})


def test_a_filter_is_forgotten(officer, neighbour):
    desk_saved.save(officer, "急件", {"q": "x"})
    with pytest.raises(NotFound):
        desk_saved.forget(neighbour, "急件")
    desk_saved.forget(officer, "急件")
    assert names(officer) == {}


def test_the_list_shows_the_own_filters_and_saves_the_present_one(app, client, db):
    with app.app_context():
        make_officer()
    sign_in(client)
    post(client, "/desk/filters", page="/desk?category=door", name="只看门", category="door")
    page = client.get("/desk").text
    assert 'href="/desk?category=door"' in page
    post(client, "/desk/filters/forget", page="/desk", name="只看门")
    assert "只看门" not in client.get("/desk").text
