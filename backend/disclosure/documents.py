"""What units declare and promise: self-declaration and pledges."""

import mongoengine as me


class Declaration(me.Document):
    """The self-declaration and service-quality pledge of a using and a maintenance unit (附件1 四（一）2（1）).

    Pledges are per lift and year: `fault_rate` faults, `downtime_hours` hours, `rescue_minutes` minutes to arrive;
    each has the value before the pilot (`baseline`) and the promised one (`pledged`).
    """

    meta = {
        "collection": "declarations",
        "auto_create_index": False,
        "indexes": [("using_unit", "maintenance_unit"), ("lifts", "-published_at")],
    }

    using_unit = me.StringField(required=True)
    maintenance_unit = me.StringField(required=True)
    pledges = me.DictField()
    no_bridging = me.BooleanField(required=True)
    standard_url = me.StringField()
    lifts = me.ListField(me.StringField())
    published_at = me.DateTimeField(required=True)
    by = me.StringField()
