"""A leader's desk with three cases, and the leader signed in: sees all that an officer sees, and more."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.complaints import service
from backend.complaints.service import NewComplaint, NewReporter
from tests.factories import make_lift
from tests.factories.people import PASSWORD, make_officer


@pytest.fixture
def numbers(app, db):
    """A leader's desk with an overdue case and two new ones, the overdue first."""
    with app.app_context():
        make_officer(role="district_leader")
        lift = make_lift("500101")
        cases = [(50, "door", "门关到一半又弹开"), (1, "noise", "八楼有怪声"), (0, "stopped", "停了两天")]
        made = []
        for days_ago, category, words in cases:
            with time_machine.travel(datetime.now(UTC) - timedelta(days=days_ago), tick=False):
                new = NewComplaint(category, NewReporter("web", phone="02300001234"), lift=lift, description=words)
                made.append(service.file(new)["number"])
        return made


@pytest.fixture
def desk(open_page, numbers):
    """Open the desk as its officer; takes the options of a browser context."""

    def open_(**options):
        page = open_page("/desk", **options)
        page.get_by_label("登录名").fill("yuzhong")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/desk")
        return page

    return open_
