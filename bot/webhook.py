"""The address that WeChat calls: /wechat."""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, current_app, request
from flask.globals import app_ctx
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from backend.delivery import jobs
from backend.foundation.permissions import public
from backend.foundation.web import csrf
from bot import arrivals, conversation, wire
from bot.account import Account
from bot.arrivals import Superseded
from bot.documents import DONE, InboxMessage
from bot.facts import StoredFacts
from bot.reading import is_emergency
from bot.wire import Incoming, Reply, Unreadable

ANSWER_WITHIN_S = 4.2  # WeChat cuts the connection at 5 s; the rest is for the way
LOOK_AGAIN_S = 0.1
NOTE_WITHIN_S = 0.4
THREADS = 32  # more than a web process has requests at once; they start when they are needed
blueprint = Blueprint("wechat", __name__)
csrf.exempt(blueprint)  # the signature over the body is the proof; WeChat has no form token
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Serve the webhook, with threads in which slow work goes on after WeChat was answered."""
    app.extensions["chati.bot.threads"] = ThreadPoolExecutor(THREADS, thread_name_prefix="wechat")
    app.register_blueprint(blueprint)


@blueprint.get("/wechat")
@public
def verify() -> Response:
    """Answer the address verification."""
    try:
        return _plain(wire.handshake(_account(), request.args))
    except Unreadable as error:
        return _refused(error)


@blueprint.post("/wechat")
@public
def receive() -> Response:
    """Take a message and answer within WeChat's five seconds, once however often it is sent."""
    account = _account()
    request.max_content_length = wire.BODY_LIMIT
    try:
        incoming = wire.receive(account, request.args, request.get_data(cache=False))
    except RequestEntityTooLarge:
        return _plain("too large", 400)
    except Unreadable as error:
        return _refused(error)
    row = _answered(incoming)
    if row is None:
        reply = _without_database(incoming)
        return _reply(account, incoming, reply) if reply else _plain("try again", 503)
    reply = None if row.late or row.state != DONE else arrivals.reply_of(row)
    return _reply(account, incoming, reply) if reply else _plain(wire.PLAIN_SUCCESS)


@blueprint.get("/MP_verify_<name>.txt")
@public
def ownership(name: str) -> Response:
    """Prove to the platform that this domain is ours."""
    files = dict(item.split("=", 1) for item in current_app.config["CHATI"].wechat_verify.split(",") if "=" in item)
    content = files.get(f"MP_verify_{name}.txt") or files.get(name)
    if content is None:
        raise NotFound
    return _plain(content)


def finish_abandoned() -> None:
    """Finish messages whose process died and that WeChat no longer repeats; a job of the worker."""
    owner = secrets.token_hex(8)
    for key, incoming in arrivals.abandoned(owner):
        conversation.answer(incoming, key, owner)


def _answered(incoming: Incoming) -> InboxMessage | None:
    """Have a message answered by this request or by whoever has it; None when that failed.

    All work goes on in threads: this request answers in time even when the database does not.
    """
    owner, deadline = secrets.token_hex(8), time.monotonic() + ANSWER_WITHIN_S
    try:
        while (row := _soon(deadline, _work, incoming, owner)).state != DONE and not row.late:
            if time.monotonic() + LOOK_AGAIN_S > deadline:
                raise TooSlow
            time.sleep(LOOK_AGAIN_S)
    except TooSlow:
        log.warning("wechat.slow", kind=incoming.kind)
        return _answered_late(incoming)
    except Exception as error:  # WeChat repeats the message, and then it may work
        log.error("wechat.failed", kind=incoming.kind, error=type(error).__name__, frames=jobs.frames(error))
        return None
    return row


def _answered_late(incoming: Incoming) -> InboxMessage | None:
    """Have the answer sent by customer-service message; None when even that cannot be noted."""
    try:
        return _soon(time.monotonic() + NOTE_WITHIN_S, arrivals.stop_waiting, arrivals.key_of(incoming))
    except Exception as error:  # no database: success would be a lie
        log.error("wechat.failed", kind=incoming.kind, error=type(error).__name__, frames=jobs.frames(error))
        return None


def _soon(deadline: float, work: Callable[..., InboxMessage], *args: Any) -> InboxMessage:
    """Run something in a thread and wait for it until a deadline.

    Raises:
        TooSlow: it is not done yet; it goes on.
    """
    app = app_ctx.app  # itself, for the thread has no application of its own

    def run() -> InboxMessage:
        with app.app_context():
            return work(*args)

    return app.extensions["chati.bot.threads"].submit(run).result(max(0, deadline - time.monotonic()))


def _work(incoming: Incoming, owner: str) -> InboxMessage:
    """Claim a message, answer it where it is ours, and return how it stands."""
    row = arrivals.claim(incoming, owner)
    if row.state == DONE or row.owner != owner:
        return row
    try:
        conversation.answer(incoming, row.key, owner)
    except Superseded:
        log.warning("wechat.superseded", kind=incoming.kind)
    return InboxMessage.objects.get(key=row.key)


def _without_database(incoming: Incoming) -> Reply | None:
    """Return what must be said even when nothing can be read or kept: the emergency number."""
    return StoredFacts("", "").words.emergency() if is_emergency(incoming) else None


def _reply(account: Account, incoming: Incoming, reply: Reply) -> Response:
    body = wire.answer(account, incoming, reply, request.args["nonce"])
    return Response(body, content_type="text/xml; charset=utf-8")


def _account() -> Account:
    account = current_app.extensions["chati.wechat"]
    if account is None:
        raise NotFound
    return account


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")


def _refused(error: Unreadable) -> Response:
    log.warning("wechat.refused", why=str(error))
    return _plain("bad request", 400)
