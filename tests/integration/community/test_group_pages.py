import contextlib
import io
import re
import threading

import pytest
import time_machine

from backend.community import access, groups, mediations, queries, urges
from backend.community.documents import Follow, Group, Mediation, Member, Urge, Walk
from backend.delivery.documents import Notice
from backend.foundation import clock
from backend.foundation.errors import Conflict
from backend.foundation.photos import Photo
from tests.factories import make_lift
from tests.factories.people import post, sign_in
from tests.integration.community.conftest import LEAD, NEIGHBOUR, in_days

FORBIDDEN_WORDS = (LEAD, NEIGHBOUR)

pytestmark = pytest.mark.usefixtures("browsers_of_their_own")


@pytest.fixture
def client(app, context):
    return app.test_client()


@pytest.fixture
def desk(app, officer):
    """The district officer's browser."""
    client = app.test_client()
    sign_in(client)
    return client


def test_a_neighbour_applies_is_approved_and_sees_the_board(app, lift, desk):
    browser = app.test_client()
    answer = post(browser, "/community/apply", name="云栖苑小组", lifts=lift, applicant="王老师", phone="")
    assert answer.status_code == 303
    assert "等待批准" in browser.get(answer.location).text
    group = Group.objects.get()
    post(desk, f"/desk/groups/{group.number}/approve", f"/desk/groups/{group.number}")
    page = browser.get(f"/community/{group.number}")
    assert "3栋 2号梯" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_an_application_without_a_known_lift_says_what_is_wrong_and_keeps_what_was_typed(client, lift):
    answer = post(client, "/community/apply", name="云栖苑小组", lifts="1", applicant="王老师")
    assert answer.status_code == 422
    assert "没有救援识别码是 1 的电梯" in answer.text
    assert 'value="云栖苑小组"' in answer.text


def test_a_lead_invites_and_a_neighbour_joins_by_the_link(as_, app, lead, group):
    page = post(as_(LEAD), f"/community/{group}/members", role="member")
    code = re.search(r'id="code">(\w+)<', page.text).group(1)
    browser = app.test_client()
    assert "云栖苑协调小组" in browser.get(f"/join/{code}").text
    answer = post(browser, f"/join/{code}", name="李阿姨")
    assert "电梯" in browser.get(answer.location).text
    assert {member.name for member in Member.objects} == {"王老师", "李阿姨"}


def test_a_wrong_invitation_is_told_plainly(client):
    answer = client.get("/join/NOSUCHCODE")
    assert answer.status_code == 404
    assert "邀请码不对或已过期" in answer.text


def test_a_browser_nobody_knows_is_shown_the_way_in(client, group):
    answer = client.get(f"/community/{group}")
    assert (answer.status_code, answer.location) == (302, "/community")


def test_a_member_is_shown_the_way_to_the_groups_board(as_, group, lead):
    assert f'href="/community/{group}"' in as_(LEAD).get("/community").text


def test_a_forged_cookie_is_nobody(app, group):
    browser = app.test_client()
    browser.set_cookie(access.COOKIE, "ImZmZiI.forged.forged")
    assert browser.get(f"/community/{group}").location == "/community"


def test_a_members_cookie_is_read_on_the_groups_pages_alone(as_, group, lead):
    answer = as_(LEAD).get("/desk")
    assert answer.status_code == 302
    assert answer.location.startswith("/login")


@pytest.mark.parametrize("path", ["", "/members", "/lift/500101", "/photos/" + "0" * 24])
def test_another_groups_pages_do_not_exist(as_, group, stranger, path):
    assert as_(stranger.holder).get(f"/community/{group}{path}").status_code == 404


def test_a_member_urges_the_unit_answers_and_the_member_closes(as_, app, member, lift, group):
    browser, here = as_(NEIGHBOUR), f"/community/{group}/lift/{lift}"
    form = {"text": "三楼层门关不严", "category": "door", "unit": "using_unit", "due": in_days(5).isoformat()}
    answer = post(browser, f"{here}/urge", here, **form, draft="d1")
    made = Urge.objects.get()
    assert answer.location.endswith(f"/urge/{made.number}")
    unit = app.test_client()
    link = f"/urge/{urges.token(made.number)}"
    assert "三楼层门关不严" in unit.get(link).text
    post(unit, link, text="已调整", done_on=in_days(0).isoformat())
    assert "已调整" in browser.get(answer.location).text
    post(browser, f"{answer.location}/close", answer.location)
    assert Urge.objects.get().state == "closed"
    assert "小组已确认整改" not in unit.get(link).text
    assert post(unit, link, text="再说").status_code in {400, 409}


def test_a_wrong_date_shows_the_form_again_with_what_was_typed(as_, member, lift, group):
    here = f"/community/{group}/lift/{lift}"
    form = {"text": "门关不严", "category": "door", "unit": "using_unit"}
    for due in ("yesterday", in_days(-1).isoformat()):
        answer = post(as_(NEIGHBOUR), f"{here}/urge", here, due=due, **form)
        assert answer.status_code == 422
        assert "门关不严" in answer.text
    assert Urge.objects.count() == 0


def test_a_walk_with_a_photo_is_seen_by_the_group_alone(as_, client, member, picture, stranger):
    group, lift = member.group.number, "500101"
    browser, here = as_(NEIGHBOUR), f"/community/{group}/lift/{lift}"
    token = re.search(r'csrf_token" value="([^"]+)"', browser.get(here).text).group(1)
    sent = {"csrf_token": token, "text": "机房门没锁", "problem": "1", "photos": (io_of(picture), "a.jpg")}
    assert browser.post(f"{here}/walk", data=sent).status_code == 303
    assert Walk.objects.get().problem
    photo = f"/community/{group}/photos/{Photo.objects.get().id}"
    assert browser.get(photo).mimetype == "image/jpeg"
    assert as_(stranger.holder).get(photo).status_code == 404
    assert client.get(photo).status_code == 302


def io_of(picture):
    return io.BytesIO(picture.data)


def test_a_member_doubts_a_visit_and_the_board_shows_it(as_, member, lift, group, visit):
    browser, here = as_(NEIGHBOUR), f"/community/{group}/lift/{lift}"
    post(browser, f"{here}/visit", here, visit=visit, came="no", note="没看到人")
    assert "没来 1 人" in browser.get(here).text
    assert "维保有疑问" in browser.get(f"/community/{group}").text


def test_a_mediation_is_opened_recorded_and_agreed(as_, member, lift, group):
    browser, here = as_(NEIGHBOUR), f"/community/{group}/lift/{lift}"
    answer = post(browser, f"{here}/mediation", here, topic="维保费", parties=["owners", "using_unit"])
    post(browser, answer.location, action="meet", text="各说各的")
    post(browser, answer.location, action="agree", text="各出一半")
    assert "达成一致" in browser.get(answer.location).text
    assert Mediation.objects.get().outcome == "各出一半"


def test_a_member_may_not_make_invitations(as_, member, group):
    browser = as_(NEIGHBOUR)
    assert post(browser, f"/community/{group}/members", f"/community/{group}/lift/500101").status_code == 403


def test_the_board_shows_no_name_that_was_not_chosen_and_no_holder(as_, member, lead, group):
    for path in ("", "/members"):
        text = as_(LEAD).get(f"/community/{group}{path}").text
        assert not any(word in text for word in FORBIDDEN_WORDS)


def test_the_follow_page_tells_everybody_how_and_lets_members_follow(as_, client, member, lift):
    page = client.get(f"/e/{lift}/follow")
    assert f"关注 {lift}" in page.text
    assert "没有短信" in page.text
    browser = as_(NEIGHBOUR)
    post(browser, f"/e/{lift}/follow", target=f"lift:{lift}")
    post(browser, f"/e/{lift}/follow", target="estate:est-1")
    assert {row.target for row in Follow.objects(holder=NEIGHBOUR)} == {f"lift:{lift}", "estate:est-1"}
    post(browser, f"/e/{lift}/follow", target=f"lift:{lift}", stop="1")
    assert [row.target for row in Follow.objects] == ["estate:est-1"]
    assert "云栖苑" in browser.get("/community").text


def test_nobody_follows_something_else_through_a_lifts_page(as_, member, lift):
    assert post(as_(NEIGHBOUR), f"/e/{lift}/follow", target="lift:500999").status_code == 422


def test_an_unknown_lift_cannot_be_followed(client):
    assert client.get("/e/999999/follow").status_code == 404


def test_an_old_pass_opens_nothing(app, client, member):
    with app.test_request_context():
        link = f"/community/in/{access.pass_for(NEIGHBOUR)}"
    with time_machine.travel(clock.now().timestamp() + 31 * 60, tick=False):
        assert client.get(link).status_code == 404


def test_the_desk_lists_its_own_groups_alone(app, desk, group, stranger):
    page = desk.get("/desk/groups")
    assert "云栖苑协调小组" in page.text
    assert "望江里小组" not in page.text
    assert desk.get(f"/desk/groups/{stranger.group.number}").status_code == 404


def test_a_group_that_waits_for_approval_stands_on_the_page_of_the_day(desk, officer, applied):
    page = desk.get("/today").text
    assert "等待批准的小组" in page
    assert f'<a href="/desk/groups/{applied}"' in page
    groups.decide(officer, applied, "approve")
    assert "等待批准的小组" not in desk.get("/today").text


def test_another_districts_groups_do_not_wait_on_this_desk(app, applied, neighbour_district):
    client = app.test_client()
    sign_in(client, "shapingba")
    assert "等待批准的小组" not in client.get("/today").text


def test_a_notice_of_a_group_leads_to_the_group(desk, applied):
    kept = Notice(
        key="n-1", recipient="500103", subject=f"group:{applied}", title="小组申请", text="请看", at=clock.now()
    ).save()
    opened = post(desk, f"/desk/inbox/{kept.id}", "/desk/inbox", open="1")
    assert opened.location == f"/desk/groups/{applied}"


def test_the_desk_sees_urges_that_are_not_done_and_what_they_became(desk, member, lift):
    made = urges.urge(member, lift, text="请修门", due=in_days(7))
    urges.escalate(member, str(made.number))
    page = desk.get("/desk/groups")
    assert Urge.objects.get().complaint in page.text
    assert "已转市场监管局" in page.text


def test_a_refusal_without_a_reason_is_shown_on_the_page(desk, applied):
    page = post(desk, f"/desk/groups/{applied}/refuse", f"/desk/groups/{applied}", reason="")
    assert page.status_code == 422
    assert "请写明理由" in page.text


def test_the_desk_shows_the_applicants_phone_when_asked(desk, applied):
    assert "023-0000-0009" not in desk.get(f"/desk/groups/{applied}").text
    assert "023-0000-0009" in post(desk, f"/desk/groups/{applied}/phone", f"/desk/groups/{applied}").text


def test_an_officer_reads_the_board_but_does_not_act_for_the_group(desk, group, lift):
    here = f"/community/{group}/lift/{lift}"
    assert "发出督促" not in desk.get(here).text
    assert post(desk, f"{here}/urge", "/account/password", text="x").status_code == 403


def test_the_board_costs_the_same_number_of_queries_for_more_lifts(member, group, commands):
    found = Group.objects.get(number=group)
    commands.clear()
    queries.board(found)
    few = list(commands)
    for number in range(5):
        make_lift(f"50020{number}", estate="est-1")
    commands.clear()
    assert len(queries.board(found)) == 6
    assert commands == few


def test_a_name_is_asked_for_again_when_it_is_missing(lead, app):
    code = groups.invite(lead)
    answer = post(app.test_client(), f"/join/{code}", name=" ")
    assert answer.status_code == 422
    assert "请写怎么称呼您" in answer.text


def test_a_member_leaves_by_the_page_and_no_longer_sees_the_board(as_, member, group):
    browser, me = as_(NEIGHBOUR), member.actor.id.removeprefix("member:")
    answer = post(browser, f"/community/{group}/members/{me}/remove", f"/community/{group}/members")
    assert answer.location == "/community"
    assert browser.get(f"/community/{group}").location == "/community"


@pytest.mark.parametrize("path", ["urge/x", "urge/" + "0" * 24, "mediation/x", "mediation/" + "0" * 24, "photos/x"])
def test_what_does_not_exist_is_not_found(as_, lead, group, path):
    assert as_(LEAD).get(f"/community/{group}/{path}").status_code == 404


def test_a_move_that_is_none_changes_nothing(as_, member, lift, group):
    made = urges.urge(member, lift, text="请修门", due=in_days(7))
    here = f"/community/{group}/urge/{made.number}"
    assert post(as_(NEIGHBOUR), f"{here}/answer", here).status_code == 404
    assert Urge.objects.get().state == "open"


def test_anothers_urge_and_mediation_are_not_shown(as_, member, lift, stranger):
    made = urges.urge(member, lift, text="请修门", due=in_days(7))
    talk = mediations.open_mediation(member, lift, topic="费用", parties=["owners", "using_unit"])
    browser = as_(stranger.holder)
    for path in (f"urge/{made.number}", f"mediation/{talk.number}"):
        assert browser.get(f"/community/{stranger.group.number}/{path}").status_code == 404


def test_an_empty_answer_and_an_empty_record_are_asked_for_again(as_, client, member, lift, group):
    made = urges.urge(member, lift, text="请修门", due=in_days(7))
    talk = mediations.open_mediation(member, lift, topic="费用", parties=["owners", "using_unit"])
    assert "请写明整改情况" in post(client, f"/urge/{urges.token(made.number)}", text=" ").text
    assert (
        "请写明内容"
        in post(as_(NEIGHBOUR), f"/community/{group}/mediation/{talk.number}", action="meet", text=" ").text
    )
    assert Urge.objects.get().answer is None


def test_more_photos_than_allowed_are_refused_by_name(as_, member, picture):
    browser, here = as_(NEIGHBOUR), f"/community/{member.group.number}/lift/500101"
    token = re.search(r'csrf_token" value="([^"]+)"', browser.get(here).text).group(1)
    photos = [(io_of(picture), f"{number}.jpg") for number in range(7)]
    answer = browser.post(f"{here}/walk", data={"csrf_token": token, "text": "看", "photos": photos})
    assert answer.status_code == 422
    assert "照片最多 6 张" in answer.text
    assert Walk.objects.count() == 0


def test_two_leads_who_leave_at_once_leave_one(app, lead, group):
    groups.join(groups.invite(lead, "lead"), NEIGHBOUR, "李阿姨")
    leads = [access.of_holder(holder, group, "group.see") for holder in (LEAD, NEIGHBOUR)]
    gate = threading.Barrier(2)

    def leave(who):
        with app.app_context():
            gate.wait()
            with contextlib.suppress(Conflict):
                groups.remove(who, who.actor.id.removeprefix("member:"))

    threads = [threading.Thread(target=leave, args=(who,)) for who in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Member.objects(group=group, role="lead", active=True).count() == 1


def sent_twice_and_then_changed(browser, path, page, form, changed):
    """Send a form, send it again, then send it with something else in it; gives the three answers' statuses."""
    return [post(browser, path, page, draft="d1", **form | more).status_code for more in ({}, {}, changed)]


def test_each_form_of_a_lift_with_something_else_in_it_is_another(as_, member, lift, group):
    browser, here = as_(NEIGHBOUR), f"/community/{group}/lift/{lift}"
    urge = {"text": "门关不严", "category": "door", "unit": "using_unit", "due": in_days(5).isoformat()}
    mediation = {"topic": "维保费谁出", "parties": ["owners", "using_unit"]}
    sent = [
        sent_twice_and_then_changed(browser, f"{here}/urge", here, urge, {"text": "异响"}),
        sent_twice_and_then_changed(browser, f"{here}/walk", here, {"text": "正常"}, {"text": "机房门没锁"}),
        sent_twice_and_then_changed(browser, f"{here}/mediation", here, mediation, {"topic": "加装电梯"}),
    ]
    assert sent == [[303, 303, 303]] * 3
    assert [row.text for row in Urge.objects.order_by("filed_at")] == ["门关不严", "异响"]
    assert [row.text for row in Walk.objects.order_by("at")] == ["正常", "机房门没锁"]
    assert [row.topic for row in Mediation.objects.order_by("filed_at")] == ["维保费谁出", "加装电梯"]


def test_an_application_sent_twice_by_a_browser_without_a_cookie_is_one_group(app, lift):
    form = {"name": "协调小组", "lifts": lift, "applicant": "王", "draft": "d1"}
    boards = [post(app.test_client(), "/community/apply", **form).location for _ in range(2)]
    other = post(app.test_client(), "/community/apply", **form | {"name": "另一个小组"}).location
    assert boards[0] == boards[1] != other
    assert Group.objects.count() == 2


def test_the_photo_of_a_walk_without_words_is_kept_for_the_next_try(as_, member, picture, lift, group):
    browser, here = as_(NEIGHBOUR), f"/community/{group}/lift/{lift}"
    refused = post(browser, f"{here}/walk", here, text="", draft="d1", photos=(io_of(picture), "a.jpg"))
    assert refused.status_code == 422
    kept = re.findall(r'name="kept" value="([^"]+)"', refused.text)
    assert post(browser, f"{here}/walk", here, text="机房门没锁", draft="d1", kept=kept).status_code == 303
    assert len(Walk.objects.get().photos) == 1


def test_a_photo_that_is_none_is_told_on_the_form_with_its_words(as_, member, lift, group):
    browser, here = as_(NEIGHBOUR), f"/community/{group}/lift/{lift}"
    refused = post(browser, f"{here}/walk", here, text="机房门没锁", photos=(io.BytesIO(b""), "58-zero.jpg"))
    assert refused.status_code == 422
    assert "0 字节" in refused.text
    assert "机房门没锁" in refused.text
