import io
import re
from types import SimpleNamespace

import pytest
import requests
import time_machine
from PIL import Image

from backend.complaints import service
from backend.foundation import database
from tests.factories import make_lift
from tests.factories.people import make_officer

PHOTO_LIMIT = 6


@pytest.fixture
def lift(context):
    return make_lift("500101")


def photo(size=(800, 600), form="JPEG", **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **options)
    return out.getvalue()


def form(**values):
    return {"category": "door", "draft": "draft-1", **values}


def files(*contents):
    return [(io.BytesIO(content), f"photo{n}.jpg") for n, content in enumerate(contents)]


def cases():
    return list(database.collection("complaints").find())


def test_two_taps_file_a_complaint_and_say_where_it_is(client, lift):
    page = client.get(f"/e/{lift}").text
    assert f"/e/{lift}/report/door" in page
    answer = client.post(f"/e/{lift}/report", data=form(), follow_redirects=True)
    number = cases()[0]["_id"]
    assert number in answer.text
    assert "已提交" in answer.text
    assert "渝中区市场监督管理局" in answer.text
    assert re.search(r"受理期限 \d{4}-\d\d-\d\d", answer.text)


def test_the_same_form_sent_twice_is_one_complaint(client, lift):
    first = client.post(f"/e/{lift}/report", data=form())
    assert client.post(f"/e/{lift}/report", data=form()).location == first.location
    assert len(cases()) == 1


def test_joining_is_offered_before_a_second_report_of_the_same_problem(client, lift):
    client.post(f"/e/{lift}/report", data=form())
    offered = client.post(f"/e/{lift}/report", data=form(draft="draft-2"))
    assert offered.status_code == 409
    assert "加入这一件" in offered.text
    assert len(cases()) == 1


def test_joining_adds_a_reporter_to_the_open_case(client, lift):
    client.post(f"/e/{lift}/report", data=form())
    number = cases()[0]["_id"]
    client.post(f"/e/{lift}/report", data=form(draft="draft-2", join=number))
    assert len(cases()[0]["reporters"]) == 2


def test_who_has_seen_the_open_case_may_report_separately(client, lift):
    client.post(f"/e/{lift}/report", data=form())
    client.post(f"/e/{lift}/report", data=form(draft="draft-2", seen=cases()[0]["_id"]))
    assert len(cases()) == 2


def test_a_photo_is_kept_without_where_it_was_taken(client, lift):
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    client.post(f"/e/{lift}/report", data=form(photos=files(photo(exif=exif))))
    kept = database.collection("photos").find_one()
    assert kept["_id"] == cases()[0]["photos"][0]
    assert not Image.open(io.BytesIO(kept["data"])).getexif()


def test_a_line_end_counts_once_as_the_browser_counts_it(client, lift):
    client.post(f"/e/{lift}/report", data=form(description="长\r\n" * 900))
    assert [case["description"] for case in cases()] == [("长\n" * 900).strip()]


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("no category", {"category": ""}, "请选择问题类别"),
        ("an unknown category", {"category": "fire"}, "请选择问题类别"),
        ("a phone of letters", {"phone": "call me now"}, "电话号码的格式不对"),
        ("too many words", {"description": "长" * 2001}, "说明最多 2000 个字"),
        ("a character nobody can read", {"description": "门\0坏"}, "含有不能识别的字符"),
        ("a text that says it is a photo", {"photos": files(b"not a photo")}, "不是可以识别的照片"),
        ("a photo cut short", {"photos": files(photo()[:300])}, "不是可以识别的照片"),
        ("a page that says it is a photo", {"photos": files(b"<script>alert(1)</script>")}, "不是可以识别的照片"),
        ("more photos than allowed", {"photos": files(*[photo((8, 8))] * (PHOTO_LIMIT + 1))}, "照片最多 6 张"),
        ("a photo of too many pixels", {"photos": files(photo((9000, 7000), "PNG"))}, "像素太多"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_bad_input_is_named_and_changes_nothing(client, lift, name, values, words):
    answer = client.post(f"/e/{lift}/report", data=form(**values))
    assert words in answer.text
    assert answer.status_code in {413, 422}
    assert cases() == []
    assert database.collection("photos").find_one() is None


def test_a_file_larger_than_allowed_is_refused(live_server, lift):
    large = {"photos": ("photo.jpg", b"\xff\xd8" + b"0" * (10 * 1024 * 1024))}
    answer = requests.post(f"{live_server}/e/{lift}/report", data=form(), files=large, timeout=30)
    assert (answer.status_code, cases()) == (413, [])


def test_an_unknown_lift_has_no_form(client, lift):
    assert client.get("/e/999999/report").status_code == 404
    assert client.post("/e/999999/report", data=form()).status_code == 404


def test_a_lift_without_a_code_goes_to_the_municipal_desk(client, lift):
    client.post("/report", data=form(place="虚构区 虚构路 9 号 1 单元"))
    assert (cases()[0]["jurisdiction"], cases()[0]["route"]["rule"]) == ("CQ", "municipal-desk")


@pytest.mark.parametrize(
    ("place", "bureau"),
    [
        ("渝中区云栖苑3栋", "500103"),
        ("渝中 云栖苑", "500103"),
        ("云栖苑3栋（渝中區）", "500103"),
        ("解放碑旁边", "500103"),
        ("江北区观音桥", "500157"),
    ],
)
def test_a_place_that_names_its_district_goes_to_the_bureau_of_today(client, lift, place, bureau):
    with time_machine.travel("2026-03-01"):
        page = client.post("/report", data=form(place=place), follow_redirects=True).text
    assert (cases()[0]["jurisdiction"], cases()[0]["route"]["rule"]) == (bureau, "named-bureau")
    assert "按所写的地点" in page


def test_a_lift_without_a_code_needs_a_place(client, lift):
    assert "请写明电梯在哪里" in client.post("/report", data=form()).text
    assert cases() == []


def test_progress_needs_the_key_for_the_history(client, lift):
    client.post(f"/e/{lift}/report", data=form())
    number = cases()[0]["_id"]
    key = service.query_key(number)
    assert "由电梯现所在地的" in client.get(f"/c/{number}?k={key}").text
    assert "由电梯现所在地的" not in client.get(f"/c/{number}").text
    assert client.get(f"/c/{number}?k=WRONGKEY").status_code == 404


def test_who_filed_reads_their_own_words_and_nobody_without_the_key_does(client, lift):
    client.post(f"/e/{lift}/report", data=form(description="我住3单元501,门夹住了婴儿车"))
    number = cases()[0]["_id"]
    assert "婴儿车" in client.get(f"/c/{number}?k={service.query_key(number)}").text
    assert "婴儿车" not in client.get(f"/c/{number}").text
    assert "婴儿车" not in client.get(f"/e/{lift}").text


def test_an_unknown_number_is_not_found(client, lift):
    assert client.get("/c/261123-000000").status_code == 404


def test_a_phone_is_neither_shown_nor_stored_in_plain(client, lift):
    client.post(f"/e/{lift}/report", data=form(phone="15800001234"))
    assert "15800001234" not in str(cases())
    number = cases()[0]["_id"]
    assert "15800001234" not in client.get(f"/c/{number}?k={service.query_key(number)}").text


def test_somebody_trapped_gets_the_call_button_and_no_form(client, lift):
    page = client.get(f"/e/{lift}/trapped").text
    assert page.index("tel:96333") < page.index("被困时请这样做")
    assert "<textarea" not in page


def test_an_emergency_is_recorded_once(client, lift):
    for _ in range(2):
        answer = client.post(f"/e/{lift}/trapped", data={"draft": "draft-1"})
    assert "登记不代替电话" in answer.text
    assert len(list(database.collection("rescues").find({"lift": lift, "state": "open"}))) == 1


def test_a_report_shows_on_the_card_at_once(client, lift):
    client.post(f"/e/{lift}/report", data=form())
    assert '正在办理 <b class="num">1</b> 件' in client.get(f"/e/{lift}").text


@pytest.fixture
def case(client, app, lift):
    """A case filed by its form, and what its officer and its reporter do."""
    client.post(f"/e/{lift}/report", data=form(consent="1"))
    number = cases()[0]["_id"]
    with app.app_context():
        key = service.query_key(number)
        officer = make_officer()

    def act(action, **details):
        with app.app_context():
            version = database.collection("complaints").find_one({"_id": number})["version"]
            service.act(number, action, officer, version, {"text": "已经处理", **details})

    def tap(action, **fields):
        return client.post(f"/c/{number}/{action}", data={"k": key, **fields})

    def page():
        return client.get(f"/c/{number}?k={key}").text

    return SimpleNamespace(number=number, act=act, tap=tap, page=page)


def test_consent_to_publication_is_asked_and_kept(case):
    assert cases()[0]["consent_publish"] is True


def test_a_fault_says_of_a_unit_without_a_mailbox_that_it_was_not_told(case):
    shown = case.page()
    assert "单位还没有收到：没有登记邮箱" in shown
    assert "已同时通知单位" not in shown


def test_one_tap_says_satisfied_and_is_not_offered_again(case):
    case.act("accept")
    assert "满意吗" not in case.page()
    case.act("resolve")
    assert case.tap("satisfied").status_code == 303
    assert cases()[0]["satisfaction"] == "satisfied"
    assert "/satisfied" not in case.page()
    assert case.tap("satisfied").status_code == 409


def test_two_taps_of_unsatisfied_reach_the_municipal_desk(case):
    case.act("accept")
    for desk in ("500103", "CQ"):
        case.act("resolve")
        assert case.tap("reopen").status_code == 303
        assert cases()[0]["jurisdiction"] == desk
    assert "/reopen" not in case.page()


def test_papers_that_were_asked_for_are_given_on_the_page(case):
    case.act("ask_identity")
    assert "补充身份材料" in case.page()
    refused = case.tap("give_identity", name="", phone="02300001234")
    assert (refused.status_code, "请填写真实姓名" in refused.text, "02300001234" in refused.text) == (422, True, True)
    assert case.tap("give_identity", name="张示例").status_code == 303
    assert cases()[0]["state"] == "filed"
    assert "张示例" not in case.page()


@pytest.mark.parametrize(
    ("moves", "colour", "label"),
    [
        ([], "ok", "待受理"),
        ([("ask_identity", {})], "soon", "待补正"),
        ([("refuse", {"ground": "too_old"})], "out", "不予受理"),
        ([("accept", {}), ("resolve", {})], "ok", "已办结"),
    ],
)
def test_only_what_goes_well_is_green(case, moves, colour, label):
    for action, details in moves:
        case.act(action, **details)
    assert f'<p class="verdict {colour}">{label}' in case.page()


def test_the_papers_that_are_asked_for_come_before_everything_else(case):
    case.act("ask_identity")
    assert case.page().index("补充身份材料</h2>") < case.page().index("办理单位")


@pytest.mark.parametrize(("category", "called"), [("door", "投诉"), ("overdue", "举报")])
def test_a_case_is_headed_by_what_it_is(client, lift, category, called):
    page = client.post(f"/e/{lift}/report", data=form(category=category), follow_redirects=True).text
    assert f'<h1>{called} <span class="num">' in page
    assert f"<title>{called} " in page


def test_a_case_tells_each_thing_once_and_nothing_empty(case):
    route = cases()[0]["route"]["reason"]
    page = case.page()
    assert page.count(route) == 1
    assert "0 张" not in page
    case.act("accept")
    case.act("resolve")
    assert "<dd>—</dd>" not in case.page()


def test_buttons_to_join_say_which_case(client, lift):
    for category in ("door", "noise"):
        client.post(f"/e/{lift}/report", data=form(category=category, draft=category))
    names = re.findall(r'name="join"[^>]*aria-label="([^"]+)"', client.get(f"/e/{lift}/report").text)
    assert len(set(names)) == 2
    assert all(name.startswith("我也遇到了，加入这一件：") for name in names)


def test_cases_of_other_problems_stand_below_what_is_submitted(client, lift):
    for category in ("door", "noise"):
        client.post(f"/e/{lift}/report", data=form(category=category, draft=category))
    page = client.get(f"/e/{lift}/report/door").text
    same, other = page.index("加入这一件：门"), page.index("加入这一件：异响抖动")
    assert same < page.index(">提交</button>") < other


def test_a_tap_without_the_key_changes_nothing(client, case):
    case.act("accept")
    case.act("resolve")
    for key in ("", "WRONGKEY"):
        assert client.post(f"/c/{case.number}/satisfied", data={"k": key}).status_code == 404
    assert client.post(f"/c/{case.number}/resolve", data={"k": "x"}).status_code in {404, 405}
    assert "satisfaction" not in cases()[0]


def test_a_case_that_waits_for_a_look_says_so_plainly(client, lift):
    page = client.post(f"/e/{lift}/report", data=form(description="加微信"), follow_redirects=True)
    assert "这一件已经收下" in page.text
    assert "待核看" in page.text
