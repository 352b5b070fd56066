import pytest

from bot.reading import WHICH, neighbourly, plain
from bot.state import IDLE, Neighbour
from tests.unit.bot.test_dialogue import SIGN, Chat

CODE = "ABCDE23456"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("我的", Neighbour("mine")),
        ("小组", Neighbour("group")),
        ("关注 500101", Neighbour("follow", "500101")),
        ("关注５００１０１", Neighbour("follow", "500101")),
        ("关注小区500101", Neighbour("follow_estate", "500101")),
        ("取消关注 500101", Neighbour("unfollow", "500101")),
        ("取消关注小区 500101", Neighbour("unfollow_estate", "500101")),
        (f"加入 {CODE}", Neighbour("join", CODE)),
        (f"加入 {CODE} 李阿姨", Neighbour("join", CODE, "李阿姨")),
        ("督促 500101 门关不严", Neighbour("urge", "500101", "门关不严")),
        ("督促500101：门关不严，\n请修", Neighbour("urge", "500101", "门关不严，\n请修")),
        ("调解 500101 费用谁出", Neighbour("mediate", "500101", "费用谁出")),
        ("来过 500101", Neighbour("came", "500101")),
        ("没来 500101 我在楼下", Neighbour("absent", "500101", "我在楼下")),
    ],
)
def test_what_a_neighbour_asks_is_read(text, asked):
    assert neighbourly(plain(text)) == asked


@pytest.mark.parametrize("text", ["加入", "关注一下三号梯", "督促", "小组长", "我的电梯坏了", "没来过", "来过几次了"])
def test_what_only_begins_like_it_is_no_request(text):
    assert neighbourly(text) is None


def test_a_request_without_a_code_is_about_the_lift_that_was_looked_at():
    chat = Chat().send("scan", SIGN).say("关注", "督促 门关不严")
    assert chat.effects == [Neighbour("follow", "500101"), Neighbour("urge", "500101", "门关不严")]


def test_without_any_lift_the_code_is_asked_for():
    chat = Chat().say("关注")
    assert chat.effects == [Neighbour(WHICH)]


def test_a_sentence_that_urges_no_lift_describes_the_complaint_at_hand():
    chat = Chat().say("投诉", "500101", "门", "督促物业来修门")
    assert chat.effects == []
    assert chat.session.draft.words == "督促物业来修门"


def test_joining_a_similar_complaint_is_still_said_in_one_word():
    chat = Chat().say("投诉", "500101", "门", "关不上门了", "完成", "加入")
    assert chat.effects == []
    assert chat.session.state != IDLE
