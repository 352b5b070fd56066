"""A group's story in the chat: a neighbour joins, sees the board, urges, and is told of the answer and of silence."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from backend.accounts.actors import COMMAND
from backend.community import access, groups, news, urges
from backend.community.documents import Urge
from backend.complaints.documents import Complaint
from backend.registry.documents import Estate
from backend.registry.service import save_lifts
from tests.browser.bot.conftest import chat, working
from tests.factories.people import make_officer

__all__ = ["chat", "working"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.rule("P-09")]
LEAD = "web:" + "1" * 32


@pytest.fixture
def invitation(app, chat):
    """A code for the group of the estate with the simulator's lifts."""
    with app.app_context():
        Estate(id="est-1", name="云栖苑", jurisdiction="500103").save()
        save_lifts([{"code": code, "estate": "est-1"} for code in ("500101", "500102")], by=COMMAND)
        group = groups.apply("云栖苑协调小组", ["500101"], "王老师", LEAD).number
        groups.decide(make_officer(), group, "approve")
        return groups.invite(access.of_holder(LEAD, group, "group.invite"))


def say(page, words):
    page.get_by_label("消息").fill(words)
    page.get_by_label("消息").press("Enter")


def last(page):
    return page.locator(".line:not(.mine)").last


def test_the_story_is_told_in_the_chat(app, chat, working, invitation):
    page = chat()
    say(page, f"加入 {invitation} 李阿姨")
    expect(last(page)).to_contain_text("已加入云栖苑协调小组")
    last(page).get_by_role("button", name="小组").click()
    expect(last(page)).to_contain_text("2台电梯")
    say(page, "关注 500101")
    expect(last(page)).to_contain_text("已关注云栖苑 3栋 2号梯")
    say(page, "督促 500101 三楼层门关不严")
    expect(last(page)).to_contain_text("已督促云栖苑物业服务中心")
    with app.app_context():
        urges.answer(urges.token(Urge.objects.get().number), "已更换门滑块")
    expect(last(page)).to_contain_text("已更换门滑块", timeout=15000)
    say(page, "督促 500102 轿厢里没有灯")
    expect(last(page)).to_contain_text("已督促")
    with app.app_context():
        with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
            urges.escalate_silent()
        news.relay()
        number = Complaint.objects.get().number
    expect(last(page)).to_contain_text(number, timeout=15000)
    say(page, "调解 500102 修灯的费用谁出")
    expect(last(page)).to_contain_text("已发起调解")
    say(page, "我的")
    expect(last(page)).to_contain_text("小组：云栖苑协调小组")
    expect(last(page)).to_contain_text(number)
