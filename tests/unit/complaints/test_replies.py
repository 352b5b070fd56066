"""Replies fit the case they are offered for, and every one of them can be filled."""

import re
from datetime import UTC, datetime

import pytest

from backend.complaints import workflow
from backend.complaints.desk import replies
from config import load

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
CASE = {
    "number": "261123-000001",
    "category": "door",
    "category_label": "门",
    "state": "accepted",
    "place": "云栖苑 3栋",
    "bureau": "渝中区市场监督管理局",
    "lift": "500101",
    "filed_at": AT,
    "due": AT,
    "card": {"blocks": {"identity": {"maintenance_unit": {"name": "渝安电梯维保有限公司"}}}},
}
ALL = load("replies")["replies"]


def test_a_reply_is_filled_from_the_case():
    texts = [reply["text"] for reply in replies.offered(CASE, "answer")]
    assert any("渝安电梯维保有限公司到云栖苑 3栋检查电梯门的问题" in text for text in texts)


def test_what_a_case_does_not_have_is_left_for_the_officer():
    bare = CASE | {"card": None, "place": "", "lift": None, "due": None}
    for reply in replies.offered(bare, "answer"):
        assert "None" not in reply["text"]
    assert replies.BLANK in replies.offered(bare, "answer")[0]["text"]


def test_replies_for_the_category_come_first():
    labels = [reply["label"] for reply in replies.offered(CASE, "resolve")]
    assert labels[0] == "门已修复"
    assert "按钮已修复" not in labels


def test_a_reply_of_another_state_is_not_offered():
    filed = {reply["label"] for reply in replies.offered(CASE | {"state": "decided"}, "answer")}
    assert "需要您补充情况" not in filed


@pytest.mark.parametrize("reply", ALL, ids=lambda reply: reply["label"])
def test_every_reply_names_things_that_exist(reply):
    assert set(reply["actions"]) <= set(workflow.TABLE.actions)
    assert set(reply.get("categories", ())) <= set(workflow.categories())
    assert set(reply.get("states", ())) <= set(workflow.TABLE.states)
    assert set(re.findall(r"{(\w*)}", reply["text"])) <= set(replies._values(CASE))
