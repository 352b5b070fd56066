"""The encrypted wire to WeChat: what comes in is checked before it is read, what goes out fits. Hides wechatpy."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wechatpy import parse_message
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.replies import ArticlesReply, TextReply

from backend.foundation import clock
from backend.foundation.text import cut_bytes
from bot.account import Account

BODY_LIMIT = 64 * 1024  # bytes; 2 MB of sibling elements cost four seconds of parsing
TEXT_LIMIT = 2048  # bytes of UTF-8; WeChat refuses longer texts
TITLE_LIMIT = 192  # bytes of an article's title: three lines of the card
CLOCK_SKEW_S = 300
PLAIN_SUCCESS = "success"  # must not be encrypted: an encrypted empty answer is an error notice for the user

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Before the signature holds, no XML parser sees a byte: the envelope is one base64 text between two tags.
_ENVELOPE = re.compile(r"<Encrypt>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9+/]+={0,2})\s*(?:\]\]>)?\s*</Encrypt>")
_BARCODE = re.compile(r"^(?:CODE|EAN|UPC|QR)_[A-Z0-9]+,")
_KINDS = {"text": "text", "image": "image", "voice": "voice", "location": "location"}
_EVENTS = {
    "scancode_waitmsg": "scan",
    "click": "click",
    "subscribe": "follow",
    "subscribe_scan": "follow",
    "unsubscribe": "unfollow",
    "subscribe_msg_popup_event": "grant",
}
_UNREAD_MESSAGES = "other"  # video, link and whatever comes next: answered in words
_UNREAD_EVENTS = "silent"  # LOCATION, VIEW, job reports: nobody waits for an answer


class Unreadable(Exception):
    """A request that is not a genuine, well-formed message of WeChat; the text says why, for the log."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text answer; may hold `weixin://bizmsgmenu` links."""

    content: str


@dataclass(frozen=True, slots=True)
class Article:
    """A one-article card."""

    title: str
    description: str
    url: str


Reply = Text | Article


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a WeChat user did.

    Args:
        openid: who; never stored or logged as it is.
        service: the account's original id, the sender of the answer.
        kind: text, image, voice, location, scan, click, follow, unfollow, grant, other or silent.
        at: when, Unix seconds.
        key: the same for each repetition of the same message, different for any other.
        text: the words, the scan result, the menu key or the label of a location.
        media_id: of a photo.
        place: latitude and longitude (GCJ-02) of a location.
        grants: template id -> whether notices were accepted.
    """

    openid: str
    service: str
    kind: str
    at: int
    key: str
    text: str = ""
    media_id: str = ""
    place: tuple[float, float] | None = None
    grants: Mapping[str, bool] | None = None


def handshake(account: Account, args: Mapping[str, str]) -> str:
    """Check the address verification of the platform and return what it wants to hear.

    Raises:
        Unreadable: wrong signature, or too old.
    """
    _check(account, args, "signature")
    return args.get("echostr", "")[:TEXT_LIMIT]


def receive(account: Account, args: Mapping[str, str], body: bytes) -> Incoming:
    """Check, decrypt and parse a pushed message.

    Args:
        account: whose token and key.
        args: the query string: `msg_signature`, `timestamp`, `nonce`. `signature` alone covers no body and is ignored.
        body: at most BODY_LIMIT bytes.

    Raises:
        Unreadable: not a genuine, well-formed message.
    """
    try:
        envelope = _ENVELOPE.findall(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8") from error
    if len(body) > BODY_LIMIT or len(envelope) != 1:
        raise Unreadable("not one encrypted message")
    _check(account, args, "msg_signature", envelope[0])
    try:
        return _incoming(_opened(account, envelope[0]))
    except Exception as error:  # wechatpy and expat raise a dozen kinds on hostile bytes
        raise Unreadable(f"cannot be read: {type(error).__name__}") from error


def answer(account: Account, incoming: Incoming, reply: Reply, nonce: str) -> str:
    """Write the encrypted answer to a message.

    Args:
        account: whose token and key.
        incoming: what is answered.
        reply: the answer.
        nonce: of the request.
    """
    head = {"source": incoming.service, "target": incoming.openid, "time": _seconds()}
    if isinstance(reply, Text):
        message = TextReply(content=fit(reply.content), **head)
    else:
        message = ArticlesReply(**head)
        message.add_article(article(reply) | {"image": ""})
    return _crypto(account).encrypt_message(message.render(), nonce, str(_seconds()))


def as_platform(account: Account, xml: str, nonce: str) -> tuple[dict[str, str], str]:
    """Encrypt a message as WeChat sends it, for the simulator: the query string and the body.

    Args:
        account: whose token and key.
        xml: the message.
        nonce: any short text.
    """
    timestamp = str(_seconds())
    body = _crypto(account).encrypt_message(xml, nonce, timestamp)
    signed = sign(account.token, timestamp, nonce, _ENVELOPE.findall(body)[0])
    query = {"signature": sign(account.token, timestamp, nonce), "msg_signature": signed, "encrypt_type": "aes"}
    return query | {"timestamp": timestamp, "nonce": nonce}, body


def answer_as_platform(account: Account, body: str) -> Mapping[str, Any]:
    """Decrypt an answer as WeChat reads it, for the simulator.

    Raises:
        Unreadable: WeChat would show its error notice.
    """
    try:
        return _opened(account, _ENVELOPE.findall(body)[0])
    except Exception as error:
        raise Unreadable(f"cannot be read: {type(error).__name__}") from error


def article(reply: Article) -> dict[str, str]:
    """Return a card's fields as both the passive answer and the customer-service message want them."""
    return {
        "title": fit(reply.title, TITLE_LIMIT),
        "description": fit(reply.description),
        "url": fit(reply.url),
    }


def fit(text: str, limit: int = TEXT_LIMIT) -> str:
    """Make a text safe to send: no control characters, no end of CDATA, cut at a whole character.

    Args:
        text: anything.
        limit: bytes of UTF-8.
    """
    plain = _CONTROLS.sub("", text).replace("]]>", "]] >")
    return cut_bytes(plain, limit)


def sign(token: str, *parts: str) -> str:
    """Return WeChat's signature over the token and other parts, in any order."""
    return hashlib.sha1("".join(sorted((token, *parts))).encode()).hexdigest()  # noqa: S324 - the protocol's choice


def _crypto(account: Account) -> WeChatCrypto:
    return WeChatCrypto(account.token, account.aes_key, account.appid)


def _opened(account: Account, encrypted: str) -> Mapping[str, Any]:
    xml = PrpCrypto(_crypto(account).key).decrypt(encrypted, account.appid)
    return parse_message(_CONTROLS.sub("", xml))._data


def _check(account: Account, args: Mapping[str, str], name: str, *signed: str) -> None:
    timestamp, nonce = args.get("timestamp", ""), args.get("nonce", "")
    wanted = sign(account.token, timestamp, nonce, *signed)
    if not account.token or not hmac.compare_digest(wanted.encode(), args.get(name, "").encode()):
        raise Unreadable(f"wrong {name}")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(_seconds() - int(timestamp)) > CLOCK_SKEW_S:
        raise Unreadable("timestamp outside the window")


def _incoming(data: Mapping[str, Any]) -> Incoming:
    """Read the fields; a missing or repeated one raises."""
    openid, service, created = data["FromUserName"], data["ToUserName"], int(data["CreateTime"])
    if not (isinstance(openid, str) and isinstance(service, str)):
        raise TypeError("names must be single")
    kind = data["MsgType"].lower()
    if kind == "event":
        return Incoming(
            openid,
            service,
            kind=_EVENTS.get(data["Event"].lower(), _UNREAD_EVENTS),
            at=created,
            key=json.dumps(data, sort_keys=True, ensure_ascii=False),
            text=_scanned(data) or _text(data, "EventKey"),
            grants=_grants(data),
        )
    return Incoming(
        openid,
        service,
        kind=_KINDS.get(kind, _UNREAD_MESSAGES),
        at=created,
        key=json.dumps([openid, created, data["MsgId"]]),
        text=_text(data, "Content") or _text(data, "Label"),
        media_id=_text(data, "MediaId"),
        place=(float(data["Location_X"]), float(data["Location_Y"])) if kind == "location" else None,
    )


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a single text")
    return value.strip()


def _scanned(data: Mapping[str, Any]) -> str:
    info = data.get("ScanCodeInfo")
    return _BARCODE.sub("", _text(info, "ScanResult")) if isinstance(info, Mapping) else ""


def _grants(data: Mapping[str, Any]) -> dict[str, bool] | None:
    popup = data.get("SubscribeMsgPopupEvent")
    if not isinstance(popup, Mapping):
        return None
    rows = popup["List"] if isinstance(popup["List"], list) else [popup["List"]]
    return {row["TemplateId"]: row["SubscribeStatusString"] == "accept" for row in rows}


def _seconds() -> int:
    return int(clock.now().timestamp())
