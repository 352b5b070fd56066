"""The simulator's page and what its buttons do."""

import pathlib
import secrets
from collections.abc import Callable
from typing import Any

from bson import ObjectId
from flask import Blueprint, Response, current_app, jsonify, render_template, request, send_from_directory, session
from werkzeug.exceptions import BadRequest

from backend.foundation.links import path_to
from backend.foundation.permissions import public
from backend.registry import search
from backend.registry.signs import current_signs
from bot import menu
from bot.simulator import platform
from bot.simulator.documents import StandInCall
from bot.simulator.platform import NoAnswer
from bot.simulator.stand_in import keep_media
from qr import payload

LISTED = 30
SHOWN_NEWS = 20
OPENID = "simulator_openid"
PLACES = {
    "1": ("29.55701", "106.57713", "渝中区虚构路18号"),
    "2": ("29.61202", "106.50126", "两江新区演示大道6号"),
}
ASSETS = pathlib.Path(__file__).parent / "static"
blueprint = Blueprint("simulator", __name__, url_prefix="/simulator", template_folder="templates")


def simulator_url() -> str:
    """Return the path of the simulator."""
    return path_to("simulator.page")


@blueprint.get("")
@public
def page() -> str:
    """Show the phone."""
    first = OPENID not in session
    if first:
        session[OPENID] = f"oSim{secrets.token_hex(12)}"
    buttons = menu.menu(_base_url())["button"]
    return render_template("simulator/phone.html", menu=buttons, places=PLACES, first=first)


@blueprint.get("/static/<name>")
@public
def asset(name: str) -> Response:
    """Serve the page's style and script."""
    return send_from_directory(ASSETS, name)


@blueprint.post("/act")
@public
def act() -> tuple[Response, int] | Response:
    """Do what the simulated user did, through the real endpoint, and return the passive answer."""
    action = _ACTIONS.get(request.form.get("kind", ""))
    if action is None:
        raise BadRequest
    kind, fields = action()
    try:
        answer = platform.push(_openid(), kind, **fields)
    except NoAnswer as error:
        return jsonify(error="该服务号提供的服务出现故障，请稍后再试", why=str(error)), 502
    return jsonify(answer=_shown(answer))


@blueprint.get("/news")
@public
def news() -> Response:
    """List what was pushed to the simulated user since the last look."""
    rows = StandInCall.objects(user=_openid())
    if ObjectId.is_valid(after := request.args.get("after", "")):
        rows = rows.filter(id__gt=ObjectId(after))
    found = [{"id": str(row.id), "at": row.at, **_pushed(row)} for row in rows.order_by("id")[:SHOWN_NEWS]]
    return jsonify(news=found)


@blueprint.get("/lifts")
@public
def lifts() -> Response:
    """List lifts whose sign can be scanned."""
    found, _ = search.search(request.args.get("q", "")[:60], LISTED)
    return jsonify(lifts=found)


def _text() -> tuple[str, dict[str, Any]]:
    words = request.form.get("words", "")[:2000]
    fields: dict[str, Any] = {"Content": words}
    if request.form.get("tap"):
        fields["bizmsgmenuid"] = request.form["tap"]
    return "text", fields


def _click() -> tuple[str, dict[str, Any]]:
    return "event", {"Event": "CLICK", "EventKey": request.form.get("key", "")}


def _scan() -> tuple[str, dict[str, Any]]:
    code = request.form.get("code", "")
    sign = current_signs([code]).get(code)
    result = payload.url(_base_url(), code, sign["tag"]) if sign else code
    scanned = {"ScanType": "qrcode", "ScanResult": result}
    return "event", {"Event": "scancode_waitmsg", "EventKey": "scan", "ScanCodeInfo": scanned}


def _image() -> tuple[str, dict[str, Any]]:
    upload = request.files.get("photo")
    if upload is None:
        raise BadRequest
    return "image", {"PicUrl": "http://mmbiz.invalid/photo", "MediaId": keep_media(upload)}


def _location() -> tuple[str, dict[str, Any]]:
    x, y, label = PLACES.get(request.form.get("place", ""), PLACES["1"])
    return "location", {"Location_X": x, "Location_Y": y, "Scale": 16, "Label": label}


def _follow() -> tuple[str, dict[str, Any]]:
    return "event", {"Event": "subscribe", "EventKey": ""}


def _unfollow() -> tuple[str, dict[str, Any]]:
    return "event", {"Event": "unsubscribe", "EventKey": ""}


_ACTIONS: dict[str, Callable[[], tuple[str, dict[str, Any]]]] = {
    "text": _text,
    "click": _click,
    "scan": _scan,
    "image": _image,
    "location": _location,
    "follow": _follow,
    "unfollow": _unfollow,
}


def _shown(answer: dict[str, Any] | None) -> dict[str, str] | None:
    if answer is None:
        return None
    if answer["MsgType"] == "text":
        return {"kind": "text", "words": answer["Content"]}
    item = answer["Articles"]["item"]
    return {"kind": "card", "title": item["Title"], "words": item["Description"] or "", "url": item["Url"]}


def _pushed(row: StandInCall) -> dict[str, Any]:
    body = row.body
    if "text" in body:
        return {"kind": "text", "words": body["text"]["content"]}
    if "news" in body:
        article = body["news"]["articles"][0]
        return {"kind": "card", "title": article["title"], "words": article["description"], "url": article["url"]}
    rows = [field["value"] for field in body.get("data", {}).values()]
    return {"kind": "card", "title": "服务通知", "words": "\n".join(rows), "url": body.get("url", "")}


def _openid() -> str:
    if OPENID not in session:
        raise BadRequest
    return session[OPENID]


def _base_url() -> str:
    return current_app.config["CHATI"].public_url
