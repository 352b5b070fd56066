"""Official days off and make-up workdays that the packaged calendar does not know yet."""

from datetime import date

import mongoengine as me

from backend.foundation.workdays import WorkCalendar


class CalendarOverride(me.Document):
    """One day on which the State Council's notice differs from the packaged calendar."""

    meta = {"collection": "calendar_overrides", "auto_create_index": False}

    day = me.StringField(primary_key=True)
    is_workday = me.BooleanField(required=True)
    source_url = me.StringField()


def calendar() -> WorkCalendar:
    """Return the working calendar with the stored overrides."""
    rows = CalendarOverride.objects.as_pymongo()
    return WorkCalendar({date.fromisoformat(row["_id"]): row["is_workday"] for row in rows})
