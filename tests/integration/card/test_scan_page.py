import html
import re
from datetime import date

import pytest

from backend.accounts.actors import COMMAND, resident
from backend.card import blocks, queries, service
from backend.incidents import service as rescues
from backend.policy.rules import clause_text
from backend.registry.signs import current_signs, issue_signs, withdraw_sign
from tests.factories import make_label, make_lift
from tests.factories.examinations import make_examination


@pytest.fixture
def lift(context):
    return make_lift("500101")


def tag_of(code):
    return current_signs([code])[code]["tag"]


def test_a_scan_shows_the_call_button_before_everything_else(client, lift):
    page = client.get(f"/e/{lift}/{tag_of(lift)}").text
    assert page.index("tel:96333") < page.index('id="verdict"') < page.index("这台电梯有问题")


def test_every_rule_on_a_lifts_page_leads_back_to_the_lift(client, lift):
    rescues.open_emergency(lift, "web", "draft-1", actor=resident())
    make_label(lift)
    rules = re.findall(r'href="(/rules/[^"]+)"', client.get(f"/e/{lift}").text)
    assert {"M-18", "M-12", "M-11", "TSG-T5002-5-4"} <= {re.split("[/?]", path)[2] for path in rules}
    for path in rules:
        assert f'href="/e/{lift}">返回这台电梯' in client.get(html.unescape(path)).text


@pytest.mark.rule("P-01")
def test_a_current_sign_is_called_genuine(client, lift):
    assert "使用标志真实有效" in client.get(f"/e/{lift}/{tag_of(lift)}").text


def test_the_printed_upper_case_address_opens_the_same_page(client, lift):
    assert client.get(f"/E/{lift}/{tag_of(lift)}").status_code == 200


def test_a_sign_that_was_replaced_says_so(client, lift):
    old = tag_of(lift)
    issue_signs([lift], by=COMMAND)
    assert "已被新标志替换" in client.get(f"/e/{lift}/{old}").text


def test_a_withdrawn_sign_says_so(client, lift):
    old = tag_of(lift)
    withdraw_sign(lift, by=COMMAND, reason="电梯停用")
    assert "已被收回" in client.get(f"/e/{lift}/{old}").text


def test_a_sign_that_was_never_issued_is_called_out(client, lift):
    assert "可能是伪造" in client.get(f"/e/{lift}/ABCDEFGH").text


def test_a_forged_sign_leads_the_page_before_a_verdict_that_is_not_green(client, lift):
    page = client.get(f"/e/{lift}/ABCDEFGH").text
    assert page.index("可能是伪造") < page.index("举报这张标志") < page.index('id="verdict"')
    assert 'class="verdict out" id="verdict"' in page
    assert "不一定是同一台" in page


@pytest.mark.parametrize("ended", ["replaced", "withdrawn"])
def test_a_sign_that_no_longer_holds_leads_the_page(client, lift, ended):
    old = tag_of(lift)
    issue_signs([lift], by=COMMAND) if ended == "replaced" else withdraw_sign(lift, by=COMMAND, reason="停用")
    page = client.get(f"/e/{lift}/{old}").text
    assert page.index('id="sign"') < page.index('id="verdict"')
    assert "举报这张标志" not in page


def test_a_forged_sign_is_reported_in_words_that_are_written_already(client, lift):
    link = re.search('href="([^"]+)"><b>举报这张标志', client.get(f"/e/{lift}/ABCDEFGH").text)[1]
    form = client.get(html.unescape(link)).text
    assert "可能是伪造。</textarea>" in form
    assert re.search('value="other"[^>]*checked', form)
    assert "</textarea>" in client.get(html.unescape(link).replace("about=sign", "about=<b>")).text


@pytest.mark.parametrize(
    "behind", ["/", ")", "）", "。", "，", "%20", "%E3%80%82", '"', "'", "%E2%80%9D", "]", "%EF%BC%89%E3%80%82"]
)
@pytest.mark.parametrize("written", [str.upper, str.lower])
def test_a_genuine_link_with_something_behind_it_opens_the_genuine_page(client, lift, written, behind):
    tag = written(tag_of(lift)).replace("0", "o").replace("1", "l")
    for path in (f"/e/{lift}/{tag}", f"/E/{lift.replace('0', 'O').replace('1', 'l')}/{tag}"):
        assert "使用标志真实有效" in client.get(path + behind, follow_redirects=True).text
    assert (
        f'救援识别码 <span class="num">{lift}</span>'
        in client.get(f"/e/{lift.replace('0', 'o')}{behind}", follow_redirects=True).text
    )


@pytest.mark.parametrize("around", ["{}", "{}。", "（{}）", "【查梯】{} 快看", "{}%20", " {}/ "])
def test_a_link_pasted_into_the_search_opens_its_page(client, lift, around):
    link = f"https://lift.example.cn/E/{lift}/{tag_of(lift)}"
    found = client.get("/search", query_string={"q": around.format(link)}, follow_redirects=True)
    assert "使用标志真实有效" in found.text


@pytest.mark.parametrize("typed", ["{}。", "（{}）", " {} "])
def test_a_code_typed_with_marks_or_look_alike_letters_opens_its_page(client, lift, typed):
    for code in (lift, lift.replace("0", "O").replace("1", "l")):
        found = client.get("/search", query_string={"q": typed.format(code)})
        assert (found.status_code, found.location) == (302, f"/e/{lift}")


def test_a_typed_code_says_nothing_about_a_sign(client, lift):
    assert 'id="sign"' not in client.get(f"/e/{lift}").text


def test_what_is_owed_and_missing_is_called_out(client, context):
    make_lift("500102", maintenance_unit=None)
    assert '<dt>维保单位</dt><dd><span class="missing">未上传</span>' in client.get("/e/500102").text


def test_a_second_scan_is_answered_with_304(client, lift):
    first = client.get(f"/e/{lift}")
    again = client.get(f"/e/{lift}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_changed_card_is_not_answered_with_304(client, lift):
    first = client.get(f"/e/{lift}")
    issue_signs([lift], by=COMMAND)
    assert client.get(f"/e/{lift}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_tomorrow_the_same_card_is_judged_anew(client, lift, time_machine):
    make_examination(lift, date(2019, 5, 20))
    time_machine.move_to("2026-11-23 12:00:00+08:00")
    first = client.get(f"/e/{lift}")
    time_machine.move_to("2026-11-24 12:00:00+08:00")
    assert client.get(f"/e/{lift}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_each_encoding_carries_the_same_page(client, lift, encoding):
    plain = client.get(f"/e/{lift}", headers={"Accept-Encoding": ""}).data
    sent = client.get(f"/e/{lift}", headers={"Accept-Encoding": encoding})
    import gzip

    import brotli

    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert unpack(sent.data) == plain
    assert sent.headers.get("Content-Encoding", "") == encoding


@pytest.mark.parametrize("code", ["999999", "12345", "abcdef", "5001011", "%00", "../etc", "🛗" * 10])
def test_an_unknown_code_is_answered_with_a_search(client, lift, code):
    answer = client.get(f"/e/{code}")
    assert answer.status_code == 404
    assert "查找" in answer.text or "没有找到" in answer.text


def test_a_resident_gets_no_cookie(client, lift):
    assert "Set-Cookie" not in client.get(f"/e/{lift}").headers


def test_a_register_loaded_anew_shows_no_page_of_the_old_one(client, lift, db):
    assert "云栖苑" in client.get(f"/e/{lift}").text
    for name in db.list_collection_names():
        db[name].delete_many({})
    make_lift(lift, estate_name="新名苑")
    assert "新名苑" in client.get(f"/e/{lift}").text


def test_the_only_script_of_the_page_waits_and_remembers_the_type(client, lift):
    scripts = re.findall("<script[^>]*>", client.get(f"/e/{lift}").text)
    assert scripts == ['<script src="/static/elder.js" defer>']


def test_the_card_of_the_api_is_the_card_of_the_page(client, lift):
    answer = client.get(f"/api/v1/lifts/{lift}").json
    assert answer["code"] == lift
    assert set(answer["blocks"]) == set(queries.card(lift)["blocks"])
    assert answer["verdict"]["text"] in client.get(f"/e/{lift}").text


def test_an_unknown_lift_is_a_problem_for_a_program(client, lift):
    answer = client.get("/api/v1/lifts/999999")
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (404, "application/problem+json", "not_found")


def test_a_list_pages_by_cursor_until_it_ends(client, context):
    made = [make_lift(code, sign=False) for code in ("500101", "500102", "500103")]
    first = client.get("/api/v1/lifts?q=云栖苑&limit=2").json
    rest = client.get(f"/api/v1/lifts?q=云栖苑&limit=2&cursor={first['next_cursor']}").json
    assert [item["code"] for item in first["items"] + rest["items"]] == made
    assert rest["next_cursor"] is None


def test_a_limit_that_is_too_large_is_named(client, db):
    answer = client.get("/api/v1/lifts?limit=1000")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "limit"


def test_a_rule_is_shown_in_the_clauses_own_words(client, db):
    assert "每 2 年检验 1 次" in client.get("/rules/C-00").text


@pytest.mark.rule("P-25")
def test_what_is_known_of_a_lift_is_found_by_its_estate_and_by_its_code(client, lift):
    assert f'href="/e/{lift}"' in client.get("/search?q=云栖苑").text
    assert client.get(f"/search?q={lift}").headers["Location"] == f"/e/{lift}"


def test_in_a_long_clause_the_sentence_meant_is_marked_and_the_clause_is_whole(client, db):
    page = client.get("/rules/M-21").text
    (marked,) = re.findall(r"<p>.*<mark>(.*)</mark>.*</p>", page)
    assert marked.endswith("现场维护保养间隔最长不超过 2 个月")
    assert re.sub("</?mark>", "", page).count(html.escape(clause_text("M-21").splitlines()[-1], quote=True))


def test_a_short_clause_is_shown_without_a_mark(client, db):
    assert "<mark>" not in client.get("/rules/M-01").text


@pytest.mark.parametrize("rule_id", ["HOUSE-REPAIR", "HOUSE-IDENTITY"])
def test_a_rule_of_the_house_says_that_nothing_was_published(client, db, rule_id):
    page = client.get(f"/rules/{rule_id}").text
    assert "这是查梯平台自己的约定，不是法规，没有另外公布的正式文本。" in page
    assert "以公布的正式文本为准" not in page


def test_a_law_told_in_plain_words_names_the_published_text(client, db):
    page = client.get("/rules/SAMR-121").text
    assert "以公布的正式文本为准" in page
    assert "平台自己的约定" not in page


def test_an_unknown_rule_is_not_found(client, db):
    assert client.get("/rules/Z-99").status_code == 404


def test_a_card_is_rebuilt_on_the_first_look_of_a_new_day_and_not_again(context, lift, time_machine):
    time_machine.move_to("2026-11-24 09:00:00+08:00")
    service.rebuild([lift])
    time_machine.move_to("2026-11-25 09:00:00+08:00")
    assert [service.refresh_stale(), service.refresh_stale()] == [1, 0]


def test_a_card_that_midnight_overtakes_in_the_making_is_made_again(context, lift, time_machine, monkeypatch):
    time_machine.move_to("2026-11-24 23:59:59+08:00", tick=False)

    def build(codes):
        time_machine.move_to("2026-11-25 00:00:00+08:00", tick=False)
        return {}

    monkeypatch.setitem(blocks._blocks, "night", blocks.Block("night", 0, build, "", reads=()))
    service.rebuild([lift])
    assert service.refresh_stale() == 1
