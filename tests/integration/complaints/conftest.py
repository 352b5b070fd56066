"""A lift in 渝中区, its officer, one of another district, one of the city."""

import pytest

from backend.complaints import service
from backend.complaints.service import NewComplaint, NewReporter
from tests.factories import make_lift
from tests.officers import make_officer


@pytest.fixture
def lift(context):
    return make_lift("500101")


@pytest.fixture
def officer(context):
    return make_officer()


@pytest.fixture
def neighbour(context):
    return make_officer("shapingba", jurisdiction="500106")


@pytest.fixture
def city(context):
    return make_officer("city", "municipal_officer", None)


@pytest.fixture
def filed(lift):
    """File a complaint about the lift and give its receipt."""

    def file(category="door", draft=None, channel="web", phone=None, binding=None, **facts):
        reporter = NewReporter(channel=channel, phone=phone, binding=binding)
        where = {"lift": lift} if "place" not in facts else {}
        return service.file(NewComplaint(category=category, reporter=reporter, **where, **facts), draft=draft)

    return file
