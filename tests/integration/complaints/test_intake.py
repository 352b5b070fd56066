"""Complaints taken down for somebody else: by an officer for a caller, by a hotline under its own order number."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from backend.accounts import service as accounts
from backend.accounts.actors import COMMAND
from backend.complaints import receipts
from backend.complaints.intake import for_others
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation.errors import BadInput, Forbidden
from tests.factories import make_lift
from tests.factories.people import acting, make_officer, post, sign_in

URL = "/api/v1/complaints"
BODY = {"lift_code": "500101", "category": "door", "description": "门关不上", "phone": "02300000000"}
ORDER = BODY | {"channel_order_no": "CQ-1"}


@pytest.fixture
def said(lift):
    return NewComplaint("door", NewReporter("phone", phone="02300001234", name="示例"), lift=lift, description="夹人")


@pytest.fixture
def keys(app, db):
    """The headers of two hotlines."""
    with app.app_context():
        make_lift("500101")
        return [
            {"Authorization": f"Bearer {accounts.create_api_key(name, 'hotline', by=COMMAND)}"}
            for name in ("12345", "96333")
        ]


@pytest.fixture
def desk(app, client):
    """The browser of the signed-in officer of 渝中区."""
    with app.app_context():
        make_lift("500101")
        make_officer()
    sign_in(client)
    return client


def test_what_a_caller_says_is_filed_once_and_says_who_wrote_it_down(db, officer, said):
    receipts = [for_others.take_down(officer, said, "d-1") for _ in range(2)]
    assert receipts[0]["number"] == receipts[1]["number"]
    case = db.complaints.find_one()
    assert case["channel"] == "phone"
    assert case["reporters"][0]["name_sealed"]
    assert db.events.count_documents({"kind": "complaint.taken_down", "actor": officer.id}) == 1


def test_only_an_officer_who_may_takes_down(said):
    with pytest.raises(Forbidden):
        for_others.take_down(acting("x", permissions=frozenset()), said, "d-1")


def test_a_channel_is_phone_or_counter(db, officer, said):
    with pytest.raises(BadInput) as wrong:
        for_others.take_down(officer, replace(said, reporter=NewReporter("web")), "d-1")
    assert list(wrong.value.fields) == ["channel"]
    assert db.complaints.find_one() is None


def test_the_form_finds_the_lift_files_and_gives_what_to_read_out(desk, db):
    usual = {"channel": "counter", "category": "door", "description": "夹人", "draft": "d-1"}
    found = post(desk, "/desk/new", find="1", q="云栖苑", **usual)
    assert 'value="500101"' in found.text
    assert "夹人" in found.text
    filed = post(desk, "/desk/new", lift="500101", **usual)
    assert filed.status_code == 303
    told = desk.get(filed.headers["Location"]).text
    case = db.complaints.find_one()
    assert " ".join(case["_id"]) in told
    assert case["channel"] == "counter"
    again = post(desk, "/desk/new", lift="500101", **usual)
    assert again.headers["Location"] == filed.headers["Location"]


def test_a_caller_is_offered_the_open_case_and_may_join_it(desk, db):
    usual = {"channel": "phone", "category": "door", "lift": "500101", "description": "也夹人"}
    post(desk, "/desk/new", draft="d-1", **usual)
    offered = post(desk, "/desk/new", draft="d-2", **usual)
    assert offered.status_code == 409
    number = db.complaints.find_one()["_id"]
    assert number in offered.text
    joined = post(desk, "/desk/new", draft="d-2", join=number, **usual)
    known = [one["id"] for one in db.complaints.find_one()["reporters"]]
    assert len(known) == 2
    with desk.application.app_context():
        own, filers = (" ".join(receipts.key_of(number, known, place)) for place in (1, 0))
    read_out = desk.get(joined.location).text
    assert own in read_out
    assert filers not in read_out
    assert post(desk, "/desk/new", draft="d-3", apart="1", **usual).status_code == 303
    assert db.complaints.count_documents({}) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"category": "x"}, "请选择问题类别"),
        ({"lift": "999999"}, "没有救援识别码是 999999 的电梯"),
        ({"lift": ""}, "请写明电梯在哪里"),
        ({"phone": "abc"}, "电话号码的格式不对"),
        ({"channel": "web"}, "请选择来电或来访"),
        ({"track": "x"}, "请选择类型"),
        ({"name": "长" * 51}, "姓名最多"),
    ],
)
def test_a_wrong_field_is_told_keeps_the_rest_and_files_nothing(desk, db, wrong, words):
    usual = {"channel": "phone", "category": "door", "lift": "500101", "description": "说过的话", "draft": "d-1"}
    answer = post(desk, "/desk/new", **usual | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert "说过的话" in answer.text
    assert db.complaints.find_one() is None


def test_a_receipt_is_read_out_by_whoever_took_it_down_even_where_another_bureau_handles_it(app, desk, db):
    with app.app_context():
        make_lift("500106", jurisdiction="500106")
        make_officer("wansheng", jurisdiction="500110")
    post(desk, "/desk/new", channel="phone", category="door", lift="500106", draft="d-1")
    number = db.complaints.find_one()["_id"]
    assert desk.get(f"/desk/{number}").status_code == 404
    assert desk.get(f"/desk/{number}/receipt").status_code == 200
    other = app.test_client()
    sign_in(other, "wansheng")
    assert other.get(f"/desk/{number}/receipt").status_code == 404


def test_an_order_is_filed_once_however_often_and_by_how_many_it_comes(app, db, keys):
    def send(_):
        return app.test_client().post(URL, json=ORDER, headers=keys[0]).json["number"]

    with ThreadPoolExecutor(6) as threads:
        assert len(set(threads.map(send, range(6)))) == 1
    assert db.complaints.count_documents({}) == 1
    assert db.complaints.find_one()["channel_order_no"] == "CQ-1"


def test_the_same_order_number_of_another_hotline_is_another_order(client, db, keys):
    assert len({client.post(URL, json=ORDER, headers=key).json["number"] for key in keys}) == 2


@pytest.mark.parametrize(
    ("field", "changed"),
    [("description", {"description": "还有异响"}), ("category", {"category": "noise"})],
)
def test_an_order_that_comes_again_with_other_words_is_a_conflict_and_not_lost_silently(
    client, db, keys, field, changed
):
    client.post(URL, json=ORDER, headers=keys[0])
    answer = client.post(URL, json=ORDER | changed, headers=keys[0])
    assert answer.status_code == 409
    assert {error["field"] for error in answer.json["errors"]} == {"channel_order_no", field}
    assert db.complaints.count_documents({}) == 1


def test_an_order_without_a_lift_is_filed_once_too(client, db, keys):
    sent = {"place": "某路 1 号", "category": "other", "channel_order_no": "CQ-2"}
    numbers = {client.post(URL, json=sent, headers=keys[0]).json["number"] for _ in range(2)}
    assert len(numbers) == 1


def test_a_hotline_follows_its_own_order_and_no_other(client, keys):
    number = client.post(URL, json=ORDER, headers=keys[0]).json["number"]
    followed = client.get(f"{URL}/orders/CQ-1", headers=keys[0])
    assert followed.json["number"] == number
    assert followed.json["history"]
    assert "02300000000" not in followed.text
    assert client.get(f"{URL}/orders/CQ-1", headers=keys[1]).status_code == 404
    assert client.get(f"{URL}/orders/CQ-1").status_code == 401


def test_a_hotline_passes_on_name_and_consent(client, db, keys):
    client.post(URL, json=ORDER | {"name": "示例", "consent_publish": True}, headers=keys[0])
    case = db.complaints.find_one()
    assert case["consent_publish"]
    assert "示例" not in str(case)
