import pytest
import time_machine

from backend.community import access, following, groups
from backend.community.documents import Group, Invitation, Member
from backend.delivery import worker
from backend.foundation import clock
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from tests.factories import make_lift
from tests.integration.community.conftest import LEAD, NEIGHBOUR

pytestmark = pytest.mark.rule("P-09")


def test_an_application_waits_for_the_district_of_its_estate(applied):
    group = Group.objects.get(number=applied)
    assert (group.state, group.jurisdiction, group.estates) == ("applied", "500103", ["est-1"])


def test_the_district_finds_the_application_in_its_inbox(applied, db):
    while worker.deliver_next("worker-1"):
        pass
    notice = db.notices.find_one()
    assert (notice["recipient"], notice["title"]) == ("500103", "协调小组等待批准")
    assert f"https://chati.example/desk/groups/{applied}" in notice["text"]


def test_the_same_form_sent_twice_is_one_application(lift):
    first, second = (groups.apply("小组", [lift], "王", LEAD, draft="d1") for _ in range(2))
    assert first.number == second.number
    assert Group.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "很" * 21}, "name"),
        ({"lifts": []}, "lifts"),
        ({"lifts": ["999999"]}, "lifts"),
        ({"lifts": ["500109"]}, "lifts"),
        ({"applicant": ""}, "applicant"),
        ({"phone": "call me"}, "phone"),
    ],
)
def test_an_application_that_cannot_be_taken_names_the_field_and_changes_nothing(lift, changes, field):
    make_lift("500109")
    values = {"name": "小组", "lifts": [lift], "applicant": "王", "phone": ""} | changes
    with pytest.raises(BadInput) as refused:
        groups.apply(values["name"], values["lifts"], values["applicant"], LEAD, phone=values["phone"])
    assert list(refused.value.fields) == [field]
    assert (Group.objects.count(), Member.objects.count()) == (0, 0)


def test_estates_of_two_districts_apply_apart(lift, stranger):
    with pytest.raises(BadInput) as refused:
        groups.apply("小组", [lift, "500601"], "王", LEAD)
    assert "同一个区县" in refused.value.message


@pytest.mark.rule("P-09")
def test_a_group_is_decided_by_its_own_district_alone(applied, neighbour_district):
    with pytest.raises(NotFound):
        groups.decide(neighbour_district, applied, "approve")
    assert Group.objects.get(number=applied).state == "applied"


def test_a_refusal_needs_its_reason(applied, officer):
    with pytest.raises(BadInput) as refused:
        groups.decide(officer, applied, "refuse", " ")
    assert "reason" in refused.value.fields
    assert groups.decide(officer, applied, "refuse", "小区已有小组").outcome == "小区已有小组"


def test_a_dissolved_group_is_not_dissolved_again(group, officer):
    groups.decide(officer, group, "dissolve", "小区拆迁")
    with pytest.raises(Conflict):
        groups.decide(officer, group, "dissolve", "小区拆迁")


def test_before_approval_nobody_is_invited(applied):
    with pytest.raises(Conflict):
        access.of_holder(LEAD, applied, "group.invite")


def test_an_invitation_is_stored_without_its_code(lead):
    code = groups.invite(lead)
    assert code not in str(Invitation.objects.get().to_mongo())


def test_a_neighbour_joins_once_however_often_the_code_is_used(lead, group):
    code = groups.invite(lead)
    for _ in range(3):
        groups.join(code.lower(), NEIGHBOUR, "李阿姨")
    assert Member.objects(group=group, active=True).count() == 2
    assert Invitation.objects.get().uses_left == 29


def test_an_invitation_for_a_lead_serves_one(lead, group):
    code = groups.invite(lead, "lead")
    groups.join(code, NEIGHBOUR, "李阿姨")
    with pytest.raises(NotFound):
        groups.join(code, "e" * 32, "孙师傅")


def test_an_invitation_ends_after_a_week(lead):
    code = groups.invite(lead)
    with time_machine.travel(clock.now().timestamp() + 8 * 86400, tick=False), pytest.raises(NotFound):
        groups.join(code, NEIGHBOUR, "李阿姨")


def test_a_member_may_not_invite(member, group):
    with pytest.raises(Forbidden):
        access.of_holder(NEIGHBOUR, group, "group.invite")


def test_a_group_is_nobody_elses_to_see(group, stranger):
    with pytest.raises(NotFound):
        access.of_holder(stranger.holder, group, "group.see")


def test_whoever_left_may_do_nothing_and_can_be_invited_again(member, lead, group):
    groups.remove(member, member.actor.id.removeprefix("member:"))
    with pytest.raises(NotFound):
        access.of_holder(NEIGHBOUR, group, "group.see")
    groups.join(groups.invite(lead), NEIGHBOUR, "李阿姨")
    assert access.of_holder(NEIGHBOUR, group, "group.see")


def test_a_member_removes_nobody_else(member, lead):
    with pytest.raises(Forbidden):
        groups.remove(member, lead.actor.id.removeprefix("member:"))


def test_the_last_lead_stays(lead):
    with pytest.raises(Conflict):
        groups.remove(lead, lead.actor.id.removeprefix("member:"))


def test_the_applicants_phone_is_sealed_and_who_saw_it_is_recorded(applied, officer, neighbour_district, db):
    assert "023-0000-0009" not in str(list(db.group_members.find()))
    with pytest.raises(NotFound):
        groups.show_phone(neighbour_district, applied)
    assert groups.show_phone(officer, applied) == "023-0000-0009"
    assert db.events.count_documents({"kind": "group.phone_shown"}) == 1


def test_everything_of_somebody_is_cases_lifts_estates_and_groups(member, lift, estate):
    following.follow(f"lift:{lift}", NEIGHBOUR)
    following.follow(f"estate:{estate}", NEIGHBOUR)
    mine = groups.everything_of(NEIGHBOUR)
    assert [one["title"] for one in mine["lifts"]] == ["云栖苑 3栋 2号梯"]
    assert [one["name"] for one in mine["estates"]] == ["云栖苑"]
    assert [one["name"] for one in mine["groups"]] == ["云栖苑协调小组"]
    assert mine["cases"] == []


def test_following_twice_is_following_and_stopping_stops(lift):
    for _ in range(2):
        assert following.follow(f"lift:{lift}", NEIGHBOUR) == "云栖苑 3栋 2号梯"
    assert following.followed_by(NEIGHBOUR) == [f"lift:{lift}"]
    assert following.unfollow(f"lift:{lift}", NEIGHBOUR)
    assert not following.unfollow(f"lift:{lift}", NEIGHBOUR)
    assert following.followed_by(NEIGHBOUR) == []


@pytest.mark.parametrize("target", ["lift:999999", "estate:nowhere", "person:1", "lift"])
def test_what_does_not_exist_cannot_be_followed(context, target):
    with pytest.raises(NotFound):
        following.follow(target, NEIGHBOUR)


def test_whoever_ends_wechat_is_forgotten_but_the_record_stays(member, lift, db):
    following.follow(f"lift:{lift}", NEIGHBOUR)
    groups.forget(NEIGHBOUR)
    assert following.followed_by(NEIGHBOUR) == []
    assert NEIGHBOUR not in str(list(db.group_members.find()))
    assert Member.objects.count() == 2
