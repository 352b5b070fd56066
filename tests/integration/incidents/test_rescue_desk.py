"""The desk's page of people trapped."""

import re

from tests.factories import make_lift
from tests.factories.people import make_officer, post, sign_in


def test_the_officer_sees_a_report_today_and_ends_it_on_its_page(app, client, db):
    with app.app_context():
        code = make_lift()
        make_officer()
    sign_in(client)
    client.post(f"/e/{code}/trapped", data={"draft": "form-1"})
    assert "还没有得到96333的回报" in client.get(f"/e/{code}").text
    assert "有人报告被困" in client.get("/today").text
    page = client.get("/desk/rescues").text
    assert "居民在网页上报告" in page
    url = re.search(r"/desk/rescues/\w+/end", page)[0]
    assert "请写明结束的理由" in post(client, url, page="/desk/rescues", reason="").text
    post(client, url, page="/desk/rescues", reason="已放出，无人受伤")
    assert "现在没有人报告被困" in client.get("/desk/rescues").text
    assert "96333的回报" not in client.get(f"/e/{code}").text
