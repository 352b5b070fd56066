"""A flood, a threat and a blocked person change when somebody looks, never whether a complaint is kept."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.complaints import queries, service
from backend.complaints.documents import Complaint
from backend.complaints.intake import abuse
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from tests.factories import make_lift
from tests.factories.people import make_officer

MONDAY = datetime(2026, 11, 23, 4, tzinfo=UTC)
PHONE = "02300001234"


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as now:
        yield now


@pytest.fixture
def leader(context):
    return make_officer("leader", "district_leader")


def states():
    return [case.state for case in Complaint.objects.order_by("filed_at", "number")]


def flood(filed, count, **facts):
    return [filed(draft=f"{facts}{n}", **facts) for n in range(count)]


def test_the_sixth_complaint_of_a_person_in_a_day_is_kept_told_and_waits(clock, db, filed):
    receipts = flood(filed, 5, phone=PHONE)
    assert all("note" not in receipt for receipt in receipts)
    sixth = filed("noise", phone="023-0000-1234", draft="sixth")
    assert filed("noise", phone="023-0000-1234", draft="sixth") == sixth
    assert sixth["state"] == "held"
    assert "已经收下" in sixth["note"]
    assert sixth["due"] == receipts[0]["due"]
    assert db.repairs.count_documents({}) == 5
    assert db.case_entries.find_one({"case": sixth["number"], "public": False})["text"].startswith("24小时内")
    clock.shift(timedelta(hours=25))
    assert filed(phone=PHONE)["state"] == "filed"


def test_a_wechat_user_is_one_person_too(clock, filed):
    flood(filed, 5, binding="f" * 32)
    assert filed(binding="f" * 32)["state"] == "held"
    assert filed(binding="e" * 32)["state"] == "filed"


def test_a_flood_about_one_lift_waits_and_spares_its_card(clock, db, filed, lift):
    flood(filed, 31)
    assert states().count("held") == 1
    assert db.cards.find_one({"_id": lift})["blocks"]["complaints"]["open"] == 30
    assert queries.similar(lift, "door")["state"] == "filed"
    make_lift("500102")
    assert service.file(NewComplaint("door", NewReporter("web"), lift="500102"))["state"] == "filed"


def test_a_flood_about_one_address_waits(clock, filed):
    flood(filed, 11, place="虚构路 9 号")
    assert states().count("held") == 1
    assert filed(place="虚构路 8 号")["state"] == "filed"


@pytest.mark.parametrize("channel", ["hotline", "phone", "counter", "community"])
def test_who_files_for_others_is_not_limited(clock, filed, channel):
    flood(filed, 6, phone=PHONE, channel=channel)
    assert set(states()) == {"filed"}


@pytest.mark.parametrize("words", ["加微信领红包", "加 微 信", "我要炸电梯", "代开发票　请联系"])
def test_some_words_need_a_look_before_the_units_hear(db, filed, words):
    assert filed(description=words)["state"] == "held"
    assert db.repairs.count_documents({}) == 0


@pytest.mark.parametrize("words", ["门关不上，夹到小孩", "炸鸡店旁边的电梯", ""])
def test_plain_words_do_not(filed, words):
    assert filed(description=words)["state"] == "filed"


def test_released_after_a_look_a_case_goes_to_the_units_with_the_dates_of_its_filing(clock, db, filed, officer):
    receipt = filed(description="加微信", binding="f" * 32)
    number = receipt["number"]
    clock.shift(timedelta(days=1))
    version = Complaint.objects(number=number).first().version
    case = service.act(number, "release", officer, version, {})
    assert (case.state, case.open, case.next_due) == ("filed", True, receipt["due"])
    assert db.repairs.find_one({"complaint": number})["state"] == "filed"
    assert [row["template"] for row in db.outbox.find({"target": "f" * 32})] == ["complaint.file", "complaint.progress"]


def test_a_blocked_person_is_kept_hidden_and_not_told_that_they_are_blocked(db, filed, lift, leader):
    first = filed(phone=PHONE)["number"]
    service.block(first, leader, 1, 0, "多次捏造事实")
    receipt = filed("noise", phone="023-0000-1234")
    case = Complaint.objects(number=receipt["number"]).first()
    assert (case.state, case.open, case.next_due) == ("hidden", False, None)
    shown = queries.progress(receipt["number"], receipt["query_key"])
    assert (receipt["state"], shown["state"], shown["state_label"]) == ("held", "held", "待核看")
    assert "屏蔽" not in str(shown) + str(receipt)
    assert db.repairs.count_documents({"complaint": receipt["number"]}) == 0
    assert db.cards.find_one({"_id": lift})["blocks"]["complaints"]["open"] == 1
    assert filed("stopped", phone="02300009999")["state"] == "filed"


def test_a_hidden_case_can_be_released_and_a_person_unblocked(filed, leader):
    service.block(filed(phone=PHONE)["number"], leader, 1, 0, "多次捏造事实")
    hidden = filed("noise", phone=PHONE)["number"]
    version = Complaint.objects(number=hidden).first().version
    assert service.act(hidden, "release", leader, version, {}).open
    (row,) = abuse.blocked(leader)
    assert (row["reason"], row["by"]) == ("多次捏造事实", leader.id)
    service.unblock(row["_id"], leader, "误判")
    assert abuse.blocked(leader) == []
    assert filed("stopped", phone=PHONE)["state"] == "filed"


def test_a_block_needs_a_leader_a_reason_and_somebody_to_know_again(filed, officer, leader, neighbour):
    known, unknown = filed(phone=PHONE)["number"], filed("noise")["number"]
    for error, args in (
        (Forbidden, (known, officer, 1, 0, "理由")),
        (NotFound, (known, neighbour, 1, 0, "理由")),
        (NotFound, (known, leader, 1, 7, "理由")),
        (Conflict, (known, leader, 9, 0, "理由")),
        (BadInput, (known, leader, 1, 0, "  ")),
        (BadInput, (unknown, leader, 1, 0, "理由")),
    ):
        with pytest.raises(error):
            service.block(*args)
    assert abuse.blocked(leader) == []
    with pytest.raises(NotFound):
        service.unblock("nobody", leader, "理由")
