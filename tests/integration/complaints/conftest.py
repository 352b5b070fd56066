"""A lift in 渝中区, its officer, one of another district, one of the city."""

import functools

import pytest

from backend.complaints import service
from tests.factories import file_complaint, make_lift
from tests.factories.people import make_officer
from tests.integration.complaints.tracks import TEXT, stored


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

    return functools.partial(file_complaint, lift)


@pytest.fixture
def do():
    """Take one step on a case as it stands now."""

    def act(number, action, actor, **details):
        return service.act(number, action, actor, stored(number).version, TEXT | details)

    return act
