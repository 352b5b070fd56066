"""A database as the code of November 2026 left it becomes one that today's code reads."""

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from backend.casework import clocks, evidence, letters, record
from backend.community import queries as community
from backend.community import urges
from backend.community.documents import Group, Mediation, Urge
from backend.complaints.documents import Complaint, Repair
from backend.foundation import audit, clock, database, migrations
from backend.foundation.errors import Conflict
from tests import old_states
from tests.conftest import empty

STATE = "state-2026-11"


@pytest.fixture
def old(context, db):
    """The state, in a database without the collections and indexes of today."""
    for name in db.list_collection_names():
        db.drop_collection(name)
    old_states.load(db, STATE)
    yield db
    for name in db.list_collection_names():
        db.drop_collection(name)
    database.migrate()
    empty()


@pytest.fixture
def migrated(old):
    list(migrations.run())
    database.migrate()
    return old


def everything(db):
    names = (name for name in db.list_collection_names() if name != "migrations")
    return {name: list(db[name].find().sort("_id", 1)) for name in names if db[name].count_documents({})}


def test_a_dry_run_says_what_would_change_and_changes_nothing(old):
    before = everything(old)
    said = "\n".join(migrations.planned())
    assert everything(old) == before
    assert "complaint_entries -> case_entries" in said
    assert "urges become cases: 4" in said
    assert old.migrations.count_documents({}) == 0


def test_the_second_run_changes_nothing(migrated):
    before = everything(migrated)
    assert list(migrations.run()) == []
    assert everything(migrated) == before


@pytest.mark.parametrize("migration", migrations.every(), ids=lambda one: one.name)
def test_a_migration_that_was_cut_off_before_it_was_recorded_runs_again_without_harm(migrated, migration):
    before = everything(migrated)
    migrated.migrations.delete_one({"_id": migration.name})
    list(migrations.run())
    assert everything(migrated) == before


def test_each_migration_is_recorded_with_what_it_said(migrated):
    runs = {row["_id"]: row for row in migrated.migrations.find()}
    assert set(runs) == {migration.name for migration in migrations.every()}
    assert all(row["output"] and row["version"] and row["seconds"] >= 0 for row in runs.values())


def test_cases_keep_their_history_their_letters_and_their_clocks(migrated):
    for case in (*Complaint.objects, *Repair.objects):
        lines = record.history(case.number)
        assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
        assert lines[-1]["to_state"] == case.state
        assert all(clock.length for clock in case.clocks)
    written = [row["case"] for row in migrated.case_entries.find({"type": "letter"})]
    assert written
    assert all(letters.of(number) for number in written)


def test_a_case_keeps_the_card_of_the_day_of_its_filing(old):
    kept = list(old.complaint_evidence.find())
    assert kept
    list(migrations.run())
    assert "complaint_evidence" not in old.list_collection_names()
    for card in kept:
        found = evidence.of(card["_id"])
        assert (found["lift"], found["blocks"], found["at"]) == (card["lift"], card["blocks"], card["frozen_at"])


def test_a_longer_check_of_a_report_is_the_same_clock_with_another_length(old):
    case = old.complaints.find_one()
    clock_before = case["clocks"][0] | {"kind": "report_verify_extended"}
    old.complaints.update_one({"_id": case["_id"]}, {"$set": {"clocks": [clock_before]}})
    list(migrations.run())
    found = Complaint.objects.get(number=case["_id"]).clocks[0]
    assert (found.kind, found.length) == ("report_verify", "report_verify_extended")


def test_urges_stand_where_they_stood_and_go_on(migrated):
    group = Group.objects.get()
    assert group.state == "approved"
    assert {line["action"] for line in record.history(group.number)} == {"open", "approve"}
    shown = community.history(group.number)
    assert {row["state"] for row in shown["urges"]} >= {"open", "answered"}
    waiting = Urge.objects(state="open").first()
    assert waiting.next_due == clocks.next_due(waiting)
    assert urges.due_of(waiting.to_mongo()) == "2026-11-27"
    assert urges.answer(urges.token(waiting.number), "已调整门锁").state == "answered"


def test_every_urge_has_the_history_that_the_record_tells(migrated):
    for urge in Urge.objects:
        lines = record.history(urge.number)
        assert (lines[0]["action"], lines[0]["text"]) == ("open", urge.text)
        assert lines[-1]["to_state"] == urge.state
        assert urge.version == len(lines)


def test_what_was_said_at_a_mediation_is_its_history(migrated):
    mediation = Mediation.objects.get()
    assert [(line["actor_label"], line["text"]) for line in record.history(mediation.number, action="meet")] == [
        ("王老师", "双方同意先报价")
    ]


def test_units_are_reached_under_their_one_name(migrated):
    assert migrated.outbox.count_documents({"target": {"$regex": "^org:"}}) == 0
    assert migrated.mailboxes.find_one({"_id": "unit:mu-1"}) is not None
    assert {row["recipient"].partition(":")[0] for row in migrated.notices.find({"recipient": {"$regex": "mu-1"}})} == {
        "unit"
    }


def test_a_credit_code_that_is_none_or_anothers_is_taken_off(old):
    twin = {
        "_id": "twin",
        "name": "渝升旧名电梯有限公司",
        "kinds": ["maintenance"],
        "credit_code": "91500103ma5u00001g",
    }
    old.organisations.insert_one(twin)
    said = "\n".join(migrations.run())
    database.migrate()
    kept = old.organisations.find({"credit_code": {"$exists": True}})
    assert [(row["name"], row["credit_code"]) for row in kept] == [("渝升电梯工程有限公司", "91500103MA5U00001G")]
    assert "虚构市特种设备检测院: 12500000MB1X000030 is no credit code" in said
    assert "twin 渝升旧名电梯有限公司: 91500103ma5u00001g is that of" in said


def test_the_sealed_record_is_untouched(old):
    before = list(old.events.find())
    list(migrations.run())
    assert list(old.events.find()) == before
    assert audit.verify().ok


def test_a_new_database_has_nothing_to_migrate(context, db):
    assert list(migrations.run()) == []
    assert {row["output"][0] for row in db.migrations.find()} == {migrations.NOTHING}


def test_two_at_once_do_not_migrate_together(old):
    old.migrations.insert_one({"_id": migrations.LOCK, "at": clock.now()})
    with pytest.raises(Conflict):
        list(migrations.run())
    assert "complaint_entries" in old.list_collection_names()


def test_a_lock_that_was_left_behind_runs_out(old):
    old.migrations.insert_one({"_id": migrations.LOCK, "at": clock.now() - migrations.LOCK_LIFETIME * 2})
    assert list(migrations.run())


def test_the_command_tells_what_it_does_and_what_it_would_do(old, context):
    from backend.cli import chati

    def say(*words):
        return (
            CliRunner().invoke(chati, words, obj=ScriptInfo(create_app=lambda: context), catch_exceptions=False).stdout
        )

    assert "groups become cases: 1" in say("migrate", "--dry-run")
    assert "groups became cases: 1" in say("migrate")
    assert say("migrate").splitlines()[0].endswith("个集合已就绪。")
