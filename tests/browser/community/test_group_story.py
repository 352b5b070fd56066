"""A group's story: it applies, is approved, invites and urges; silence brings the bureau a case; they mediate."""

import io
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import time_machine
import zxingcpp
from PIL import Image

from backend.accounts.actors import COMMAND
from backend.community import urges
from backend.community.documents import Group, Urge
from backend.registry.documents import Estate
from backend.upkeep import service as upkeep
from tests.factories import make_lift
from tests.factories.people import PASSWORD, make_officer

pytestmark = [pytest.mark.browser, pytest.mark.rule("P-09")]
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def estate(app, db):
    with app.app_context():
        Estate(id="est-1", name="云栖苑", jurisdiction="500103").save()
        make_officer()
        for number, building in ((1, "3栋"), (2, "5栋"), (3, "7栋")):
            make_lift(
                f"50010{number}", estate="est-1", building=building, status="stopped" if number == 3 else "in_use"
            )
        start = datetime.now(UTC) - timedelta(days=2)
        facts = {"work_type": "HM", "start": start, "end": start + timedelta(minutes=35), "workers": ["甲某"]}
        upkeep.record_visit("500101", maintenance_unit="mu-1", actor=COMMAND, **facts)


@pytest.fixture
def lead(open_page, estate):
    """The applicant's phone."""
    page = open_page("/community/apply?lift=500101")
    page.get_by_label("小组名称").fill("云栖苑电梯安全协调小组")
    page.get_by_label("怎么称呼您").fill("王老师")
    page.get_by_role("button", name="提交申请").click()
    page.get_by_text("等待批准").wait_for()
    return page


@pytest.fixture
def desk(open_page, estate):
    page = open_page("/desk/groups", viewport=DESK)
    page.get_by_label("登录名").fill("yuzhong")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/desk/groups")
    return page


@pytest.fixture
def approved(lead, desk):
    """Both sides after the approval."""
    desk.reload()
    desk.get_by_role("link", name="云栖苑电梯安全协调小组").click()
    desk.get_by_role("button", name="批准", exact=True).click()
    desk.get_by_text("已批准").wait_for()
    lead.reload()
    lead.get_by_role("link", name="3栋 2号梯").wait_for()
    return lead


@pytest.fixture
def neighbour(approved, open_page):
    """The phone of somebody who joined by the link."""
    approved.get_by_role("link", name="成员和邀请").click()
    approved.get_by_role("button", name="生成邀请").click()
    page = open_page(f"/join/{approved.locator('#code').inner_text()}")
    page.get_by_label("怎么称呼您").fill("李阿姨")
    page.get_by_role("button", name="加入").click()
    page.get_by_role("link", name="3栋 2号梯").wait_for()
    return page


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def urge(page):
    page.get_by_role("link", name="3栋 2号梯").click()
    page.locator("summary", has_text="督促整改").click()
    page.get_by_label("要整改什么").fill("三楼层门关不严，夹过孩子的手")
    page.get_by_label("哪一类问题").select_option(label="门")
    page.get_by_role("button", name="发出督促").click()
    page.get_by_text("等待答复").wait_for()


def test_silence_brings_the_case_to_the_desk(app, neighbour, desk):
    urge(neighbour)
    with app.app_context(), time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        urges.escalate_silent()
    neighbour.reload()
    neighbour.get_by_text("已转市场监管局", exact=True).wait_for()
    number = Urge.objects.get().complaint
    desk.goto("/desk/groups")
    desk.get_by_role("link", name=number).click()
    assert "三楼层门关不严" in desk.inner_text("main")
    neighbour.get_by_role("link", name=number).click()
    assert "投诉" in neighbour.inner_text("h1")


def test_a_unit_answers_without_an_account_and_the_neighbour_closes(app, neighbour, open_page):
    urge(neighbour)
    with app.app_context():
        link = f"/urge/{urges.token(Urge.objects.get().number)}"
    unit = open_page(link)
    unit.get_by_label("整改情况").fill("已更换门滑块并调整间隙")
    raw = io.BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(raw, "JPEG")
    photo = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": raw.getvalue()}
    unit.get_by_label("照片").set_input_files(photo)
    unit.get_by_role("button", name="提交答复").click()
    unit.get_by_text("已收到答复").wait_for()
    neighbour.reload()
    assert "已更换门滑块" in neighbour.inner_text("main")
    assert neighbour.locator(".photos img").count() == 1
    neighbour.get_by_role("button", name="确认已整改").click()
    neighbour.get_by_text("已整改", exact=True).wait_for()


def test_owners_and_units_are_brought_to_one_table(neighbour):
    neighbour.get_by_role("link", name="3栋 2号梯").click()
    neighbour.locator("summary", has_text="发起调解").click()
    neighbour.get_by_label("为什么事").fill("更换钢丝绳的费用谁出")
    neighbour.locator("details[open]").get_by_role("button", name="发起调解").click()
    neighbour.get_by_text("调解中").wait_for()
    for button, text in (("记录一次调解", "物业愿意出一半"), ("达成一致", "物业和业主各出一半，月底前更换")):
        neighbour.get_by_label("内容").fill(text)
        neighbour.get_by_role("button", name=button, exact=True).click()
        neighbour.get_by_text(text).wait_for()
    assert "达成一致" in neighbour.inner_text("header")
    assert neighbour.get_by_role("button", name="记录一次调解").count() == 0


def test_a_doubted_visit_is_seen_on_the_board(neighbour, desk):
    neighbour.get_by_role("link", name="3栋 2号梯").click()
    neighbour.locator("summary", has_text="我知道那天的情况").first.click()
    neighbour.get_by_label("看到了什么").first.fill("我在楼下坐了一天，没看到人")
    neighbour.get_by_role("button", name="没来").first.click()
    neighbour.get_by_text("没来 1 人").wait_for()
    neighbour.goto(f"/community/{Group.objects.get().number}")
    assert "维保有疑问" in neighbour.inner_text("main")


def test_the_worst_lift_leads_and_the_one_that_stands_still_comes_last(approved):
    titles = approved.locator(".lifts h3 a").all_inner_texts()
    assert set(titles[:2]) == {"3栋 2号梯", "5栋 2号梯"}
    assert titles[2] == "7栋 2号梯"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_neighbours_is_accessible_and_fits_a_phone(app, neighbour, open_page, accessible, scheme):
    group = Group.objects.get().number
    urge(neighbour)
    made = Urge.objects.get()
    with app.app_context():
        link = f"/urge/{urges.token(made.number)}"
    neighbour.emulate_media(color_scheme=scheme)
    paths = ["/community", "/community/apply", link, "/e/500101/follow"]
    paths += [f"/community/{group}{path}" for path in ("", "/lift/500101", "/members", f"/urge/{made.number}")]
    for path in paths:
        neighbour.goto(path)
        for closed in neighbour.locator("details").all():
            closed.evaluate("one => one.open = true")
        accessible(neighbour)
        assert fits(neighbour), path


@pytest.mark.parametrize("size", [DESK, {"width": 390, "height": 844}], ids=["desk", "phone"])
def test_the_desks_pages_are_accessible_and_fit(approved, desk, accessible, size):
    desk.set_viewport_size(size)
    for path in ("/desk/groups", f"/desk/groups/{Group.objects.get().number}"):
        desk.goto(path)
        accessible(desk)
        assert fits(desk), path


def test_on_paper_the_board_has_no_buttons_and_says_where_to_ask(approved):
    approved.emulate_media(media="print")
    assert approved.locator(".onpaper").is_visible()
    assert not approved.get_by_role("link", name="成员和邀请").is_visible()
    assert not approved.locator("#h-done").is_visible()


def test_the_notice_is_one_sheet_of_a4_with_both_codes(approved):
    approved.get_by_role("link", name="公告栏（A4）").click()
    approved.get_by_role("button", name="加上邀请街坊加入的二维码").click()
    approved.locator("#code").wait_for()
    paper = pypdfium2.PdfDocument(approved.pdf(prefer_css_page_size=True))
    width, height = paper[0].get_size()
    assert (len(paper), round(width), round(height)) == (1, 595, 842)
    read = {code.text for code in zxingcpp.read_barcodes(paper[0].render(scale=3).to_pil())}
    assert {"/".join(text.split("/")[3:4]) for text in read} == {"G", "JOIN"}


def test_the_neighbours_pages_work_without_script_and_keep_the_content_policy(neighbour):
    told = []
    neighbour.on("console", lambda message: told.append(message.text))
    for path in ("/community", f"/community/{Group.objects.get().number}", "/e/500101/follow"):
        neighbour.goto(path)
        assert neighbour.locator("script:not([src^='/static/'])").count() == 0
    assert told == []
