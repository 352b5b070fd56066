"""Accounts are made with checks, passwords are kept as argon2 hashes, keys are shown once."""

import pytest
from flask import request

from backend.accounts import callers, service
from backend.accounts.actors import COMMAND
from backend.foundation.errors import BadInput, NotFound
from backend.registry.documents import Organisation
from tests.factories.people import PASSWORD

GOOD = {"login": "lin", "name": "林某", "password": PASSWORD, "role": "district_officer", "jurisdiction": "500103"}


def test_a_person_can_be_authenticated_by_login_in_any_case_and_password(context):
    service.create_person(**GOOD, by=COMMAND)
    caller = service.authenticate(" LIN ", PASSWORD)
    assert (caller.actor.label, caller.actor.jurisdiction) == ("渝中区市场监督管理局 林某", "500103")
    assert "complaint.accept" in caller.permissions


def test_a_wrong_password_and_an_unknown_login_are_both_nobody(context):
    service.create_person(**GOOD, by=COMMAND)
    assert service.authenticate("lin", "wrong password") is None
    assert service.authenticate("nobody", PASSWORD) is None


def test_a_password_is_stored_as_an_argon2_hash_only(db, context):
    service.create_person(**GOOD, by=COMMAND)
    stored = db.people.find_one({"login": "lin"})
    assert stored["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in str(stored)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", "ab"),
        ("login", "有空格 的"),
        ("login", "x" * 33),
        ("login", "-dash"),
        ("name", "  "),
        ("name", "长" * 41),
        ("password", "short"),
        ("password", "x" * 129),
        ("role", "emperor"),
        ("jurisdiction", None),
        ("jurisdiction", "999999"),
        ("jurisdiction", "500105"),
    ],
)
def test_a_bad_field_is_named_and_nobody_is_made(db, context, field, value):
    with pytest.raises(BadInput) as refused:
        service.create_person(**{**GOOD, field: value}, by=COMMAND)
    assert list(refused.value.fields) == [field]
    assert db.people.find_one() is None
    assert db.events.find_one() is None


def test_a_login_is_given_once(context):
    service.create_person(**GOOD, by=COMMAND)
    with pytest.raises(BadInput) as refused:
        service.create_person(**{**GOOD, "login": "LIN"}, by=COMMAND)
    assert "login" in refused.value.fields


def test_whoever_sees_all_belongs_to_the_municipal_bureau(db, context):
    service.create_person("city", "市局某", PASSWORD, "municipal_officer", None, by=COMMAND)
    assert db.people.find_one({"login": "city"})["jurisdiction"] == "CQ"


def test_a_deactivated_person_cannot_sign_in(context):
    service.create_person(**GOOD, by=COMMAND)
    service.deactivate("lin", by=COMMAND)
    assert service.authenticate("lin", PASSWORD) is None


def test_a_changed_password_replaces_the_old_one(context):
    service.create_person(**GOOD, by=COMMAND)
    service.change_password("lin", PASSWORD, "another good one")
    assert service.authenticate("lin", PASSWORD) is None
    assert service.authenticate("lin", "another good one")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong password", "another good one", "old"), (PASSWORD, "short", "password"), (PASSWORD, PASSWORD, "password")],
)
def test_a_password_change_names_what_is_wrong(context, old, new, field):
    service.create_person(**GOOD, by=COMMAND)
    with pytest.raises(BadInput) as refused:
        service.change_password("lin", old, new)
    assert list(refused.value.fields) == [field]
    assert service.authenticate("lin", PASSWORD)


def test_each_change_of_an_account_is_recorded_without_names(db, context):
    service.create_person(**GOOD, by=COMMAND)
    service.reset_password("lin", "another good one", by=COMMAND)
    service.deactivate("lin", by=COMMAND)
    events = list(db.events.find().sort("_id", 1))
    assert [event["kind"] for event in events] == ["person.created", "person.password_changed", "person.deactivated"]
    assert "林" not in str(events)


def test_an_api_key_is_stored_as_its_fingerprint_only(db, context):
    key = service.create_api_key("96333", "hotline", by=COMMAND)
    assert key.startswith("chati_")
    assert key not in str(list(db.api_keys.find()))


def test_what_is_not_there_cannot_be_changed(context):
    for call in (
        lambda: service.deactivate("nobody", by=COMMAND),
        lambda: service.reset_password("nobody", PASSWORD, by=COMMAND),
    ):
        with pytest.raises(NotFound):
            call()
    for key_id in ("0" * 12, "", ".*"):
        with pytest.raises(NotFound):
            service.revoke_api_key(key_id, by=COMMAND)


@pytest.fixture
def unit(context):
    """A maintenance unit with a credit code."""
    Organisation(id="mu-1", name="渝安电梯维保有限公司", credit_code="91500103MA5U00001G").save()
    return "mu-1"


def test_somebody_of_a_unit_acts_for_it_and_for_no_bureau(db, unit):
    service.create_person("wei", "韦某", PASSWORD, "unit", organisation=unit, by=COMMAND)
    actor = service.authenticate("wei", PASSWORD).actor
    assert (actor.organisation, actor.jurisdiction, actor.label) == ("mu-1", None, "渝安电梯维保有限公司 韦某")
    assert actor.desks() == ()
    assert db.events.find_one({"kind": "person.created"})["data"] == {"role": "unit", "organisation": "mu-1"}


def test_a_units_new_name_is_its_peoples_too(unit):
    service.create_person("wei", "韦某", PASSWORD, "unit", organisation=unit, by=COMMAND)
    Organisation.objects(id=unit).update(set__name="渝安电梯集团有限公司")
    assert service.authenticate("wei", PASSWORD).actor.label == "渝安电梯集团有限公司 韦某"


def test_a_units_key_acts_for_it(app, db, unit):
    key = service.create_api_key("维保平台", "unit", organisation=unit, by=COMMAND)
    with app.test_request_context(headers={"Authorization": f"Bearer {key}"}):
        actor = callers.of_request(request).actor
    assert (actor.kind, actor.organisation, actor.jurisdiction) == ("key", "mu-1", None)


@pytest.mark.parametrize(
    ("role", "place", "field"),
    [
        ("district_officer", {}, "jurisdiction"),
        ("district_officer", {"organisation": "mu-1"}, "organisation"),
        ("district_officer", {"jurisdiction": "500103", "organisation": "mu-1"}, "organisation"),
        ("municipal_officer", {"organisation": "mu-1"}, "organisation"),
        ("unit", {}, "organisation"),
        ("unit", {"organisation": "nowhere"}, "organisation"),
        ("unit", {"jurisdiction": "500103"}, "jurisdiction"),
        ("unit", {"jurisdiction": "500103", "organisation": "mu-1"}, "jurisdiction"),
        ("hotline", {"jurisdiction": "500103"}, "jurisdiction"),
        ("hotline", {"organisation": "mu-1"}, "organisation"),
    ],
)
def test_people_and_keys_belong_where_their_role_says_and_nowhere_else(db, unit, role, place, field):
    for make in (
        lambda: service.create_person("wei", "韦某", PASSWORD, role, **place, by=COMMAND),
        lambda: service.create_api_key("平台", role, **place, by=COMMAND),
    ):
        with pytest.raises(BadInput) as error:
            make()
        assert list(error.value.fields) == [field]
    assert (db.people.find_one(), db.api_keys.find_one(), db.events.find_one()) == (None, None, None)
