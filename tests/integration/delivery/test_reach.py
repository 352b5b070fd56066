from dataclasses import replace

import pytest

from backend.accounts.actors import COMMAND
from backend.complaints import service
from backend.complaints.service import NewComplaint, NewReporter
from backend.delivery import reach, webhook
from backend.delivery.channels import Sent
from backend.delivery.mail import set_mailbox
from tests.delivering import pass_news_on


@pytest.fixture
def mailing(app, context, monkeypatch):
    """A Chati with a mail server."""
    settings = replace(app.config["CHATI"], smtp_host="mail.example", smtp_from="chati@example.org")
    monkeypatch.setitem(app.config, "CHATI", settings)


def test_everybody_has_an_inbox(context):
    assert reach.channels_of("500103") == reach.channels_of("unit:uu-1") == ["inbox"]


def test_mail_goes_only_to_whom_an_address_is_known_of(mailing):
    set_mailbox("500103", "desk@example.org", by=COMMAND)
    assert reach.channels_of("500103") == ["inbox", "email"]
    assert reach.channels_of("500104") == ["inbox"]


def test_without_a_mail_server_no_mail_is_promised(context):
    set_mailbox("500103", "desk@example.org", by=COMMAND)
    assert reach.channels_of("500103") == ["inbox"]


def test_news_is_passed_on_once_by_each_channel_as_of_when_it_was_promised(mailing, db):
    set_mailbox("500103", "desk@example.org", by=COMMAND)
    reach.promise("500103", key="k", subject="complaint:1", template="complaint.file", text="新件")
    promised = db.outbox.find_one({"channel": "reach"})
    for _ in range(2):  # a worker that dies after it passed the news on does so again
        assert reach.send(promised) == Sent()
    passed = list(db.outbox.find({"channel": {"$ne": "reach"}}))
    assert [(row["channel"], row["target"], row["data"]) for row in passed] == [
        ("inbox", "500103", {"text": "新件"}),
        ("email", "500103", {"text": "新件"}),
    ]
    assert {row["created_at"] for row in passed} == {promised["created_at"]}


def test_a_bureaus_own_system_hears_of_each_public_step_of_its_cases(context, db):
    webhook.set_endpoint("CQ", "https://bureau.example/chati", by=COMMAND)
    number = service.file(NewComplaint("other", NewReporter("web"), place="虚构路 9 号"))["number"]
    pass_news_on()
    told = list(db.outbox.find({"channel": "webhook"}))
    assert [(row["target"], row["template"], row["data"]["number"]) for row in told] == [
        ("CQ", "complaint.file", number)
    ]


def test_a_system_that_was_removed_hears_nothing(context, db):
    webhook.set_endpoint("CQ", "https://bureau.example/chati", by=COMMAND)
    webhook.remove_endpoint("CQ", by=COMMAND)
    service.file(NewComplaint("other", NewReporter("web"), place="虚构路 9 号"))
    pass_news_on()
    assert db.outbox.count_documents({"channel": {"$ne": "reach"}}) == 0
