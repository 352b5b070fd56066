from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from backend.complaints import service as complaints
from backend.complaints.documents import Complaint
from backend.delivery import worker
from backend.foundation import clock
from backend.foundation.outbox import OutboxMessage
from backend.foundation.protect import fingerprint
from bot import tokens, transport
from bot.commands import wechat
from bot.documents import AccessToken, WeChatBinding
from bot.simulator.documents import StandInCall
from bot.transport import LATER, OURS, ApiError
from tests.factories.people import acting

OPENID = "oTestUser000000000000000001"


@pytest.fixture
def case(user, lift, on_socket):
    """A complaint that was told in the chat."""
    for words in ("投诉", lift, "门", "门关不上", "完成", "提交"):
        user.says(words)
    return Complaint.objects.get()


def accept(case):
    officer = acting("1", jurisdiction=case.jurisdiction)
    complaints.act(case.number, "accept", officer, case.version, {})
    while worker.deliver_next("test"):
        pass


def configure(app, monkeypatch, **settings):
    monkeypatch.setitem(app.config, "CHATI", replace(app.config["CHATI"], **settings))


def test_progress_is_told_in_the_open_chat(case):
    accept(case)
    call = StandInCall.objects.get(path="custom")
    assert case.number in call.body["text"]["content"]
    assert call.user == OPENID
    assert call.message == str(OutboxMessage.objects.get(channel="wechat", template="complaint.accept").id)


def test_what_the_chat_answered_on_the_spot_is_not_told_again(case):
    while worker.deliver_next("test"):
        pass
    assert StandInCall.objects(path="custom").count() == 0
    assert OutboxMessage.objects.get(channel="wechat", template="complaint.file").state == "sent"


def test_a_follower_gets_a_template_message(app, user, case, monkeypatch):
    configure(app, monkeypatch, wechat_template="T1")
    user.event("subscribe")
    accept(case)
    body = StandInCall.objects.get(path="template").body
    assert body["data"]["phrase3"]["value"] == "已受理"
    assert body["url"].endswith(f"/c/{case.number}?k={complaints.query_key(case.number)}")


def test_a_consent_is_used_first_and_once(app, user, case, monkeypatch):
    configure(app, monkeypatch, wechat_subscribe_template="S1", wechat_template="T1")
    popup = "<List><TemplateId>S1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
    user.send("event", Event="subscribe_msg_popup_event", SubscribeMsgPopupEvent=popup)
    accept(case)
    assert StandInCall.objects.get(path="subscribe").body["template_id"] == "S1"
    assert WeChatBinding.objects.get(fingerprint=fingerprint(OPENID)).grants == {"S1": 0}


def test_after_two_days_of_silence_nobody_is_written_to(case):
    with time_machine.travel(clock.now() + timedelta(hours=49)):
        accept(case)
    assert OutboxMessage.objects.get(channel="wechat", template="complaint.accept").state == "undeliverable"
    assert StandInCall.objects(path="custom").count() == 0


def test_a_second_delivery_of_one_message_is_shown_once(case):
    accept(case)
    OutboxMessage.objects(channel="wechat", template="complaint.accept").update(set__state="pending")
    while worker.deliver_next("test"):
        pass
    assert StandInCall.objects(path="custom").count() == 1


def test_eight_threads_with_a_cold_token_ask_once(app, context, on_socket):
    def token(_):
        with app.app_context():
            return tokens.token()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(token, range(8)))) == 1
    assert StandInCall.objects(path="stable_token").count() == 1


def test_a_token_is_kept_until_five_minutes_before_its_end(context, on_socket):
    tokens.token()
    with time_machine.travel(clock.now() + timedelta(seconds=6890)):
        tokens.token()
    assert StandInCall.objects(path="stable_token").count() == 1
    with time_machine.travel(clock.now() + timedelta(seconds=6910)):
        tokens.token()
    assert StandInCall.objects(path="stable_token").count() == 2


def test_a_dead_refreshers_lease_runs_out(app, context, on_socket):
    appid = app.extensions["chati.wechat"].appid
    AccessToken(appid=appid, owner="dead", lease_until=clock.now() + timedelta(seconds=10)).save()
    with time_machine.travel(clock.now() + timedelta(seconds=11)):
        assert tokens.token()


def test_a_wrong_secret_is_ours_to_mend(app, context, on_socket):
    asked = {"grant_type": "client_credential", "appid": app.extensions["chati.wechat"].appid, "secret": "wrong"}
    with pytest.raises(ApiError) as told:
        transport.checked(transport.send("/cgi-bin/stable_token", asked, {}))
    assert (told.value.kind, told.value.code) == (OURS, 40125)


def test_an_api_that_is_not_there_is_tried_again(app, context, case, monkeypatch):
    gone = replace(app.extensions["chati.wechat"], api_base="http://127.0.0.1:9")
    monkeypatch.setitem(app.extensions, "chati.wechat", gone)
    with pytest.raises(ApiError) as told:
        tokens.token()
    assert told.value.kind == LATER
    accept(case)
    row = OutboxMessage.objects.get(channel="wechat", template="complaint.accept")
    assert (row.state, row.attempts) == ("pending", 1)


def test_the_openid_is_nowhere_in_the_database_as_it_is(db, case):
    accept(case)
    kept = [name for name in db.list_collection_names() if not name.startswith("simulator_")]
    assert [name for name in kept if OPENID in str(list(db[name].find()))] == []


def test_the_menu_is_installed_and_shown_from_the_command_line(app, context, on_socket):
    runner = app.test_cli_runner()
    assert runner.invoke(wechat, ["menu", "push"]).exit_code == 0
    shown = runner.invoke(wechat, ["menu", "show"]).output
    assert "扫码查梯" in shown
    assert "我要投诉" in shown


def test_no_menu_leads_people_to_machines_of_their_own(app, context, on_socket, monkeypatch):
    monkeypatch.setitem(app.config, "CHATI", replace(app.config["CHATI"], demo=False, base_url="http://127.0.0.1:8000"))
    told = app.test_cli_runner().invoke(wechat, ["menu", "push"])
    assert (told.exit_code, "CHATI_BASE_URL" in told.output) == (1, True)


def test_the_menu_command_says_which_setting_is_missing(app, context, monkeypatch):
    monkeypatch.setitem(app.extensions, "chati.wechat", None)
    told = app.test_cli_runner().invoke(wechat, ["menu", "push"])
    assert (told.exit_code, "CHATI_WECHAT_APPID" in told.output) == (1, True)
