"""A unit answers its repair by the link it was sent, and nobody else does."""

import io
import re
from types import SimpleNamespace

import pytest
import structlog
from itsdangerous import URLSafeSerializer
from PIL import Image

from backend.complaints import links, service
from backend.delivery import inbox, wording
from backend.foundation import database
from tests.delivering import pass_news_on
from tests.factories.people import make_officer, sign_in

PHONE, WORDS, BINDING = "02300001234", "我住 3-2，门夹住了婴儿车", "f" * 32


@pytest.fixture
def case(client, filed):
    """A complaint about a door, its repair, and what its units and its officer do."""
    number = filed(phone=PHONE, description=WORDS, binding=BINDING)["number"]
    return story(client, f"R{number}", number, make_officer())


def story(client, repair, number, officer):

    def stored():
        kind = "repairs" if repair.startswith("R") else "complaints"
        return database.collection(kind).find_one({"_id": repair})

    def path(unit="mu-1"):
        return links.link(repair, unit).removeprefix("https://chati.example")

    def say(action, unit="mu-1", **fields):
        return client.post(f"{path(unit)}/{action}", data={"version": stored()["version"], **fields})

    def page(unit="mu-1"):
        return client.get(path(unit)).text

    def act(action, **details):
        service.act(repair, action, officer, stored()["version"], {"text": "门仍然夹人", **details})

    return SimpleNamespace(number=number, repair=repair, stored=stored, path=path, say=say, page=page, act=act)


def secrets_in(page):
    return [secret for secret in (PHONE, "婴儿车", "3-2", BINDING) if secret in page]


def photo(colour="teal"):
    raw = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(raw, "JPEG")
    return io.BytesIO(raw.getvalue()), "door.jpg"


def test_each_unit_is_sent_its_own_link_in_the_words_of_its_news(db, case):
    pass_news_on()
    told = list(db.outbox.find({"template": "repair.opened", "channel": {"$ne": "reach"}}))
    assert {(row["target"], row["channel"]) for row in told} == {("unit:uu-1", "inbox"), ("unit:mu-1", "inbox")}
    for row in told:
        assert row["data"]["link"] == f"https://chati.example{case.path(row['target'].removeprefix('unit:'))}"
        assert row["data"]["link"] in wording.text(row["template"], row["data"])
        inbox.send(row)
    assert all("/repair/" in notice["text"] for notice in db.notices.find())
    assert len({row["data"]["link"] for row in told}) == 2


def test_words_as_long_as_may_be_never_cut_the_link_off(db, case):
    case.say("fix", text="已调整")
    case.act("send_back", text="长" * 2000)
    told = db.outbox.find_one({"template": "repair.opened", "data.text": {"$regex": "长长"}})
    assert told["data"]["link"] in wording.text("repair.opened", told["data"])


def test_the_page_tells_lift_fault_and_by_when_and_why(case):
    page = case.page()
    for words in ("云栖苑 3栋 2号梯", "500101", "门", "待接单", "平台约定", "致 渝安电梯维保有限公司", case.repair):
        assert words in page


def test_the_page_shows_nothing_of_who_reported(case):
    case.say("take")
    assert not secrets_in(case.page())


def test_a_place_that_a_reporter_typed_is_not_shown(client, filed):
    number = filed(place="示例三号家门口")["number"]
    assert "示例三号" not in story(client, f"R{number}", number, None).page()


def test_the_page_is_neither_kept_nor_indexed_and_gives_its_address_to_nobody(client, case):
    headers = client.get(case.path()).headers
    assert "no-store" in headers["Cache-Control"]
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def test_the_link_is_never_logged(client, case):
    with structlog.testing.capture_logs() as lines:
        case.page()
        case.say("take")
        case.say("fix", text="")
    assert case.path().rpartition("/")[2] not in str(lines)
    assert case.path().rpartition("/")[2] not in str(list(database.collection("events").find()))


def test_a_unit_takes_its_repair_and_answers_it(case):
    assert case.say("take").status_code == 303
    assert case.stored()["state"] == "accepted"
    page = case.page("uu-1")
    assert "接单</b> · 渝安电梯维保有限公司" in page
    assert "已接单</button>" not in page
    assert case.say("fix", "uu-1", text="更换门机皮带").status_code == 303
    assert (case.stored()["state"], case.stored()["outcome"]) == ("resolved", "更换门机皮带")
    assert "更换门机皮带" in case.page()


def test_the_officer_hears_of_it_and_reads_the_units_words_and_photos_on_the_case(client, db, case):
    case.say("fix", text="更换门机皮带", photos=[photo(), photo("navy")])
    told = db.outbox.find_one({"template": "repair.fixed"})
    assert (told["target"], told["subject"]) == ("500103", f"complaint:{case.number}")
    assert db.complaints.find_one({"_id": case.number})["state"] == "filed"
    sign_in(client)
    page = client.get(f"/desk/{case.number}").text
    assert "更换门机皮带" in page
    assert page.count("单位的修复照片") == 2
    sent = client.get(re.search(r'href="([^"]*attachment[^"]*)"', page).group(1))
    assert (sent.status_code, sent.data[:3]) == (200, b"\xff\xd8\xff")


def test_a_repair_is_answered_once(db, case):
    first = case.stored()["version"]
    assert case.say("fix", text="更换门机皮带").status_code == 303
    for version in (first, case.stored()["version"]):
        again = case.say("fix", text="又一次", version=version)
        assert again.status_code == 409
        assert "更换门机皮带" in again.text
    assert case.stored()["outcome"] == "更换门机皮带"
    assert db.case_entries.count_documents({"case": case.repair, "action": "fix"}) == 1


def test_a_closed_repair_is_shown_without_a_form_until_it_is_sent_back(case):
    case.act("resolve", text="现场看过")
    assert "<form" not in case.page()
    assert "现场看过" not in case.page()
    assert case.say("take").status_code == 409
    case.act("send_back")
    assert "门仍然夹人" in case.page()
    assert case.say("fix", text="再次调整").status_code == 303


def test_whoever_saw_an_older_state_is_told_plainly_and_loses_no_word(case):
    seen = case.stored()["version"]
    case.say("take", "uu-1")
    late = case.say("fix", text="更换门机皮带", version=seen)
    assert late.status_code == 409
    assert "刚刚被别人更新过" in late.text
    assert "下面是最新情况" in late.text
    assert "更换门机皮带</textarea>" in late.text
    assert case.stored()["state"] == "accepted"


@pytest.mark.parametrize("token", ["x", "WyJSIiwibXUtMSJd.AAAA", "a.b.c", "%00", "长", "x" * 4000])
def test_a_link_we_did_not_sign_opens_nothing(client, case, token):
    assert client.get(f"/repair/{token}").status_code == 404
    assert client.post(f"/repair/{token}/fix", data={"version": 1, "text": "修好了"}).status_code == 404
    assert case.stored()["state"] == "filed"


def test_one_changed_letter_makes_a_link_worthless(client, case):
    path = case.path()
    for place in (9, len(path) // 2, len(path) - 2):
        changed = path[:place] + ("A" if path[place] != "A" else "B") + path[place + 1 :]
        assert client.get(changed).status_code == 404


def test_a_signature_made_for_something_else_is_no_link(client, app, case):
    other = URLSafeSerializer(app.secret_key, salt="community.urge").dumps([case.repair, "mu-1"])
    assert client.get(f"/repair/{other}").status_code == 404


def test_another_units_link_does_not_open_a_repair_that_was_not_sent_to_it(client, case):
    database.collection("organisations").insert_one({"_id": "mu-9", "name": "别的维保单位", "kinds": ["maintenance"]})
    assert client.get(case.path("mu-9")).status_code == 404
    assert case.say("fix", "mu-9", text="修好了").status_code == 404
    assert case.say("take", "nobody").status_code == 404
    assert case.stored()["state"] == "filed"


def test_a_link_to_a_case_that_does_not_exist_is_not_found(client, context):
    for number in ("R261123-000000", "261123-000000"):
        assert client.get(links.link(number, "mu-1").removeprefix("https://chati.example")).status_code == 404


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("no words", {"text": " "}, "请写明内容"),
        ("too many words", {"text": "长" * 501}, "最多 500 个字"),
        (
            "a text that says it is a photo",
            {"text": "好", "photos": (io.BytesIO(b"no"), "a.jpg")},
            "不是可以识别的照片",
        ),
        ("too many photos", {"text": "好", "photos": [photo() for _ in range(7)]}, "照片最多 6 张"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_bad_input_is_named_and_changes_nothing(db, case, name, fields, words):
    answer = case.say("fix", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert case.stored()["state"] == "filed"
    assert db.case_attachments.count_documents({}) == 0


@pytest.mark.parametrize("version", ["", "one", "-1", "99"])
def test_a_version_that_nobody_saw_changes_nothing(case, version):
    assert case.say("take", version=version).status_code == 409
    assert case.stored()["state"] == "filed"


@pytest.mark.parametrize("action", ["resolve", "send_back", "note", "accept"])
def test_an_officers_move_is_not_a_units(case, action):
    assert case.say(action, text="办结").status_code in {404, 405}
    assert case.stored()["state"] == "filed"


def test_what_a_unit_types_is_shown_as_text(case):
    case.say("fix", text="<script>alert(1)</script>")
    assert "<script>alert" not in case.page()


def test_a_fault_report_of_its_own_is_answered_the_same_way_without_the_reporters_words(client, filed):
    number = filed(phone=PHONE, description=WORDS, binding=BINDING)["number"]
    officer = make_officer()
    service.act(number, "retrack", officer, 1, {"track": "repair", "text": "只是故障"})
    own = story(client, number, number, officer)
    assert not secrets_in(own.page())
    assert own.say("take").status_code == 303
    assert own.say("fix", text="更换门机皮带").status_code == 303
    service.act(number, "reopen", service.resident(), own.stored()["version"], {"text": WORDS})
    assert not secrets_in(own.page())
    assert "不满意，重新办理</b> · 反映人" in own.page()


def test_a_case_that_is_no_repair_any_more_is_closed_to_the_units(client, filed):
    number = filed()["number"]
    officer = make_officer()
    service.act(number, "retrack", officer, 1, {"track": "repair", "text": "只是故障"})
    database.collection("complaints").update_one({"_id": number}, {"$set": {"units": []}})
    own = story(client, number, number, officer)
    assert client.get(own.path()).status_code == 404


def test_making_a_link_asks_the_database_nothing(context, commands):
    links.opened(links.link("R261123-000000", "mu-1").rpartition("/")[2])
    assert commands == []


def test_one_address_cannot_try_answers_without_end(client, context):
    tries = [client.post("/repair/forged/take").status_code for _ in range(121)]
    assert (tries[0], tries[-1]) == (404, 429)
