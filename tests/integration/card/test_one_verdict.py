"""One table of verdicts: whoever shows a lift's verdict uses its word, colour and order, level by level."""

from datetime import date, datetime, timedelta

import pypdfium2
import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.card import queries as cards
from backend.card import service as card_service
from backend.card import verdict
from backend.community import access, following, news
from backend.community import queries as community
from backend.community.documents import Group, WatchedLift
from backend.complaints import service as complaints
from backend.complaints.service import NewComplaint, NewReporter
from backend.foundation import clock, database
from backend.foundation.clock import SHANGHAI
from backend.registry.documents import Estate
from backend.registry.service import save_lifts
from tests.factories import make_examination, make_group, make_lift, make_visit
from tests.factories.people import make_officer, sign_in
from tests.integration.bot.conftest import User

NOW = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
LEAD, FOLLOWER = "web:" + "1" * 32, "a" * 32
LEVELS = tuple(verdict.levels())
WORST_LAST = [level.key for level in verdict.on_a_board()]


def examined(code, passed=True, on=date(2026, 11, 20)):
    make_examination(code, on, passed=passed, problems=[] if passed else ["限速器校验过期"])


def visited(code, days_ago):
    make_visit(code, NOW - timedelta(days=days_ago))


def good(code, days_ago=1):
    examined(code)
    visited(code, days_ago)


def failed(code):
    good(code)
    examined(code, passed=False, on=date(2026, 11, 22))


def stopped(code):
    good(code)
    save_lifts([{"code": code, "status": "stopped"}], by=COMMAND)
    card_service.rebuild([code])


MADE = {
    verdict.VALID: good,
    verdict.SOON: lambda code: good(code, days_ago=13),
    verdict.OVERDUE: lambda code: good(code, days_ago=30),
    verdict.MISSING: examined,
    verdict.FAILED: failed,
    verdict.OUT: stopped,
}
LINES = {
    verdict.VALID: "检验、检测、维保都在有效期内",
    verdict.SOON: "维保还有2天到期",
    verdict.OVERDUE: "维保超期15天",
    verdict.MISSING: "维保未上传",
    verdict.FAILED: "最近一次检验不合格，还没有复检合格",
    verdict.OUT: "这台电梯已停止使用，请勿乘坐",
}
LABELS = {
    verdict.VALID: "有效期内",
    verdict.SOON: "快到期",
    verdict.OVERDUE: "超期",
    verdict.MISSING: "资料未上传",
    verdict.FAILED: "不合格",
    verdict.OUT: "停用",
}
CSS = {verdict.VALID: "ok", verdict.SOON: "soon", verdict.OUT: "out"}  # every other one is late


@pytest.fixture(autouse=True)
def _november(db):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer(app, db):
    with app.app_context():
        return make_officer()


@pytest.fixture
def place(app, db):
    """An estate, before its lifts."""
    with app.app_context():
        Estate(id="est-1", name="云栖苑", jurisdiction="500103").save()
        return "est-1"


@pytest.fixture
def lift(app, place, level):
    """A lift of the level, with a code of its own: at a moment that stands still two cards of one code are one page."""
    with app.app_context():
        code = make_lift(f"50090{LEVELS.index(level)}", estate=place)
        MADE[level](code)
        return code


@pytest.fixture
def lifts(app, place):
    """A lift of each level, the codes in the order of the table's other end: the best has the lowest."""
    codes = {}
    with app.app_context():
        for number, level in enumerate(reversed(LEVELS), start=101):
            codes[level] = make_lift(f"500{number}", estate=place, inside_number=f"{level}梯")
            MADE[level](codes[level])
    return codes


def grouped(app, officer, code):
    """Let a group look after the estate of a lift, and give its id."""
    with app.app_context():
        return make_group(code, officer)


@pytest.fixture
def group(app, officer, lift):
    return grouped(app, officer, lift)


@pytest.fixture
def lead(app):
    """The browser of the group's lead."""
    browser = app.test_client()
    with app.test_request_context():
        passed = access.pass_for(LEAD)
    browser.get(f"/community/in/{passed}")
    return browser


@pytest.fixture
def desk(app, officer):
    """The browser of the district's officer."""
    browser = app.test_client()
    sign_in(browser)
    return browser


def css_of(level):
    return CSS.get(level, "late")


def line_of(level):
    return f'<p class="verdict {css_of(level)}">{LINES[level]}</p>'


@pytest.mark.parametrize("level", LEVELS)
def test_page_and_api_show_the_level_in_its_word_and_colour(client, lift, level):
    shown = client.get(f"/api/v1/lifts/{lift}").json["verdict"]
    assert (shown["level"], shown["text"]) == (level, LINES[level])
    assert f'<p class="verdict {css_of(level)}" id="verdict">{LINES[level]}</p>' in client.get(f"/e/{lift}").text


@pytest.mark.parametrize("level", LEVELS)
def test_a_groups_pages_show_the_level_in_its_word_and_colour(lead, group, lift, level):
    board = lead.get(f"/community/{group}").text
    assert f'<li class="{css_of(level)}">' in board
    assert f'<span class="level {css_of(level)}">{LABELS[level]}</span>' in board
    assert f'<span class="{css_of(level)}">{LABELS[level]} <b class="num">1</b> 台</span>' in board
    assert line_of(level) in lead.get(f"/community/{group}/lift/{lift}").text


@pytest.mark.parametrize("level", LEVELS)
def test_the_chat_answers_with_the_level(app, client, lift, level):
    answer = User(app.extensions["chati.wechat"], client).scans(lift)
    assert answer["Articles"]["item"]["Title"] == f"云栖苑 3栋 2号梯：{LINES[level]}"


@pytest.mark.parametrize("level", LEVELS)
def test_the_digest_counts_the_level_and_names_what_is_late(app, group, lift, level):
    with app.app_context():
        first, *rest = news.digest_text(community.board(Group.objects.get(number=group))).splitlines()
    assert first == f"1台电梯：{f'{LABELS[level]}1台' if level != LEVELS[-1] else '都正常'}。"
    assert rest == ([f"3栋 2号梯：{LINES[level]}"] if css_of(level) == "late" else [])


@pytest.mark.parametrize("level", LEVELS)
def test_followers_hear_of_a_level_that_is_worse_than_the_one_before(app, lift, level, db):
    with app.app_context():
        following.follow(f"lift:{lift}", FOLLOWER)
        for before in LEVELS:
            WatchedLift(code=lift, level=before, at=clock.now()).save()
            news.sweep()
            assert WatchedLift.objects.get(code=lift).level == level
    told = list(db.outbox.find({"template": "follow.changed"}))
    assert {row["key"].split(":")[2] for row in told} == set(LEVELS[LEVELS.index(level) + 1 :])
    assert {row["data"]["text"] for row in told} <= {LINES[level]}


@pytest.mark.parametrize("level", LEVELS)
def test_the_desk_shows_the_level_beside_a_case_on_paper_and_beside_a_group(app, desk, group, lift, level):
    with app.app_context():
        number = complaints.file(NewComplaint("door", NewReporter("web"), lift=lift))["number"]
    page = desk.get(f"/desk/{number}").text
    assert line_of(level) in page
    assert f"留存）：{LINES[level]}</p>" in page
    paper = pypdfium2.PdfDocument(desk.get(f"/desk/{number}/file.pdf").data)
    assert "".join(page.get_textpage().get_text_bounded() for page in paper).count(LINES[level]) == 2
    row = f'<tr class="{css_of(level)}"><td><a href="/e/{lift}">3栋 2号梯</a></td><td>{LINES[level]}</td>'
    assert row in desk.get(f"/desk/groups/{group}").text


def test_board_and_digest_have_the_levels_in_the_order_of_the_table(app, lead, officer, lifts):
    group = grouped(app, officer, next(iter(lifts.values())))
    with app.app_context():
        rows = community.board(Group.objects.get(number=group))
        digest = news.digest_text(rows)
    assert [row["verdict"].level for row in rows] == WORST_LAST
    page = lead.get(f"/community/{group}").text
    tally = [page.index(f"{LABELS[level]} <b") for level in WORST_LAST]
    assert tally == sorted(tally)
    counted = [digest.index(f"{LABELS[level]}1台") for level in WORST_LAST if level != LEVELS[-1]]
    assert counted == sorted(counted)


def test_the_fields_a_verdict_needs_give_the_same_verdict_as_the_whole_card(app, lifts):
    with app.app_context():
        fields = dict.fromkeys(verdict.fields(), 1)
        for level, code in lifts.items():
            whole = verdict.verdict(cards.card(code), clock.today())
            read = database.collection("cards").find_one({"_id": code}, fields)
            assert verdict.verdict(read, clock.today()) == whole
            assert whole.level == level
