"""The desk in HTML: list, case, moves with a version, photos and phones for those who see the case."""

import io

import pytest
from PIL import Image

from backend.complaints import service
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import photos
from tests.factories import make_lift
from tests.factories.people import acting, make_officer, post, sign_in


@pytest.fixture(autouse=True)
def people(app, db):
    with app.app_context():
        make_officer()
        make_officer("shapingba", jurisdiction="500106")
        make_officer("city", "municipal_officer", None)


@pytest.fixture
def number(app, db):
    """A case with a photo, a phone and words that try to be HTML."""
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(raw, "PNG")
    with app.app_context():
        return service.file(
            NewComplaint(
                "door",
                NewReporter("web", phone="02300001234"),
                lift=make_lift("500101"),
                description="<script>alert(1)</script>",
                photos=[photos.clean(raw.getvalue())],
            )
        )["number"]


@pytest.fixture
def officer(client):
    """The browser of the signed-in officer of 渝中区."""
    sign_in(client)
    return client


@pytest.fixture
def move(app, number):
    """Let somebody else move the case meanwhile."""

    def act(action, version, **details):
        with app.app_context():
            other = acting("other", label="另一位同事", permissions=frozenset({f"complaint.{action}"}))
            service.act(number, action, other, version, details)

    return act


def test_the_list_shows_the_case_and_its_date(officer, number):
    page = officer.get("/desk")
    assert f"/desk/{number}" in page.text
    assert "云栖苑" in page.text
    assert "演示数据" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_an_empty_desk_says_so(officer):
    assert "现在没有等您办理的投诉" in officer.get("/desk").text
    assert "换个条件" in officer.get("/desk?category=door").text


@pytest.mark.parametrize("query", ["state=lost", "category=x", "bureau=x", "q=" + "长" * 51])
def test_a_filter_without_meaning_is_told(officer, query):
    page = officer.get(f"/desk?{query}")
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_a_forged_cursor_is_a_plain_error(officer):
    assert officer.get("/desk?cursor=x").status_code == 422


def test_the_next_page_keeps_the_filters(app, officer, monkeypatch, number):
    monkeypatch.setattr("backend.complaints.desk.cases.PAGE", 1)
    with app.app_context():
        service.file(NewComplaint("door", NewReporter("web"), lift="500101"))
    first = officer.get("/desk?category=door").text
    link = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "category=door" in link
    second = officer.get(link).text
    assert (f"/desk/{number}" in first) != (f"/desk/{number}" in second)


def test_only_the_city_chooses_among_bureaus(client, app, officer, number):
    assert 'name="bureau"' not in officer.get("/desk").text
    city = app.test_client()
    sign_in(city, "city")
    assert f"/desk/{number}" in city.get("/desk?bureau=500103").text
    assert f"/desk/{number}" not in city.get("/desk?bureau=500106").text


def test_a_case_page_escapes_words_masks_the_phone_and_shows_the_lift(officer, number):
    page = officer.get(f"/desk/{number}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "023****1234" in page
    assert "02300001234" not in page
    assert "渝安电梯维保有限公司" in page


@pytest.mark.parametrize("path", ["/desk/{}", "/desk/{}/phone/0", "/desk/{}/note"])
def test_another_bureaus_case_is_not_there(client, app, db, number, path):
    sign_in(client, "shapingba")
    url = path.format(number)
    answer = client.get(url) if path == "/desk/{}" else post(client, url, page="/desk", text="x", version="1")
    assert answer.status_code == 404
    assert db.complaints.find_one({"_id": number})["version"] == 1
    assert db.events.find_one({"kind": "complaint.phone_shown"}) is None


def test_a_photo_opens_for_those_who_see_the_case_only(app, db, officer, number):
    photo = db.complaints.find_one({"_id": number})["photos"][0]
    sent = officer.get(f"/desk/photos/{photo}")
    assert (sent.status_code, sent.mimetype, sent.data[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert "private" in sent.headers["Cache-Control"]
    neighbour = app.test_client()
    sign_in(neighbour, "shapingba")
    assert neighbour.get(f"/desk/photos/{photo}").status_code == 404
    assert app.test_client().get(f"/desk/photos/{photo}").status_code == 302


@pytest.mark.parametrize("photo", ["x", "0" * 24, "0" * 23])
def test_no_photo_is_a_plain_404(officer, photo):
    assert officer.get(f"/desk/photos/{photo}").status_code == 404


def test_showing_a_phone_is_recorded(db, officer, number):
    shown = post(officer, f"/desk/{number}/phone/0", page=f"/desk/{number}")
    assert "02300001234" in shown.text
    assert db.events.count_documents({"kind": "complaint.phone_shown"}) == 1


def test_a_case_goes_from_accepted_over_answered_to_resolved(db, officer, number):
    page = f"/desk/{number}"
    for version, (action, text) in enumerate((("accept", ""), ("answer", "明天检修"), ("resolve", "已修好")), start=1):
        done = post(officer, f"{page}/{action}", page=page, version=version, text=text)
        assert (done.status_code, done.location) == (303, f"{page}?done={action}")
    assert db.complaints.find_one({"_id": number})["state"] == "resolved"
    assert "已保存" in officer.get(f"{page}?done=resolve").text


def test_a_move_on_an_old_page_tells_what_changed_and_keeps_what_was_typed(db, officer, number, move):
    move("accept", 1, text="我来办")
    late = post(officer, f"/desk/{number}/transfer", page=f"/desk/{number}", version=1, text="请贵局办理", to="500106")
    assert late.status_code == 409
    for told in ("没有保存", "另一位同事", "受理", "我来办", "请贵局办理"):
        assert told in late.text
    assert db.complaints.find_one({"_id": number})["jurisdiction"] == "500103"


def test_a_missing_field_is_told_and_what_was_typed_stays(officer, number):
    refused = post(officer, f"/desk/{number}/transfer", page=f"/desk/{number}", version=1, text="请贵局办理", to="")
    assert refused.status_code == 422
    assert "请选择接收的局" in refused.text
    assert "请贵局办理</textarea>" in refused.text


def test_refusing_wants_a_confirmation(db, officer, number):
    page, fields = f"/desk/{number}", {"version": 1, "ground": "too_old"}
    refused = post(officer, f"{page}/refuse", page=page, **fields)
    assert (refused.status_code, "请勾选确认" in refused.text) == (422, True)
    assert post(officer, f"{page}/refuse", page=page, confirm="1", **fields).status_code == 303
    assert db.complaints.find_one({"_id": number})["state"] == "refused"


def test_a_transferred_case_leads_back_to_the_list(officer, number):
    page = f"/desk/{number}"
    moved = post(officer, f"{page}/transfer", page=page, version=1, text="请贵局办理", to="500106")
    assert moved.location == "/desk"
    assert officer.get(page).status_code == 404


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_a_forged_version_changes_nothing(db, officer, number, version):
    assert post(officer, f"/desk/{number}/accept", page=f"/desk/{number}", version=version).status_code == 409
    assert db.complaints.find_one({"_id": number})["state"] == "filed"


def test_an_action_outside_the_table_is_refused(officer, number):
    assert post(officer, f"/desk/{number}/delete", page=f"/desk/{number}", version=1).status_code == 403


def test_a_move_without_the_form_token_is_refused(db, officer, number):
    assert officer.post(f"/desk/{number}/accept", data={"version": 1}).status_code == 400
    assert db.complaints.find_one({"_id": number})["state"] == "filed"


def test_only_moves_that_the_state_allows_are_offered(officer, number, move):
    assert f'action="/desk/{number}/resolve"' not in officer.get(f"/desk/{number}").text
    move("accept", 1)
    page = officer.get(f"/desk/{number}").text
    assert f'action="/desk/{number}/resolve"' in page
    assert f'action="/desk/{number}/accept"' not in page
    assert f'action="/desk/{number}/reopen"' not in page


def test_the_list_shows_the_own_filters_and_saves_the_present_one(officer):
    post(officer, "/desk/filters", page="/desk?category=door", name="只看门", category="door")
    page = officer.get("/desk").text
    assert 'href="/desk?category=door"' in page
    post(officer, "/desk/filters/forget", page="/desk", name="只看门")
    assert "只看门" not in officer.get("/desk").text
