import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from backend.complaints import service as complaints
from backend.complaints.documents import Complaint
from backend.foundation.photos import Photo
from tests.factories.people import acting

pytestmark = pytest.mark.browser


def say(page, words):
    page.get_by_label("消息").fill(words)
    page.get_by_label("消息").press("Enter")


def last(page):
    return page.locator(".line:not(.mine)").last


def photo_file():
    raw = io.BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(raw, "JPEG")
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": raw.getvalue()}


def test_a_resident_scans_complains_with_a_photo_and_is_told_of_progress(app, chat, working, accessible):
    page = chat()
    page.get_by_role("button", name="扫码查梯").click()
    page.get_by_label("选一台电梯").fill("云栖苑5栋")
    page.get_by_role("button", name="云栖苑 5栋 1号梯").click()
    expect(last(page)).to_contain_text("云栖苑 5栋 1号梯")
    say(page, "五楼的门关不上，夹到人了")
    expect(last(page)).to_contain_text("请核对")
    last(page).get_by_role("button", name="补充").click()
    expect(last(page)).to_contain_text("请说说情况")
    page.get_by_role("button", name="照片、位置和关注").click()
    page.get_by_label("选择照片").set_input_files(photo_file())
    expect(last(page)).to_contain_text("已收到第1张照片")
    last(page).get_by_role("button", name="完成").click()
    expect(last(page)).to_contain_text("照片：1张")
    last(page).get_by_role("button", name="提交").click()
    expect(last(page)).to_contain_text("已提交")
    accessible(page)
    with app.app_context():
        case = Complaint.objects.get()
        assert (case.lift, case.category, len(case.photos)) == ("500102", "door", 1)
        assert Photo.objects(id=case.photos[0]).get().data
        officer = acting("1", jurisdiction=case.jurisdiction)
        complaints.act(case.number, "accept", officer, case.version, {})
    expect(last(page)).to_contain_text("已受理", timeout=15000)
    expect(last(page)).to_contain_text(case.number)


def test_the_menu_is_worked_by_keyboard_alone(chat):
    page = chat()
    page.get_by_role("button", name="≡ 我的").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("96333")


def test_the_first_visit_follows_and_is_welcomed(chat):
    expect(last(chat())).to_contain_text("您好，这里是查梯")


def test_trapped_people_see_the_emergency_number_first(chat):
    page = chat()
    say(page, "电梯里有人被困")
    expect(last(page)).to_contain_text("请立即拨打 96333")


def test_hostile_words_are_shown_as_words(chat):
    page = chat()
    say(page, "]]></Content><img src=x onerror=alert(1)>")
    expect(page.locator(".line.mine").last).to_contain_text("<img src=x onerror=alert(1)>")
    expect(last(page)).to_be_visible()
    assert page.locator("#chat img").count() == 0
