import pytest

from backend.delivery import inbox
from backend.foundation.errors import NotFound


@pytest.fixture
def notify(office):
    """Have a notice delivered: `notify("a", target="person:1")`."""

    def notify(key, target="500112", **more):
        office.promise(key, channel="inbox", target=target, **more)
        office.work()

    return notify


def test_a_notice_says_what_it_is_about(notify, office):
    notify("a")
    (notice,) = inbox.notices(["500112"])
    assert notice["title"] == "反映已收到"
    assert "261123-482913" in notice["text"]
    assert notice["subject"] == "complaint:1"
    assert office.stored("a")["state"] == "sent"


def test_a_message_delivered_twice_is_one_notice(notify, office):
    notify("a")
    office.db["outbox"].update_one({}, {"$set": {"state": "pending"}})
    office.work()
    assert inbox.unread_count(["500112"]) == 1


def test_a_reader_sees_the_notices_of_their_own_inboxes_only(notify):
    notify("a")
    notify("b", target="person:1")
    notify("c", target="500103")
    assert inbox.unread_count(["500112", "person:1"]) == 2
    assert {notice["key"] for notice in inbox.notices(["500112", "person:1"])} == {"a", "b"}


def test_a_read_notice_does_not_count(notify):
    notify("a")
    notify("b", subject="complaint:2")
    first = inbox.notices(["500112"])[0]
    inbox.mark_read(str(first["_id"]), ["500112"])
    assert inbox.unread_count(["500112"]) == 1


def test_unread_notices_come_first_then_the_newest(notify):
    for n, key in enumerate("abc"):
        notify(key, subject=f"complaint:{n}")
    newest = inbox.notices(["500112"])[0]
    assert newest["key"] == "c"
    inbox.mark_read(str(newest["_id"]), ["500112"])
    assert [notice["key"] for notice in inbox.notices(["500112"])] == ["b", "a", "c"]


@pytest.mark.parametrize("recipients", [["500103"], []])
def test_anothers_notice_cannot_be_marked(recipients, notify):
    notify("a")
    with pytest.raises(NotFound):
        inbox.mark_read(str(inbox.notices(["500112"])[0]["_id"]), recipients)
    assert inbox.unread_count(["500112"]) == 1


@pytest.mark.parametrize("notice", ["", "x", "0" * 24])
def test_a_notice_that_does_not_exist_is_plainly_not_found(notice, office):
    with pytest.raises(NotFound):
        inbox.mark_read(notice, ["500112"])


def test_counting_stops_at_a_hundred(office):
    office.db["notices"].insert_many([{"key": f"k{n}", "recipient": "500112"} for n in range(150)])
    assert inbox.unread_count(["500112"]) == 100


def test_a_failure_after_the_alert_was_read_is_told_again(office):
    inbox.alert("wechat", "令牌无效")
    inbox.mark_read(str(inbox.notices(["CQ"])[0]["_id"]), ["CQ"])
    inbox.alert("wechat", "令牌无效")
    assert inbox.unread_count(["CQ"]) == 1
    assert inbox.notices(["CQ"])[0]["count"] == 1
