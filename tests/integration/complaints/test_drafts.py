"""A form that is sent twice is one complaint; the same form with something else in it is another."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from backend.complaints.service import query_key
from backend.foundation import clock
from tests.factories import make_lift
from tests.factories.people import TOKEN, make_officer, post, sign_in

LIFT = "500101"
FIRST = {"category": "door", "description": "门关不上", "phone": "02300000001", "draft": "form-1"}


@pytest.fixture
def desk(app, client):
    """The browser of the signed-in officer of 渝中区, in whose district the lift is."""
    with app.app_context():
        make_lift(LIFT)
        make_officer()
    sign_in(client)
    return client


def photo(colour="teal"):
    raw = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(raw, "JPEG")
    return io.BytesIO(raw.getvalue()), "photo.jpg"


def report(client, path, **values):
    return client.post(path, data=FIRST | values)


@pytest.mark.parametrize(
    "changed",
    [
        {"description": "门夹人"},
        {"category": "noise"},
        {"phone": "02300000002"},
        {"consent": "1"},
        {"description": "门关不上\n还有异响"},
    ],
)
def test_the_same_form_with_something_else_in_it_is_a_complaint_of_its_own(client, db, lift, changed):
    first, second, again = (report(client, f"/e/{lift}/report", **more).location for more in ({}, changed, changed))
    assert first != second == again
    assert report(client, f"/e/{lift}/report").location == first
    assert db.complaints.count_documents({}) == 2


def test_the_same_words_with_another_photo_are_a_complaint_of_their_own(client, db, lift):
    path = f"/e/{lift}/report"
    sent = [report(client, path, photos=photo(colour)).location for colour in ("teal", "teal", "red")]
    assert sent[0] == sent[1] != sent[2]
    assert db.complaints.count_documents({}) == 2
    assert db.photos.count_documents({}) == 2


def test_the_same_form_sent_to_another_lift_is_a_complaint_of_its_own(client, db, lift):
    other = make_lift("500102")
    assert report(client, f"/e/{lift}/report").location != report(client, f"/e/{other}/report").location
    assert {case["lift"] for case in db.complaints.find()} == {lift, other}


def test_a_report_without_a_code_is_no_other_where_its_words_are_the_same(client, db, lift):
    places = ("虚构路 9 号", "虚构路 9 号", "虚构路 10 号")
    first, again, other = (report(client, "/report", place=place).location for place in places)
    assert first == again != other


@pytest.mark.parametrize("path", ["/e/500101/report", "/report"])
def test_six_sends_at_once_of_one_form_are_one_complaint_and_all_get_its_receipt(app, db, lift, path):
    def send(_):
        return report(app.test_client(), path, place="虚构路 9 号")

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert db.complaints.count_documents({}) == 1


def test_six_joins_at_once_of_one_form_are_one_reporter(app, client, db, lift):
    report(client, f"/e/{lift}/report")
    number = db.complaints.find_one()["_id"]

    def send(_):
        return report(app.test_client(), f"/e/{lift}/report", draft="form-2", join=number)

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(db.complaints.find_one()["reporters"]) == 2


def test_who_joined_and_goes_back_with_more_to_say_is_heard_again(client, db, lift):
    report(client, f"/e/{lift}/report")
    number = db.complaints.find_one()["_id"]
    for words in ("我家也这样", "我家也这样", "今天又夹了一次"):
        report(client, f"/e/{lift}/report", draft="form-2", join=number, description=words)
    assert [one.get("words") for one in db.complaints.find_one()["reporters"]] == [None, "我家也这样", "今天又夹了一次"]


def test_who_joined_and_goes_back_may_report_another_problem(client, db, lift):
    report(client, f"/e/{lift}/report")
    number = db.complaints.find_one()["_id"]
    report(client, f"/e/{lift}/report", draft="form-2", join=number)
    report(client, f"/e/{lift}/report", draft="form-2", category="noise")
    assert {case["category"] for case in db.complaints.find()} == {"door", "noise"}


def test_somebody_elses_open_case_is_still_offered_to_who_filed_another(client, db, lift):
    report(client, f"/e/{lift}/report", draft="somebody-else")
    assert report(client, f"/e/{lift}/report", category="noise").status_code == 303
    offered = report(client, f"/e/{lift}/report", description="也关不上")
    assert offered.status_code == 409


def test_the_second_caller_of_a_form_at_the_desk_has_a_case_and_a_receipt_of_their_own(app, desk, db):
    usual = {"channel": "phone", "category": "door", "lift": LIFT, "draft": "d-1", "apart": "1"}
    first = post(desk, "/desk/new", description="第一位来电人", name="甲", **usual)
    again = post(desk, "/desk/new", description="第一位来电人", name="甲", **usual)
    second = post(desk, "/desk/new", description="第二位来电人", name="乙", **usual)
    assert first.location == again.location != second.location
    number = second.location.split("/")[-2]
    assert db.complaints.find_one({"_id": number})["description"] == "第二位来电人"
    with app.app_context():
        key = query_key(number)
    assert " ".join(key) in desk.get(second.location).text


def test_a_second_caller_about_the_same_problem_is_asked_whether_to_join_the_first(desk):
    usual = {"channel": "phone", "category": "door", "lift": LIFT, "draft": "d-1"}
    assert post(desk, "/desk/new", description="第一位", **usual).status_code == 303
    assert post(desk, "/desk/new", description="第二位", **usual).status_code == 409


def test_two_sends_at_once_at_the_desk_are_one_case_and_no_question(app, desk, db):
    token = TOKEN.search(desk.get("/desk/new").text).group(1)
    cookie = desk.get_cookie("session").value
    sent = {"channel": "phone", "category": "door", "lift": LIFT, "draft": "d-1", "csrf_token": token}

    def send(_):
        browser = app.test_client()
        browser.set_cookie("session", cookie)
        return browser.post("/desk/new", data=sent)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(send, range(2)))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert db.complaints.count_documents({}) == 1


def test_two_visits_of_one_form_with_other_findings_are_two_records(desk, db):
    post(desk, "/desk/new", channel="phone", category="door", lift=LIFT)
    case = db.complaints.find_one()
    number, at = case["_id"], clock.local(case["filed_at"])
    usual = {"visited_at": at.strftime("%Y-%m-%dT%H:%M"), "visitors": "甲、乙", "draft": "v-1"}
    for findings in ("门机皮带松", "门机皮带松", "复查正常"):
        assert post(desk, f"/desk/{number}/visits", f"/desk/{number}", findings=findings, **usual).status_code == 303
    assert [row["findings"] for row in db.case_visits.find()] == ["门机皮带松", "复查正常"]


def test_a_trapped_form_of_another_lift_is_another_rescue(client, db, lift):
    other = make_lift("500102")
    for code in (lift, lift, other):
        client.post(f"/e/{code}/trapped", data={"draft": "form-1"})
    assert sorted(row["lift"] for row in db.rescues.find()) == [lift, other]
