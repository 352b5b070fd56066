"""One rule for how people call a lift: whoever names it says the same, also where only its code is known."""

import pytest

from backend.card import queries as cards
from backend.community import following, groups
from backend.community import queries as community
from backend.community.documents import Group
from backend.complaints import service as complaints
from backend.complaints.documents import Complaint
from backend.complaints.service import NewComplaint, NewReporter
from backend.registry import queries, search
from backend.registry.documents import Estate
from tests.factories import make_group, make_lift

NAMELESS = dict.fromkeys(("estate_name", "building", "inside_number"))
LIFTS = {
    "500921": ({}, "云栖苑 3栋 2号梯"),
    "500922": ({"building": None}, "云栖苑 2号梯"),
    "500923": (NAMELESS, "电梯 500923"),
}


@pytest.fixture
def lift(context, code):
    Estate(id="est-1", name="云栖苑", jurisdiction="500103").save()
    return make_lift(code, estate="est-1", **LIFTS[code][0])


@pytest.mark.parametrize("code", LIFTS)
def test_everybody_calls_a_lift_the_same(client, lift, code):
    title = LIFTS[code][1]
    group = make_group(lift)
    complaints.file(NewComplaint("door", NewReporter("web"), lift=lift))
    names = {
        "register": queries.title_of(lift),
        "search": search.find(lift)[0]["title"],
        "card": cards.title(cards.card(lift)),
        "program": client.get(f"/api/v1/lifts/{lift}").json["title"],
        "follower": following.follow(f"lift:{lift}", "a" * 32),
        "own list": groups.everything_of("a" * 32)["lifts"][0]["title"],
        "group": community.lift(Group.objects.get(number=group), lift)["title"],
        "case": Complaint.objects.get().place,
    }
    assert names == dict.fromkeys(names, title)
    assert f"<h1>{title}</h1>" in client.get(f"/e/{lift}").text


def test_a_board_of_one_estate_leaves_its_name_out_and_never_shows_nothing(context):
    facts = {"estate_name": "云栖苑", "building": "3栋"}
    assert queries.title(facts, "500921", queries.TITLE[1:]) == "3栋"
    assert queries.title({"estate_name": "云栖苑"}, "500921", queries.TITLE[1:]) == "电梯 500921"


def test_a_lift_that_is_not_registered_has_no_title(context):
    assert queries.title_of("500921") is None
