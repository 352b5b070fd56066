"""The WeChat API at its worst: a server on a real socket that answers what a test tells it to."""

import json
import threading
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backend.delivery.channels import Broken, Retry, Sent, Unreachable
from backend.foundation import clock
from bot import bindings, client, push
from bot.documents import AccessToken
from bot.transport import KINDS, LATER, OURS, USER, ApiError
from bot.wire import Incoming

OPENID = "oTestUser000000000000000001"


class Platform(BaseHTTPRequestHandler):
    """Answers each path with what stands in `answers`, a list in turn; counts the requests."""

    def do_POST(self):
        self.server.seen.append((self.path, self.rfile.read(int(self.headers.get("Content-Length", 0)))))
        path = self.path.split("?")[0].removeprefix("/cgi-bin/")
        self.server.count[path] += 1
        answer = self.server.answers[path]
        if isinstance(answer, list):
            answer = answer[min(self.server.count[path], len(answer)) - 1]
        self.answer(answer)

    do_GET = do_POST

    def answer(self, answer):
        if callable(answer):
            answer(self)
            return
        status, kind, body = answer if isinstance(answer, tuple) else (200, "application/json", json.dumps(answer))
        raw = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args):
        pass


@pytest.fixture
def platform(app, context, monkeypatch):
    """The platform; gives the server, whose `answers` a test changes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    server.seen, server.count = [], Counter()
    server.answers = {
        "stable_token": {"access_token": "TOKEN-1", "expires_in": 7200},
        "message/custom/send": {"errcode": 0, "errmsg": "ok"},
    }
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    here = replace(app.extensions["chati.wechat"], api_base=f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setitem(app.extensions, "chati.wechat", here)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def message(context):
    """News for somebody who wrote just now."""
    mark = bindings.touch(Incoming(OPENID, "gh", "text", int(clock.now().timestamp()), "key", "你好"))
    data = {"number": "261123-000001", "place": "云栖苑", "category": "门", "state": "已受理", "text": "请稍候"}
    data["at"] = clock.now().isoformat()
    return {"_id": "6560", "target": mark, "template": "complaint.accept", "data": data}


def test_an_outcome_can_be_judged_with_a_tap_however_long_it_is(platform, message):
    message["data"]["text"] = "已经修好。" * 400
    assert push.send(message | {"template": "complaint.resolve"}) == Sent()
    content = json.loads(platform.seen[-1][1])["text"]["content"]
    assert content.endswith('msgmenucontent=不满意&msgmenuid=0">不满意</a>')
    assert len(content.encode()) <= 2048


def refusal(code):
    return {"errcode": code, "errmsg": "refused"}


def test_news_goes_out_as_readable_chinese_with_its_id(platform, message):
    assert push.send(message) == Sent()
    path, raw = platform.seen[-1]
    assert path.endswith("access_token=TOKEN-1")
    assert "已受理" in raw.decode()
    assert json.loads(raw)["client_msg_id"] == "6560"


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_an_ended_token_is_renewed_once_and_the_call_repeated(platform, message, code):
    platform.answers["stable_token"] = [
        {"access_token": "TOKEN-1", "expires_in": 7200},
        {"access_token": "TOKEN-2", "expires_in": 7200},
    ]
    platform.answers["message/custom/send"] = [refusal(code), refusal(0)]
    assert push.send(message) == Sent()
    assert platform.seen[-1][0].endswith("TOKEN-2")
    assert platform.count["stable_token"] == 2


def test_a_token_that_is_never_taken_ends_after_one_renewal(platform, message):
    platform.answers["message/custom/send"] = refusal(40001)
    assert isinstance(push.send(message), Retry)
    assert platform.count == {"stable_token": 2, "message/custom/send": 2}


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(code, {LATER: Retry, USER: Unreachable}[kind]) for code, kind in KINDS.items() if kind in {LATER, USER}]
    + [(code, Broken) for code in (40013, 40125, 40164, 40037, 47003, 47001, 41001, 48001, 99999)],
)
def test_every_errcode_has_its_class(platform, message, code, outcome):
    platform.answers["message/custom/send"] = refusal(code)
    assert isinstance(push.send(message), outcome)
    assert platform.count["message/custom/send"] == 1


def close(handler):
    handler.connection.close()
    handler.close_connection = True


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/html", "<html>系统繁忙</html>"),
        (200, "application/json", "[]"),
        (200, "application/json", "{"),
        (500, "text/plain", "oops"),
        (302, "text/plain", ""),
        close,
    ],
    ids=["a page with status 200", "a list", "half an object", "status 500", "a redirect", "a cut connection"],
)
def test_what_is_no_answer_is_tried_again_later(platform, message, answer):
    platform.answers["message/custom/send"] = answer
    outcome = push.send(message)
    assert isinstance(outcome, Retry)
    assert "TOKEN" not in outcome.why
    assert OPENID not in outcome.why


def test_a_token_endpoint_that_hangs_is_given_up(platform, message, monkeypatch):
    released = threading.Event()
    platform.answers["stable_token"] = lambda _: released.wait(20)
    monkeypatch.setattr("bot.transport.TIMEOUT_S", (1, 0.5))
    began = time.monotonic()
    outcome = push.send(message)
    released.set()
    assert isinstance(outcome, Retry)
    assert time.monotonic() - began < 5
    assert AccessToken.objects.get().lease_until is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((200, "image/jpeg", b"x" * 2000), USER),
        ({"video_url": "http://203.0.113.1/v"}, USER),
        (refusal(40007), USER),
        (refusal(40164), OURS),
        ((502, "text/html", ""), LATER),
    ],
    ids=["too large", "a video", "gone", "address not listed", "status 502"],
)
def test_a_photo_that_cannot_be_had_says_why(platform, answer, kind):
    platform.answers["media/get"] = answer
    with pytest.raises(ApiError) as told:
        client.photo("m1", 1000)
    assert told.value.kind == kind


def test_a_photo_whose_bytes_are_json_is_still_a_photo(platform):
    platform.answers["media/get"] = (200, "image/jpeg", b'{"errcode": 40001}')
    assert client.photo("m1", 1000) == b'{"errcode": 40001}'


def test_a_stranger_is_unreachable_without_a_call(platform, message):
    assert isinstance(push.send(message | {"target": "nobody"}), Unreachable)
    assert platform.seen == []
