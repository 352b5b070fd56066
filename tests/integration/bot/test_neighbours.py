"""A group's story in the chat: join, board, urge, silence, escalation, mediation, following, all of one's own."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.community import access, groups, news, urges
from backend.community.documents import Follow, Mediation, Member, Urge, VisitOpinion
from backend.complaints.documents import Complaint
from backend.delivery import wording
from backend.foundation.protect import fingerprint
from backend.registry.documents import Estate
from backend.upkeep import service as upkeep
from tests.factories import make_group, make_lift
from tests.integration.bot.conftest import User

pytestmark = pytest.mark.rule("P-09")
LEAD = "web:" + "1" * 32


@pytest.fixture
def lift(context):
    Estate(id="est-1", name="云栖苑", jurisdiction="500103").save()
    code = make_lift("500101", estate="est-1")
    start = datetime.now(UTC) - timedelta(days=1)
    facts = {"work_type": "HM", "start": start, "end": start + timedelta(minutes=35), "workers": ["甲某"]}
    upkeep.record_visit(code, maintenance_unit="mu-1", actor=COMMAND, **facts)
    return code


@pytest.fixture
def invitation(lift):
    group = make_group(lift)
    return groups.invite(access.of_holder(LEAD, group, "group.invite"))


@pytest.fixture
def member(user, invitation):
    assert "已加入云栖苑协调小组" in user.says(f"加入 {invitation} 李阿姨")
    return user


def test_a_neighbour_joins_by_typing_the_code(member):
    assert {one.name for one in Member.objects} == {"王老师", "李阿姨"}


def test_a_wrong_code_is_told_plainly_and_changes_nothing(user, invitation):
    assert "邀请码不对" in user.says("加入 ZZZZZ22222")
    assert Member.objects.count() == 1


def test_the_board_comes_into_the_chat_with_a_way_to_the_page(member, app):
    answer = member.says("小组")
    assert "1台电梯" in answer
    link = re.search(r"https://chati.example(/community/in/\S+)", answer)[1]
    browser = app.test_client()
    assert "云栖苑协调小组" in browser.get(browser.get(link).location).text


def test_whoever_is_in_no_group_is_told_how_to_join(user, lift):
    assert "邀请码" in user.says("小组")


def test_an_urge_is_answered_by_silence_and_the_chat_hears_of_the_case(member, lift, db):
    assert "云栖苑物业服务中心" in member.says(f"督促 {lift} 三楼层门关不严，请调整")
    assert Urge.objects.get().category == "door"
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        urges.escalate_silent()
        news.relay()
    case = Complaint.objects.get()
    told = db.outbox.find_one({"template": "follow.serious", "target": fingerprint(member.openid)})
    assert case.number in wording.text(told["template"], told["data"])
    assert case.number in member.says("进度")


def test_the_units_answer_comes_into_the_chat(member, lift, db):
    member.says(f"督促 {lift} 三楼层门关不严")
    urges.answer(urges.token(Urge.objects.get().number), "已更换门滑块")
    told = db.outbox.find_one({"template": "urge.answered"})
    assert told["target"] == fingerprint(member.openid)
    assert "已更换门滑块" in wording.text(told["template"], told["data"])


def test_a_mediation_is_opened_from_the_chat(member, lift):
    assert "业主、使用单位、维保单位" in member.says(f"调解 {lift} 换钢丝绳的费用谁出")
    assert Mediation.objects.get().topic == "换钢丝绳的费用谁出"


@pytest.mark.parametrize(("words", "came"), [("来过", "yes"), ("没来", "no")])
def test_a_member_says_whether_the_maintenance_came(member, lift, words, came):
    assert "已记下" in member.says(f"{words} {lift}")
    assert VisitOpinion.objects.get().came == came


@pytest.mark.parametrize("words", ["督促 500101 门坏了", "调解 500101 费用", "没来 500101"])
def test_whoever_is_no_member_acts_for_no_group(user, invitation, words):
    assert "还没有加入" in user.says(words)
    assert Urge.objects.count() + Mediation.objects.count() + VisitOpinion.objects.count() == 0


def test_a_lift_and_its_estate_are_followed_and_left(user, lift):
    assert "已关注云栖苑 3栋 2号梯" in user.says(f"关注 {lift}")
    assert "已关注云栖苑" in user.says(f"关注小区 {lift}")
    assert {row.target for row in Follow.objects} == {f"lift:{lift}", "estate:est-1"}
    mine = user.says("我的")
    assert "关注：云栖苑 3栋 2号梯" in mine
    assert "关注小区：云栖苑" in mine
    assert "已取消" in user.says(f"取消关注 {lift}")
    assert "没有关注" in user.says(f"取消关注 {lift}")
    assert [row.target for row in Follow.objects] == ["estate:est-1"]


def test_without_any_lift_the_code_is_asked_for(user, lift):
    assert "救援识别码" in user.says("关注")


def test_a_lift_without_an_estate_has_none_to_follow(user, lift):
    make_lift("500109")
    assert "没有这个小区" in user.says("关注小区 500109")


def test_the_same_message_twice_is_one_urge(member, account, lift):
    xml = (
        "<xml><ToUserName><![CDATA[gh_chati]]></ToUserName>"
        f"<FromUserName><![CDATA[{member.openid}]]></FromUserName><CreateTime>1</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[督促 {lift} 门关不严]]></Content><MsgId>77</MsgId></xml>"
    )
    for _ in range(2):
        member.post(xml)
    assert Urge.objects.count() == 1


def test_whoever_unfollows_the_account_is_forgotten(member, lift):
    member.says(f"关注 {lift}")
    member.event("unsubscribe")
    assert Follow.objects.count() == 0
    assert Member.objects(active=True).count() == 1


def test_two_people_see_only_their_own(member, account, client, lift):
    member.says(f"关注 {lift}")
    other = User(account, client, "oTestUser000000000000000002")
    assert "关注：" not in other.says("我的")
