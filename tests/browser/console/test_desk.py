"""An officer works a case from the list to the end, by mouse, by keyboard, on a phone and on paper."""

import pytest

from backend.complaints import service
from tests.factories.people import PASSWORD, acting

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 900}
SIZES = [{"viewport": DESK}, {}]


def move(page, label, text=""):
    """Open a move, fill it in and send it."""
    form = page.locator("details.move", has=page.locator("summary", has_text=label)).first
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    form.locator("textarea").fill(text)
    form.get_by_role("button", name=label).click()
    page.get_by_role("status").wait_for()


def fits(page):
    """Tell whether nothing sticks out sideways, of the page or of a panel."""
    boxes = "[document.documentElement, ...document.querySelectorAll('.panel')]"
    return page.evaluate(f"{boxes}.every((box) => box.scrollWidth <= box.clientWidth)")


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_a_case_goes_from_the_list_to_its_end(desk, db, numbers, size):
    page = desk(**size)
    page.get_by_role("link", name=numbers[0]).click()
    for label, text in (("受理", ""), ("答复", "已通知维保单位,今天到场检查"), ("办结", "门机已更换,试运行正常")):
        move(page, label, text)
    assert page.locator(".state").inner_text() == "已办结"
    assert fits(page)
    assert "门机已更换" in page.locator(".timeline").inner_text()
    assert db.complaints.find_one({"_id": numbers[0]})["state"] == "resolved"
    page.get_by_role("link", name="返回列表").click()
    assert page.get_by_role("link", name=numbers[0]).count() == 0


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_every_page_is_accessible_and_fits_the_screen(open_page, desk, numbers, accessible, size):
    accessible(open_page("/login", **size))
    page = desk(**size)
    case = f"/desk/{numbers[0]}"
    for path in (
        *("/desk", "/desk?category=levelling&q=x", case, f"{case}/letters/0", f"{case}/receipt"),
        *("/desk/new?lift=500101&q=x", "/desk/inbox", "/desk/blocked", "/account/password", "/today"),
    ):
        page.goto(path)
        accessible(page)
        assert fits(page), path


def test_overdue_leads_and_the_keyboard_walks_the_rows_opens_one_and_finds_the_search(desk, numbers):
    page = desk(viewport=DESK)
    assert "已超期" in page.locator("table.cases tbody tr").first.inner_text()
    for key in ("j", "j", "j", "j", "k"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == numbers[1]
    page.keyboard.press("x")
    assert page.get_by_label(f"勾选 {numbers[1]}").is_checked()
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/{numbers[1]}")
    page.go_back()
    page.keyboard.press("/")
    page.keyboard.type(f"{numbers[2]}j")
    assert page.get_by_label("编号、救援识别码或地点").input_value() == f"{numbers[2]}j"


def test_a_letter_opens_a_page_of_the_menu_unless_it_is_typed_into_a_field(desk, numbers):
    page = desk(viewport=DESK)
    for letter, path in (("t", "/today"), ("i", "/desk/inbox"), ("c", "/desk"), ("n", "/desk/new")):
        page.keyboard.press(letter)
        page.wait_for_url(f"**{path}")
    page.get_by_label("救援识别码、小区、楼栋或地址").press("t")
    assert page.get_by_label("救援识别码、小区、楼栋或地址").input_value() == "t"


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_who_signs_in_finds_what_is_overdue_and_opens_it(open_page, numbers, size):
    page = open_page("/login", **size)
    page.get_by_label("登录名").fill("yuzhong")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/today")
    assert fits(page)
    page.get_by_role("region", name="超期和今天到期的投诉").get_by_role("link", name=numbers[0]).click()
    page.wait_for_url(f"**/desk/{numbers[0]}")


def test_an_officer_who_was_slower_is_told_what_changed_and_keeps_the_words(app, desk, numbers):
    page = desk(viewport=DESK)
    page.goto(f"/desk/{numbers[0]}")
    with app.app_context():
        other = acting("other", label="另一位同事", permissions=frozenset({"complaint.accept"}))
        service.act(numbers[0], "accept", other, 1, {"text": "我来办"})
    page.locator("summary", has_text="移送").click()
    page.locator("#transfer-to").select_option(label="沙坪坝区市场监督管理局")
    page.locator("#transfer-text").fill("请贵局办理")
    page.get_by_role("button", name="移送").click()
    told = page.get_by_role("alert").inner_text()
    assert "没有保存" in told
    assert "另一位同事" in told
    assert page.locator("#transfer-text").input_value() == "请贵局办理"


def test_refusing_asks_for_a_ground_and_a_confirmation_before_it_sends(desk, db, numbers):
    page = desk(viewport=DESK)
    page.goto(f"/desk/{numbers[0]}")
    page.locator("summary", has_text="不予受理").click()
    button = page.get_by_role("button", name="不予受理")
    button.click()
    page.locator("#refuse-ground").select_option("too_old")
    button.click()
    assert db.complaints.find_one({"_id": numbers[0]})["state"] == "filed"
    page.get_by_label("我已核实理由").check()
    button.click()
    page.get_by_role("status").wait_for()
    assert db.complaints.find_one({"_id": numbers[0]})["state"] == "refused"


def test_on_paper_a_case_is_facts_and_history_without_forms(desk, numbers):
    page = desk(viewport=DESK)
    page.goto(f"/desk/{numbers[0]}")
    page.emulate_media(media="print")
    assert page.locator("#h-facts").is_visible()
    assert page.locator("#h-history").is_visible()
    assert not page.locator("#h-moves").is_visible()
    assert not page.get_by_role("button", name="退出").is_visible()


def test_the_desk_works_without_script(desk, db, numbers):
    page = desk(java_script_enabled=False)
    page.get_by_role("link", name=numbers[0]).click()
    move(page, "受理")
    assert db.complaints.find_one({"_id": numbers[0]})["state"] == "accepted"


def test_no_page_of_the_desk_breaks_its_own_content_policy(desk, numbers):
    page = desk(viewport=DESK)
    told = []
    page.on("console", lambda message: told.append(message.text))
    for path in ("/today", "/desk", f"/desk/{numbers[0]}", "/account/password"):
        page.goto(path)
    assert told == []
