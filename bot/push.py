"""Progress notices into WeChat: by what the user agreed to, then by what following allows, then by the open chat."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import current_app

from backend.complaints import queries
from backend.complaints.links import progress_url
from backend.delivery import wording
from backend.delivery.channels import Broken, Outcome, Retry, Sent, Unreachable
from backend.foundation import clock
from backend.foundation.links import absolute
from backend.foundation.outbox import Message
from backend.foundation.protect import unseal
from bot import arrivals, client, wire
from bot.documents import InboxMessage, WeChatBinding
from bot.replies import TAPS
from bot.transport import LATER, USER, ApiError
from bot.wire import Reply, Text

CHANNEL = "wechat"
MESSAGE_WINDOW = timedelta(hours=48)
CLICK_WINDOW = timedelta(minutes=1)
# The chat answered this on the spot; telling it again would cost one of five messages.
TOLD_ON_THE_SPOT = frozenset({"complaint.file"})


def send(message: Message) -> Outcome:
    """Bring one piece of news to a WeChat user; the sender of the outbox channel `wechat`.

    Args:
        message: outbox row; its target is the fingerprint of the binding.
    """
    if message["template"] in TOLD_ON_THE_SPOT:
        return Sent()
    binding = WeChatBinding.objects(fingerprint=message["target"]).first()
    if binding is None:
        return Unreachable("no longer bound")
    ways = (_answer,) if message["template"] == arrivals.ANSWER else (_by_grant, _by_template, _by_chat)
    return _first_that_works(ways, message, binding)


def _first_that_works(ways: tuple[Callable, ...], message: Message, binding: WeChatBinding) -> Outcome:
    refusals = []
    for way in ways:
        try:
            if way(message, binding):
                return Sent()
        except ApiError as error:
            if error.kind == LATER:
                return Retry(error.why)
            if error.kind != USER:
                return Broken(error.why)
            refusals.append(error.why)
    return Unreachable("; ".join(refusals) or "no channel open")


def _by_grant(message: Message, binding: WeChatBinding) -> bool:
    """Use up one consent that the user gave for notices (订阅通知)."""
    template = current_app.config["CHATI"].wechat_subscribe_template
    if not template or (binding.grants or {}).get(template, 0) < 1:
        return False
    try:
        client.call("message/subscribe/bizsend", _notice(message, binding, template))
    except ApiError as error:
        if error.kind == USER:
            WeChatBinding.objects(fingerprint=binding.fingerprint).update_one(**{f"set__grants__{template}": 0})
        raise
    WeChatBinding.objects(fingerprint=binding.fingerprint).update_one(**{f"inc__grants__{template}": -1})
    return True


def _by_template(message: Message, binding: WeChatBinding) -> bool:
    template = current_app.config["CHATI"].wechat_template
    if not template or not binding.subscribed:
        return False
    client.call("message/template/send", _notice(message, binding, template))
    return True


def _by_chat(message: Message, binding: WeChatBinding) -> bool:
    if not _window_open(binding):
        return False
    _say(Text(_chat_words(message)), message, binding)
    return True


def _answer(message: Message, binding: WeChatBinding) -> bool:
    """Give the answer that came too late for WeChat's five seconds."""
    row = InboxMessage.objects(key=message["data"]["inbox"]).first()
    reply = row and arrivals.reply_of(row)
    if not reply:
        return False
    _say(reply, message, binding)
    return True


def _say(reply: Reply, message: Message, binding: WeChatBinding) -> None:
    if isinstance(reply, Text):
        part = {"msgtype": "text", "text": {"content": wire.fit(reply.content)}}
    else:
        part = {"msgtype": "news", "news": {"articles": [wire.article(reply) | {"picurl": ""}]}}
    client.call(
        "message/custom/send", {"touser": unseal(binding.openid_sealed), "client_msg_id": str(message["_id"]), **part}
    )


def _chat_words(message: Message) -> str:
    """Return the words of a piece of news; an outcome may be judged with a tap."""
    words = wording.text(message["template"], message["data"])
    if message["template"] != "complaint.resolve":
        return words
    taps = f"\n{TAPS['satisfied']}  {TAPS['unsatisfied']}"
    return wire.fit(words, wire.TEXT_LIMIT - len(taps.encode())) + taps


def _page(message: Message) -> str:
    """Return the page that news name, or that of the case they are about with the user's key, else the home page."""
    data = message["data"]
    if (number := data.get("number")) and (key := queries.key_of_binding(number, message["target"])):
        return absolute(progress_url(number, key))
    return data.get("url") or current_app.config["CHATI"].public_url


def _notice(message: Message, binding: WeChatBinding, template: str) -> dict[str, Any]:
    fields = wording.fields(message["template"], message["data"])
    return {
        "touser": unseal(binding.openid_sealed),
        "template_id": template,
        "client_msg_id": str(message["_id"]),
        "url": _page(message),
        "data": {name: {"value": value} for name, value in fields.items()},
    }


def _window_open(binding: WeChatBinding) -> bool:
    now = clock.now()
    wrote, clicked = binding.last_message_at, binding.last_click_at
    return bool((wrote and now - wrote < MESSAGE_WINDOW) or (clicked and now - clicked < CLICK_WINDOW))
