"""The channel `webhook`: signed news for a bureau's own system."""

import hashlib
import hmac
import json
import secrets
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from flask import current_app

from backend.accounts.actors import Actor
from backend.delivery import wording
from backend.delivery.channels import Broken, Outcome, Retry, Sent, Unreachable
from backend.delivery.documents import WebhookEndpoint
from backend.foundation import clock, events
from backend.foundation.database import collection, transactional
from backend.foundation.errors import BadInput
from backend.foundation.outbox import Message
from backend.foundation.protect import seal, unseal
from backend.policy import jurisdictions

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
GONE = 410
COME_BACK = {408, 425, 429}  # the receiver asks to be tried again, as any 5xx does
LONGEST_WAIT_S = 86_400


def send(message: Message) -> Outcome:
    """POST a message to its bureau's system and take any 2xx as received.

    The receiver checks `X-Chati-Signature`, refuses an old `X-Chati-Timestamp`, and remembers `X-Chati-Delivery` (also
    `id` in the signed body), by which it knows a second delivery of the same message.

    Args:
        message: as stored; `target` is a bureau's id.
    """
    endpoint = collection("webhook_endpoints").find_one({"_id": message["target"], "active": True})
    if endpoint is None:
        return Unreachable("没有登记接收地址")
    body, timestamp = _body(message), str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Chati-Delivery": str(message["_id"]),
        "X-Chati-Timestamp": timestamp,
        "X-Chati-Signature": signature(unseal(endpoint["secret_sealed"]), timestamp, body),
    }
    try:
        with requests.post(
            endpoint["url"],
            data=body,
            headers=headers,
            timeout=current_app.config["CHATI"].webhook_timeout_s,
            allow_redirects=False,
            stream=True,  # what a receiver answers beyond its status is not read
        ) as response:
            return _outcome(response)
    except requests.exceptions.InvalidURL:
        return Broken("接收地址无效")
    except requests.RequestException as error:
        return Retry(type(error).__name__)  # its text names the address, which may carry a key


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return `sha256=` and the hex HMAC-SHA256 over the timestamp, a full stop and the body.

    Args:
        secret: the key given when the endpoint was set.
        timestamp: `X-Chati-Timestamp`, Unix seconds.
        body: the request's bytes as they are.
    """
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@transactional
def set_endpoint(bureau: str, url: str, *, by: Actor) -> str:
    """Set where a bureau's system listens, and return the new key that signs what it gets; it is shown only now.

    Args:
        bureau: id of the bureau.
        url: https, or http on this machine.
        by: who sets it.

    Raises:
        BadInput: there is no such bureau, or the address cannot be used.
    """
    if bureau not in jurisdictions.register():
        raise BadInput.of("bureau", f"没有这个区县局：{bureau}")
    secret = secrets.token_urlsafe(32)
    WebhookEndpoint(
        bureau=bureau, url=_usable(url), secret_sealed=seal(secret), active=True, updated_at=clock.now()
    ).save()
    events.record("webhook.set", subject=f"bureau:{bureau}", actor=by)
    return secret


@transactional
def remove_endpoint(bureau: str, *, by: Actor) -> None:
    """Send nothing more to a bureau's system.

    Args:
        bureau: id of the bureau.
        by: who ends it.

    Raises:
        BadInput: it has no endpoint.
    """
    if not WebhookEndpoint.objects(bureau=bureau, active=True).update_one(active=False, updated_at=clock.now()):
        raise BadInput.of("bureau", f"没有登记接收地址：{bureau}")
    events.record("webhook.removed", subject=f"bureau:{bureau}", actor=by)


def endpoints() -> list[dict[str, str]]:
    """Return the bureaus whose systems take news, with the host that listens: the rest of an address may be a key."""
    found = collection("webhook_endpoints").find({"active": True}, {"url": 1}).sort("_id", 1)
    return [{"bureau": row["_id"], "host": urlsplit(row["url"]).hostname or ""} for row in found]


def _usable(url: str) -> str:
    try:
        parts, _ = urlsplit(url), urlsplit(url).port  # a bad host or port is found when they are asked for
    except ValueError as error:
        raise BadInput.of("url", "接收地址的格式不对") from error
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not secure or not parts.hostname or parts.username is not None:
        raise BadInput.of("url", "接收地址必须以 https:// 开头，不能带用户名")
    return url


def _body(message: Message) -> bytes:
    """Return the JSON of a message: the same bytes however often it is sent."""
    return json.dumps(
        {
            "id": str(message["_id"]),
            "event": message["template"],
            "subject": message["subject"],
            "at": clock.iso(message["created_at"]),
            "text": wording.text(message["template"], message["data"]),
            "data": message["data"],
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()


def _outcome(response: requests.Response) -> Outcome:
    status = response.status_code
    if status < 300:
        return Sent()
    if status == GONE:
        return Unreachable("对方已停用接收地址")
    if status in COME_BACK or status >= 500:
        return Retry(f"HTTP {status}", _retry_after(response.headers.get("Retry-After", "")))
    return Broken(f"HTTP {status}")


def _retry_after(header: str) -> float | None:
    """Return how long a receiver asks to wait, in seconds, None where it does not say so in a readable way."""
    if header.strip().isdecimal():
        return min(int(header), LONGEST_WAIT_S)
    try:
        wait = parsedate_to_datetime(header) - clock.now()
    except (ValueError, TypeError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT_S)
