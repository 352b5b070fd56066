"""One computation of promise against fact: page, API and board say the same of the same card."""

from datetime import timedelta

import pytest

from backend.accounts.actors import COMMAND
from backend.card import promises
from backend.card import queries as cards
from backend.card import service as card_service
from backend.community import access
from backend.disclosure import service as disclosure
from backend.foundation import clock, database
from backend.incidents import service as incidents
from backend.registry.documents import Estate
from backend.registry.service import save_lifts
from tests.factories import make_group, make_lift

LEAD = "web:" + "1" * 32
PLEDGES = {
    "fault_rate": {"baseline": 6, "pledged": 1},
    "downtime_hours": {"baseline": 30, "pledged": 16},
    "rescue_minutes": {"baseline": 26, "pledged": 20},
}
KEPT = [("故障次数", 1, 0, "kept"), ("停梯时间", 16, 0, "kept"), ("救援到场", 20, None, "nothing")]
BROKEN = [("故障次数", 1, 2, "broken"), ("停梯时间", 16, 3.5, "kept"), ("救援到场", 20, None, "nothing")]
IDLE = [("故障次数", 1, 0, "idle"), ("停梯时间", 16, 0, "idle"), ("救援到场", 20, None, "idle")]


def broken(code):
    for minutes in (90, 120):
        at = clock.now() - timedelta(days=3, minutes=minutes)
        incidents.record_fault(code, at=at, source="iot", cause="equipment", downtime_minutes=minutes, actor=COMMAND)


def stopped(code):
    save_lifts([{"code": code, "status": "stopped"}], by=COMMAND)
    card_service.rebuild([code])


LIVES = {
    "500911": (None, KEPT, '<span class="ok">承诺3项，都做到</span>'),
    "500912": (broken, BROKEN, '<span class="late">承诺3项，没做到：故障次数</span>'),
    "500913": (stopped, IDLE, '<span class="dim">承诺3项，停用期间不比较</span>'),
}


@pytest.fixture
def lift(app, db, code):
    with app.app_context():
        Estate(id="est-1", name="云栖苑", jurisdiction="500103").save()
        make_lift(code, estate="est-1")
        units = {"using_unit": "uu-1", "maintenance_unit": "mu-1", "actor": COMMAND}
        disclosure.publish_declaration(pledges=PLEDGES, no_bridging=True, lifts=[code], **units)
        if life := LIVES[code][0]:
            life(code)
    return code


@pytest.fixture
def board(app, lift):
    """The board of the group that looks after the lift, as its lead sees it."""
    with app.app_context():
        group = make_group(lift)
    with app.test_request_context():
        passed = access.pass_for(LEAD)
    browser = app.test_client()
    browser.get(f"/community/in/{passed}")
    return browser.get(f"/community/{group}").text


@pytest.mark.parametrize("code", LIVES)
def test_page_api_and_board_say_the_same_of_a_promise(app, client, lift, board, code):
    _, expected, line = LIVES[code]
    page, answer = client.get(f"/e/{lift}").text, client.get(f"/api/v1/lifts/{lift}").json["promises"]
    assert [(row["name"], row["pledged"], row["actual"], row["state"]) for row in answer] == expected
    with app.app_context():
        words = {promise.state: promise.word for promise in promises.promises(cards.card(lift))}
    for name, pledged, actual, state in expected:
        fact = words[state] if actual is None else f"{actual:g} {words[state]}"
        row = page[page.index(f'<tr><th scope="row">{name}</th>') :].split("</tr>")[0]
        assert f"≤{pledged} " in row
        assert f">{fact}</span>" in row
    assert line in board


@pytest.mark.parametrize("code", LIVES)
def test_the_fields_promises_need_give_the_same_as_the_whole_card(app, lift, code):
    with app.app_context():
        fields = dict.fromkeys(promises.fields(), 1)
        read = database.collection("cards").find_one({"_id": lift}, fields)
        assert promises.promises(read) == promises.promises(cards.card(lift))
