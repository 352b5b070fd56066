"""A unit answers a repair on its phone, from the link in its mail."""

import io

import pytest
from PIL import Image

from backend.complaints import links, service
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import database
from tests.browser.conftest import PHONE
from tests.factories import make_lift

pytestmark = pytest.mark.browser


@pytest.fixture
def link(app, db):
    with app.app_context():
        number = service.file(NewComplaint("door", NewReporter("web"), lift=make_lift()))["number"]
        return links.link(f"R{number}", "mu-1").removeprefix("https://chati.example")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_unit_takes_a_repair_and_says_how_it_was_fixed(open_page, accessible, link, scheme):
    page = open_page(link, color_scheme=scheme)
    accessible(page)
    page.get_by_role("button", name="已接单").click()
    page.get_by_text("处理中").wait_for()
    page.get_by_role("button", name="已修复").click()
    assert page.get_by_text("处理中").is_visible()  # the browser asks for the words first
    page.get_by_label("修复情况").fill("更换门机皮带，已恢复正常")
    raw = io.BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(raw, "JPEG")
    photo = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": raw.getvalue()}
    page.get_by_label("照片").set_input_files(photo)
    page.get_by_role("button", name="已修复").click()
    page.get_by_text("已办结").wait_for()
    assert "更换门机皮带" in page.inner_text("main")
    assert page.locator("form").count() == 0
    accessible(page)
    assert database.collection("case_attachments").count_documents({"by": "unit:mu-1"}) == 1


def test_an_answer_to_an_older_state_is_refused_plainly_and_its_words_stay(open_page, accessible, link):
    page, other = open_page(link), open_page(link)
    other.get_by_role("button", name="已接单").click()
    other.get_by_text("处理中").wait_for()
    page.get_by_label("修复情况").fill("更换门机皮带")
    page.get_by_role("button", name="已修复").click()
    assert "刚刚被别人更新过" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("修复情况").input_value() == "更换门机皮带"
    accessible(page)
    page.get_by_role("button", name="已修复").click()
    page.get_by_text("已办结").wait_for()


def test_nothing_runs_out_of_a_phones_screen(open_page, link):
    page = open_page(link)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
