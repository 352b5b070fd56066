"""Large type: the browser's own at twice its size, and the edition for elders at the same address."""

import re

import pytest

from backend.demo import SAMPLE_CODE
from tests.browser.conftest import opening

pytestmark = pytest.mark.browser
NARROW = {"width": 360, "height": 780}
PAGES = ["/", "/search?q=苑", "/e/{code}", "/e/{code}/report/door", "/report", "/privacy", "/rules/T-02?e={code}"]
# Whether a piece of text stands on one line.
BROKEN = """
() => [...document.querySelectorAll(".num, .by")].filter(one => {
  if (one.closest("details:not([open])") || !one.innerText.trim()) return false;
  const range = document.createRange(); range.selectNodeContents(one);
  const tops = new Set([...range.getClientRects()].filter(box => box.width).map(box => Math.round(box.top / 8)));
  return tops.size > 1;
}).map(one => one.innerText)
"""
SMALL = """
() => [...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden])")].filter(one => {
  const box = one.getBoundingClientRect();
  const target = one.closest("label") ? one.closest("label").getBoundingClientRect() : box;
  return box.width && (target.height < 23.5 || target.width < 23.5);
}).map(one => one.outerHTML)
"""


@pytest.fixture(scope="module")
def large_type(launch):
    """A browser whose own type is twice as large, as people set it."""
    browser = launch("--blink-settings=defaultFontSize=32")
    yield browser
    browser.close()


@pytest.fixture
def open_large(large_type, demo_server):
    with opening(large_type, demo_server) as open_:
        yield lambda path, **options: open_(path.format(code=SAMPLE_CODE), viewport=NARROW, **options)


@pytest.mark.parametrize("path", PAGES)
def test_at_twice_the_type_a_page_is_one_column_and_nothing_short_is_broken(open_large, path):
    page = open_large(path)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate(BROKEN) == []
    columns = page.evaluate("[...document.querySelectorAll('dl, .grid')].map(one => getComputedStyle(one).display)")
    assert set(columns) <= {"block"}


@pytest.mark.parametrize("path", PAGES)
def test_whatever_is_tapped_is_large_enough(open_city, path):
    page = open_city(path.format(code=SAMPLE_CODE), viewport=NARROW)
    assert page.evaluate(SMALL) == []
    assert page.evaluate(BROKEN) == []


def size_of(page):
    return float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))


def test_the_edition_for_elders_is_remembered_until_it_is_left(open_city):
    page = open_city(f"/e/{SAMPLE_CODE}")
    usual = size_of(page)
    assert page.locator(".src").first.is_visible()
    page.get_by_role("link", name="长辈版").click()
    assert size_of(page) >= usual * 1.3
    assert not page.locator(".src").first.is_visible()
    assert page.locator("a.call").is_visible()
    page.goto("/")
    page.goto(f"/e/{SAMPLE_CODE}")
    page.wait_for_function("document.documentElement.classList.contains('elder')")
    assert size_of(page) >= usual * 1.3
    page.get_by_role("link", name="标准版").click()
    assert size_of(page) == usual
    page.goto("/")
    assert size_of(page) == usual


def test_the_edition_for_elders_needs_no_script_and_has_the_same_address(open_city):
    page = open_city(f"/e/{SAMPLE_CODE}", java_script_enabled=False)
    page.get_by_role("link", name="长辈版").click()
    assert re.sub("#.*", "", page.url).endswith(f"/e/{SAMPLE_CODE}")
    assert not page.locator(".src").first.is_visible()
    page.get_by_role("link", name="标准版").click()
    assert page.locator(".src").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edition_for_elders_is_accessible(open_city, accessible, scheme):
    accessible(open_city(f"/e/{SAMPLE_CODE}#elder", color_scheme=scheme))


@pytest.mark.parametrize("path", ["/e/{code}", "/"])
def test_the_edition_for_elders_runs_not_out_of_a_small_screen(open_city, path):
    page = open_city(path.format(code=SAMPLE_CODE) + "#elder", viewport=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate(BROKEN) == []
