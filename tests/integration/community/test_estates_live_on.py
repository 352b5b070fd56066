"""What hangs on an estate goes on when it is renamed, moved, merged or split, and when its district is no more."""

from datetime import date

import pytest

from backend.accounts.actors import COMMAND
from backend.card import queries as cards
from backend.casework import succession
from backend.casework.record import history
from backend.community import following, mediations
from backend.community.documents import Follow, Group, Mediation
from backend.complaints.documents import Complaint, Repair
from backend.foundation import database
from backend.foundation.errors import BadInput, NotFound
from backend.policy import jurisdictions
from backend.registry import queries, renaming, service
from backend.registry.documents import Estate, Lift
from tests.factories import make_group, make_lift
from tests.factories.cases import file_complaint
from tests.factories.people import make_officer

OTHER = "500108"  # a district whose bureau is there on every day of the tests
NEIGHBOUR, PASSER = "f" * 32, "e" * 32


@pytest.fixture
def followed(group):
    following.follow("estate:est-1", NEIGHBOUR)
    return group


@pytest.fixture
def complaint(lift):
    return file_complaint(lift)["number"]


def events_of(subject):
    return [row["kind"] for row in database.collection("events").find({"subject": subject}).sort("at", 1)]


def inbox():
    found = database.collection("outbox").find({"template": "registry.moved"}).sort("_id", 1)
    return {row["target"]: row["data"]["text"] for row in found}


def test_a_renamed_estate_keeps_its_id_and_its_old_name_is_still_found(followed, complaint, lift):
    changed = renaming.rename("est-1", "云栖苑（一期）", COMMAND, "物业更名")
    assert (changed.lifts, changed.text) == ([lift], "小区“云栖苑”改名为“云栖苑（一期）”")
    assert queries.estate_meant("云栖苑") == queries.estate_meant("云栖苑(一期)") == "est-1"
    assert Lift.objects.get(code=lift).estate_name == "云栖苑（一期）"
    assert cards.card(lift)["blocks"]["identity"]["estate_name"] == "云栖苑（一期）"
    assert Complaint.objects.get(number=complaint).place == "云栖苑（一期） 3栋 2号梯"
    assert following.target_name("estate:est-1") == "云栖苑（一期）"


def test_the_record_says_who_renamed_what_when_and_why(lift):
    officer = make_officer("shiju2", "administrator", "CQ")
    renaming.rename("est-1", "云栖新苑", officer, "物业更名")
    event = database.collection("events").find_one({"subject": "estate:est-1"})
    assert (
        event["kind"],
        event["actor"],
        event["data"]["before"],
        event["data"]["after"],
        event["data"]["reason"],
    ) == (
        "estate.renamed",
        officer.id,
        "云栖苑",
        "云栖新苑",
        "物业更名",
    )


@pytest.mark.parametrize(
    ("name", "reason", "named"),
    [("", "更名", "name"), ("新苑", " ", "reason"), ("云栖苑", "更名", "name"), ("新" * 101, "更名", "name")],
)
def test_a_name_or_reason_that_cannot_be_changes_nothing(lift, name, reason, named):
    with pytest.raises(BadInput) as refused:
        renaming.rename("est-1", name, COMMAND, reason)
    assert named in refused.value.fields
    assert (Estate.objects.get(id="est-1").name, events_of("estate:est-1")) == ("云栖苑", [])


def test_an_estate_takes_no_name_that_another_of_its_area_bears(lift):
    Estate(id="est-3", name="云山(南区)", jurisdiction="500103").save()
    with pytest.raises(BadInput, match="请用合并"):
        renaming.rename("est-1", "云山（南区）", COMMAND, "更名")


def test_an_import_under_the_old_name_stays_with_the_estate_and_does_not_rename_it_back(lift):
    renaming.rename("est-1", "云栖新苑", COMMAND, "更名")
    found = service.save_estates([{"name": "云栖苑", "jurisdiction": "500103"}])
    assert (found.ids["500103", "云栖苑"], found.names["500103", "云栖苑"]) == ("est-1", "云栖新苑")


def test_what_a_trial_says_is_what_the_change_does_and_the_trial_changes_nothing(followed, complaint):
    def change():
        return renaming.move("est-1", OTHER, COMMAND, "区划调整")

    tried = renaming.trial(change)
    assert (Estate.objects.get(id="est-1").jurisdiction, inbox()) == ("500103", {})
    assert change() == tried


def test_an_estate_that_moves_takes_open_cases_groups_and_follows_along_and_both_bureaus_are_told(
    followed, complaint, lift
):
    changed = renaming.move("est-1", OTHER, COMMAND, "区划调整")
    assert (changed.carried["协调小组"], changed.carried["投诉"], changed.carried["报修（故障部分）"]) == (1, 1, 1)
    assert Lift.objects.get(code=lift).jurisdiction == OTHER
    case = Complaint.objects.get(number=complaint)
    assert (case.jurisdiction, case.desks[-1], case.assignee) == (OTHER, OTHER, None)
    assert Repair.objects.get(complaint=complaint).jurisdiction == OTHER
    assert Group.objects.get(number=followed).jurisdiction == OTHER
    assert history(complaint)[-1]["text"] == changed.text
    told = inbox()
    assert set(told) == {"500103", OTHER}
    assert "协调小组 1" in told["500103"]
    assert "原因：区划调整" in told[OTHER]


def test_a_closed_case_stays_where_it_was_closed(lift, complaint):
    Complaint.objects(number=complaint).update(set__open=False, set__state="resolved")
    renaming.move("est-1", OTHER, COMMAND, "区划调整")
    assert Complaint.objects.get(number=complaint).jurisdiction == "500103"


def test_a_case_that_another_bureau_has_by_a_transfer_stays_there(lift, complaint):
    Complaint.objects(number=complaint).update(set__jurisdiction="500106")
    renaming.move("est-1", OTHER, COMMAND, "区划调整")
    assert Complaint.objects.get(number=complaint).jurisdiction == "500106"


def test_a_group_that_still_has_an_estate_in_the_old_district_stays_and_that_is_said(followed):
    Estate(id="est-3", name="云山", jurisdiction="500103").save()
    Group.objects(number=followed).update(push__estates="est-3")
    changed = renaming.move("est-1", OTHER, COMMAND, "区划调整")
    assert Group.objects.get(number=followed).jurisdiction == "500103"
    assert changed.carried["因还有别的区县的小区而留在原区县的协调小组"] == 1


@pytest.mark.parametrize("area", ["500103", "500105", "CQ", "天上"])
def test_an_estate_moves_only_to_another_bureau_of_today(lift, area):
    with pytest.raises(BadInput) as refused:
        renaming.move("est-1", area, COMMAND, "区划调整")
    assert list(refused.value.fields) == ["area"]


def test_merged_estates_are_one_with_all_lifts_groups_and_followers(followed, lift):
    Estate(id="est-3", name="云栖苑二期", jurisdiction="500103").save()
    other = make_lift("500103", estate="est-3", estate_name="云栖苑二期")
    for holder in (NEIGHBOUR, PASSER):
        following.follow("estate:est-3", holder)
    changed = renaming.merge("est-3", "est-1", COMMAND, "同一小区")
    assert (changed.id, changed.lifts, changed.carried["关注小区的人"]) == ("est-1", [other], 2)
    assert (Lift.objects.get(code=other).estate, Lift.objects.get(code=other).estate_name) == ("est-1", "云栖苑")
    assert {(row.target, row.holder) for row in Follow.objects} == {
        ("estate:est-1", NEIGHBOUR),
        ("estate:est-1", PASSER),
    }
    assert queries.estate_meant("云栖苑二期") == "est-1"
    assert (events_of("estate:est-3"), events_of("estate:est-1")) == (["estate.merged"], ["estate.joined"])
    with pytest.raises(NotFound, match="已并入"):
        renaming.rename("est-3", "别的", COMMAND, "更名")


def test_a_group_of_the_merged_estate_looks_after_the_other(followed):
    Estate(id="est-3", name="云栖全苑", jurisdiction="500103").save()
    renaming.merge("est-1", "est-3", COMMAND, "同一小区")
    assert Group.objects.get(number=followed).estates == ["est-3"]


def test_estates_of_two_districts_are_not_merged(lift):
    with pytest.raises(BadInput, match="不在同一个区县"):
        renaming.merge("est-1", "est-2", COMMAND, "同一小区")


def test_a_split_off_estate_has_its_lifts_and_the_groups_and_followers_of_both(followed, lift):
    other = make_lift("500103", estate="est-1", building="5栋")
    case = file_complaint(other)["number"]
    changed = renaming.split("est-1", "云栖苑南区", [other], COMMAND, "分开管理")
    assert (Lift.objects.get(code=other).estate, Lift.objects.get(code=lift).estate) == (changed.id, "est-1")
    assert Group.objects.get(number=followed).estates == sorted(["est-1", changed.id])
    assert {row.target for row in Follow.objects} == {"estate:est-1", f"estate:{changed.id}"}
    assert Complaint.objects.get(number=case).place == "云栖苑南区 5栋 2号梯"


def test_a_split_names_some_lifts_of_the_estate_and_not_all(lift):
    for lifts in ([], [lift], ["500999"]):
        with pytest.raises(BadInput) as refused:
            renaming.split("est-1", "云栖苑南区", lifts, COMMAND, "分开管理")
        assert list(refused.value.fields) == ["lifts"]


def test_a_former_name_may_be_borne_anew_by_a_part(lift):
    renaming.rename("est-1", "云栖大苑", COMMAND, "更名")
    other = make_lift("500103", estate="est-1", estate_name="云栖大苑", building="5栋")
    new = renaming.split("est-1", "云栖苑", [other], COMMAND, "分开管理").id
    assert queries.estate_meant("云栖苑") == new != "est-1"


@pytest.fixture
def reform(time_machine):
    """The last day of 江北区, whose bureau another takes over on the next."""
    ends = jurisdictions.bureau("500105").valid_to
    time_machine.move_to(f"{ends}T10:00:00+08:00")
    return lambda: time_machine.move_to(f"{date.fromordinal(ends.toordinal() + 1)}T10:00:00+08:00")


def test_a_district_reform_carries_open_cases_and_groups_over_and_tells_both_sides(context, reform):
    Estate(id="est-9", name="江畔样板", jurisdiction="500105").save()
    code = make_lift("500105", estate="est-9", estate_name="江畔样板", jurisdiction="500105")
    group = make_group(code, make_officer("jiangbei", jurisdiction="500105"), name="江畔小组")
    open_, closed = file_complaint(code)["number"], file_complaint(code, "other")["number"]
    Complaint.objects(number=closed).update(set__open=False, set__state="resolved")
    succession.follow_reform()
    assert inbox() == {}
    reform()
    succession.follow_reform()
    heir = jurisdictions.bureau("500105").successors[0]
    assert Complaint.objects.get(number=open_).jurisdiction == heir
    assert Group.objects.get(number=group).jurisdiction == heir
    assert Complaint.objects.get(number=closed).jurisdiction == "500105"
    assert set(inbox()) == {"500105", heir}
    assert "协调小组 1" in inbox()[heir]
    before = database.collection("events").count_documents({})
    succession.follow_reform()
    assert database.collection("events").count_documents({}) == before


def test_an_open_mediation_goes_with_its_lift(member, lift):
    made = mediations.open_mediation(member, lift, topic="停梯", parties=["owners", "using_unit"])
    assert renaming.move("est-1", OTHER, COMMAND, "区划调整").carried["调解"] == 1
    assert Mediation.objects.get(number=made.number).jurisdiction == OTHER
