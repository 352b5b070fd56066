from backend.complaints.documents import Complaint
from bot.documents import ChatSession, InboxMessage, WeChatBinding


def test_following_is_welcomed_and_noted(user, context):
    assert "您好" in user.event("subscribe")["Content"]
    assert WeChatBinding.objects.get().subscribed


def test_unfollowing_deletes_the_person_and_keeps_the_case(user, lift):
    for words in ("投诉", lift, "门", "门关不上", "完成", "提交", "投诉"):
        user.says(words)
    assert user.event("unsubscribe") is None
    assert WeChatBinding.objects.count() == 0
    assert ChatSession.objects.count() == 0
    assert InboxMessage.objects(reply_sealed__ne=None).count() == 0
    assert [reporter.binding for reporter in Complaint.objects.get().reporters] == [None]
