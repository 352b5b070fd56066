"""Asks what speaks for the exit of one unit or one lift."""

from datetime import date

from backend.foundation.workdays import WorkCalendar
from backend.policy.exits import findings

ON = date(2021, 12, 1)


CALENDAR = WorkCalendar()


NO_IOT = {"id": "1", "iot": {"present": False}}


MAINTENANCE, INSPECTION = "maintenance", "inspection"


def of_lift(programme, on=ON, **facts):
    return findings(programme, {"lifts": [{**NO_IOT, **facts}]}, on, CALENDAR)


def brief(found):
    return [(one.rule_id, one.scope, one.subject, one.verdict) for one in found]


def of_unit(programme, **facts):
    return findings(programme, {"units": [{"id": "u", **facts}]}, ON, CALENDAR)
