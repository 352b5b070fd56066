"""A real chromium for the pages, one for the session and a fresh context for each test."""

import shutil
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def installed():
    """Find the chromium of this machine."""
    return next(filter(None, map(shutil.which, CHROMIUM)))


@pytest.fixture(scope="session")
def launch():
    """Start Debian's chromium, headless, with further arguments and options of playwright; a thread has one."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium
        yield lambda *arguments, **options: chromium.launch(
            executable_path=installed(), args=[*QUIET, *arguments], **options
        )


@pytest.fixture(scope="session")
def browser(launch):
    """A browser for all tests that want nothing special of it."""
    browser = launch()
    yield browser
    browser.close()


@contextmanager
def opening(browser, address):
    """Give a function that opens a path of a running application in a fresh context."""
    contexts = []

    def open_(path="/", **options):
        context = browser.new_context(base_url=address, **({"viewport": PHONE} | options))
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(browser, live_server):
    """Open a path over an empty database; gives the page."""
    with opening(browser, live_server) as open_:
        yield open_


@pytest.fixture
def open_city(browser, demo_server):
    """Open a path of the demo city; gives the page."""
    with opening(browser, demo_server) as open_:
        yield open_


@pytest.fixture
def accessible():
    """Check a page against WCAG 2.1 A and AA; gives a function that fails with what is wrong."""
    axe = Axe()

    def check(page):
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
        found = axe.run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []

    return check
