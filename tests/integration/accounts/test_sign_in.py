"""The sign-in page: who gets in, where it leads, how a session ends."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.accounts import service
from backend.accounts.actors import COMMAND
from backend.accounts.callers import SESSION_LIFETIME
from tests.factories.people import PASSWORD, make_officer, post, sign_in

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def officer(app, db):
    """An officer; made in a context that ends, since an open one would carry who is signed in to the next request."""
    with app.app_context():
        return make_officer()


def test_the_desk_asks_to_sign_in_and_then_opens(client):
    asked = client.get("/desk?state=filed")
    assert asked.location == "/login?next=/desk?state%3Dfiled"
    opened = sign_in(client, next="/desk?state=filed")
    assert (opened.status_code, opened.location) == (303, "/desk?state=filed")
    assert client.get("/desk").status_code == 200


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\n/evil.example",
        "/\t/evil.example",
        "evil.example",
        "",
    ],
)
def test_signing_in_never_leads_off_the_site(client, hostile):
    assert sign_in(client, next=hostile).location == "/today"


@pytest.mark.parametrize(
    ("login", "password"),
    [("yuzhong", "wrong password"), ("nobody", PASSWORD), ("", ""), ("yuzhong", "x" * 10_000)],
)
def test_a_failed_sign_in_says_the_same_whatever_was_wrong(client, login, password):
    refused = sign_in(client, login, password)
    assert refused.status_code == 422
    assert "登录名或密码不对" in refused.text
    assert client.get("/desk").status_code == 302


def test_a_form_without_its_token_is_refused(client):
    refused = client.post("/login", data={"login": "yuzhong", "password": PASSWORD})
    assert refused.status_code == 400
    assert "返回上一页" in refused.text


def test_attempts_from_one_address_are_limited(client):
    answers = [sign_in(client, password="wrong password").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_signing_out_ends_the_session(client):
    sign_in(client)
    assert post(client, "/logout", page="/desk").location == "/login"
    assert client.get("/desk").status_code == 302


def test_signing_in_starts_a_new_session(client):
    client.get("/login")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_a_session_ends_after_its_fixed_time_however_busy_it_was(client):
    with time_machine.travel(NOON, tick=False) as now:
        sign_in(client)
        for _ in range(2):
            now.shift(SESSION_LIFETIME / 2)
            assert client.get("/desk").status_code == 200
        now.shift(timedelta(seconds=1))
        assert client.get("/desk").status_code == 302


def test_a_session_taken_to_another_browser_does_not_work(client):
    sign_in(client)
    assert client.get("/desk", headers={"User-Agent": "another browser"}).status_code == 302


def test_a_deactivated_person_is_out_at_once(app, client):
    sign_in(client)
    with app.app_context():
        service.deactivate("yuzhong", by=COMMAND)
    assert client.get("/desk").status_code == 302


def test_a_new_password_ends_other_sessions_and_keeps_this_one(app, client):
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    new = "another good one"
    assert "密码已经改好" in post(client, "/account/password", old=PASSWORD, password=new, again=new).text
    assert client.get("/desk").status_code == 200
    assert other.get("/desk").status_code == 302


def test_a_password_form_says_what_is_wrong(client):
    sign_in(client)
    assert "两次输入" in post(client, "/account/password", old=PASSWORD, password="a" * 10, again="b" * 10).text
    assert "现在的密码不对" in post(client, "/account/password", old="no", password="a" * 10, again="a" * 10).text


def test_public_pages_set_no_cookie_and_do_not_vary_by_it(client):
    page = client.get("/")
    assert "Set-Cookie" not in page.headers
    assert "Cookie" not in page.headers.get("Vary", "")


def test_an_api_key_opens_what_its_role_may(app, client):
    with app.app_context():
        key = service.create_api_key("对接系统", "district_officer", "500103", by=COMMAND)
    assert client.get("/desk", headers={"Authorization": f"Bearer {key}"}).status_code == 200


@pytest.mark.parametrize("key", ["chati_unknown", "x" * 5000, "ключ"])
def test_an_unknown_key_is_refused_even_where_anybody_may(client, key):
    refused = client.get("/api/v1/lifts", headers={"Authorization": f"Bearer {key}".encode().decode("latin-1")})
    assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")


def test_a_revoked_key_is_refused(app, client, db):
    with app.app_context():
        key = service.create_api_key("对接系统", "hotline", by=COMMAND)
        service.revoke_api_key(db.api_keys.find_one()["_id"][:12], by=COMMAND)
    assert client.get("/api/v1/lifts", headers={"Authorization": f"Bearer {key}"}).status_code == 401
