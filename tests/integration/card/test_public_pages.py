"""What stands beside a lift's page: privacy, robots, addresses with a slash too many, the districts without a code."""

import re

import pytest

from config import load
from tests.factories import make_lift


@pytest.fixture
def lift(context):
    return make_lift("500101")


def test_the_privacy_notice_says_how_long_each_kind_of_data_is_kept(client, db):
    page = re.sub(r"<[^>]+>", "", client.get("/privacy").text)
    for kept in load("retention").values():
        assert kept["label"] in page
        assert f"{kept['from']}后 {kept['days']} 天" in page
    assert "个人信息保护法" in page


@pytest.mark.parametrize("path", ["/", "/e/500101", "/e/999999", "/report", "/rules/C-00", "/privacy", "/nowhere"])
def test_every_public_page_leads_to_the_privacy_notice_and_the_larger_type(client, lift, path):
    page = client.get(path).text
    assert 'href="/privacy"' in page
    assert 'href="#elder"' in page


def test_robots_may_read_lifts_and_nothing_of_anybodys(client, db):
    answer = client.get("/robots.txt")
    assert answer.content_type.startswith("text/plain")
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Allow: /$", "Allow: /e/", "Disallow: /e/*/"} <= set(lines)
    assert lines[-1] == "Disallow: /"
    assert not any("/c/" in line or "/desk" in line for line in lines)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/e/500101/", "/e/500101"),
        ("/e/500101/report/", "/e/500101/report"),
        ("/e/500101/trapped/", "/e/500101/trapped"),
        ("/e/500101/report/door//", "/e/500101/report/door"),
        ("/search/?q=%E8%8B%91&cursor=1", "/search?q=%E8%8B%91&cursor=1"),
        ("/api/v1/lifts/500101/", "/api/v1/lifts/500101"),
        ("/privacy/", "/privacy"),
        ("/rules/C-00/?e=500101", "/rules/C-00?e=500101"),
    ],
)
def test_a_slash_too_many_leads_to_the_page_without_it(client, lift, path, to):
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (308, to)
    assert client.get(path, follow_redirects=True).status_code == 200


@pytest.mark.parametrize("path", ["/nowhere/", "/x//example.com/", "/%5Cexample.com/", "/e/"])
def test_a_slash_leads_nowhere_that_is_no_page_of_ours(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_the_home_page_offers_every_district_and_each_is_found(client, lift):
    page = client.get("/").text
    links = re.findall(r'href="(/search\?q=[^"]+)">([^<]+)</a>', page)
    assert len(links) > 35
    assert "渝中区" in [name for _, name in links]
    found = {name: path for path, name in links}["渝中区"]
    assert "云栖苑 3栋 2号梯" in client.get(found).text


def test_the_form_without_a_code_offers_the_districts(client, db):
    assert '<option value="渝中区">' in client.get("/report").text
    assert "<datalist" in client.get("/report").text


def test_what_is_submitted_stands_above_the_button(client, lift):
    for path in ("/report", "/e/500101/report/door"):
        form = client.get(path).text.split('id="report"')[1].split("</form>")[0]
        inputs = [form.index(f'name="{name}"') for name in ("category", "description", "photos", "phone", "consent")]
        assert max(inputs) < form.index(">提交</button>")
