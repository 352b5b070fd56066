"""Redaction covers words and photos everywhere they show, keeps the original sealed and writes the reason down."""

import io

import pytest
from PIL import Image

from backend.casework import letters
from backend.complaints import service
from backend.complaints.documents import Complaint
from backend.foundation import photos
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from tests.factories.people import acting, make_officer

SECRET = "住3-2的张示例"


@pytest.fixture
def leader(context):
    return make_officer("leader", "district_leader")


@pytest.fixture
def number(filed):
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(raw, "PNG")
    return filed(description=f"{SECRET}说门关不上，{SECRET}可以作证", photos=[photos.clean(raw.getvalue())])["number"]


def stored(number):
    return Complaint.objects(number=number).first()


def test_a_phrase_is_covered_everywhere_and_its_original_is_sealed(db, number, officer):
    service.redact_text(number, officer, 1, field="description", phrase=SECRET, reason="含他人姓名和住址")
    assert stored(number).description == "■■■■■■■■说门关不上，■■■■■■■■可以作证"
    assert SECRET not in str([list(db[name].find()) for name in db.list_collection_names()])
    assert SECRET not in str(letters.of(number))
    line = db.case_entries.find_one({"case": number, "action": "redact"})
    assert (line["public"], line["text"]) == (False, "说明：含他人姓名和住址")
    (kept,) = service.originals(number, officer)
    assert (kept["what"], kept["reason"], kept["by"]) == ("description", "含他人姓名和住址", officer.id)


def test_what_a_joiner_added_can_be_covered(number, officer):
    service.join(number, service.NewReporter("web"), words=SECRET)
    service.redact_text(number, officer, 2, field="words:1", phrase="张示例", reason="含姓名")
    assert stored(number).reporters[1].words == "住3-2的■■■"


def test_part_of_a_photo_is_covered(db, number, officer):
    old = str(stored(number).photos[0])
    service.redact_photo(number, officer, 1, photo=old, reason="有人脸", boxes=[(0, 0, 20, 30)])
    (new,) = stored(number).photos
    assert str(new) != old
    with Image.open(io.BytesIO(db.photos.find_one({"_id": new})["data"])) as picture:
        assert picture.getpixel((5, 15))[0] < 40
        assert picture.getpixel((35, 15))[0] > 215
    assert db.photos.count_documents({}) == 1


def test_a_photo_withheld_whole_is_gone_from_the_case_and_kept_sealed(db, number, leader):
    old = str(stored(number).photos[0])
    data = bytes(db.photos.find_one()["data"])
    service.redact_photo(number, leader, 1, photo=old, reason="与电梯无关")
    assert list(stored(number).photos) == []
    assert db.photos.count_documents({}) == 0
    (kept,) = service.originals(number, leader)
    assert service.original(kept["id"], leader, "复核") == data


def test_an_original_is_opened_by_a_leader_with_a_reason_and_on_the_record(db, number, officer, leader, neighbour):
    service.redact_text(number, officer, 1, field="description", phrase=SECRET, reason="含姓名")
    (kept,) = service.originals(number, officer)
    for error, actor, reason in ((Forbidden, officer, "看看"), (BadInput, leader, " ")):
        with pytest.raises(error):
            service.original(kept["id"], actor, reason)
    assert db.events.find_one({"kind": "complaint.original_read"}) is None
    assert service.original(kept["id"], leader, "法院调取").startswith(SECRET)
    event = db.events.find_one({"kind": "complaint.original_read"})
    assert (event["actor"], event["data"]["reason"]) == (leader.id, "法院调取")
    assert SECRET not in str(event)
    with pytest.raises(NotFound):
        service.originals(number, neighbour)
    for nothing in ("x", "0" * 24):
        with pytest.raises(NotFound):
            service.original(nothing, leader, "法院调取")


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("phrase", {"phrase": "不在里面"}),
        ("phrase", {"phrase": "  "}),
        ("reason", {"reason": " "}),
        ("field", {"field": "track"}),
        ("field", {"field": "words:9"}),
    ],
)
def test_what_cannot_be_covered_is_named_and_nothing_changes(number, officer, name, facts):
    before = stored(number).to_mongo()
    good = {"field": "description", "phrase": SECRET, "reason": "含姓名"}
    with pytest.raises(BadInput) as refused:
        service.redact_text(number, officer, 1, **good | facts)
    assert list(refused.value.fields) == [name]
    assert stored(number).to_mongo() == before


@pytest.mark.parametrize("box", [(0, 0, 41, 30), (10, 0, 10, 5), (-1, 0, 5, 5)])
def test_a_box_outside_the_photo_is_refused(db, number, officer, box):
    photo = str(stored(number).photos[0])
    with pytest.raises(BadInput):
        service.redact_photo(number, officer, 1, photo=photo, reason="有人脸", boxes=[box])
    assert db.photos.count_documents({}) == 1
    assert service.originals(number, officer) == []


def test_redaction_is_the_own_bureaus_on_what_it_saw(number, officer, neighbour):
    reason = {"field": "description", "phrase": SECRET, "reason": "含姓名"}
    blind = acting("x", permissions=frozenset({"complaint.see"}))
    for error, actor, version in ((NotFound, neighbour, 1), (Conflict, officer, 9), (Forbidden, blind, 1)):
        with pytest.raises(error):
            service.redact_text(number, actor, version, **reason)
    with pytest.raises(NotFound):
        service.redact_photo(number, officer, 1, photo="0" * 24, reason="有人脸")
