"""A WeChat user on the encrypted wire: signs and encrypts as the platform does, against the whole application."""

import itertools
import re
import secrets
import time
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from bot import wire
from bot.account import STAND_IN
from tests.factories import make_lift

MSG_IDS = itertools.count(23000000000000000)


def envelope(account, xml, **changes):
    """Encrypt a message as the platform does and give the query string and the body."""
    nonce, timestamp = secrets.token_hex(5), str(changes.pop("timestamp", int(time.time())))
    crypto = WeChatCrypto(account.token, account.aes_key, account.appid)
    body = crypto.encrypt_message(xml, nonce, timestamp)
    encrypt = re.search(r"<Encrypt><!\[CDATA\[(.*?)\]\]>", body)[1]
    query = {
        "signature": wire.sign(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": wire.sign(account.token, timestamp, nonce, encrypt),
    } | changes
    sent = f"<xml><ToUserName><![CDATA[gh_chati]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    return "/wechat?" + urlencode(query), sent.encode()


def message(openid, kind, **fields):
    """Write a message or event as the platform does, before encryption."""
    nested = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (
        f"<xml><ToUserName><![CDATA[gh_chati]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{nested}</xml>"
    )


def read(account, response):
    """Decrypt an answer: None for success, else wechatpy's view of its XML."""
    if response.data == b"success":
        return None
    fields = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</\1>", response.text))
    crypto = WeChatCrypto(account.token, account.aes_key, account.appid)
    xml = crypto.decrypt_message(response.text, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
    return parse_message(xml)._data


class User:
    """Somebody with a phone."""

    def __init__(self, account, client, openid="oTestUser000000000000000001"):
        self.account, self.client, self.openid = account, client, openid

    def post(self, xml, **changes):
        path, body = envelope(self.account, xml, **changes)
        return self.client.post(path, data=body, content_type="text/xml")

    def send(self, kind, **fields):
        return read(self.account, self.post(message(self.openid, kind, **fields)))

    def text(self, words):
        return self.send("text", Content=f"<![CDATA[{words}]]>", MsgId=next(MSG_IDS))

    def says(self, words):
        """Send a text and give the words of the answer."""
        answer = self.text(words)
        return answer["Content"] if answer else ""

    def scans(self, result):
        scanned = f"<ScanType>qrcode</ScanType><ScanResult><![CDATA[{result}]]></ScanResult>"
        return self.send("event", Event="scancode_waitmsg", EventKey="scan", ScanCodeInfo=scanned)

    def photographs(self, media_id):
        return self.send("image", PicUrl="http://203.0.113.1/x.jpg", MediaId=media_id, MsgId=next(MSG_IDS))

    def event(self, name, key=""):
        return self.send("event", Event=name, EventKey=key)


@pytest.fixture
def account(app):
    """The demo account of this run."""
    return app.extensions["chati.wechat"]


@pytest.fixture
def user(app, account, client):
    """Somebody who writes to the service account."""
    return User(account, client)


@pytest.fixture
def lift(context):
    """A lift with its card and sign."""
    return make_lift("500101")


@pytest.fixture
def on_socket(app, live_server, monkeypatch):
    """Calls to the WeChat API go to the stand-in on this run's own socket."""
    here = replace(app.extensions["chati.wechat"], api_base=live_server + STAND_IN)
    monkeypatch.setitem(app.extensions, "chati.wechat", here)
    return live_server
