"""The whole story: a printed sign is scanned, a complaint reaches the bureau, the answer reaches people."""

import io
import re

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from backend.registry.signs import printed
from qr import sheet
from tests.factories.people import PASSWORD, make_officer

pytestmark = pytest.mark.browser


def scanned_from_paper(pdf):
    """Print a sheet to pixels and read its code as a phone would."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=4).to_pil().convert("L")
    return zxingcpp.read_barcodes(picture)[0].text


def photo_file():
    raw = io.BytesIO()
    Image.new("RGB", (1200, 900), "firebrick").save(raw, "JPEG")
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": raw.getvalue()}


def say(page, words):
    page.get_by_label("消息").fill(words)
    page.get_by_label("消息").press("Enter")


def last(page):
    return page.locator(".line:not(.mine)").last


@pytest.fixture
def desk(app, chat, open_page):
    """The bureau's desk, signed in."""
    with app.app_context():
        make_officer()
    page = open_page("/desk", viewport={"width": 1280, "height": 900})
    page.get_by_label("登录名").fill("yuzhong")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/desk")
    return page


def move(page, label, text=""):
    form = page.locator("details.move", has=page.locator("summary", has_text=label)).first
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    if text:
        form.locator("textarea").fill(text)
    form.get_by_role("button", name=label).click()
    page.get_by_role("status").wait_for()


def test_from_the_printed_sign_to_the_bureau_and_back(app, chat, working, desk, open_page):
    with app.app_context():
        paper = sheet.sheet(printed(["500102"], "https://chati.example", "12345"))
    address = scanned_from_paper(paper)
    assert re.fullmatch(r"HTTPS://CHATI\.EXAMPLE/E/500102/[0-9A-Z]{8}", address)

    phone = open_page(address.removeprefix("HTTPS://CHATI.EXAMPLE"))
    expect(phone.locator("#sign")).to_contain_text("真实有效")
    phone.get_by_role("link", name="门").first.click()
    phone.get_by_label("说明").fill("五楼的门关不上，夹到人了")
    phone.get_by_label("照片").set_input_files(photo_file())
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(re.compile(r"\d{6}-\d{6}"))
    expect(phone.locator("main")).to_contain_text("渝中区市场监督管理局")
    number = re.search(r"\d{6}-\d{6}", phone.get_by_role("heading", level=1).inner_text()).group()

    neighbour = chat()
    say(neighbour, "500102")
    expect(last(neighbour)).to_contain_text("5栋")
    say(neighbour, "门一直关不上，夹人")
    expect(last(neighbour)).to_contain_text("加入")
    last(neighbour).get_by_role("button", name="加入").click()
    expect(last(neighbour)).to_contain_text(number)

    desk.reload()
    desk.get_by_role("link", name=number).click()
    expect(desk.locator("main")).to_contain_text("五楼的门关不上，夹到人了")
    expect(desk.locator("main img").first).to_be_visible()
    move(desk, "受理")
    move(desk, "答复", "维保单位今天下午到现场更换门机皮带")
    move(desk, "办结", "门机皮带已更换，现场试运行正常")

    phone.reload()
    expect(phone.locator("main")).to_contain_text("门机皮带已更换，现场试运行正常")
    expect(phone.locator(".verdict")).to_contain_text("已办结")
    expect(last(neighbour)).to_contain_text("已办结", timeout=20_000)
