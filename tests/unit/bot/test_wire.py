import json

import pytest
import time_machine
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from bot import wire
from bot.account import Account
from bot.wire import Unreadable

# The platform's published example (message-push.html): token AAAAA, a key of 43 A.
OFFICIAL = Account("wxba5fad812f8e6fb9", "secret", "AAAAA", "A" * 43, "")
ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR"
    "8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km3"
    "2IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
SIGNED = {
    "timestamp": "1714112445",
    "nonce": "415670741",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
}


@pytest.mark.parametrize(
    ("signed", "signature"),
    [
        (("1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("1714112445", "415670741", ENCRYPTED), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
    ],
)
def test_signatures_are_the_platforms(signed, signature):
    assert wire.sign("AAAAA", *signed) == signature


@time_machine.travel(1714036504 + 10, tick=False)
def test_the_published_handshake_is_answered_with_its_echo():
    args = {
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "echostr": "4375120948345356249",
    }
    assert wire.handshake(OFFICIAL, args) == "4375120948345356249"


def test_the_published_message_decrypts():
    plain = PrpCrypto(WeChatCrypto("AAAAA", "A" * 43, OFFICIAL.appid).key).decrypt(ENCRYPTED, OFFICIAL.appid)
    assert json.loads(plain)["debug_str"] == "hello world"


@time_machine.travel(1714112445 + 10, tick=False)
def test_a_genuine_message_in_the_json_format_is_refused_as_unreadable_not_as_forged():
    body = f"<xml><Encrypt><![CDATA[{ENCRYPTED}]]></Encrypt></xml>".encode()
    with pytest.raises(Unreadable, match="cannot be read"):
        wire.receive(OFFICIAL, SIGNED, body)


@pytest.mark.parametrize(("seconds", "taken"), [(-301, False), (-299, True), (299, True), (301, False)])
def test_the_timestamp_may_be_five_minutes_off(seconds, taken):
    with time_machine.travel(1714112445 + seconds, tick=False):
        body = f"<xml><Encrypt>{ENCRYPTED}</Encrypt></xml>".encode()
        with pytest.raises(Unreadable, match="cannot be read" if taken else "timestamp"):
            wire.receive(OFFICIAL, SIGNED, body)


def test_an_account_without_a_token_accepts_nobody():
    nobody = Account("wx", "", "", "A" * 43, "")
    args = {"timestamp": "1", "nonce": "1", "signature": wire.sign("", "1", "1")}
    with pytest.raises(Unreadable):
        wire.handshake(nobody, args)


@pytest.mark.parametrize(
    ("text", "limit", "sent"),
    [
        ("好" * 682, 2048, "好" * 682),
        ("好" * 683, 2048, "好" * 681 + "…"),
        ("a]]>b", 2048, "a]] >b"),
        ("a\x1dc\x00\x0b", 2048, "ac"),
        ("一行\n两行\t", 2048, "一行\n两行\t"),
    ],
)
def test_what_is_sent_fits_and_cannot_break_out(text, limit, sent):
    assert wire.fit(text, limit) == sent
    assert len(wire.fit(text, limit).encode()) <= limit
