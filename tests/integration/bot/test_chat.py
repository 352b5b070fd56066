import pytest

from backend.complaints.documents import Complaint
from backend.incidents.documents import Rescue


def test_a_scan_is_answered_with_one_card_of_the_lift(user, lift):
    answer = user.scans(f"https://chati.example/e/{lift}")
    assert answer["MsgType"] == "news"
    assert answer["ArticleCount"] == "1"
    assert answer["Articles"]["item"]["Title"].startswith("云栖苑 3栋 2号梯：")
    assert answer["Articles"]["item"]["Url"] == f"https://chati.example/e/{lift}"


@pytest.mark.parametrize("around", ["{}。", "（{}）", "{} 快来看", "{}%20"])
def test_a_link_sent_as_words_is_read_as_a_scan_whatever_stands_around_it(user, lift, around):
    answer = user.text(around.format(f"HTTPS://CHATI.EXAMPLE/E/{lift.replace('0', 'O')}/ABCD1234"))
    assert answer["Articles"]["item"]["Url"].startswith(f"https://chati.example/e/{lift}")


def test_a_complaint_is_told_in_the_chat_and_lies_on_the_desk(user, lift):
    assert "是哪台电梯" in user.says("投诉")
    assert "是什么问题" in user.says(lift)
    assert "请说说情况" in user.says("门")
    assert "已记下" in user.says("三楼的门关不上")
    assert "请核对" in user.says("完成")
    answer = user.says("提交")
    case = Complaint.objects.get()
    assert case.number in answer
    assert (case.lift, case.category, case.description) == (lift, "door", "三楼的门关不上")


def test_trapped_people_get_the_emergency_number_first_and_a_rescue_record(user, lift):
    user.scans(lift)
    answer = user.says("我被困在电梯里了")
    assert answer.startswith("有人被困，请立即拨打 96333")
    assert Rescue.objects.get().lift == lift
