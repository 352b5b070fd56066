"""An officer of the municipal bureau finds an estate, sees what its new name changes, and confirms it."""

import pytest

from backend.registry.documents import Estate
from tests.factories import make_lift
from tests.factories.people import PASSWORD, make_officer

WIDTHS = [390, 1280]


@pytest.fixture
def directory(app, db, open_page):
    """Open the directory as its officer; takes the options of a browser context."""
    with app.app_context():
        Estate(id="est-1", name="云栖苑", jurisdiction="500103").save()
        make_lift("500101", estate="est-1", estate_name="云栖苑")
        make_lift("500102", estate="est-1", estate_name="云栖苑", building="5栋")
        make_officer("shi", "municipal_officer", "CQ")

    def open_(**options):
        page = open_page("/desk/directory", **options)
        page.get_by_label("登录名").fill("shi")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/desk/directory")
        return page

    return open_


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_an_estate_is_renamed_after_it_is_seen_what_changes(directory, accessible, width):
    page = directory(viewport={"width": width, "height": 900})
    page.get_by_role("link", name="小区和单位").click()
    page.get_by_label("现在或以前的名称").fill("云栖")
    page.get_by_role("button", name="查找").click()
    accessible(page)
    page.get_by_role("link", name="云栖苑").click()
    page.locator("summary", has_text="改名").click()
    page.get_by_label("新名称").first.fill("云栖新苑")
    page.get_by_label("原因").first.fill("物业更名")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="看看会改动什么").first.click()
    assert page.get_by_text("小区“云栖苑”改名为“云栖新苑”；随之变更：电梯 2 台").is_visible()
    assert Estate.objects.get(id="est-1").name == "云栖苑"
    accessible(page)
    page.get_by_role("button", name="确认改名").click()
    assert page.get_by_role("heading", name="云栖新苑").is_visible()
    assert page.get_by_text("原因：物业更名").is_visible()


@pytest.mark.browser
def test_the_forms_work_without_script(directory):
    page = directory(java_script_enabled=False)
    page.goto("/desk/directory/estate/est-1")
    page.locator("summary", has_text="移到另一个区县").click()
    page.get_by_label("区县").select_option("500108")
    page.locator("#move-reason").fill("区划调整")
    page.get_by_role("button", name="看看会改动什么").click()
    page.get_by_role("button", name="确认移到另一个区县").click()
    assert page.get_by_text("改由南岸区市场监督管理局监管").is_visible()
