import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
import time_machine

import wsgi
from backend.complaints.documents import Complaint
from backend.delivery import worker
from backend.foundation import clock, database
from backend.foundation.protect import fingerprint
from backend.incidents.documents import Rescue
from bot import arrivals, conversation, webhook, wire
from bot.documents import CLAIMED, ChatSession, InboxMessage
from bot.simulator.documents import StandInCall
from tests.integration.bot.conftest import MSG_IDS, User, envelope, message, read

OPENID = "oTestUser000000000000000001"


def text(words):
    return message(OPENID, "text", Content=words, MsgId=next(MSG_IDS))


def received(user, xml):
    """Read a message as the webhook does, without working on it."""
    path, body = envelope(user.account, xml)
    query = dict(part.split("=") for part in path.split("?")[1].split("&"))
    return wire.receive(user.account, query, body)


def test_a_repeated_message_gets_the_first_answer_and_is_done_once(user, lift):
    for words in ("投诉", lift, "门", "门关不上", "完成"):
        user.says(words)
    submit = text("提交")
    first = read(user.account, user.post(submit))
    second = read(user.account, user.post(submit))
    assert first["Content"] == second["Content"]
    assert Complaint.objects.count() == 1


def test_a_repeated_emergency_is_one_rescue(user, lift):
    user.scans(lift)
    trapped = text("被困了")
    for _ in range(3):
        user.post(trapped)
    assert Rescue.objects.count() == 1


def test_people_who_write_at_once_with_one_msgid_are_each_answered(user, account, client, context):
    xml = text("帮助")
    other = xml.replace(OPENID, "oSomebodyElse0000000000000")
    assert read(account, user.post(xml))
    assert read(account, user.post(other))
    assert InboxMessage.objects.count() == 2


def test_two_events_of_one_second_are_two(user, context):
    one = message(OPENID, "event", Event="CLICK", EventKey="help")
    user.post(one)
    user.post(one.replace("help", "phone"))
    assert InboxMessage.objects.count() == 2


def test_the_same_message_from_many_threads_files_one_complaint(user, lift, live_server):
    for words in ("投诉", lift, "门", "门关不上", "完成"):
        user.says(words)
    submit = text("提交")

    def post(_):
        path, body = envelope(user.account, submit)
        return requests.post(live_server + path, data=body, timeout=10)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(8)))
    assert Complaint.objects.count() == 1
    number = Complaint.objects.get().number
    contents = {wire.answer_as_platform(user.account, answer.text)["Content"] for answer in answers}
    assert len(contents) == 1
    assert number in contents.pop()


def test_different_messages_of_one_user_at_once_all_count(user, lift, live_server):
    for words in ("投诉", lift, "门"):
        user.says(words)
    sentences = [f"第{number}句说明" for number in range(6)]

    def post(words):
        path, body = envelope(user.account, text(words))
        return requests.post(live_server + path, data=body, timeout=10).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(post, sentences)) == {200}
    summary = user.says("完成")
    assert all(words in summary for words in sentences)


def test_a_message_claimed_by_a_dead_process_is_taken_over_by_the_repetition(user, context):
    xml = text("帮助")
    arrivals.claim(received(user, xml), "dead")
    with time_machine.travel(clock.now() + timedelta(seconds=6)):
        assert "怎么用" in read(user.account, user.post(xml))["Content"]


def test_a_dead_process_that_wakes_up_again_does_nothing(user, lift):
    for words in ("投诉", lift, "门", "门关不上", "完成"):
        user.says(words)
    incoming = received(user, text("提交"))
    row = arrivals.claim(incoming, "slow")
    InboxMessage.objects(key=row.key).update_one(set__owner="faster")
    with pytest.raises(arrivals.Superseded):
        conversation.answer(incoming, row.key, "slow")
    assert Complaint.objects.count() == 0


def test_a_message_nobody_repeats_is_finished_by_the_worker_and_answered_by_chat(user, context, on_socket):
    row = arrivals.claim(received(user, text("帮助")), "dead")
    with time_machine.travel(clock.now() + timedelta(seconds=60)):
        webhook.finish_abandoned()
        while worker.deliver_next("test"):
            pass
    assert InboxMessage.objects.get(key=row.key).message_sealed is None
    assert "怎么用" in StandInCall.objects.get(path="custom").body["text"]["content"]


def test_slow_work_is_answered_with_success_in_time_and_by_chat_afterwards(app, account, context, on_socket):
    """Another transaction holds the conversation, so that the work has to wait for it."""
    user = User(account, app.test_client(), OPENID)
    user.says("投诉")
    binding = fingerprint(OPENID)
    held, release = threading.Event(), threading.Event()

    def hold():
        client = ChatSession._get_collection().database.client
        with client.start_session() as session, session.start_transaction():
            ChatSession._get_collection().update_one({"_id": binding}, {"$set": {"held": True}}, session=session)
            held.set()
            release.wait(20)
            session.abort_transaction()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    began = time.monotonic()
    response = user.post(text("没有编号"))
    took = time.monotonic() - began
    release.set()
    holder.join()
    assert (response.data, took < 5) == (b"success", True)
    while InboxMessage.objects(state=CLAIMED).count():
        pass
    while worker.deliver_next("test"):
        pass
    assert "电梯在哪里" in StandInCall.objects.get(path="custom").body["text"]["content"]


def test_without_a_database_the_emergency_number_is_still_given_in_time(settings, account):
    """Another application on a database that is not there."""
    gone = wsgi.create_app(replace(settings, mongodb_uri="mongodb://127.0.0.1:9/?directConnection=true"))
    try:
        user = User(account, gone.test_client(), OPENID)
        began = time.monotonic()
        assert "请立即拨打 96333" in user.says("有人被困")
        assert time.monotonic() - began < 5
        assert user.post(text("帮助")).status_code == 503
    finally:
        database.connect(settings)
