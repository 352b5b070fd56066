"""Photos that came with a form are kept, or what is wrong with them is told; nobody has to choose them twice."""

import io
import re

import pytest
from PIL import Image

from backend.accounts.actors import COMMAND
from backend.foundation import clock, retention
from tests.integration.complaints.test_drafts import report

KEPT = re.compile(r'name="kept" value="([0-9a-f]{24})"')


def photo(colour="teal", name="photo.jpg"):
    raw = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(raw, "JPEG")
    return io.BytesIO(raw.getvalue()), name


def test_photos_of_who_joins_are_the_cases_and_known_as_theirs(client, db, lift):
    path = f"/e/{lift}/report"
    report(client, path, photos=photo())
    number = db.complaints.find_one()["_id"]
    for _ in range(2):
        sent = [photo("red"), photo("blue")]
        assert report(client, path, draft="form-2", join=number, photos=sent).status_code == 303
    case = db.complaints.find_one()
    filer, joiner = case["reporters"]
    assert case["photos"] == filer["photos"] + joiner["photos"]
    assert (len(filer["photos"]), len(joiner["photos"])) == (1, 2)
    assert db.photos.count_documents({"subject": f"complaint:{number}"}) == 3


@pytest.mark.parametrize("button", ["join", "seen"])
def test_photos_sent_before_the_open_case_was_offered_come_with_the_next_tap(client, db, lift, button):
    path = f"/e/{lift}/report"
    report(client, path)
    offered = report(client, path, draft="form-2", photos=[photo("red"), photo("blue")])
    assert offered.status_code == 409
    assert "已收到 2 张照片" in offered.text
    number = db.complaints.find_one()["_id"]
    answer = report(client, path, draft="form-2", kept=KEPT.findall(offered.text), **{button: number})
    assert answer.status_code == 303
    assert db.photos.count_documents({}) == 2


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"phone": "call me"}, {"phone": "02300000001"}),
        ({"description": "长" * 2001}, {"description": "长"}),
        ({"category": ""}, {"category": "door"}),
    ],
    ids=["phone", "description", "category"],
)
def test_photos_stay_where_another_field_is_wrong(client, db, lift, wrong, right):
    path = f"/e/{lift}/report"
    refused = report(client, path, photos=photo(), **wrong)
    assert refused.status_code == 422
    assert report(client, path, kept=KEPT.findall(refused.text), photos=photo("red"), **right).status_code == 303
    assert len(db.complaints.find_one()["photos"]) == 2


@pytest.mark.parametrize("bad", [b"", b"not a photo"], ids=["empty", "a text"])
def test_a_photo_that_is_none_is_told_and_the_good_one_beside_it_kept(client, db, lift, bad):
    path = f"/e/{lift}/report"
    refused = report(client, path, photos=[photo(), (io.BytesIO(bad), "58-zero.jpg")])
    assert refused.status_code == 422
    assert "第 2 张" in refused.text
    assert db.complaints.find_one() is None
    assert report(client, path, kept=KEPT.findall(refused.text)).status_code == 303
    assert len(db.complaints.find_one()["photos"]) == 1


def test_an_empty_photo_alone_is_told(client, db, lift):
    refused = report(client, f"/e/{lift}/report", photos=(io.BytesIO(b""), "58-zero.jpg"))
    assert (refused.status_code, "0 字节" in refused.text) == (422, True)
    assert db.complaints.find_one() is None


def test_a_photo_whose_tick_is_taken_off_does_not_come_along(client, db, lift):
    path = f"/e/{lift}/report"
    refused = report(client, path, phone="x", photos=[photo("red"), photo("blue")])
    report(client, path, kept=KEPT.findall(refused.text)[:1])
    assert len(db.complaints.find_one()["photos"]) == 1


def test_kept_photos_are_found_by_their_own_form_alone(client, db, lift):
    path = f"/e/{lift}/report"
    kept = KEPT.findall(report(client, path, phone="x", photos=photo()).text)
    stolen = report(client, path, draft="form-2", kept=kept)
    assert (stolen.status_code, "请重新选择" in stolen.text) == (422, True)
    assert db.complaints.find_one() is None


def test_no_more_photos_than_allowed_come_together_from_two_sendings(client, db, lift):
    path = f"/e/{lift}/report"
    kept = KEPT.findall(report(client, path, phone="x", photos=[photo() for _ in range(5)]).text)
    refused = report(client, path, kept=kept, photos=[photo("red"), photo("blue")])
    assert (refused.status_code, "照片最多 6 张" in refused.text) == (422, True)
    assert len(KEPT.findall(refused.text)) == 6


def test_photos_of_a_closed_case_are_erased_from_its_reporters_too(client, db, lift):
    report(client, f"/e/{lift}/report", photos=photo())
    long_ago = clock.now().replace(year=2000)
    db.photos.update_many({}, {"$set": {"created_at": long_ago}})
    db.complaints.update_many({}, {"$set": {"open": False, "closed_at": long_ago}})
    retention.run(by=COMMAND)
    assert db.photos.count_documents({}) == 0
    case = db.complaints.find_one()
    assert (case["photos"], case["reporters"][0]["photos"]) == ([], [])
