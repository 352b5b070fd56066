"""The stories that the table alone does not tell: clocks by date, who hears what, cases that hang together."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from backend.casework import evidence, letters
from backend.complaints import queries, service
from backend.complaints.service import NewReporter
from backend.foundation import clock as house_clock
from backend.foundation.errors import BadInput, Conflict, Forbidden
from tests.factories.people import acting, make_officer
from tests.integration.complaints.tracks import NEW_RULE, clock_of, heard, stored

OLD_RULE = datetime(2026, 4, 14, 4, tzinfo=UTC)


@pytest.fixture
def leader(context):
    return make_officer("leader", "district_leader")


@pytest.mark.parametrize(
    ("day", "due", "decree"), [(OLD_RULE, date(2026, 6, 18), "20号"), (NEW_RULE, date(2026, 6, 15), "121号")]
)
def test_mediation_takes_45_working_days_until_the_new_decree_and_60_days_from_it(
    *, filed, officer, do, day, due, decree
):
    with time_machine.travel(day, tick=False):
        number = filed()["number"]
        do(number, "accept", officer)
    assert clock_of(number, "mediation")[0] == due
    assert decree in clock_of(number, "mediation")[1]


def test_a_case_filed_under_the_old_decree_and_accepted_under_the_new_has_a_clock_of_each(filed, officer, do):
    with time_machine.travel(OLD_RULE, tick=False):
        number = filed()["number"]
    with time_machine.travel(NEW_RULE, tick=False):
        do(number, "accept", officer)
    assert "20号" in clock_of(number, "complaint_accept")[1]
    assert "121号" in clock_of(number, "mediation")[1]


@pytest.mark.parametrize(("day", "decree"), [(OLD_RULE, "20号"), (NEW_RULE, "121号")])
def test_who_ended_a_mediation_or_decided_a_report_has_days_to_tell_it(filed, officer, do, day, decree):
    with time_machine.travel(day, tick=False):
        complaint, report = filed()["number"], filed("overdue", phone="02300001234")["number"]
        for number, end in ((complaint, "terminate"), (report, "decide")):
            do(number, "accept", officer)
            do(number, end, officer, decision="no_case")
    assert clock_of(complaint, "mediation_inform")[0] == house_clock.local(day).date() + timedelta(days=9)
    assert decree in clock_of(complaint, "mediation_inform")[1]
    assert decree in clock_of(report, "report_inform")[1]


@pytest.mark.parametrize(
    ("day", "decree", "articles"),
    [
        (OLD_RULE, "《市场监督管理投诉举报处理暂行办法》", ("第九条", "第十五条", "第二十一条")),
        (NEW_RULE, "《市场监督管理投诉举报处理办法》", ("第十条", "第十六条", "第二十三条")),
    ],
)
def test_a_letter_names_the_decree_that_its_clock_goes_by(*, filed, officer, do, day, decree, articles):
    with time_machine.travel(day, tick=False):
        asked, refused, ended = (filed()["number"] for _ in range(3))
        do(asked, "ask_identity", officer)
        do(refused, "refuse", officer, ground="too_old")
        do(ended, "accept", officer)
    with time_machine.travel(NEW_RULE + timedelta(days=9), tick=False):
        do(ended, "terminate", officer)
    for number, article in zip((asked, refused, ended), articles, strict=True):
        said = "".join(letters.of(number)[-1]["paragraphs"])
        assert decree + article in said
    assert ("20号" if day == OLD_RULE else "121号") in clock_of(asked, "identity_material")[1]


def test_a_case_filed_under_the_old_decree_is_refused_by_it_even_when_the_new_one_holds(filed, officer, do):
    with time_machine.travel(OLD_RULE, tick=False):
        number = filed()["number"]
    with time_machine.travel(NEW_RULE, tick=False):
        do(number, "refuse", officer, ground="too_old")
    assert "暂行办法》第十五条" in letters.of(number)[-1]["paragraphs"][0]


def test_nobody_is_told_the_end_of_an_anonymous_report_so_no_clock_runs_for_it(filed, officer, do):
    number = filed("overdue")["number"]
    do(number, "accept", officer)
    case = do(number, "decide", officer, decision="case")
    assert [clock.kind for clock in case.clocks] == ["report_verify"]
    assert (case.open, case.next_due) == (True, None)


def test_a_longer_check_is_approved_by_a_second_officer_and_counts_from_the_same_day(filed, officer, leader, do):
    with time_machine.travel(NEW_RULE, tick=False):
        number = filed("overdue")["number"]
        do(number, "accept", officer)
        do(number, "ask_extension", leader)
        with pytest.raises(Forbidden):
            do(number, "approve_extension", officer)
        with pytest.raises(Forbidden, match="申请人以外"):
            do(number, "approve_extension", leader)
        before = clock_of(number, "report_verify")[0]
        second = acting("second", "district_leader")
        do(number, "approve_extension", second)
    assert (before, clock_of(number, "report_verify")[0]) == (date(2026, 5, 9), date(2026, 5, 29))
    kept = [(clock.kind, clock.length) for clock in stored(number).clocks]
    assert kept == [("report_verify", "report_verify_extended")]
    do(number, "ask_extension", officer)
    with pytest.raises(Conflict):
        do(number, "approve_extension", second)


def test_a_case_that_was_asked_for_papers_waits_with_its_own_clock_and_the_name_stays_sealed(db, filed, officer, do):
    with time_machine.travel(NEW_RULE, tick=False):
        number = filed(binding="f" * 32)["number"]
        do(number, "ask_identity", officer, text="请提供本人身份证明")
        assert clock_of(number, "identity_material")[0] == date(2026, 4, 22)
        do(number, "give_identity", service.resident(), name="张示例", phone="02300001234", text="")
    case = stored(number)
    assert case.state == "filed"
    assert case.reporters[0].name_sealed
    assert next(clock for clock in case.clocks if clock.kind == "identity_material").met_at
    assert "张示例" not in str([list(db[name].find()) for name in db.list_collection_names()])
    assert [template for template, _ in heard(db, "f" * 32)] == ["file", "ask_identity"]


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("name", "长" * 51), ("phone", "not a phone")])
def test_papers_that_cannot_be_read_name_the_field(filed, officer, do, field, value):
    number = filed()["number"]
    do(number, "ask_identity", officer)
    with pytest.raises(BadInput) as refused:
        do(number, "give_identity", service.resident(), **{"name": "张示例", field: value})
    assert list(refused.value.fields) == [field]
    assert stored(number).state == "identity"


def test_the_official_letters_are_written_at_their_steps_and_stay_as_written(filed, officer, do):
    number = filed(description="门关不上")["number"]
    do(number, "accept", officer)
    do(number, "summon", officer, text="12月1日上午十点，社区会议室")
    do(number, "terminate", officer, text="双方没有达成一致")
    written = letters.of(number, description=stored(number).description)
    assert [letter["title"] for letter in written] == ["投诉登记表", "受理决定书", "调解通知书", "终止调解决定书"]
    assert "门关不上" in "".join(written[0]["paragraphs"])
    assert "12月1日上午十点" in written[2]["paragraphs"][1]
    assert all(letter["bureau"] == "渝中区市场监督管理局" for letter in written)
    assert "{" not in str([letter["paragraphs"] for letter in written])


def test_what_leaves_the_bureau_is_numbered_without_gaps_by_kind_bureau_and_year(filed, officer, do):
    def marks(number):
        return [letter["mark"] for letter in letters.of(number)]

    with time_machine.travel(datetime(2026, 12, 31, 15, 59, tzinfo=UTC), tick=False):
        first, second = (filed()["number"] for _ in range(2))
        for number in (first, second):
            do(number, "accept", officer)
        do(second, "terminate", officer)
        assert marks(first) == ["", "渝中市监投受〔2026〕1号"]
        assert marks(second) == ["", "渝中市监投受〔2026〕2号", "渝中市监投终〔2026〕1号"]
    with time_machine.travel(datetime(2026, 12, 31, 16, 1, tzinfo=UTC), tick=False):
        third = filed()["number"]
        with pytest.raises(Conflict):
            service.act(third, "accept", officer, 0, {})
        do(third, "accept", officer)
        assert marks(third)[-1] == "渝中市监投受〔2027〕1号"


def test_a_letter_writes_its_days_without_zeros_and_names_whom_it_addresses(filed, officer, do):
    with time_machine.travel(datetime(2026, 12, 4, 2, tzinfo=UTC), tick=False):
        complaint, moved = filed()["number"], filed()["number"]
        do(complaint, "accept", officer)
        do(moved, "transfer", officer, to="500108", text="电梯在南岸")
    register, acceptance = letters.of(complaint)
    assert (register["to"], acceptance["to"]) == ("", "投诉人")
    assert acceptance["dated"] == "2026年12月4日"
    assert acceptance["paragraphs"][0].startswith("你于2026年12月4日就")
    assert letters.of(moved)[-1]["to"] == "南岸区市场监督管理局"
    said = str(letters.of(complaint)) + str(letters.of(moved))
    assert not re.search("年0|月0", said)


def test_a_refusal_carries_its_legal_ground(filed, officer, do):
    number = filed()["number"]
    do(number, "refuse", officer, ground="too_old", text="")
    assert letters.of(number, description=stored(number).description)[-1]["paragraphs"][1] == "理由：超过三年"


def test_a_track_changes_once_and_gains_no_time(filed, officer, do):
    with time_machine.travel(NEW_RULE, tick=False):
        number = filed()["number"]
    with time_machine.travel(NEW_RULE + timedelta(days=5), tick=False):
        do(number, "accept", officer)
        with pytest.raises(BadInput):
            do(number, "retrack", officer, track="complaint")
        do(number, "retrack", officer, track="report", text="反映的是违法行为")
    case = stored(number)
    assert (case.track, case.state) == ("report", "filed")
    assert [clock.kind for clock in case.clocks] == ["report_verify"]
    assert clock_of(number, "report_verify")[0] == date(2026, 5, 9)
    with pytest.raises(Conflict):
        do(number, "retrack", officer, track="complaint")


def test_unhappy_once_reopens_with_a_new_clock_unhappy_twice_goes_to_the_city(db, filed, officer, city, do):
    number = filed()["number"]
    do(number, "accept", officer)
    do(number, "resolve", officer)
    do(number, "reopen", service.resident(), text="")
    case = stored(number)
    assert (case.state, case.satisfaction, case.jurisdiction) == ("accepted", "unsatisfied", "500103")
    assert [(clock.kind, clock.met_at is None) for clock in case.clocks][-1] == ("mediation", True)
    do(number, "resolve", officer)
    assert queries.progress(number, service.query_key(number))["can_reopen"]
    do(number, "reopen", service.resident(), text="")
    case = stored(number)
    assert (case.state, case.jurisdiction, case.route.rule) == ("accepted", "CQ", "unsatisfied-twice")
    assert heard(db, "CQ") == [("escalated", number)]
    do(number, "resolve", city)
    assert not queries.progress(number, service.query_key(number))["can_reopen"]
    with pytest.raises(Conflict):
        do(number, "reopen", service.resident())


def test_nobody_skips_the_first_reopening(filed, officer, do):
    number = filed()["number"]
    do(number, "accept", officer)
    do(number, "resolve", officer)
    with pytest.raises(Conflict):
        do(number, "escalate", service.resident())


def test_happy_once_is_written_down(filed, officer, do):
    number = filed()["number"]
    do(number, "accept", officer)
    do(number, "resolve", officer)
    assert do(number, "satisfied", service.resident(), text="").satisfaction == "satisfied"
    with pytest.raises(Conflict):
        do(number, "satisfied", service.resident())


def test_an_outcome_is_published_in_its_own_words_and_only_with_consent(db, filed, lift, officer, do):
    silent, agreed = filed("noise")["number"], filed(consent_publish=True)["number"]
    for number in (silent, agreed):
        do(number, "accept", officer)
        do(number, "resolve", officer, text="已与反映人张先生(02300001234)核实")
    with pytest.raises(Conflict, match="没有同意公示"):
        do(silent, "publish", officer)
    with pytest.raises(BadInput):
        do(agreed, "publish", officer, text="已与反映人(023-0000-1234)核实")
    do(agreed, "publish", officer, text="门机已更换，运行正常")
    outcomes = {item["outcome"] for item in db.cards.find_one({"_id": lift})["blocks"]["complaints"]["recent"]}
    assert outcomes == {"门机已更换，运行正常", None}
    do(agreed, "unpublish", officer)
    assert "门机已更换" not in str(db.cards.find_one({"_id": lift})["blocks"]["complaints"])


def test_a_name_that_was_given_is_not_published(filed, officer, do):
    number = filed(consent_publish=True)["number"]
    do(number, "identify", officer, name="张示例")
    do(number, "accept", officer)
    do(number, "resolve", officer)
    with pytest.raises(BadInput, match="姓名"):
        do(number, "publish", officer, text="已告知张示例")


def test_the_card_of_the_moment_of_filing_is_kept(db, filed, lift):
    number = filed()["number"]
    db.cards.update_one({"_id": lift}, {"$set": {"blocks.identity.estate_name": "改了名字"}})
    kept = evidence.of(number)
    assert kept["blocks"]["identity"]["estate_name"] == "云栖苑"
    assert kept["lift"] == lift


def test_who_unfollows_leaves_every_case(db, filed):
    number = filed(binding="a" * 32)["number"]
    service.join(number, NewReporter("wechat", binding="b" * 32))
    service.forget("a" * 32)
    assert [(one.binding, one.marks) for one in stored(number).reporters] == [(None, []), ("b" * 32, ["b" * 32])]


def test_a_clock_is_met_though_its_label_was_reworded_while_it_ran(officer, filed, db):
    number = filed()["number"]
    db.complaints.update_one({"_id": number}, {"$set": {"clocks.0.label": "从前的叫法"}})
    case = service.act(number, "accept", officer, stored(number).version, {})
    accepted = next(clock for clock in case.clocks if clock.kind == "complaint_accept")
    assert (accepted.label, accepted.met_at is None) == ("从前的叫法", False)
    assert [clock.kind for clock in case.clocks] == ["complaint_accept", "mediation"]
