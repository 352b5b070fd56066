"""Cases that touch others: repairs of units, other bureaus, merged and split cases."""

from datetime import date, timedelta

import pytest
import time_machine

from backend.accounts import actors
from backend.complaints import queries, service
from backend.complaints.documents import Complaint
from backend.complaints.life import linking
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from tests.delivering import pass_news_on
from tests.integration.complaints.tracks import NEW_RULE, clock_of, heard, stored


def test_a_fault_goes_to_both_units_at_once_as_a_repair_with_a_clock_of_24_hours(db, filed):
    with time_machine.travel(NEW_RULE, tick=False):
        number = filed("stopped", description="我住 3-2")["number"]
    repair = stored(f"R{number}")
    assert (repair.track, repair.state, repair.units) == ("fault", "filed", ["uu-1", "mu-1"])
    assert repair.next_due == NEW_RULE + timedelta(hours=24)
    assert "平台约定" in repair.clocks[0].reason
    pass_news_on()
    news = list(db.outbox.find({"template": "repair.opened", "channel": {"$ne": "reach"}}))
    assert {(row["channel"], row["target"]) for row in news} == {("inbox", "unit:uu-1"), ("inbox", "unit:mu-1")}
    assert "3-2" not in str(news)


@pytest.mark.parametrize("category", ["other", "overdue"])
def test_what_is_no_fault_makes_no_repair(db, filed, category):
    filed(category)
    assert db.repairs.count_documents({}) == 0


def test_a_units_answer_closes_the_repair_and_not_the_complaint_whose_officer_hears_it(db, filed, officer, do):
    number = filed()["number"]
    do(f"R{number}", "take", service.unit("mu-1"), text="")
    do(f"R{number}", "fix", service.unit("mu-1"), text="更换门机皮带")
    assert (stored(f"R{number}").state, stored(f"R{number}").outcome) == ("resolved", "更换门机皮带")
    assert stored(number).state == "filed"
    lines = list(db.case_entries.find({"case": number, "action": "repair_news"}))
    assert [line["public"] for line in lines] == [False, False]
    assert "更换门机皮带" in lines[-1]["text"]
    assert heard(db, "500103") == [("fixed", number)]
    do(f"R{number}", "send_back", officer, text="门仍然夹人")
    assert stored(f"R{number}").open
    assert [clock.met_at is None for clock in stored(f"R{number}").clocks] == [False, True]


def test_a_unit_answers_for_its_own_lifts_only(filed, do):
    number = filed()["number"]
    stranger = actors.unit("x", "别的单位")
    with pytest.raises(NotFound):
        do(f"R{number}", "fix", stranger)
    with pytest.raises(NotFound):
        service.unit("nobody")


def test_a_reported_unit_does_not_see_the_report(filed):
    assert stored(filed("overdue")["number"]).units == []


def test_a_transferred_complaint_takes_its_repair_along(filed, officer, neighbour, do):
    number = filed()["number"]
    do(number, "transfer", officer, to="500106")
    assert stored(f"R{number}").jurisdiction == "500106"
    assert do(f"R{number}", "resolve", neighbour).state == "resolved"


def test_a_case_returned_twice_goes_to_the_municipal_desk_with_its_time(*, db, filed, officer, neighbour, city, do):
    receipt = filed()
    number = receipt["number"]
    do(number, "transfer", officer, to="500106")
    do(number, "transfer", neighbour, to="500103")
    do(number, "transfer", officer, to="500106")
    case = stored(number)
    assert (case.jurisdiction, case.route.rule, case.next_due) == ("CQ", "returned-twice", receipt["due"])
    assert len(heard(db, "CQ")) == 3
    do(number, "transfer", city, to="500106")
    assert stored(number).jurisdiction == "500106"
    do(number, "transfer", neighbour, to="500103")
    assert stored(number).jurisdiction == "CQ"


def test_an_invited_bureau_contributes_and_the_lead_alone_speaks(db, filed, officer, neighbour, do):
    number = filed(binding="f" * 32)["number"]
    with pytest.raises(NotFound):
        do(number, "contribute", neighbour)
    do(number, "accept", officer)
    do(number, "invite", officer, to="500106")
    do(number, "contribute", neighbour, text="现场记录在案")
    with pytest.raises(Forbidden):
        do(number, "answer", neighbour)
    with pytest.raises(BadInput):
        do(number, "invite", officer, to="500106")
    assert heard(db, "500106") == [("invited", number)]
    assert heard(db, "500103") == [("contributed", number)]
    assert [template for template, _ in heard(db, "f" * 32)] == ["file", "accept"]
    assert "现场记录" not in str(queries.progress(number, service.query_key(number)))


def test_a_report_inside_a_complaint_is_split_off_with_its_own_clock_from_the_same_day(db, filed, officer, do):
    with time_machine.travel(NEW_RULE, tick=False):
        number = filed(binding="f" * 32)["number"]
    with time_machine.travel(NEW_RULE + timedelta(days=3), tick=False):
        do(number, "split", officer, track="report", text="使用过期的检验标志")
    part = Complaint.objects(track="report").first()
    assert [(link.kind, link.number) for link in part.links] == [("split", number)]
    assert clock_of(part.number, "report_verify")[0] == date(2026, 5, 9)
    assert [child["number"] for child in linking.children_of(number)] == [part.number]
    assert heard(db, "f" * 32) == [("file", number), ("file", part.number), ("progress", number)]
    assert stored(number).track == "complaint"


def test_reporters_of_a_merged_case_hear_the_news_under_their_own_number(db, filed, officer, do):
    lead = filed(binding="a" * 32)["number"]
    joined = filed("noise", binding="b" * 32)["number"]
    do(joined, "merge", officer, into=lead)
    do(lead, "accept", officer)
    do(lead, "resolve", officer, text="已更换门机")
    assert heard(db, "b" * 32) == [("file", joined), ("progress", joined), ("accept", joined), ("resolve", joined)]
    assert heard(db, "a" * 32) == [("file", lead), ("accept", lead), ("resolve", lead)]
    shown = queries.progress(joined, service.query_key(joined))
    assert shown["merged_into"]["number"] == lead
    assert shown["outcome"] == "已更换门机"
    assert [entry["action"] for entry in shown["history"]] == ["file", "merge", "accept", "resolve"]
    service.act(joined, "reopen", service.resident(), shown["version"], {})
    assert stored(lead).state == "accepted"


def test_there_is_no_circle_of_merged_cases(filed, officer, neighbour, do):
    one, two, three = (filed(category)["number"] for category in ("door", "noise", "stopped"))
    do(two, "merge", officer, into=one)
    for number, into in ((one, two), (one, one), (three, two), (one, three), (three, "261123-000000")):
        with pytest.raises(BadInput) as refused:
            do(number, "merge", officer, into=into)
        assert list(refused.value.fields) == ["into"]
    with pytest.raises(BadInput):
        do(three, "merge", officer, into=filed("overdue")["number"])


def test_a_case_taken_out_again_goes_on_where_it_was_with_its_old_dates(db, filed, officer, do):
    lead, joined = filed()["number"], filed("noise", binding="b" * 32)["number"]
    do(joined, "accept", officer)
    due = stored(joined).next_due
    do(joined, "merge", officer, into=lead)
    assert (stored(joined).open, stored(joined).next_due) == (False, None)
    case = do(joined, "unmerge", officer)
    assert (case.state, case.open, case.next_due, list(case.links)) == ("accepted", True, due, [])
    told = len(heard(db, "b" * 32))
    do(lead, "accept", officer)
    assert len(heard(db, "b" * 32)) == told


def test_people_trapped_become_a_rescue_record_beside_the_case(db, filed, officer, do):
    number = filed()["number"]
    do(number, "emergency", officer)
    assert db.rescues.find_one({"message_key": f"complaint:{number}"})["lift"] == "500101"
    with pytest.raises(Conflict):
        do(number, "emergency", officer)


def test_trapped_people_in_a_lift_without_a_code_are_96333s_to_find(filed, city, do):
    with pytest.raises(BadInput, match="96333"):
        do(filed(place="某小区 3 栋")["number"], "emergency", city)
