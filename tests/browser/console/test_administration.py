"""The administrator's pages on a phone: a person is added, and what hurts is asked twice, without script as well."""

import pytest
from playwright.sync_api import expect

from tests.factories.people import PASSWORD, make_officer


@pytest.fixture
def boss(app, db, open_page):
    """Open a page as an administrator; takes the options of a browser context."""
    with app.app_context():
        make_officer("boss", role="administrator", jurisdiction=None)

    def open_(path, **options):
        page = open_page(path, **options)
        page.get_by_label("登录名").fill("boss")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"**{path}")
        return page

    return open_


def test_a_person_is_added_and_closed_on_a_phone_without_script(boss, accessible):
    page = boss("/admin/people", java_script_enabled=False)
    page.get_by_label("登录名", exact=True).fill("lin")
    page.get_by_label("姓名", exact=True).fill("林某")
    page.get_by_label("角色").select_option(label="区县局工作人员（要选局）")
    page.get_by_label("所在的局").select_option("500103")
    page.get_by_role("button", name="添加").click()
    expect(page.locator("#password")).to_be_visible()
    expect(page.get_by_role("button", name="确认停用")).to_be_hidden()
    page.get_by_text("停用账号").click()
    page.get_by_role("button", name="确认停用").click()
    expect(page.get_by_role("status")).to_contain_text("账号已停用")


@pytest.mark.parametrize(
    "path", ["/admin/people", "/admin/people/boss", "/admin/keys", "/admin/channels", "/admin/signs"]
)
def test_a_page_of_the_administrator_is_accessible_and_fits_a_phone(boss, accessible, path):
    page = boss(path)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
