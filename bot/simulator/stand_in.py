"""The stand-in of the WeChat API: the calls that Chati makes, with the platform's checks and answers."""

import hmac
import secrets
from typing import Any

from bson import Binary
from flask import Blueprint, Response, current_app, jsonify, request
from mongoengine import NotUniqueError
from werkzeug.datastructures import FileStorage

from backend.foundation import clock
from backend.foundation.permissions import public
from backend.foundation.web import csrf
from bot.simulator.documents import StandInCall, StandInMedia
from bot.wire import TEXT_LIMIT

TOKEN_LIFETIME_S = 7200
blueprint = Blueprint("wechat_stand_in", __name__, url_prefix="/simulator/api/cgi-bin")
csrf.exempt(blueprint)  # called by programs with an access token


class Refused(Exception):
    """The call is refused as the platform would.

    Args:
        code: errcode.
        words: errmsg.
    """

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


@blueprint.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Answer with an errcode and status 200, as the platform does."""
    return jsonify(errcode=error.code, errmsg=str(error))


@blueprint.post("/stable_token")
@public
def stable_token() -> Response:
    """Give the access token; the same one to all until its end."""
    account, asked = current_app.extensions["chati.wechat"], _body()
    if asked.get("appid") != account.appid:
        raise Refused(40013, "invalid appid")
    if not hmac.compare_digest(str(asked.get("secret")).encode(), account.secret.encode()):
        raise Refused(40125, "invalid appsecret")
    _keep("stable_token")
    return jsonify(access_token=_token(0), expires_in=TOKEN_LIFETIME_S)


@blueprint.post("/message/<any(custom, template):kind>/send")
@blueprint.post("/message/<any(subscribe):kind>/bizsend")
@public
def send(kind: str) -> Response:
    """Take a message for a user; the same client_msg_id is sent once."""
    _require_token()
    body = _body()
    if not str(body.get("touser", "")).startswith("o"):
        raise Refused(40003, "invalid openid")
    if len(str(body.get("text", {}).get("content", "")).encode()) > TEXT_LIMIT:
        raise Refused(45002, "content size out of limit")
    if len(body.get("news", {}).get("articles", ())) > 1:
        raise Refused(45008, "article size out of limit")
    _keep(kind, user=body["touser"], message=body.get("client_msg_id"), body=body)
    return jsonify(errcode=0, errmsg="ok")


@blueprint.post("/menu/create")
@public
def create_menu() -> Response:
    """Take the menu."""
    _require_token()
    if len(_body().get("button", ())) not in range(1, 4):
        raise Refused(40016, "invalid button size")
    _keep("menu", body=_body())
    return jsonify(errcode=0, errmsg="ok")


@blueprint.get("/menu/get")
@public
def get_menu() -> Response:
    """Give the menu that was taken last."""
    _require_token()
    latest = StandInCall.objects(path="menu").order_by("-id").first()
    if latest is None:
        raise Refused(46003, "menu no exist")
    return jsonify(menu=latest.body)


@blueprint.post("/media/upload")
@public
def upload_media() -> Response:
    """Take a temporary medium."""
    _require_token()
    if "media" not in request.files:
        raise Refused(41005, "media data missing")
    return jsonify(type="image", media_id=keep_media(request.files["media"]), created_at=int(clock.now().timestamp()))


@blueprint.get("/media/get")
@public
def get_media() -> Response:
    """Give a temporary medium."""
    _require_token()
    found = StandInMedia.objects(id=request.args.get("media_id", "")).first()
    if found is None:
        raise Refused(40007, "invalid media_id")
    return Response(bytes(found.data), mimetype=found.mimetype)


def keep_media(upload: FileStorage) -> str:
    """Keep a photo that a simulated user sends and return its media_id."""
    media_id = secrets.token_urlsafe(48)
    StandInMedia(
        id=media_id, data=Binary(upload.read()), mimetype=upload.mimetype or "image/jpeg", at=clock.now()
    ).save(force_insert=True)
    return media_id


def _keep(path: str, **fields: Any) -> None:
    call = StandInCall(path=path, at=clock.now(), **fields)
    try:
        call.save(force_insert=True)
    except NotUniqueError:
        return  # sent before: the platform says ok and shows it once


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise Refused(47001, "data format error")
    return body


def _require_token() -> None:
    given = request.args.get("access_token", "").encode()
    if not any(hmac.compare_digest(given, _token(age).encode()) for age in (0, 1)):
        raise Refused(40001, "invalid credential, access_token is invalid or not latest")


def _token(age: int) -> str:
    period = int(clock.now().timestamp()) // TOKEN_LIFETIME_S - age
    return hmac.digest(current_app.extensions["chati.wechat"].secret.encode(), str(period).encode(), "sha256").hex()
