"""The page of the API is served whole by Chati itself, and tries routes out with a key."""

from playwright.sync_api import expect

from backend.accounts import service as accounts
from backend.accounts.actors import COMMAND


def test_a_program_s_maker_tries_a_route_out_with_their_key(app, live_server, open_page):
    with app.app_context():
        key = accounts.create_api_key("12345 热线", "hotline", by=COMMAND)
    page, asked = open_page("/docs", viewport={"width": 1280, "height": 900}), []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.get_by_role("button", name="Authorize").first.click()
    page.locator("#swagger .modal-ux input").fill(key)
    page.locator("#swagger .modal-ux .auth-btn-wrapper .authorize").click()
    page.locator("#swagger .modal-ux .auth-btn-wrapper .btn-done").click()
    route = page.locator("#operations-complaints-get_api_v1_complaints_orders__order_no_")
    route.locator(".opblock-summary-control").click()
    route.get_by_role("button", name="Try it out").click()
    route.get_by_role("button", name="Execute").click()
    expect(route.locator(".live-responses-table .response-col_status").last).to_contain_text("404")
    assert asked[-1] == f"{live_server}/api/v1/complaints/orders/12345-20261123-0001"
    assert {url.startswith((live_server, "data:")) for url in asked} == {True}
