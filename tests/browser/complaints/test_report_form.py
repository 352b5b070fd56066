"""A resident on a phone: goes back and reports again, loses the line, pastes too much, sends photos of all sorts."""

import io

import pytest
from PIL import Image

from backend.foundation import database
from tests.browser.conftest import opening
from tests.factories import make_lift
from tests.factories.people import PASSWORD, make_officer

pytestmark = pytest.mark.browser
LIFT = "500101"
FORM = f"/e/{LIFT}/report/door"


@pytest.fixture
def lift(app, db):
    with app.app_context():
        return make_lift(LIFT)


@pytest.fixture
def open_with_page_cache(launch, live_server):
    """Open a path in a browser that keeps pages to go back to, as people's browsers do; gives the page."""
    browser = launch(ignore_default_args=["--disable-back-forward-cache"])
    with opening(browser, live_server) as open_:
        yield open_
    browser.close()


def photo(side=80):
    raw = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(raw, "JPEG", quality=95)
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": raw.getvalue()}


def cases():
    return list(database.collection("complaints").find().sort("filed_at"))


def send(page):
    page.get_by_role("button", name="提交").click()


def number_on(page):
    page.get_by_text("✓ 已提交").wait_for()
    return page.locator("h1 .num").inner_text()


def came_back_from_the_cache(page):
    page.evaluate("() => { addEventListener('pageshow', (event) => { window.persisted = event.persisted; }); }")
    page.get_by_role("button", name="提交").click()
    first = number_on(page)
    page.go_back(wait_until="commit")
    page.wait_for_function("window.persisted !== undefined")
    assert page.evaluate("window.persisted")
    return first


@pytest.mark.parametrize("category", ["门", "按钮"])
def test_another_problem_typed_after_going_back_has_a_number_of_its_own(open_with_page_cache, lift, category):
    page = open_with_page_cache(FORM)
    page.get_by_label("说明").fill("门关不上")
    draft = page.locator("input[name=draft]").input_value()
    first = came_back_from_the_cache(page)
    page.locator("label.btn", has_text=category).first.click()
    page.get_by_label("说明").fill("三楼夹到了婴儿车")
    assert page.locator("input[name=draft]").input_value() != draft
    send(page)
    second = number_on(page)
    assert [first, second] == [case["_id"] for case in cases()]
    assert [case["description"] for case in cases()] == ["门关不上", "三楼夹到了婴儿车"]


def test_the_same_sent_again_after_going_back_is_the_same_number(open_with_page_cache, lift):
    page = open_with_page_cache(FORM)
    first = came_back_from_the_cache(page)
    send(page)
    page.get_by_text(first).first.wait_for()
    assert len(cases()) == 1


def test_people_trapped_again_after_going_back_are_another_rescue(open_with_page_cache, lift):
    page = open_with_page_cache(f"/e/{LIFT}/trapped")
    for _ in range(2):
        page.get_by_role("button", name="登记这次困人").click()
        page.get_by_text("✓ 已登记").wait_for()
        page.go_back(wait_until="commit")
        page.get_by_role("button", name="登记这次困人").wait_for()
    assert database.collection("rescues").count_documents({}) == 2


def test_words_outlive_a_lost_line_and_are_gone_with_the_receipt(open_page, lift):
    page = open_page(FORM)
    page.get_by_label("说明").fill("门关不上，等了十分钟")
    page.context.set_offline(True)
    send(page)
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto(FORM)
    assert page.get_by_label("说明").input_value() == "门关不上，等了十分钟"
    send(page)
    number_on(page)
    page.goto(FORM)
    assert page.get_by_label("说明").input_value() == ""


def test_words_outlive_being_told_to_come_back_later(open_page, lift):
    page = open_page(FORM)
    page.get_by_label("说明").fill("门关不上")
    later = {"status": 429, "body": "稍后再试", "content_type": "text/html; charset=utf-8"}
    page.route("**/report", lambda route: route.fulfill(**later))
    send(page)
    page.get_by_text("稍后再试").wait_for()
    page.unroute("**/report")
    page.goto(FORM)
    assert page.get_by_label("说明").input_value() == "门关不上"


def test_a_photo_is_sent_as_it_is_where_the_canvas_gives_nothing(open_page, lift):
    page = open_page(FORM)
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (done) => done(new Blob([], {type: 'image/jpeg'})); }")
    large = photo(1000)
    assert len(large["buffer"]) > 300_000
    page.get_by_label("照片").set_input_files(large)
    page.wait_for_function("document.getElementById('photos').files.length == 1")
    send(page)
    number_on(page)
    assert len(cases()[0]["photos"]) == 1


def test_a_pasted_number_is_taken_whole(open_page, lift):
    page = open_page(FORM)
    page.get_by_label("电话").fill("+86-138-0000-1234")
    assert page.get_by_label("电话").input_value() == "+86-138-0000-1234"
    send(page)
    number_on(page)


def test_too_many_words_are_told_in_the_browser_and_not_cut(open_page, lift):
    page = open_page(FORM)
    page.get_by_label("说明").fill("长\n" * 1000)
    assert page.get_by_label("说明").evaluate("field => field.checkValidity()")
    page.get_by_label("说明").fill("长\n" * 1000 + "长")
    assert page.get_by_label("说明").evaluate("field => field.validationMessage").startswith("最多 2000 个字")
    assert len(page.get_by_label("说明").input_value()) == 2001
    send(page)
    assert cases() == []


def test_photos_stay_on_the_page_that_offers_the_open_case(open_page, accessible, lift):
    first = open_page(FORM)
    send(first)
    number_on(first)
    page = open_page(f"/e/{LIFT}/report/noise")
    page.get_by_label("照片").set_input_files(photo())
    page.locator("label.btn", has_text="门").first.click()
    page.locator("input[name=seen]").evaluate_all("all => all.forEach(one => one.remove())")
    send(page)
    page.get_by_text("已收到 1 张照片").wait_for()
    accessible(page)
    page.get_by_role("button", name="加入这一件").first.click()
    number_on(page)
    assert len(cases()[0]["photos"]) == 1


def test_what_an_officer_typed_is_there_after_signing_in_again(open_page, app, lift):
    with app.app_context():
        make_officer()
    page = open_page("/login?next=/desk/new")
    page.get_by_label("登录名").fill("yuzhong")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("地点").fill("虚构路 9 号")
    page.get_by_label("类别", exact=True).select_option("door")
    page.get_by_label("对方怎么说").fill("说了很久的话")
    page.context.clear_cookies()
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_label("登录名").fill("yuzhong")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    assert page.get_by_label("对方怎么说").input_value() == "说了很久的话"
    page.get_by_label("地点").fill("虚构路 9 号")
    page.get_by_label("类别", exact=True).select_option("door")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_text("请念给对方").wait_for()
    page.goto("/desk/new")
    assert page.get_by_label("对方怎么说").input_value() == ""
