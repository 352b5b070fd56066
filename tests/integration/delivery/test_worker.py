import threading

import pytest
import structlog

from backend.delivery import channels, jobs, worker
from backend.delivery.channels import Broken, Retry, Sent, Unreachable
from backend.foundation import clock
from backend.foundation.protect import SealError
from tests.integration.delivery.conftest import START

HOUR = 3600


def test_a_promised_message_is_sent_once(office):
    office.promise("a")
    office.work()
    office.work()
    assert office.sent == ["a"]
    assert office.stored("a")["state"] == "sent"
    assert "lease_until" not in office.stored("a")


def test_the_same_promise_twice_is_one_message(office):
    office.promise("a")
    office.promise("a")
    office.work()
    assert office.sent == ["a"]


def test_a_message_of_a_channel_without_a_sender_stays_pending(office):
    office.promise("a", channel="pigeon")
    office.promise("b")
    office.work()
    assert office.stored("a")["state"] == "pending"
    assert office.stored("a")["attempts"] == 0
    assert office.stored("b")["state"] == "sent"


def test_a_failed_attempt_is_made_again_after_the_back_off(office):
    office.answers += [Retry("服务繁忙")]
    office.promise("a")
    office.work()
    assert (office.stored("a")["state"], office.stored("a")["attempts"], office.stored("a")["error"]) == (
        "pending",
        1,
        "服务繁忙",
    )
    office.wait(worker.FIRST_DELAY_S * (1 - worker.JITTER) - 0.1)
    office.work()
    assert office.sent == ["a"]
    office.wait(worker.FIRST_DELAY_S)
    office.work()
    assert office.sent == ["a", "a"]
    assert (office.stored("a")["state"], office.stored("a")["error"]) == ("sent", None)


def test_a_channel_may_say_when_to_come_back(office):
    office.answers += [Retry("今日额度用完", after=86_400)]
    office.promise("a")
    office.work()
    office.wait(23 * HOUR)
    office.work()
    assert len(office.got) == 1
    office.wait(1 * HOUR)
    office.work()
    assert len(office.got) == 2


def test_a_sender_that_raises_is_tried_again(office):
    office.answers += [ZeroDivisionError("bug"), Sent()]
    office.promise("a")
    office.work()
    assert office.stored("a")["error"] == "ZeroDivisionError"
    office.wait(60)
    office.work()
    assert office.stored("a")["state"] == "sent"


def test_a_target_that_cannot_be_reached_is_not_tried_again_and_nobody_is_alarmed(office):
    office.answers += [Unreachable("用户未关注")]
    office.promise("a")
    office.work()
    office.wait(9 * 24 * HOUR)
    office.work()
    assert len(office.got) == 1
    assert office.stored("a")["state"] == "undeliverable"
    assert office.db["events"].count_documents({}) == 0


def test_something_broken_on_our_side_fails_at_once_and_is_told(office):
    office.answers += [Broken("模板编号无效")]
    office.promise("a")
    office.work()
    event = office.db["events"].find_one({"kind": "outbox.failed"})
    assert office.stored("a")["state"] == "failed"
    assert event["subject"] == "complaint:1"
    assert event["data"]["message"] == str(office.stored("a")["_id"])
    assert office.db["notices"].find_one({"recipient": "CQ"})["title"] == "有消息没有送达"


def test_attempts_run_out(office):
    office.answers += [Retry("超时")] * 1000
    office.promise("a")
    while office.stored("a")["state"] == "pending":
        office.work()
        office.wait(1 * HOUR)
    assert len(office.got) == 96
    assert office.stored("a")["state"] == "failed"
    assert office.db["events"].count_documents({"kind": "outbox.failed"}) == 1


def test_a_message_that_kills_every_worker_runs_out_of_attempts_too(office):
    office.promise("a")
    office.db["outbox"].update_one({"key": "a"}, {"$set": {"attempts": 96}})
    office.work()
    assert office.got == []
    assert office.stored("a")["state"] == "failed"


def test_many_failures_of_one_channel_are_one_notice_a_day(office):
    office.answers += [Broken("令牌无效")] * 5
    for n in range(5):
        office.promise(f"a{n}", target=f"t{n}")
    office.work()
    assert [notice["count"] for notice in office.db["notices"].find()] == [5]


def test_a_message_without_words_fails_and_says_which(office):
    office.promise("a", channel="inbox", template="nothing.like.this")
    office.work()
    assert office.stored("a")["state"] == "failed"
    assert "nothing.like.this" in office.stored("a")["error"]


def test_a_message_sealed_with_another_key_fails_and_is_told(office):
    office.answers += [SealError("sealed with another CHATI_DATA_KEY, or changed")]
    office.promise("a")
    office.work()
    assert office.stored("a")["state"] == "failed"


def test_what_an_error_says_stays_out_of_the_log_and_the_record(office):
    office.answers += [OSError("cannot open https://api.example/?access_token=hidden")]
    office.promise("a")
    with structlog.testing.capture_logs() as logged:
        office.work()
    assert "outbox.sender_raised" in [line["event"] for line in logged]
    assert "hidden" not in f"{logged}{office.stored('a')}"


def test_a_message_that_nobody_can_read_does_not_stop_the_worker(office):
    stop = threading.Event()
    office.db["outbox"].insert_one(
        {"key": "unreadable", "channel": "desk", "state": "pending", "attempts": 0, "next_at": START}
    )
    office.promise("a")
    jobs.every(0, "stop when sent", lambda: office.stored("a")["state"] == "sent" and stop.set())
    worker.run(stop)
    assert office.stored("a")["state"] == "sent"
    assert office.stored("unreadable")["state"] == "pending"


class TestOrder:
    def test_news_of_one_case_to_one_target_go_out_in_order(self, office):
        for key in "abc":
            office.promise(key)
            office.work()
        assert office.sent == ["a", "b", "c"]

    def test_a_later_message_waits_for_the_earlier_one(self, office):
        office.answers += [Retry("服务繁忙")]
        office.promise("a")
        office.promise("b")
        office.work()
        assert office.sent == ["a"]
        assert office.stored("b")["attempts"] == 0
        office.wait(worker.FIRST_DELAY_S)
        office.work()
        assert office.sent == ["a", "a", "b"]

    def test_a_later_message_goes_as_soon_as_the_earlier_one_is_given_up(self, office):
        office.answers += [Retry("服务繁忙", after=30), Unreachable("用户未关注")]
        office.promise("a")
        office.promise("b")
        office.work()
        office.wait(30)
        office.work()
        assert office.sent == ["a", "a", "b"]

    def test_a_message_held_by_another_worker_holds_those_behind_it(self, office):
        office.promise("a")
        office.promise("b")
        worker._take("worker-2")
        office.work("worker-1")
        assert office.got == []
        assert office.stored("b")["state"] == "pending"

    @pytest.mark.parametrize(
        "other",
        [{"target": "t2"}, {"subject": "complaint:2"}, {"channel": "other"}],
        ids=lambda other: next(iter(other)),
    )
    def test_other_targets_cases_and_channels_do_not_wait(self, other, office):
        channels.register("other", lambda _: Sent())
        office.answers += [Retry("服务繁忙")]
        office.promise("a")
        office.promise("b", **other)
        office.work()
        assert office.stored("a")["state"] == "pending"
        assert office.stored("b")["state"] == "sent"

    @pytest.mark.parametrize(("earlier_waits_s", "looks_again_after_s"), [(0.2, 1), (30, 30), (86_400, 60)])
    def test_a_waiting_message_looks_again_when_it_may_go_but_not_too_rarely(
        self, earlier_waits_s, looks_again_after_s, office
    ):
        office.answers += [Retry("服务繁忙", after=earlier_waits_s)]
        office.promise("a")
        office.promise("b")
        now = clock.now()
        office.work()
        assert (office.stored("b")["next_at"] - now).total_seconds() == looks_again_after_s

    def test_a_waiting_message_goes_in_the_moment_the_earlier_one_has_gone(self, office):
        office.promise("a")
        office.promise("b")
        earlier = worker._take("worker-2")
        office.work("worker-1")
        worker._mark(earlier, Sent())
        office.work("worker-1")
        assert office.sent == ["b"]

    def test_messages_of_the_same_millisecond_keep_their_order_too(self, office):
        office.answers += [Retry("服务繁忙")]
        office.promise("a")
        office.promise("b")
        office.db["outbox"].update_many({}, {"$set": {"created_at": START}})
        office.work()
        assert office.sent == ["a"]


class TestLease:
    def test_a_message_at_work_is_not_taken_by_another_worker(self, office):
        office.promise("a")
        assert worker._take("worker-1")["key"] == "a"
        assert worker._take("worker-2") is None

    def test_a_dead_workers_message_is_taken_over_when_its_lease_has_run_out(self, office):
        office.promise("a")
        worker._take("worker-1")
        office.wait(59)
        office.work("worker-2")
        assert office.got == []
        office.wait(1)
        office.work("worker-2")
        assert office.sent == ["a"]
        assert office.stored("a")["attempts"] == 2

    def test_a_worker_that_lost_its_lease_does_not_undo_what_the_next_one_did(self, office):
        office.promise("a")
        slow = worker._take("worker-1")
        office.wait(60)
        office.work("worker-2")
        worker._mark(slow, Broken("太晚了"))
        assert office.stored("a")["state"] == "sent"
        assert office.db["events"].count_documents({}) == office.db["notices"].count_documents({}) == 0

    def test_a_worker_that_lost_its_lease_does_not_end_the_next_ones(self, office):
        office.promise("a")
        slow = worker._take("worker-1")
        office.wait(60)
        worker._take("worker-2")
        worker._mark(slow, Retry("超时"))
        assert office.stored("a")["lease_owner"] == "worker-2"

    def test_that_a_message_was_sent_is_true_even_when_the_lease_was_lost(self, office):
        office.promise("a")
        slow = worker._take("worker-1")
        office.wait(60)
        worker._take("worker-2")
        worker._mark(slow, Sent())
        assert office.stored("a")["state"] == "sent"
