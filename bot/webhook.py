"""The address that WeChat calls: /wechat."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow

import structlog
from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from backend.foundation import clock
from backend.foundation.permissions import public
from backend.foundation.web import csrf
from bot import conversation, inbox, wire
from bot.account import Account
from bot.documents import DONE, InboxMessage
from bot.inbox import Superseded
from bot.wire import Incoming, Unreadable

ANSWER_WITHIN_S = 4.2  # WeChat cuts the connection at 5 s; the rest is for the way
LOOK_AGAIN_S = 0.1
THREADS = 8
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
        return _plain("try again", 503)
    reply = None if row.late or row.state != DONE else inbox.reply_of(row)
    if reply is None:
        return _plain(wire.PLAIN_SUCCESS)
    return Response(
        wire.answer(account, incoming, reply, request.args["nonce"]), content_type="text/xml; charset=utf-8"
    )


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
    for key, incoming in inbox.abandoned(owner):
        conversation.answer(incoming, key, owner)


def _answered(incoming: Incoming) -> InboxMessage | None:
    """Have a message answered by this request or whoever has it; None when the work failed."""
    owner, key = secrets.token_hex(8), inbox.key_of(incoming)
    deadline = time.monotonic() + ANSWER_WITHIN_S
    while (row := inbox.claim(incoming, owner)).state != DONE and not row.late:
        if row.owner == owner:
            if not _done_in_time(incoming, key, owner, deadline):
                return None
            break
        if time.monotonic() > deadline:
            break
        time.sleep(LOOK_AGAIN_S)
    if row.state != DONE:
        inbox.stop_waiting(key)
    return InboxMessage.objects.get(key=key)


def _done_in_time(incoming: Incoming, key: str, owner: str, deadline: float) -> bool:
    """Work in a thread until it is done or WeChat must be answered; False when it failed."""
    app = current_app._get_current_object()
    work = app.extensions["chati.bot.threads"].submit(_work, app, incoming, key, owner)
    try:
        work.result(max(0, deadline - time.monotonic()))
    except TooSlow:
        log.warning("wechat.slow", kind=incoming.kind)
    except Superseded:
        log.warning("wechat.superseded", kind=incoming.kind)
    except Exception as error:  # the thread's own; WeChat repeats the message, and then it may work
        log.error("wechat.failed", kind=incoming.kind, error=type(error).__name__, exc_info=error)
        return False
    return True


def _work(app: Flask, incoming: Incoming, key: str, owner: str) -> None:
    with app.app_context():
        conversation.answer(incoming, key, owner)


def _account() -> Account:
    account = current_app.extensions["chati.wechat"]
    if account is None:
        raise NotFound
    return account


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")


def _refused(error: Unreadable) -> Response:
    log.warning("wechat.refused", why=str(error), at=clock.now().isoformat())
    return _plain("bad request", 400)
