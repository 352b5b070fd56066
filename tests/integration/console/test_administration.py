"""An administrator looks after people, keys and where news goes in the browser, by what the commands do."""

import re

import pypdfium2
import pytest
import zxingcpp

from backend.accounts import service
from backend.accounts.actors import COMMAND
from backend.foundation import outbox
from backend.registry.documents import Estate, Organisation
from backend.registry.service import save_lifts
from tests.factories.people import PASSWORD, TOKEN, make_officer, post, sign_in

UNIT, INSURER = "渝安电梯维保有限公司", "示例财产保险"


@pytest.fixture
def boss(app, db):
    """An administrator's browser, in a city with a maintenance unit and an insurer."""
    with app.app_context():
        Organisation(id="mu-1", name=UNIT, names=[{"name": UNIT, "key": UNIT}], kinds=["maintenance"]).save()
        Organisation(id="in-1", name=INSURER, names=[{"name": INSURER, "key": INSURER}], kinds=["insurer"]).save()
        make_officer("boss", role="administrator", jurisdiction=None)
    client = app.test_client()
    sign_in(client, "boss")
    return client


def add(boss, **typed):
    """Add a person with the form, 林某 of the district where nothing else is said."""
    person = {"login": "lin", "name": "林某", "role": "district_officer", "jurisdiction": "500103", "organisation": ""}
    return post(boss, "/admin/people", **(person | typed))


def listen(boss, address):
    """Say with the form where the system of 500103 listens."""
    token = TOKEN.search(boss.get("/admin/channels").text).group(1)
    return boss.post("/admin/channels/webhooks", data={"csrf_token": token, "bureau": "500103", "url": address})


def password_on(page):
    return re.search(r'id="password">([^<]+)<', page.text).group(1)


def kinds(db):
    """Give the kinds of what is on the record beside what the fixture did."""
    return [event["kind"] for event in db.events.find({"actor": {"$ne": COMMAND.id}}).sort("_id", 1)]


def test_a_person_who_is_added_signs_in_with_the_password_that_is_shown_once(app, boss, db):
    page = add(boss)
    assert page.status_code == 200
    shown = password_on(page)
    assert sign_in(app.test_client(), "lin", shown).status_code == 303
    assert shown not in boss.get("/admin/people/lin").text
    assert db.people.find_one({"login": "lin"})["jurisdiction"] == "500103"
    assert kinds(db) == ["person.created"]
    assert db.events.find_one(sort=[("_id", -1)])["actor"] == f"person:{db.people.find_one({'login': 'boss'})['_id']}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"login": "x"}, "登录名应为"),
        ({"name": " "}, "姓名应为"),
        ({"role": "hotline"}, "不是给人用的角色"),
        ({"role": "group_lead"}, "不是给人用的角色"),
        ({"role": "nonsense"}, "没有这个角色"),
        ({"jurisdiction": ""}, "请写明所在的局"),
        ({"role": "unit", "organisation": "没有的物业"}, "没有“没有的物业”这个单位"),
        ({"role": "unit", "organisation": INSURER}, "不能有"),
        ({"role": "unit"}, "请写明所在的单位"),
    ],
)
def test_what_cannot_be_taken_is_told_and_adds_nobody(boss, db, typed, said):
    page = add(boss, **typed)
    assert page.status_code == 422
    assert said in page.text
    assert db.people.count_documents({"login": {"$ne": "boss"}}) == 0


def test_only_roles_that_people_have_are_offered(boss):
    offered = set(re.findall(r'<option value="(\w+)"', boss.get("/admin/people").text))
    assert {"district_officer", "administrator", "unit"} <= offered
    assert offered.isdisjoint({"hotline", "group_member", "group_lead"})


def test_only_roles_that_programs_have_are_offered_and_taken_for_keys(boss, db):
    offered = set(re.findall(r'<option value="([a-z_]+)"', boss.get("/admin/keys").text))
    assert offered == {"hotline", "unit"}
    assert post(boss, "/admin/keys", name="平台", role="administrator").status_code == 422
    assert db.api_keys.find_one() is None


def test_a_unit_s_person_is_of_the_unit_that_was_named(boss, db):
    assert add(boss, role="unit", jurisdiction="", organisation=UNIT).status_code == 200
    assert db.people.find_one({"login": "lin"})["organisation"] == "mu-1"
    assert UNIT in boss.get("/admin/people").text


def test_people_are_found_by_a_part_of_their_name_or_login(boss):
    add(boss)
    add(boss, login="zhao", name="赵(某)")
    assert "zhao" not in boss.get("/admin/people?q=林").text
    assert "zhao" in boss.get("/admin/people?q=ZH").text
    assert "zhao" in boss.get("/admin/people?q=(").text
    assert "没有找到人员" in boss.get("/admin/people?q=没有这人").text


def test_a_long_list_of_people_goes_on_where_the_page_before_ended(app, boss):
    many = [
        {"login": f"p{n:03}", "name": "某", "role": "district_officer", "jurisdiction": "500103"} for n in range(60)
    ]
    with app.app_context():
        service.create_people(many, PASSWORD, by=COMMAND)
    first = boss.get("/admin/people")
    further = re.search(r'href="(/admin/people\?after=[^"]+)"', first.text).group(1)
    logins = [re.findall(r'href="/admin/people/(\w+)"', page.text) for page in (first, boss.get(further))]
    assert [len(one) for one in logins] == [50, 11]
    assert sorted(logins[0] + logins[1]) == sorted({*logins[0], *logins[1]})


def test_another_role_takes_effect_at_once_and_is_on_the_record(app, boss, db):
    lin = app.test_client()
    sign_in(lin, "lin", password_on(add(boss)))
    assert lin.get("/desk/blocked").status_code == 403
    answer = post(boss, "/admin/people/lin/role", "/admin/people/lin", role="district_leader", jurisdiction="500103")
    assert answer.status_code == 303
    assert lin.get("/desk/blocked").status_code == 200
    role = db.events.find_one({"kind": "person.role_changed"})["data"]
    assert role == {"role": "district_leader", "jurisdiction": "500103"}


def test_a_role_of_a_unit_leaves_the_bureau_behind(boss, db):
    add(boss)
    post(boss, "/admin/people/lin/role", "/admin/people/lin", role="unit", jurisdiction="500103", organisation=UNIT)
    person = db.people.find_one({"login": "lin"})
    assert (person["role"], person.get("jurisdiction"), person["organisation"]) == ("unit", None, "mu-1")


def test_a_closed_account_is_out_at_once_and_may_be_opened_again(app, boss, db):
    lin, password = app.test_client(), password_on(add(boss))
    sign_in(lin, "lin", password)
    post(boss, "/admin/people/lin/deactivate", "/admin/people/lin")
    assert lin.get("/today").status_code == 302
    assert "已停用" in boss.get("/admin/people/lin").text
    post(boss, "/admin/people/lin/activate", "/admin/people/lin")
    assert sign_in(app.test_client(), "lin", password).status_code == 303
    assert kinds(db)[1:] == ["person.deactivated", "person.activated"]


def test_a_new_password_ends_what_the_old_one_opened(app, boss):
    lin, password = app.test_client(), password_on(add(boss))
    sign_in(lin, "lin", password)
    fresh = password_on(post(boss, "/admin/people/lin/password", "/admin/people/lin"))
    assert lin.get("/today").status_code == 302
    assert sign_in(app.test_client(), "lin", fresh).status_code == 303


@pytest.mark.parametrize("change", ["deactivate", "role"])
def test_nobody_locks_themselves_out(boss, db, change):
    place = {"role": "district_officer", "jurisdiction": "500103"}
    page = post(boss, f"/admin/people/boss/{change}", "/admin/people/boss", **place)
    assert page.status_code == 409
    assert "请由另一位管理员办理" in page.text
    assert db.people.find_one({"login": "boss"})["role"] == "administrator"
    assert boss.get("/admin/people").status_code == 200


def test_what_hurts_is_asked_twice(boss):
    add(boss)
    page = boss.get("/admin/people/lin").text
    for asked, sent in (("停用账号", "确认停用"), ("换新密码", "确认换新密码")):
        assert re.search(rf"<details class=\"confirm\"><summary>{asked}</summary>.*?{sent}</button>", page, re.DOTALL)


def test_a_key_is_shown_once_works_and_is_revoked(app, boss, db):
    page = post(boss, "/admin/keys", name="12345热线", role="hotline")
    key = re.search(r'id="key">([^<]+)<', page.text).group(1)
    headers = {"Authorization": f"Bearer {key}"}
    assert app.test_client().get("/api/v1/complaints/orders/none", headers=headers).status_code == 404
    listed = boss.get("/admin/keys").text
    assert key not in listed
    post(boss, re.search(r'action="(/admin/keys/\w+/revoke)"', listed).group(1), "/admin/keys")
    assert app.test_client().get("/api/v1/complaints/orders/none", headers=headers).status_code == 401
    assert "已收回" in boss.get("/admin/keys").text
    assert kinds(db) == ["key.created", "key.revoked"]


def test_a_bureau_s_system_is_set_shown_without_its_address_and_removed(boss, db):
    page = listen(boss, "https://bureau.example/k/abc")
    assert re.search(r'id="secret">[^<]{20,}<', page.text)
    listed = boss.get("/admin/channels").text
    assert "bureau.example" in listed
    assert "/k/abc" not in listed
    post(boss, "/admin/channels/webhooks/500103/remove", "/admin/channels")
    assert not db.webhook_endpoints.find_one()["active"]
    assert kinds(db) == ["webhook.set", "webhook.removed"]


def test_an_address_that_cannot_be_used_is_told_and_keeps_nothing(boss, db):
    page = listen(boss, "http://bureau.example")
    assert (page.status_code, "必须以 https:// 开头" in page.text) == (422, True)
    assert 'value="http://bureau.example"' in page.text
    assert db.webhook_endpoints.find_one() is None


@pytest.mark.parametrize(
    ("kind", "named", "recipient"),
    [
        ("bureau", "渝中区", "500103"),
        ("bureau", "500103", "500103"),
        ("unit", UNIT, "unit:mu-1"),
        ("person", "boss", "person:{boss}"),
    ],
)
def test_a_mailbox_is_set_by_the_name_that_people_know(boss, db, kind, named, recipient):
    typed = {"kind": kind, "recipient": named, "address": "office@bureau.example"}
    assert post(boss, "/admin/channels/mailboxes", "/admin/channels", **typed).status_code == 303
    assert db.mailboxes.find_one()["_id"] == recipient.format(boss=db.people.find_one()["_id"])
    listed = boss.get("/admin/channels").text
    assert "o***@bureau.example" in listed
    assert "office@" not in listed


@pytest.mark.parametrize(
    ("kind", "named", "said"),
    [
        ("bureau", "渝中", "是不是渝中区（500103）"),
        ("unit", "没有的物业", "没有“没有的物业”"),
        ("person", "wer", "没有这个登录名"),
    ],
)
def test_a_mailbox_of_nobody_is_refused(boss, db, kind, named, said):
    typed = {"kind": kind, "recipient": named, "address": "office@bureau.example"}
    page = post(boss, "/admin/channels/mailboxes", "/admin/channels", **typed)
    assert (page.status_code, said in page.text) == (422, True)
    assert db.mailboxes.find_one() is None


def test_a_trial_goes_the_way_of_all_news_and_its_end_is_shown(app, boss, db):
    listen(boss, "https://127.0.0.1:1/")
    post(boss, "/admin/channels/webhook/500103/try", "/admin/channels")
    assert "等待发送" in boss.get("/admin/channels").text
    message = db.outbox.find_one()
    assert (message["channel"], message["target"], message["state"]) == ("webhook", "500103", outbox.PENDING)
    db.outbox.update_one({}, {"$set": {"state": outbox.SENT}})
    assert "对方已收到" in boss.get("/admin/channels").text
    assert post(boss, "/admin/channels/webhook/500106/try", "/admin/channels").status_code == 404


def test_the_signs_of_an_estate_come_as_one_pdf_and_are_on_the_record(app, boss, db):
    with app.app_context():
        Estate(id="est-1", name="云栖苑", jurisdiction="500103").save()
        save_lifts(
            [{"code": "500101", "jurisdiction": "500103", "estate": "est-1", "estate_name": "云栖苑"}], by=COMMAND
        )
    answer = post(boss, "/admin/signs", estate="云栖苑", jurisdiction="")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    [sheet] = pypdfium2.PdfDocument(answer.data)
    tag = db.signs.find_one({"lift": "500101", "state": "current"})["tag"]
    [code] = zxingcpp.read_barcodes(sheet.render(scale=3).to_pil())
    assert code.text == f"HTTPS://CHATI.EXAMPLE/E/500101/{tag}"
    assert db.events.find_one({"kind": "sign.issued"})["role"] == "administrator"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"estate": "无此处"}, "没有找到电梯"),
        ({}, "请写小区或选择辖区"),
    ],
)
def test_a_place_without_lifts_prints_nothing(boss, db, typed, said):
    page = post(boss, "/admin/signs", **typed)
    assert (page.status_code, said in page.text) == (422, True)
    assert db.signs.find_one() is None


def test_the_menu_leads_an_administrator_here_and_nobody_else(app, boss):
    assert 'href="/admin/people"' in boss.get("/today").text
    with app.app_context():
        make_officer()
    officer = app.test_client()
    sign_in(officer)
    assert "/admin/people" not in officer.get("/today").text
    assert officer.get("/admin/people").status_code == 403
