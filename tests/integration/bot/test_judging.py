import pytest

from backend.casework import record
from backend.complaints import service as complaints
from backend.complaints.documents import Complaint
from tests.factories.people import acting


@pytest.fixture
def resolved(user, lift):
    """A complaint from the chat that its bureau resolved."""
    for words in ("投诉", lift, "门", "门关不上", "完成", "提交"):
        user.says(words)
    for action, details in (("accept", {}), ("answer", {"text": "今天修"}), ("resolve", {"text": "已修好"})):
        case = Complaint.objects.get()
        officer = acting("1", jurisdiction=case.jurisdiction)
        complaints.act(case.number, action, officer, case.version, details)
    return Complaint.objects.get().number


def actions(number):
    return [line["action"] for line in record.history(number)]


def test_a_satisfied_resident_is_thanked_and_the_officers_see_it(user, resolved):
    assert "谢谢" in user.says("满意")
    assert actions(resolved)[-1] == "satisfied"


def test_satisfied_counts_once(user, resolved):
    user.says("满意")
    user.says("满意")
    assert actions(resolved).count("satisfied") == 1


def test_an_unhappy_resident_brings_the_case_back_to_the_desk(user, resolved):
    assert resolved in user.says("不满意")
    assert Complaint.objects.get().state == "accepted"
