"""A web process killed while it works on a message: the repetition is answered, once."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
import requests
import time_machine

from backend.complaints.documents import Complaint
from backend.foundation import clock
from backend.foundation.protect import fingerprint
from bot import arrivals
from bot.documents import CLAIMED, DONE, ChatSession, InboxMessage
from tests.integration.bot.conftest import MSG_IDS, envelope, message

pytestmark = pytest.mark.crash
SERVE = (
    "import sys, wsgi; from werkzeug.serving import run_simple;"
    "run_simple('127.0.0.1', int(sys.argv[1]), wsgi.create_app(), threaded=True)"
)


@pytest.fixture
def other_process(settings, app):
    """Another web process on the same database and keys; gives its address and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("CHATI_")}
    env |= {
        "CHATI_MONGODB_URI": settings.mongodb_uri,
        "CHATI_MONGODB_NAME": settings.mongodb_name,
        "CHATI_VAR": settings.var,
        "CHATI_BASE_URL": settings.base_url,
        "CHATI_DEMO": "1",
    }
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], env=env, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            break
        except OSError:
            assert process.poll() is None
    yield f"http://127.0.0.1:{port}", process
    process.kill()
    process.wait()


def test_a_submit_whose_process_is_killed_at_work_is_filed_once_by_the_repetition(user, lift, other_process, impatient):
    address, process = other_process
    for words in ("投诉", lift, "门", "门关不上", "完成"):
        user.says(words)
    submit = message(user.openid, "text", Content="提交", MsgId=next(MSG_IDS))
    sessions = ChatSession._get_collection()
    with sessions.database.client.start_session() as held, held.start_transaction():
        # The other process has to wait for this transaction, so it is killed in the middle of its own.
        sessions.update_one({"_id": fingerprint(user.openid)}, {"$set": {"held": True}}, session=held)
        path, body = envelope(user.account, submit)
        posting = threading.Thread(target=post_to, args=(address + path, body))
        posting.start()
        while not InboxMessage.objects(state=CLAIMED).count():
            pass
        process.send_signal(signal.SIGKILL)
        posting.join()
        held.abort_transaction()
    assert Complaint.objects.count() == 0
    with time_machine.travel(clock.now() + timedelta(seconds=6)):
        user.post(submit)
    # MongoDB may keep the dead process's transaction for a while: then the answer is late, but it comes.
    deadline = time.monotonic() + 30
    while InboxMessage.objects(state=CLAIMED).count():
        assert time.monotonic() < deadline
    number = Complaint.objects.get().number
    row = InboxMessage.objects(state=DONE).order_by("-created_at").first()
    assert number in arrivals.reply_of(row).content


@pytest.fixture
def impatient(db):
    """MongoDB ends a transaction whose client is gone after two seconds instead of sixty."""
    admin = db.client.admin
    admin.command("setParameter", 1, transactionLifetimeLimitSeconds=2)
    yield
    admin.command("setParameter", 1, transactionLifetimeLimitSeconds=60)


def post_to(url, body):
    with pytest.raises(requests.RequestException):
        requests.post(url, data=body, timeout=10)
