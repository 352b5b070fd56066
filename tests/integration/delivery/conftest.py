"""An office: promised messages, a clock that stands, and a channel whose answers the test decides."""

from collections import deque
from datetime import UTC, datetime

import pytest
import time_machine

from backend.delivery import channels, jobs, worker
from backend.foundation import outbox

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
COMPLAINT = {
    "number": "261123-482913",
    "place": "龙湖紫都城 3栋",
    "category": "门",
    "state": "待受理",
    "text": "由电梯现所在地的渝北区市场监督管理局办理",
    "at": "2026-11-23T02:00:00+00:00",
}


class Office:
    """A clock that stands, a channel named `desk` that answers as told (`Sent` where told nothing), and one worker."""

    def __init__(self, db, clock):
        self.db, self.clock = db, clock
        self.got = []
        self.answers = deque()
        channels.register("desk", self._send)

    def promise(self, key, *, channel="desk", target="t", subject="complaint:1", template="complaint.file", **data):
        """Enqueue a message a moment after the one before."""
        self.wait(0.001)
        outbox.enqueue(
            key=key, channel=channel, target=target, subject=subject, template=template, **(COMPLAINT | data)
        )

    def stored(self, key):
        """Return a message as stored."""
        return self.db["outbox"].find_one({"key": key})

    def wait(self, seconds):
        """Let time pass."""
        self.clock.shift(seconds)

    def work(self, owner="worker-1"):
        """Deliver until nothing is due."""
        while worker.deliver_next(owner):
            pass

    @property
    def sent(self):
        """Keys of the messages the channel was given."""
        return [message["key"] for message in self.got]

    def _send(self, message):
        self.got.append(message)
        answer = self.answers.popleft() if self.answers else channels.Sent()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def only_this_tests_channels_and_jobs():
    """Leave the registered channels and jobs as they were."""
    kept, kept_jobs = dict(channels._senders), dict(jobs._jobs)
    jobs._jobs.clear()
    yield
    for registered, before in ((channels._senders, kept), (jobs._jobs, kept_jobs)):
        registered.clear()
        registered.update(before)


@pytest.fixture
def office(context, db):
    """An office with an empty outbox."""
    with time_machine.travel(START, tick=False) as clock:
        yield Office(db, clock)
