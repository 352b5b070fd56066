"""Accounts and console alone let people in, show them their day and their inbox, and change their password."""

import pytest
from flask import url_for

from backend.console import menu, panels, subjects
from backend.console.menu import Entry
from backend.console.panels import Panel, Row
from backend.console.subjects import Link
from backend.delivery.documents import Notice
from backend.foundation import clock, database
from tests.factories.people import PASSWORD, make_officer, post, sign_in


@pytest.fixture
def person(bare):
    with bare.app_context():
        return make_officer()


@pytest.fixture
def browser(bare, person):
    """The browser of somebody who signed in."""
    client = bare.test_client()
    sign_in(client)
    return client


def notice(person, key="n-1", subject="kettle:7", **more):
    Notice(
        key=key, recipient=person.id, subject=subject, title="水开了", text="请关火", at=clock.now(), count=1, **more
    ).save()
    return Notice.objects.get(key=key).id


def test_somebody_signs_in_and_comes_to_an_empty_day(bare, person):
    client = bare.test_client()
    assert client.get("/today").location == "/login?next=/today"
    assert sign_in(client).location == "/today"
    page = client.get("/today")
    assert "现在没有等您处理的事" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_own_password_is_changed_and_the_own_inbox_is_empty(browser):
    new = "another good one"
    assert "密码已经改好" in post(browser, "/account/password", old=PASSWORD, password=new, again=new).text
    assert "还没有通知" in browser.get("/desk/inbox").text


def test_a_program_that_is_not_known_is_told_so_in_json(bare):
    asked = bare.test_client().get("/today", headers={"Accept": "application/json"})
    assert (asked.status_code, asked.mimetype) == (401, "application/problem+json")


def test_the_first_page_that_somebody_may_open_is_their_home(bare, browser):
    menu.add(bare, Entry("kettle", "水壶", "account.password", "account.own", order=1, shortcut="k"))
    assert browser.get("/login").location == "/account/password"
    menu.add(bare, Entry("kettle", "水壶", "account.password", "kettle.see", order=1))
    assert browser.get("/login").location == "/today"
    assert "水壶" not in browser.get("/today").text


def test_somebody_who_may_open_nothing_is_led_to_the_public_page_and_not_in_circles(bare):
    with bare.app_context():
        make_officer("machine")
        database.collection("people").update_one(
            {"login": "machine"}, {"$set": {"role": "hotline"}, "$unset": {"jurisdiction": ""}}
        )
    client = bare.test_client()
    assert sign_in(client, "machine").location == "/"
    assert client.get("/login").location == "/"


def test_the_menu_marks_the_page_it_is_on_and_says_how_much_waits(browser, person):
    notice(person)
    today = browser.get("/today").text
    assert '<a href="/today" aria-current="page"' in today
    assert '<b class="badge">1<' in today
    assert '<a href="/desk/inbox" aria-current="page"' in browser.get("/desk/inbox").text


def panel(bare, permission="account.own", **more):
    rows = [Row("七号", "/today?n=7", "<b>水</b>", clock.now(), state="烧干了", late=True, hint="没有人看着")]
    panels.add(bare, Panel("kettles", "烧着的水壶", permission, lambda _: rows, order=1, **more))


def test_a_panel_shows_what_waits_to_those_whom_it_concerns(bare, browser):
    panel(bare, hint="请去看看", endpoint="inbox.show", query={"all": "1"})
    page = browser.get("/today").text
    for shown in (
        "烧着的水壶",
        "请去看看",
        'href="/today?n=7"',
        "&lt;b&gt;水",
        "烧干了",
        "没有人看着",
        'href="/desk/inbox?all=1"',
    ):
        assert shown in page
    assert "现在没有等您处理的事" not in page
    panel(bare, permission="kettle.see")
    assert "烧着的水壶" not in browser.get("/today").text


def test_a_panel_stands_where_its_slice_wants_it(bare, browser):
    panel(bare, places=(panels.INBOX,))
    assert "烧着的水壶" not in browser.get("/today").text
    assert "烧着的水壶" in browser.get("/desk/inbox").text


def test_a_panel_in_which_nothing_waits_is_not_shown(bare, browser):
    panels.add(bare, Panel("kettles", "烧着的水壶", "account.own", lambda _: [], order=1))
    assert "烧着的水壶" not in browser.get("/today").text


def test_what_is_unread_stands_on_the_page_of_the_day(browser, person):
    notice(person)
    notice(person, "n-2", read_at=clock.now())
    assert browser.get("/today").text.count("水开了") == 1


def test_a_notice_is_read_and_stays_where_nobody_said_how_its_subject_is_opened(browser, person):
    kept = notice(person)
    assert 'name="open"' not in browser.get("/desk/inbox").text
    assert post(browser, f"/desk/inbox/{kept}", page="/desk/inbox", open="1").location == "/desk/inbox"
    assert Notice.objects.get(id=kept).read_at


def test_a_notice_leads_to_what_it_is_about_where_a_slice_said_how(bare, browser, person):
    subjects.add(bare, "kettle", lambda number: Link(f"水壶 {number}", url_for("today.show", n=number)))
    kept = notice(person)
    assert "打开 水壶 7" in browser.get("/desk/inbox").text
    assert post(browser, f"/desk/inbox/{kept}", page="/desk/inbox", open="1").location == "/today?n=7"


def test_a_notice_that_is_only_taken_note_of_leads_nowhere(bare, browser, person):
    subjects.add(bare, "kettle", lambda number: Link(number, "/today"))
    kept = notice(person)
    assert post(browser, f"/desk/inbox/{kept}", page="/desk/inbox").location == "/desk/inbox"


def test_somebody_elses_notice_is_not_there(browser, bare):
    with bare.app_context():
        kept = notice(make_officer("other", jurisdiction="500106"))
    assert post(browser, f"/desk/inbox/{kept}", page="/desk/inbox", open="1").status_code == 404
    assert Notice.objects.get(id=kept).read_at is None
