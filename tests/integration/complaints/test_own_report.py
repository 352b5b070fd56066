"""Whoever has a key sees what they wrote and sent themselves, and nothing of the other reporters."""

import re

import pytest

from backend.complaints import queries, service
from tests.integration.complaints.test_drafts import report
from tests.integration.complaints.test_kept_photos import photo
from tests.integration.complaints.tracks import stored

PHOTO = re.compile(r'<img src="(/c/[^"]+/photos/[^"]+)"')


@pytest.fixture
def both(client, db, lift):
    """Number and keys of a case that one filed and another joined, each with words and a photo."""
    path = f"/e/{lift}/report"
    filed = report(client, path, description="我住 3-2", photos=photo("teal"))
    number = db.complaints.find_one()["_id"]
    second = {"draft": "form-2", "join": number, "description": "我是 5-1 的", "photos": photo("red")}
    sent = [filed, report(client, path, **second)]
    return number, [re.search(r"k=(\w+)", one.location)[1] for one in sent]


def page(client, number, key):
    return client.get(f"/c/{number}?k={key}").text


def photos_on(shown):
    return [address.replace("&amp;", "&") for address in PHOTO.findall(shown)]


def test_each_reporter_reads_their_own_words_and_no_others(client, both):
    number, (first, second) = both
    assert ("我住 3-2" in page(client, number, first), "我是 5-1 的" in page(client, number, first)) == (True, False)
    assert ("我住 3-2" in page(client, number, second), "我是 5-1 的" in page(client, number, second)) == (False, True)
    assert "我住 3-2" not in client.get(f"/c/{number}").text


def test_each_reporter_sees_their_own_photos_which_no_computer_keeps(client, both):
    number, keys = both
    shown = [photos_on(page(client, number, key)) for key in keys]
    assert [len(one) for one in shown] == [1, 1]
    assert shown[0][0].partition("?")[0] != shown[1][0].partition("?")[0]
    for (address,) in shown:
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_step_of_another_reporter_is_not_taken_for_ones_own(both):
    number, keys = both
    said = [
        [(line["action"], line["actor_label"]) for line in queries.progress(number, key)["history"]] for key in keys
    ]
    assert said == [
        [("file", "反映人"), ("join", "另一位反映人")],
        [("file", "另一位反映人"), ("join", "反映人")],
    ]


def test_no_key_but_that_of_who_sent_it_opens_a_photo(client, both):
    number, (first, second) = both
    address = photos_on(page(client, number, first))[0].partition("?")[0]
    tried = [f"{address}?k={second}", f"{address}?k=WRONGKEY", address, f"/c/{number}/photos/none?k={first}"]
    assert [client.get(one).status_code for one in tried] == [404] * 4


def test_photos_of_before_they_were_counted_for_each_are_of_who_filed(client, db, both):
    number, (first, second) = both
    db.complaints.update_one({"_id": number}, {"$unset": {"reporters.0.photos": ""}})
    assert [len(photos_on(page(client, number, key))) for key in (first, second)] == [1, 1]


def test_a_withheld_photo_and_covered_words_are_shown_to_nobody(client, both, city):
    number, (first, _) = both
    address = photos_on(page(client, number, first))[0]
    shown = str(stored(number).reporters[0].photos[0])
    service.redact_photo(number, city, stored(number).version, photo=shown, reason="车牌")
    service.redact_text(number, city, stored(number).version, field="description", phrase="3-2", reason="门牌")
    assert client.get(address).status_code == 404
    assert photos_on(page(client, number, first)) == []
    assert "我住 ■■■" in page(client, number, first)


def test_an_officers_words_for_a_part_are_not_shown_as_the_reporters_own(db, both, officer, do):
    number, _ = both
    do(number, "accept", officer)
    do(number, "split", officer, track="report", text="涉嫌超期未检")
    part = db.complaints.find_one({"links.number": number})["_id"]
    shown = queries.progress(part, service.query_key(part))
    assert (shown["words"], shown["photos"]) == ("", [])
