from datetime import timedelta

import pytest

from backend.accounts.actors import COMMAND
from backend.cli import chati
from backend.complaints import service
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import clock, database, outbox, photos, retention

CASES, PHOTOS = "complaints", "photos"


@pytest.fixture
def closed_case(context):
    """A case with a phone, words and a photo, closed so many days ago; gives a function of the days."""

    def closed(days):
        reporter = NewReporter(channel="web", phone="023-0000-0001", binding="f" * 32)
        photo = photos.CleanPhoto(b"\xff\xd8jpeg", 8, 6)
        number = service.file(NewComplaint("other", reporter, place="虚构路 9 号", photos=[photo]))["number"]
        at = clock.now() - timedelta(days=days)
        database.collection(CASES).update_one(
            {"_id": number}, {"$set": {"open": False, "state": "resolved", "closed_at": at}, "$unset": {"next_due": ""}}
        )
        database.collection(PHOTOS).update_many({"subject": f"complaint:{number}"}, {"$set": {"created_at": at}})
        return number

    return closed


def stored(number):
    return database.collection(CASES).find_one({"_id": number})


def numbers(found):
    return {one.name: one.number for one in found}


def test_a_dry_run_counts_and_erases_nothing(closed_case):
    number = closed_case(366)
    before = stored(number)
    assert numbers(retention.due())["complaint_contacts"] == 1
    assert stored(number) == before


def test_who_reported_is_forgotten_a_year_after_the_case_closed_and_the_case_stays(closed_case):
    number = closed_case(366)
    retention.run(by=COMMAND)
    reporter = stored(number)["reporters"][0]
    assert not {"phone_sealed", "binding", "marks", "name_sealed", "words"} & set(reporter)
    assert stored(number)["state"] == "resolved"


def test_nobody_is_forgotten_a_day_early(closed_case):
    number = closed_case(364)
    retention.run(by=COMMAND)
    assert stored(number)["reporters"][0]["phone_sealed"]


def test_an_open_case_keeps_its_people_however_old(closed_case):
    number = closed_case(4000)
    database.collection(CASES).update_one({"_id": number}, {"$set": {"open": True}})
    retention.run(by=COMMAND)
    assert stored(number)["reporters"][0]["phone_sealed"]


def test_photos_go_five_years_after_the_case_closed(closed_case):
    kept, gone = closed_case(1824), closed_case(1826)
    retention.run(by=COMMAND)
    assert (len(stored(kept)["photos"]), stored(gone)["photos"]) == (1, [])
    assert database.collection(PHOTOS).count_documents({}) == 1


def test_delivered_news_goes_after_ninety_days_and_waiting_news_stays(context):
    for key, state in (("a", outbox.SENT), ("b", outbox.PENDING)):
        outbox.enqueue(key=key, channel="inbox", target="CQ", subject="s", template="complaint.file")
        database.collection("outbox").update_one(
            {"key": key}, {"$set": {"state": state, "created_at": clock.now() - timedelta(days=91)}}
        )
    retention.run(by=COMMAND)
    assert [row["key"] for row in database.collection("outbox").find()] == ["b"]


def test_a_second_run_finds_nothing_left(closed_case):
    closed_case(2000)
    retention.run(by=COMMAND)
    assert set(numbers(retention.run(by=COMMAND)).values()) == {0}


def test_each_run_is_logged_without_what_was_erased(closed_case):
    closed_case(366)
    retention.run(by=COMMAND)
    run = database.collection("retention_runs").find_one({"kind": "complaint_contacts"})
    assert (run["erased"], run["by"]) == (1, "command")
    assert set(run) == {"_id", "at", "kind", "before", "erased", "by"}


@pytest.mark.parametrize(("words", "said"), [(["--dry-run"], "应清除 1"), ([], "已清除 1")])
def test_the_command_says_what_it_does(app, closed_case, words, said):
    closed_case(366)
    answer = app.test_cli_runner().invoke(chati, ["retention", "run", *words])
    assert (answer.exit_code, said in answer.output) == (0, True)


def test_attachments_go_with_all_their_pieces(closed_case, db):
    for number, days in ((closed_case(1824), "kept"), (closed_case(1826), "gone")):
        attachment = db.case_attachments.insert_one({"case": number, "name": days}).inserted_id
        db.case_attachment_parts.insert_many([{"attachment": attachment, "n": n} for n in range(2)])
    retention.run(by=COMMAND)
    assert [row["name"] for row in db.case_attachments.find()] == ["kept"]
    assert db.case_attachment_parts.count_documents({}) == 2
