"""What tests of tracks look at: a case as it stands, its clocks, what somebody was told."""

from datetime import UTC, datetime

from backend.complaints.documents import Complaint, Repair
from backend.foundation import clock as house_clock
from tests.delivering import pass_news_on

NEW_RULE = datetime(2026, 4, 15, 4, tzinfo=UTC)


TEXT = {"text": "已经安排人员到场"}


def stored(number):
    return (Repair if number.startswith("R") else Complaint).objects(number=number).first()


def clock_of(number, kind):
    """Give the day a clock is due and the text it rests on."""
    found = next(one for one in stored(number).clocks if one.kind == kind)
    return house_clock.local(found.due).date(), found.clause


def heard(db, target):
    """List what somebody was told: template, and the number they know."""
    pass_news_on()
    rows = db.outbox.find({"target": target, "channel": {"$in": ["inbox", "wechat"]}}).sort("_id", 1)
    return [(row["template"].split(".")[1], row["data"]["number"]) for row in rows]
