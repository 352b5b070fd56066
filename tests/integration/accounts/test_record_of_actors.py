"""The record says of each event who acted, for whom, and keeps the actor's bureau apart from that of the case."""

from datetime import timedelta

import pytest
import time_machine

from backend.accounts import actors
from backend.accounts.actors import COMMAND, WORKER
from backend.complaints import service
from backend.complaints.documents import Complaint, Repair
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import audit, events
from tests.factories import make_lift
from tests.factories.people import acting, make_officer

OWN = ("actor", "actor_kind", "role", "jurisdiction", "organisation")


def written(db, kind):
    """Give what the newest event of a kind says of its actor."""
    found = db.events.find_one({"kind": kind}, sort=[("_id", -1)])
    return tuple(found.get(name) for name in OWN)


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        (acting("1"), ("person:1", "person", "district_officer", "500103", None)),
        (acting("1", "municipal_officer", "CQ"), ("person:1", "person", "municipal_officer", "CQ", None)),
        (
            actors.of_key({"_id": "0" * 32, "name": "热线", "role": "hotline"}),
            ("key:000000000000", "key", "hotline", None, None),
        ),
        (actors.unit("mu-1", "维保单位"), ("unit:mu-1", "unit", "unit", None, "mu-1")),
        (actors.member("7", "李阿姨", "group_lead"), ("member:7", "member", "group_lead", None, None)),
        (actors.resident(), ("resident", "resident", None, None, None)),
        (WORKER, ("worker", "worker", None, None, None)),
        (COMMAND, ("command", "command", None, None, None)),
    ],
)
def test_an_event_keeps_who_acted_and_for_whom(context, db, actor, said):
    events.record("thing.done", subject="thing:1", actor=actor)
    assert written(db, "thing.done") == said


def test_a_step_is_its_actors_and_not_its_cases(context, db):
    make_lift("500101")
    officer = make_officer()
    number = service.file(NewComplaint(category="door", reporter=NewReporter("web"), lift="500101"))["number"]
    service.act(number, "accept", officer, Complaint.objects.get(number=number).version, {})
    repair = Repair.objects.get(complaint=number)
    service.act(repair.number, "take", service.unit("mu-1"), repair.version, {})
    assert written(db, "complaint.file")[3:] == (None, None)
    assert written(db, "complaint.accept") == (officer.id, "person", "district_officer", "500103", None)
    assert written(db, "complaint.take")[2:] == ("unit", None, "mu-1")


@pytest.mark.parametrize("field", OWN)
def test_whoever_changes_an_actor_afterwards_breaks_the_seal(context, db, field):
    events.record("thing.done", subject="thing:1", actor=acting("1", organisation="uu-1"))
    with time_machine.travel(timedelta(hours=1)):
        assert audit.seal() == 1
    db.events.update_one({}, {"$set": {field: "else"}})
    assert not audit.verify().ok


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("unit", "unit:mu-1"),
        ("unit", "org:mu-1"),
        ("worker", "system"),
        ("command", "operator"),
        ("command", "console"),
    ],
)
def test_a_history_is_read_as_it_was_spelled_then(kind, stored):
    assert actors.is_of(kind, stored)
    assert not actors.is_of("person", stored)
