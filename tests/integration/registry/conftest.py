"""A few made-up lifts on both banks of two rivers."""

from datetime import date

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from mongoengine.context_managers import query_counter

from backend.accounts.actors import COMMAND
from backend.registry import service

LIFTS = [
    {
        "code": "500001",
        "device_code": "31101089020150001",
        "registration_code": "31105001062011050006",
        "certificate_no": "梯11渝A00001（20）",
        "category": "3110",
        "jurisdiction": "500106",
        "estate_name": "云杉里",
        "building": "3栋2单元",
        "inside_number": "1号梯",
        "address": "沙坪坝区演示路8号",
        "manufactured_on": date(2015, 3, 2),
        "origin": {"date": date(2015, 6, 1), "source": "supervision"},
        "floors": 33,
        "stops": 33,
        "speed": 2.5,
        "load_kg": 1000,
        "safety_manager": "张试验",
        "safety_manager_phone": "15800001234",
    },
    {"code": "500002", "jurisdiction": "500106", "estate_name": "云杉里", "building": "13栋", "address": "演示路8号"},
    {"code": "500003", "jurisdiction": "500105", "estate_name": "江畔样板", "building": "3栋", "address": "样板街1号"},
]


@pytest.fixture
def run(context):
    """Run a command and give its result; `typed` is what the operator answers."""
    return lambda group, *words, typed=None: CliRunner().invoke(
        group,
        [str(word) for word in words],
        obj=ScriptInfo(create_app=lambda: context),
        input=typed,
        catch_exceptions=False,
    )


@pytest.fixture
def lifts(context):
    """Three lifts: two in one estate, one in a district that was abolished in November 2025."""
    units = service.save_organisations(
        [
            {"name": "演示物业", "kind": "using", "phone": "023-00000001"},
            {"name": "演示维保", "kind": "maintenance", "phone": "023-00000002", "licence_no": "TS-000"},
        ]
    )
    places = service.save_estates({"name": one["estate_name"], "jurisdiction": one["jurisdiction"]} for one in LIFTS)
    first = LIFTS[0] | {"using_unit": units.ids["演示物业"], "maintenance_unit": units.ids["演示维保"]}
    service.save_lifts(
        [one | {"estate": places.ids[one["jurisdiction"], one["estate_name"]]} for one in (first, *LIFTS[1:])],
        by=COMMAND,
    )
    return LIFTS


@pytest.fixture
def queries_of(db):
    """Count the commands that a call sends to the database."""

    def count(call):
        with query_counter() as counter:
            call()
            sent = int(counter)
        db.system.profile.drop()
        return sent

    return count
