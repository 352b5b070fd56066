"""Rate limits: a window that moves with the clock, counted in the database by all web processes together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from backend.foundation import clock
from backend.foundation.limits import SCHEME, SharedStorage, limiter, network_of

REPORT = {"place": "虚构路 9 号", "category": "door"}
FIVE = parse("5 per hour")


def reports(client, number):
    return [client.post("/api/v1/complaints", json=REPORT) for _ in range(number)]


def test_a_burst_across_the_turn_of_an_hour_is_limited_as_one(client, time_machine):
    time_machine.move_to("2026-11-24 10:59:50+08:00", tick=False)
    assert {answer.status_code for answer in reports(client, 20)} == {201}
    time_machine.move_to("2026-11-24 11:00:10+08:00", tick=False)
    answers = reports(client, 11)
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) in range(3580, 3582)


def test_whoever_comes_back_when_told_is_heard_and_not_a_moment_earlier(client, time_machine):
    time_machine.move_to("2026-12-31 23:59:50+08:00", tick=False)
    reports(client, 10)
    time_machine.shift(timedelta(minutes=10))
    wait = int(reports(client, 21)[-1].headers["Retry-After"])
    time_machine.shift(timedelta(seconds=wait - 2))
    assert [answer.status_code for answer in reports(client, 1)] == [429]
    time_machine.shift(timedelta(seconds=2))
    assert [answer.status_code for answer in reports(client, 11)] == [201] * 10 + [429]


def test_first_requests_at_the_same_moment_are_all_counted(context):
    together = Barrier(5)

    def hit(_):
        together.wait()
        return limiter.limiter.hit(FIVE, "203.0.113.7")

    with ThreadPoolExecutor(5) as threads:
        assert list(threads.map(hit, range(5))) == [True] * 5
    assert not limiter.limiter.hit(FIVE, "203.0.113.7")


def test_a_count_that_ran_out_goes_away_by_itself(context, db, time_machine):
    time_machine.move_to("2026-11-24 10:00:00+08:00", tick=False)
    MovingWindowRateLimiter(SharedStorage(f"{SCHEME}://")).hit(FIVE, "203.0.113.7")  # a process makes the index once
    expiring = [index for index in db["windows"].list_indexes() if index.get("expireAfterSeconds") == 0]
    assert [list(index["key"]) for index in expiring] == [["expireAt"]]
    assert [row["expireAt"].isoformat() for row in db["windows"].find()] == ["2026-11-24T03:00:00+00:00"]


def test_a_full_window_that_empties_while_it_is_answered_lets_come_back_at_once(context, time_machine):
    time_machine.move_to("2026-11-24 10:00:00+08:00", tick=False)
    for _ in range(5):
        limiter.limiter.hit(FIVE, "203.0.113.7")
    time_machine.shift(timedelta(hours=1, seconds=1))
    assert limiter.limiter.get_window_stats(FIVE, "203.0.113.7") == (clock.now().timestamp(), 5)


@pytest.fixture
def uncountable(context, db):
    """A database in which nothing can be counted: it refuses every count."""
    limiter.limiter.hit(FIVE, "203.0.113.7")
    db.command("collMod", "windows", validator={"countable": True})
    yield
    db.command("collMod", "windows", validator={})


def test_nobody_is_shut_out_because_counting_failed(client, uncountable):
    assert {answer.status_code for answer in reports(client, 31)} == {201}


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("unix:", "unix:"),
    ],
)
def test_a_caller_is_counted_by_the_network_they_have_and_not_by_one_of_its_addresses(address, counted):
    assert network_of(address) == counted


def test_another_address_of_the_same_network_is_no_way_around_a_limit(client):
    def asked(address):
        return client.post("/api/v1/complaints", json=REPORT, environ_base={"REMOTE_ADDR": address}).status_code

    assert {asked(f"2001:db8:1:2::{n:x}") for n in range(1, 31)} == {201}
    assert asked("2001:db8:1:2:ffff::1") == 429
    assert asked("2001:db8:1:3::1") == 201
