from dataclasses import asdict
from datetime import UTC, datetime

import pytest
import time_machine
from flask import render_template

from backend.accounts.service import authenticate
from backend.card import blocks, promises, verdict
from backend.card import queries as cards
from backend.demo import SAMPLE_CODE, cases, city, commands, desk
from backend.demo import load as loading
from backend.foundation import clock, database
from backend.foundation.errors import Conflict
from backend.policy import jurisdictions
from backend.registry.signs import current_signs
from tests.factories import make_lift

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
BLOCK_LIMIT = 4096  # bytes, so that the whole page fits in the first 14 kB on the wire


@pytest.fixture(autouse=True)
def _autumn(context):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def small(monkeypatch):
    """A city of an eighth of the size, so that each test can have its own."""
    monkeypatch.setattr(city, "LIFTS", 250)


def test_the_whole_city_is_stored_with_signs_cards_and_complaints():
    done = []
    summary = asdict(loading.load(clock.today(), done.append))
    stored = {name: database.collection(name).count_documents({}) for name in summary}
    assert stored == summary
    assert sum(done) == loading.STEPS * summary["lifts"]
    codes = [row["_id"] for row in database.collection("lifts").find({"status": {"$ne": "scrapped"}}, {"_id": 1})]
    assert len(current_signs(codes)) == len(codes)
    levels = {verdict.verdict(card, clock.today()).level for card in database.collection("cards").find()}
    assert levels == set(verdict.levels())


def test_the_sample_lift_has_every_block_full_and_nothing_due(small):
    loading.load(clock.today())
    card = cards.card(SAMPLE_CODE)
    found = card["blocks"]
    assert set(found) == {block.name for block in blocks.all_blocks()}
    assert verdict.verdict(card, clock.today()).level == verdict.VALID
    assert found["pledges"]["pledges"]
    assert found["upkeep"]["plan"]
    assert found["upkeep"]["contract"]
    assert found["upkeep"]["visits"]
    assert found["inspection"]["examinations"]
    assert found["incidents"]["rescues"]
    assert found["insurance"]["policy"]
    assert len(found["pilots"]["current"]) == 2
    assert found["complaints"]["resolved"] == 1
    assert {promise.state for promise in promises.promises(card)} == {promises.KEPT}


def test_every_page_of_the_city_renders_and_no_block_is_large(context, small):
    loading.load(clock.today())
    client, template_of = context.test_client(), {block.name: block.template for block in blocks.all_blocks()}
    for card in database.collection("cards").find():
        assert client.get(f"/e/{card['_id']}").status_code == 200
    card = cards.card(SAMPLE_CODE)
    for name, block in card["blocks"].items():
        html = render_template(template_of[name], block=block, card=card, today=clock.today())
        assert len(html.encode()) < BLOCK_LIMIT, name


def test_the_cases_of_the_city_are_the_same_again(small):
    made = city.build(clock.today(), 7)
    assert cases.build(made, 7) == cases.build(made, 7)


def test_some_cases_wait_some_are_late_and_most_are_resolved(small):
    loading.load(clock.today())
    rows = list(database.collection("complaints").find())
    assert len({row["_id"] for row in rows}) == len(rows)
    assert any(row["open"] and row["next_due"] < NOW for row in rows)
    assert any(row["open"] and row["next_due"] > NOW for row in rows)
    assert any(row["state"] == "resolved" and row["outcome"] for row in rows)
    assert all(row["filed_at"] <= row["updated_at"] < NOW for row in rows)
    lines = database.collection("case_entries").count_documents({})
    assert lines == sum(row["version"] for row in rows)


def test_a_city_is_replaced_only_when_that_is_wanted(small):
    loading.load(clock.today())
    with pytest.raises(Conflict):
        loading.load(clock.today())
    loading.load(clock.today(), force=True)
    assert database.collection("lifts").count_documents({}) == city.LIFTS


def test_a_printed_sign_stays_genuine_when_the_city_is_loaded_again(small):
    loading.load(clock.today())
    before = current_signs([SAMPLE_CODE])[SAMPLE_CODE]["tag"]
    loading.load(clock.today(), force=True)
    assert current_signs([SAMPLE_CODE])[SAMPLE_CODE]["tag"] == before


def test_a_register_with_other_lifts_is_never_overwritten():
    code = make_lift()
    with pytest.raises(Conflict):
        loading.load(clock.today(), force=True)
    assert cards.card(code)


def test_every_bureau_has_an_officer_who_can_sign_in():
    made = desk.create(clock.today(), 84, "a-long-password")
    officers = {account.jurisdiction for account in made if account.role == "district_officer"}
    assert officers == {area.id for area in jurisdictions.all_on(clock.today())}
    assert {authenticate(login, "a-long-password").actor.role for login in ("admin", "shiju", "500103")} == {
        "administrator",
        "municipal_officer",
        "district_officer",
    }
    assert desk.create(clock.today(), 84, "a-long-password") == []


def test_the_command_loads_the_city_and_names_the_sample(context, small):
    runner = context.test_cli_runner()
    loaded = runner.invoke(commands.demo, ["load"])
    assert loaded.exit_code == 0, loaded.output
    assert SAMPLE_CODE in loaded.output
    again = runner.invoke(commands.demo, ["load"])
    assert again.exit_code == 1
    assert "--force" in again.output
