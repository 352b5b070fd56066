"""An approved group in 云栖苑 with a lead on the web and a member in WeChat, its district's officer, and a lift."""

import io
from datetime import timedelta

import pytest
from flask import g
from flask.testing import FlaskClient
from PIL import Image

from backend.community import access, groups
from backend.foundation import clock, photos
from backend.registry.documents import Estate
from tests.factories import make_group, make_lift, make_visit
from tests.factories.people import make_officer

LEAD, NEIGHBOUR = "web:" + "1" * 32, "f" * 32


class Browser(FlaskClient):
    """A browser of its own: what a request keeps in the test's application context is gone with the request."""

    def open(self, *args, **kwargs):
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


@pytest.fixture
def browsers_of_their_own(app, monkeypatch):
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def as_(app, context):
    """A browser that is known as somebody."""

    def browser(holder):
        client = app.test_client()
        with app.test_request_context():
            client.get(f"/community/in/{access.pass_for(holder)}")
        return client

    return browser


@pytest.fixture
def estate(context):
    Estate(id="est-1", name="云栖苑", jurisdiction="500103").save()
    Estate(id="est-2", name="望江里", jurisdiction="500106").save()
    return "est-1"


@pytest.fixture
def lift(estate):
    return make_lift("500101", estate=estate)


@pytest.fixture
def officer(context):
    return make_officer()


@pytest.fixture
def neighbour_district(context):
    return make_officer("shapingba", jurisdiction="500106")


@pytest.fixture
def applied(lift):
    return groups.apply("云栖苑协调小组", [lift], "王老师", LEAD, phone="023-0000-0009").number


@pytest.fixture
def group(applied, officer):
    return groups.decide(officer, applied, "approve").number


@pytest.fixture
def lead(group):
    """What the lead may do now."""
    return access.of_holder(LEAD, group, "group.invite")


@pytest.fixture
def member(group, lead):
    """What a neighbour who joined in WeChat may do."""
    groups.join(groups.invite(lead), NEIGHBOUR, "李阿姨")
    return access.of_holder(NEIGHBOUR, group, "group.urge")


@pytest.fixture
def stranger(lift):
    """A lead of another group, in another district."""
    make_lift("500601", estate="est-2", estate_name="望江里", jurisdiction="500106")
    holder, other = "web:" + "2" * 32, make_officer("other", jurisdiction="500106")
    made = make_group("500601", other, name="望江里小组", lead="赵师傅", holder=holder)
    return access.of_holder(holder, made, "group.invite")


@pytest.fixture
def visit(lift):
    """A recorded visit of yesterday."""
    return str(make_visit(lift, clock.now() - timedelta(days=1)).id)


def in_days(days):
    return clock.today() + timedelta(days=days)


@pytest.fixture
def picture(context):
    """A photo as an upload gives it."""
    raw = io.BytesIO()
    Image.new("RGB", (64, 48), "steelblue").save(raw, "JPEG")
    return photos.clean(raw.getvalue())
