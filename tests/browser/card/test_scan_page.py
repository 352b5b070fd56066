import brotli
import pytest

from backend.demo import SAMPLE_CODE
from backend.registry.signs import current_signs
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


def test_the_fullest_page_fits_in_the_first_14_kilobytes(demo_city):
    answer = demo_city.test_client().get(f"/e/{SAMPLE_CODE}", headers={"Accept-Encoding": "br"})
    assert len(answer.data) + sum(len(f"{k}: {v}\r\n") for k, v in answer.headers.items()) < 14_000
    assert len(brotli.decompress(answer.data)) > 10_000


def test_the_call_button_and_the_verdict_are_seen_without_scrolling(open_city):
    page = open_city(f"/e/{SAMPLE_CODE}")
    for box in (page.locator("a.call").bounding_box(), page.locator("#verdict").bounding_box()):
        assert box["y"] + box["height"] < PHONE["height"] / 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scan_page_is_accessible(open_city, accessible, scheme):
    accessible(open_city(f"/e/{SAMPLE_CODE}/{current_signs([SAMPLE_CODE])[SAMPLE_CODE]['tag']}", color_scheme=scheme))


@pytest.mark.parametrize("path", ["/", "/search?q=苑", "/e/000000", "/rules/C-00", "/report", "/privacy"])
def test_the_other_public_pages_are_accessible(open_city, accessible, path):
    accessible(open_city(path))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_form_is_accessible(open_city, accessible, scheme):
    accessible(open_city(f"/e/{SAMPLE_CODE}/report/door", color_scheme=scheme))


@pytest.mark.parametrize("path", ["/e/{code}", "/e/{code}/report/door", "/e/{code}/trapped"])
def test_nothing_runs_out_of_the_screen_at_twice_the_text_size(open_city, path):
    page = open_city(path.format(code=SAMPLE_CODE))
    page.add_style_tag(content="html{font-size:200%}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_page_is_whole_without_script(open_city):
    page = open_city(f"/e/{SAMPLE_CODE}", java_script_enabled=False)
    assert page.locator("section").count() >= 8
    page.locator("text=按钮").first.click()
    assert page.locator("input[value=buttons]").is_checked()
