from datetime import date, datetime, timedelta

import pytest
import time_machine

from backend.accounts.actors import COMMAND, resident
from backend.card import service as cards
from backend.community import following, news, queries, urges
from backend.community.documents import Group
from backend.delivery import wording
from backend.foundation import clock
from backend.foundation.clock import SHANGHAI
from backend.incidents import service as incidents
from backend.inspection import service as inspection
from backend.registry import service as registry
from backend.upkeep import service as upkeep
from tests.factories import make_lift
from tests.integration.community.conftest import NEIGHBOUR, in_days

FOLLOWER = "a" * 32


def told(db, template):
    return list(db.outbox.find({"template": template}).sort("_id", 1))


def at(*parts):
    return time_machine.travel(datetime(*parts, tzinfo=SHANGHAI), tick=False)


@pytest.fixture
def followed(lift, estate):
    following.follow(f"lift:{lift}", FOLLOWER)
    following.follow(f"estate:{estate}", "b" * 32)
    following.follow(f"lift:{lift}", "web:" + "c" * 32)
    news.relay()
    return lift


def test_followers_of_lift_and_estate_hear_at_once_that_people_are_trapped(followed, db):
    incidents.open_emergency(followed, "web", "k1", actor=resident())
    news.relay()
    news.relay()
    assert {row["target"] for row in told(db, "follow.serious")} == {FOLLOWER, "b" * 32}
    assert "有人报告被困" in wording.text("follow.serious", told(db, "follow.serious")[0]["data"])


def test_many_reports_in_an_hour_are_one_piece_of_news(followed, db):
    for key in ("k1", "k2", "k3"):
        incidents.open_emergency(followed, "web", key, actor=resident())
    news.relay()
    assert len(told(db, "follow.serious")) == 2


def test_reports_around_a_full_hour_are_one_piece_of_news_until_an_hour_has_passed(followed, db):
    counted, tomorrow = [], in_days(1)
    for key, hour, minute in (("k1", 10, 59), ("k2", 11, 0), ("k3", 11, 58), ("k4", 12, 0)):
        with at(tomorrow.year, tomorrow.month, tomorrow.day, hour, minute):
            incidents.open_emergency(followed, "web", key, actor=resident())
            news.relay()
            counted.append(len(told(db, "follow.serious")))
    assert counted == [2, 2, 2, 4]


def test_who_began_to_follow_meanwhile_hears_of_the_next_report(followed, db):
    for key, follower in (("k1", "d" * 32), ("k2", "e" * 32)):
        following.follow(f"lift:{followed}", follower)
        incidents.open_emergency(followed, "web", key, actor=resident())
        news.relay()
    targets = [row["target"] for row in told(db, "follow.serious")]
    assert (len(targets), targets[-1]) == (4, "e" * 32)


@pytest.mark.parametrize(("severe", "count"), [(True, 2), (False, 0)])
def test_of_hazards_only_severe_ones_are_told_at_once(followed, db, severe, count):
    inspection.record_hazard(
        followed,
        code="S3",
        severe=severe,
        description="限速器失灵",
        found_at=clock.now() - timedelta(hours=1),
        actor=COMMAND,
    )
    news.relay()
    assert len(told(db, "follow.serious")) == count


def test_members_hear_at_once_that_an_urge_went_to_the_bureau(member, followed, db):
    made = urges.urge(member, followed, text="请修门", due=in_days(7))
    number = urges.escalate(member, str(made.number)).complaint
    news.relay()
    rows = told(db, "follow.serious")
    assert {row["target"] for row in rows} == {FOLLOWER, "b" * 32, NEIGHBOUR}
    assert number in rows[0]["data"]["text"]


def test_events_from_before_the_first_look_are_no_news(lift, db):
    with time_machine.travel(clock.now() - timedelta(hours=3), tick=False):
        incidents.open_emergency(lift, "web", "k1", actor=resident())
    following.follow(f"lift:{lift}", FOLLOWER)
    news.relay()
    assert told(db, "follow.serious") == []


def stop(lift):
    registry.save_lifts([{"code": lift, "status": "stopped"}], by=COMMAND)
    cards.refresh([lift], "lifts")


def test_a_verdict_that_gets_worse_is_told_once(followed, db):
    news.sweep()
    assert told(db, "follow.changed") == []
    stop(followed)
    news.sweep()
    news.sweep()
    rows = told(db, "follow.changed")
    assert {row["target"] for row in rows} == {FOLLOWER, "b" * 32}
    assert "停止使用" in rows[0]["data"]["text"]
    assert rows[0]["data"]["url"] == f"https://chati.example/e/{followed}"


def test_a_date_that_passes_is_news_without_anybody_writing(followed, db):
    known = {"type": "periodic", "body": None, "report_no": "1"}
    inspection.record_examination(
        followed, kind="inspection", finished_on=clock.today() - timedelta(days=3), passed=True, actor=COMMAND, **known
    )
    start = clock.now() - timedelta(days=2)
    upkeep.record_visit(
        followed,
        maintenance_unit="mu-1",
        work_type="HM",
        start=start,
        end=start + timedelta(minutes=30),
        workers=["甲某"],
        actor=COMMAND,
    )
    news.sweep()
    due = next(due["due"] for due in db.cards.find_one()["blocks"]["upkeep"]["dues"])
    before = db.watched_lifts.find_one()["level"]
    day = date.fromisoformat(due[:10])
    with at(day.year, day.month, day.day, 12):
        news.sweep()
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI) + timedelta(days=1)):
        news.sweep()
    assert (before, db.watched_lifts.find_one()["level"]) == ("valid", "overdue")
    assert "维保超期1天" in told(db, "follow.changed")[-1]["data"]["text"]


def test_better_is_no_news(followed, db):
    stop(followed)
    news.sweep()
    registry.save_lifts([{"code": followed, "status": "in_use"}], by=COMMAND)
    cards.refresh([followed], "lifts")
    news.sweep()
    assert told(db, "follow.changed") == []


def test_a_verdict_from_before_anybody_followed_is_forgotten(followed, db):
    news.sweep()
    stop(followed)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        news.sweep()
    assert told(db, "follow.changed") == []


def test_lifts_that_nobody_follows_are_not_looked_at(lift, db):
    news.sweep()
    assert db.watched_lifts.count_documents({}) == 0


def test_the_digest_comes_on_monday_at_nine_once_a_week(member, group, db):
    Group.objects(number=group).update(set__digest_week="2026-W47")
    with at(2026, 11, 23, 8, 59):
        news.digest()
        assert told(db, "group.digest") == []
    with at(2026, 11, 23, 9, 0):
        news.digest()
        news.digest()
    rows = told(db, "group.digest")
    assert [(row["target"], row["data"]["code"]) for row in rows] == [(NEIGHBOUR, "2026-W48")]
    with at(2026, 11, 29, 23, 0):
        news.digest()
    with at(2026, 12, 1, 10, 0):
        news.digest()
    assert [row["data"]["code"] for row in told(db, "group.digest")] == ["2026-W48", "2026-W49"]


def test_a_group_that_was_just_approved_waits_for_the_next_monday(member, db):
    news.digest()
    assert told(db, "group.digest") == []


def test_the_digest_says_what_is_wrong_the_worst_first(member, lift, group):
    make_lift("500102", estate="est-1", building="1栋", status="stopped")
    words = news.digest_text(queries.board(Group.objects.get(number=group)))
    assert words.startswith("2台电梯：")
    assert "3栋 2号梯" in words


@pytest.mark.parametrize("template", ["follow.changed", "follow.serious", "group.digest", "urge.answered"])
def test_every_piece_of_news_fits_wechats_template(template):
    data = {"code": "500101", "place": "云栖苑" * 30, "text": "超期" * 900, "unit": "物业", "asked": "门"}
    data |= {"at": "2026-11-23T02:00:00+00:00", "url": "https://chati.example/e/500101"}
    assert len(wording.text(template, data).encode()) <= 2048
    assert set(wording.fields(template, data)) == {"character_string1", "thing2", "phrase3", "time4", "thing5"}
