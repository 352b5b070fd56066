"""What residents and officers read of the news to units: that it arrived only where somebody can have read it."""

import pytest

from backend.accounts import service as accounts
from backend.accounts.actors import COMMAND
from backend.complaints import queries, service
from backend.complaints.life import told
from backend.delivery import mail
from tests.delivering import pass_news_on
from tests.factories.people import PASSWORD, sign_in
from tests.integration.complaints.tracks import stored


@pytest.fixture
def number(filed):
    return filed()["number"]


def words(number):
    return [one["words"] for one in told.of_repair(f"R{number}", stored(f"R{number}").units)]


def test_without_mailbox_webhook_and_person_nobody_was_told(client, number):
    pass_news_on()
    assert words(number) == [told.NO_ADDRESS, told.NO_ADDRESS]
    page = client.get(f"/c/{number}?k={service.query_key(number)}").text
    assert "已同时通知单位" not in page
    assert "单位还没有收到：没有登记邮箱" in page


def test_a_person_of_the_unit_who_signs_in_can_have_read_it(client, db, number):
    accounts.create_person("weibao", "维保的人", PASSWORD, "unit", organisation="mu-1", by=COMMAND)
    assert words(number) == [told.NO_ADDRESS, told.WAITING]
    pass_news_on()
    db.outbox.update_many({"channel": "inbox"}, {"$set": {"state": "sent"}})
    assert words(number) == [told.NO_ADDRESS, told.ARRIVED]
    assert "已同时通知单位" in client.get(f"/c/{number}?k={service.query_key(number)}").text


def test_a_unit_that_answered_has_read_it(number, do):
    do(f"R{number}", "take", service.unit("mu-1"), text="")
    assert words(number) == [told.NO_ADDRESS, told.ANSWERED]
    assert queries.progress(number, service.query_key(number))["repairs"][0]["reached"] is True


@pytest.mark.parametrize(
    ("state", "said"), [("sent", told.ARRIVED), ("failed", told.FAILED), ("undeliverable", told.FAILED)]
)
def test_mail_that_did_not_arrive_is_told_with_its_reason_to_officers(db, number, state, said):
    pass_news_on()
    news = db.outbox.find_one({"target": "unit:mu-1", "channel": "inbox"})
    mailed = {**news, "key": "mailed", "channel": "email", "state": state, "error": "SMTP 550"}
    del mailed["_id"]
    db.outbox.insert_one(mailed)
    found = told.of_repair(f"R{number}", ["mu-1"])[0]
    assert (found["words"], found["reason"]) == (said, "" if state == "sent" else "SMTP 550")


def test_the_desk_shows_each_unit_with_its_answer_link_and_who_has_no_part_does_not(client, number, officer, neighbour):
    sign_in(client)
    page = client.get(f"/desk/{number}").text
    assert page.count("单位还没有收到：没有登记邮箱") == 2
    assert page.count("/repair/") >= 2
    assert "/repair/" not in client.get(f"/c/{number}?k={service.query_key(number)}").text


def test_a_mailbox_alone_without_a_mail_server_reaches_nobody(number):
    mail.set_mailbox("unit:mu-1", "unit@example.test", by=COMMAND)
    assert words(number)[1] == told.NO_ADDRESS
