"""A case is found by its number and query key, however they are typed; what is wrong leads on."""

import re

import pytest

from backend.complaints import service
from tests.integration.complaints.test_drafts import report


@pytest.fixture
def case(client, db, lift):
    """Number and key of a case that was filed by its form."""
    report(client, f"/e/{lift}/report")
    number = db.complaints.find_one()["_id"]
    client.delete_cookie("chati_filed", path=f"/c/{number}")
    return number, service.query_key(number)


@pytest.mark.parametrize("page", ["/", "/search?q=nowhere", "/c"])
def test_number_and_key_are_asked_for_in_one_form(client, db, page):
    form = re.search(r'<form action="/c".*?</form>', client.get(page).text, re.DOTALL).group()
    assert 'name="number"' in form
    assert 'name="k"' in form


def test_the_form_leads_to_the_case(client, case):
    number, key = case
    page = client.get("/c", query_string={"number": number, "k": key}, follow_redirects=True)
    assert (page.status_code, page.request.path) == (200, f"/c/{number}")
    assert "为什么是这个局" in page.text


@pytest.mark.parametrize(
    "change", [str.lower, " ".join, lambda text: f"　{text}\n", lambda text: f"{text[:4]}-{text[4:]}"]
)
def test_a_key_is_read_however_it_was_typed(client, case, change):
    number, key = case
    assert "为什么是这个局" in client.get(f"/c/{number}", query_string={"k": change(key)}).text


@pytest.mark.parametrize("change", [lambda text: text.replace("-", ""), " ".join, lambda text: f"编号 {text}"])
def test_a_number_is_read_however_it_was_typed(client, case, change):
    number, key = case
    answer = client.get("/c", query_string={"number": change(number), "k": key})
    assert answer.location == f"/c/{number}?k={key}"


def test_a_wrong_key_says_where_the_right_one_is_and_keeps_the_number(client, case):
    number, _ = case
    answer = client.get(f"/c/{number}?k=WRONGKEY")
    assert answer.status_code == 404
    assert f'value="{number}"' in answer.text
    assert "编号和查询码在哪里" in answer.text
    assert "tel:12345" in answer.text


@pytest.mark.parametrize("number", ["1", "长" * 500, "../../x", "261123-000000"])
def test_a_number_of_no_case_leads_on_too(client, db, number):
    answer = client.get("/c", query_string={"number": number, "k": "X"}, follow_redirects=True)
    assert (answer.status_code, "编号和查询码在哪里" in answer.text) == (404, True)


def test_that_it_was_filed_is_said_once(client, db, lift):
    sent = report(client, f"/e/{lift}/report")
    assert "已提交" in client.get(sent.location).text
    assert "已提交" not in client.get(sent.location).text


def test_the_cookie_that_says_so_is_for_that_case_and_says_nothing_of_it(client, db, lift):
    cookie = report(client, f"/e/{lift}/report").headers["Set-Cookie"]
    number = db.complaints.find_one()["_id"]
    assert cookie.startswith("chati_filed=1;")
    assert f"Path=/c/{number}" in cookie
    assert "HttpOnly" in cookie


def test_not_satisfied_is_asked_for_its_words_before_it_is_sent(client, app, db, case):
    number, key = case
    db.complaints.update_one({"_id": number}, {"$set": {"state": "resolved", "open": False, "outcome": "已修"}})
    page = client.get(f"/c/{number}?k={key}").text
    form = re.search(r'<form method="post" action="/c/[^"]+/reopen">.*?</form>', page, re.DOTALL).group()
    assert form.index("<textarea") < form.index("确认不满意")
    refused = client.post(f"/c/{number}/reopen", data={"k": key, "text": "长" * 2001})
    assert (refused.status_code, "长" * 2001 in refused.text) == (422, True)
    assert client.post(f"/c/{number}/reopen", data={"k": key, "text": "还是夹人"}).status_code == 303
