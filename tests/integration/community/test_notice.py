"""What a group puts on the notice board, and how somebody without WeChat hears of their application."""

import re

import pytest
import zxingcpp
from PIL import Image

from backend.community import access, groups, urges
from backend.community.documents import Group, Invitation, Member
from tests.factories.people import post, sign_in
from tests.integration.community.conftest import LEAD, NEIGHBOUR, in_days

pytestmark = pytest.mark.usefixtures("browsers_of_their_own")


@pytest.fixture
def back(app, lift):
    """The address that an applicant without WeChat is given to keep."""
    browser = app.test_client()
    answer = post(browser, "/community/apply", name="云栖苑小组", lifts=lift, applicant="王老师", phone="")
    return re.search(r'id="back" href="https://chati\.example([^"]+)"', browser.get(answer.location).text).group(1)


def open_(app, path):
    """Open an address with a browser that nobody knows, and follow it."""
    return app.test_client().get(path, follow_redirects=True)


def test_an_applicant_without_wechat_reads_the_approval_at_the_address_they_kept(app, back, officer):
    assert "等待批准" in open_(app, back).text
    groups.decide(officer, Group.objects.get().number, "approve")
    page = open_(app, back).text
    assert "批准" in page
    assert "等待批准" not in page
    assert "3栋 2号梯" in page


def test_an_applicant_without_wechat_reads_a_refusal_and_its_reason_at_the_same_address(app, back, officer):
    groups.decide(officer, Group.objects.get().number, "refuse", "请先联系街道")
    page = open_(app, back).text
    assert "未批准" in page
    assert "请先联系街道" in page


@pytest.mark.parametrize("state", ["approve", "refuse"])
def test_ones_own_groups_are_listed_with_how_they_stand(as_, applied, officer, state):
    groups.decide(officer, applied, state, "理由")
    assert {"approve": "<small>已批准", "refuse": "<small>未批准"}[state] in as_(LEAD).get("/community").text


def test_a_way_back_that_is_not_ours_leads_nowhere(app, group):
    with app.test_request_context():
        forged = access.pass_for(LEAD)
    assert app.test_client().get(f"/community/back/{forged}").status_code == 404


def test_an_urge_goes_to_the_bureau_only_after_a_second_word(as_, lead, group, lift):
    made = urges.urge(lead, lift, text="门关不上", due=in_days(7), category="door", unit="maintenance_unit")
    page = as_(LEAD).get(f"/community/{group}/urge/{made.number}").text
    asked, sent = page.index("<summary>没有解决，转市场监管局</summary>"), page.index("<button>确认转交</button>")
    assert "<details>" in page[asked - 20 : asked]
    assert "不能撤回" in page[asked:sent]


def test_whoever_hears_in_wechat_is_given_no_way_back(as_, member, group):
    assert "/community/back/" not in as_(NEIGHBOUR).get(f"/community/{group}").text


def test_the_bureau_is_told_when_news_will_not_reach_the_applicant(app, group, officer):
    desk = app.test_client()
    sign_in(desk)
    assert "收不到消息" in desk.get(f"/desk/groups/{group}").text
    Member.objects(group=group).update(set__holder="a" * 32)
    assert "收不到消息" not in desk.get(f"/desk/groups/{group}").text


def scanned(page):
    """Read every QR code that stands on a page."""
    return [_read(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def _read(svg):
    """Draw a code's modules from its SVG, as a camera would see them, and read them."""
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg).group(1))
    picture = Image.new("L", (side, side), 255)
    for column, row, length in re.findall(r"M(\d+),(\d+)h(\d+)", svg):
        for x in range(int(column), int(column) + int(length)):
            picture.putpixel((x, int(row)), 0)
    return zxingcpp.read_barcode(picture.resize((side * 6, side * 6), Image.Resampling.NEAREST)).text


def test_an_invitation_is_shown_with_its_code_to_scan(as_, lead, group):
    page = post(as_(LEAD), f"/community/{group}/members", role="member").text
    code = re.search(r'id="code">(\w+)<', page).group(1)
    assert scanned(page) == [f"HTTPS://CHATI.EXAMPLE/JOIN/{code}"]


def test_a_scanned_invitation_opens(app, as_, lead, group):
    [address] = scanned(post(as_(LEAD), f"/community/{group}/members", role="member").text)
    assert "云栖苑协调小组" in app.test_client().get(address.removeprefix("HTTPS://CHATI.EXAMPLE")).text


def test_the_board_has_a_code_that_leads_neighbours_to_the_lifts_and_members_to_the_board(app, as_, lead, group):
    [address] = scanned(as_(LEAD).get(f"/community/{group}").text)
    path = address.removeprefix("HTTPS://CHATI.EXAMPLE")
    assert "500101" in open_(app, path).text
    assert as_(LEAD).get(path).location == f"/community/{group}"


def test_the_page_for_the_notice_board_has_no_invitation_until_a_lead_asks(as_, lead, group):
    browser = as_(LEAD)
    assert len(scanned(browser.get(f"/community/{group}/notice").text)) == 1
    assert Invitation.objects.count() == 0
    lifts, joins = scanned(post(browser, f"/community/{group}/notice").text)
    assert "/G/" in lifts
    assert "/JOIN/" in joins
    assert Invitation.objects.count() == 1


def test_a_member_who_is_no_lead_prints_the_page_without_an_invitation(as_, member, group):
    browser = as_(NEIGHBOUR)
    assert "加上邀请" not in browser.get(f"/community/{group}/notice").text
    assert post(browser, f"/community/{group}/notice", f"/community/{group}/members").status_code == 403
    assert Invitation.objects(uses_left=30).count() == 0


def test_a_code_of_no_group_or_of_one_that_is_not_approved_leads_nowhere(app, applied):
    assert app.test_client().get(f"/G/{applied.upper()}").status_code == 404
    assert app.test_client().get("/G/0").status_code == 404
