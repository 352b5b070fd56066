"""What of the complaints an officer finds on the page of the day, and where their notices lead."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.complaints import service
from backend.complaints.service import NewComplaint, NewReporter
from backend.delivery.documents import Notice
from backend.foundation import clock, outbox
from tests.factories import make_lift
from tests.factories.people import make_officer, post, sign_in


@pytest.fixture
def people(app, db):
    with app.app_context():
        make_lift("500101")
        return make_officer(), make_officer("shapingba", jurisdiction="500106")


@pytest.fixture
def filed(app, people):
    """File a complaint so many days ago and give its number."""

    def file(days_ago, category="door"):
        with app.app_context(), time_machine.travel(datetime.now(UTC) - timedelta(days=days_ago), tick=False):
            reporter = NewReporter("web", phone="02300001234")
            return service.file(NewComplaint(category, reporter, lift="500101"))["number"]

    return file


@pytest.fixture
def today(app):
    """Open the page of the day of somebody."""

    def page(login="yuzhong"):
        client = app.test_client()
        sign_in(client, login)
        return client.get("/today").text

    return page


def test_what_is_overdue_waits_on_its_own_desk_and_what_has_time_does_not(filed, today):
    late, new = filed(50), filed(0, "noise")
    page = today()
    assert f'<a href="/desk/{late}"' in page
    assert "已超期" in page
    assert f"/desk/{new}" not in page
    assert late not in today("shapingba")


def test_what_is_due_today_waits_though_it_is_not_late(app, db, filed, today):
    number = filed(0)
    db.complaints.update_one({"_id": number}, {"$set": {"next_due": clock.end_of(clock.today())}})
    page = today()
    assert f'<a href="/desk/{number}"' in page
    assert "已超期" not in page


def test_what_somebody_took_on_stays_on_their_own_page(app, people, filed, today):
    number = filed(0)
    with app.app_context():
        service.act(number, "accept", people[0], 1, {})
        make_officer("tongshi")
    assert "交我办理的投诉" in today()
    assert "交我办理的投诉" not in today("tongshi")


def test_news_that_did_not_arrive_wait_on_both_pages_of_the_desk_that_leads(app, db, filed, client, today):
    number = filed(0)
    with app.app_context():
        outbox.enqueue(
            key="lost",
            channel="wechat",
            target="o-nobody",
            subject=f"complaint:{number}",
            template="complaint.accept",
            number=number,
        )
    db.outbox.update_one({"key": "lost"}, {"$set": {"state": outbox.UNDELIVERABLE, "error": "用户已取消关注"}})
    sign_in(client)
    for page in (client.get("/today").text, client.get("/desk/inbox").text):
        assert "没有送达的通知" in page
        assert "用户已取消关注" in page
        assert "o-nobody" not in page
    assert "没有送达的通知" not in today("shapingba")


def test_a_notice_about_a_case_or_its_repair_leads_to_the_case(app, db, people, filed, client):
    number = filed(0)
    for subject in (number, f"R{number}"):
        Notice(
            key=subject, recipient="500103", subject=f"complaint:{subject}", title="有进展", text="请看", at=clock.now()
        ).save()
    sign_in(client)
    for kept in Notice.objects:
        assert f"打开 {kept.subject.removeprefix('complaint:')}" in client.get("/desk/inbox").text
        assert post(client, f"/desk/inbox/{kept.id}", page="/desk/inbox", open="1").location == f"/desk/{number}"
