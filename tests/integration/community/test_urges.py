import contextlib
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from backend.community import observations, queries, urges
from backend.community.documents import Urge, Walk
from backend.complaints import queries as complaints
from backend.complaints.documents import Complaint
from backend.complaints.receipts import query_key
from backend.foundation import clock
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.foundation.photos import Photo
from tests.delivering import pass_news_on
from tests.factories import make_lift
from tests.integration.community.conftest import NEIGHBOUR, in_days

pytestmark = pytest.mark.rule("P-09")
DAY = 86400


def open_urge(who, lift, **changes):
    return urges.urge(
        who, lift, **({"text": "三楼层门关不严，请调整", "due": in_days(7), "category": "door"} | changes)
    )


def later(days):
    return time_machine.travel(clock.now().timestamp() + days * DAY, tick=False)


def test_the_unit_is_told_what_by_when_and_where_to_answer(member, lift, db):
    made = open_urge(member, lift)
    pass_news_on()
    told = db.outbox.find_one({"template": "urge.open", "channel": "inbox"})
    assert told["target"] == "unit:uu-1"
    assert told["data"]["url"] == f"https://chati.example/urge/{urges.token(made.number)}"
    assert told["data"]["due"] == urges.due_of(made)


def test_a_unit_with_a_mailbox_is_told_by_mail_too(app, member, lift, db, monkeypatch):
    mailing = replace(app.config["CHATI"], smtp_host="mail.example", smtp_from="chati@example.org")
    monkeypatch.setitem(app.config, "CHATI", mailing)
    db.mailboxes.insert_one({"_id": "unit:mu-1"})
    open_urge(member, lift, unit="maintenance_unit")
    pass_news_on()
    told = db.outbox.find({"target": "unit:mu-1", "channel": {"$ne": "reach"}})
    assert {row["channel"] for row in told} == {"inbox", "email"}


def test_the_same_form_is_one_urge(member, lift):
    assert open_urge(member, lift, draft="d").number == open_urge(member, lift, draft="d").number
    assert Urge.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "很" * 501}, "text"),
        ({"due": 0}, "due"),
        ({"due": 61}, "due"),
        ({"category": "nonsense"}, "category"),
        ({"unit": "insurer"}, "unit"),
    ],
)
def test_an_urge_that_cannot_be_taken_names_the_field_and_tells_nobody(member, lift, db, changes, field):
    if "due" in changes:
        changes = {"due": in_days(changes["due"])}
    with pytest.raises(BadInput) as refused:
        open_urge(member, lift, **changes)
    assert list(refused.value.fields) == [field]
    assert (Urge.objects.count(), db.outbox.count_documents({"template": "urge.open"})) == (0, 0)


def test_a_group_urges_for_its_own_lifts_alone(stranger, lift):
    with pytest.raises(NotFound):
        open_urge(stranger, lift)


def test_the_unit_answers_once_and_the_members_hear_of_it(member, lift, db):
    made = open_urge(member, lift)
    urges.answer(urges.token(made.number), "已调整门锁间隙", in_days(1))
    assert Urge.objects.get().state == "answered"
    assert db.outbox.find_one({"template": "urge.answered"})["target"] == NEIGHBOUR
    with pytest.raises(Conflict):
        urges.answer(urges.token(made.number), "再说一次")
    assert Urge.objects.get().answer.text == "已调整门锁间隙"


@pytest.mark.parametrize("key", ["", "x", "ImFiYyI.forged"])
def test_a_key_that_is_not_ours_answers_nothing(context, key):
    with pytest.raises(NotFound):
        urges.answer(key, "好")


def test_silence_goes_to_the_bureau_the_day_after_the_date_and_once(member, lift):
    open_urge(member, lift)
    with later(7):
        assert urges.escalate_silent() == 0
    with later(8):
        assert urges.escalate_silent() == 1
        assert urges.escalate_silent() == 0
    case, urge = Complaint.objects.get(), Urge.objects.get()
    assert (urge.state, urge.complaint) == ("escalated", case.number)
    assert (case.channel, case.lift, case.jurisdiction, case.track) == ("community", lift, "500103", "complaint")
    assert "云栖苑物业服务中心" in case.description
    assert "三楼层门关不严" in case.description
    assert "到期没有答复" in case.description


def test_an_urge_about_overdue_dates_becomes_a_report(member, lift):
    open_urge(member, lift, category="overdue")
    with later(8):
        urges.escalate_silent()
    assert Complaint.objects.get().track == "report"


def test_two_workers_escalate_one_silence_once(app, member, lift):
    open_urge(member, lift)
    gate = threading.Barrier(4)

    def sweep():
        with app.app_context():
            gate.wait()
            urges.escalate_silent()

    with later(8):
        threads = [threading.Thread(target=sweep) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert Complaint.objects.count() == 1


def test_an_urge_that_cannot_be_filed_keeps_no_other_from_the_bureau(member, lift, db):
    other = make_lift("500102", estate="est-1")
    open_urge(member, other, due=in_days(3))
    open_urge(member, lift)
    db.lifts.delete_one({"_id": other})
    with later(8):
        assert urges.escalate_silent() == 1
    assert Complaint.objects.get().lift == lift
    assert Urge.objects.get(lift=other).state == "open"


def test_an_answered_urge_is_not_silent(member, lift):
    made = open_urge(member, lift)
    urges.answer(urges.token(made.number), "已经修好")
    with later(30):
        assert urges.escalate_silent() == 0
    assert Complaint.objects.count() == 0


def test_an_answer_that_does_not_help_goes_to_the_bureau_with_it(member, lift):
    made = open_urge(member, lift)
    urges.answer(urges.token(made.number), "等有空再说")
    urges.escalate(member, str(made.number))
    assert "单位答复：等有空再说" in Complaint.objects.get().description


def test_whoever_urged_in_wechat_follows_the_case_there(member, lift):
    urges.escalate(member, str(open_urge(member, lift).number))
    assert [case["number"] for case in complaints.of_binding(NEIGHBOUR)] == [Complaint.objects.get().number]


def test_a_late_answer_is_kept_and_the_case_stays_with_the_bureau(member, lift):
    made = open_urge(member, lift)
    urges.escalate(member, str(made.number))
    assert urges.answer(urges.token(made.number), "今天已经修好").state == "escalated"
    assert urges.close(member, str(made.number)).state == "closed"


def test_a_closed_urge_takes_no_answer_and_no_second_end(member, lift):
    made = open_urge(member, lift)
    urges.close(member, str(made.number))
    with pytest.raises(Conflict):
        urges.answer(urges.token(made.number), "好")
    with pytest.raises(Conflict):
        urges.close(member, str(made.number))


def test_anothers_urge_is_not_found(member, lift, stranger):
    made = open_urge(member, lift)
    with pytest.raises(NotFound):
        urges.close(stranger, str(made.number))


def test_a_unit_is_not_flooded(member, lift, monkeypatch):
    for number in range(20):
        open_urge(member, lift, draft=str(number))
    with pytest.raises(Conflict):
        open_urge(member, lift)


@pytest.mark.rule("P-28")
def test_a_doubt_about_a_visit_is_an_event_and_a_note_on_the_open_case(member, lift, visit, db):
    urges.escalate(member, str(open_urge(member, lift).number))
    case = Complaint.objects.get()
    observations.judge_visit(member, visit, "no", "我在楼下坐了一整天")
    assert db.events.find_one({"kind": "visit.doubted"})["lift"] == lift
    note = db.case_entries.find_one({"case": case.number, "action": "note"})
    assert "我在楼下坐了一整天" in note["text"]
    assert (note["public"], note["actor_label"]) == (False, "云栖苑协调小组")
    assert "我在楼下" not in str(complaints.progress(case.number, query_key(case.number)))


@pytest.mark.rule("P-28")
def test_the_latest_word_on_a_visit_counts(member, lead, visit):
    for came in ("no", "yes"):
        made = observations.judge_visit(member, visit, came)
    observations.judge_visit(lead, visit, "no")
    assert observations.opinions([made.visit]) == {made.visit: {"yes": 1, "no": 1}}


def test_a_doubt_before_the_escalation_stands_in_the_case(member, lift, visit):
    observations.judge_visit(member, visit, "no")
    urges.escalate(member, str(open_urge(member, lift).number))
    assert "1位成员说没来，0位说来过" in Complaint.objects.get().description


@pytest.mark.parametrize(("came", "note", "field"), [("maybe", "", "came"), ("no", "很" * 201, "note")])
def test_an_opinion_that_cannot_be_taken_names_the_field(member, visit, came, note, field):
    with pytest.raises(BadInput) as refused:
        observations.judge_visit(member, visit, came, note)
    assert list(refused.value.fields) == [field]


@pytest.mark.rule("P-28")
def test_an_old_visit_is_no_longer_judged(member, visit):
    with later(91), pytest.raises(BadInput):
        observations.judge_visit(member, visit, "yes")


@pytest.mark.parametrize(("days", "offered"), [(90, True), (91, False)])
def test_a_visit_is_offered_for_judgement_exactly_as_long_as_one_is_taken(member, visit, days, offered, db):
    start = db.visits.find_one()["start"]
    with time_machine.travel(start + timedelta(days=days), tick=False):
        shown = queries.lift(member.group, "500101")["visits"][0]
        assert (shown["id"], shown["open"]) == (visit, offered)
        with contextlib.nullcontext() if offered else pytest.raises(BadInput):
            observations.judge_visit(member, visit, "yes")


def test_nobody_judges_visits_of_other_estates(stranger, visit):
    with pytest.raises(NotFound):
        observations.judge_visit(stranger, visit, "no")


def test_a_walk_is_recorded_once_with_its_photos(member, lift, picture):
    for _ in range(2):
        observations.walk(member, lift, text="机房门没锁", problem=True, photos=[picture], draft="w1")
    assert Walk.objects.get().photos == [Photo.objects.get().id]
    assert Photo.objects.get().subject == f"group:{member.group.number}"
