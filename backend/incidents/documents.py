"""What is stored about faults, rescues and accidents."""

import mongoengine as me

CAUSES = {
    "equipment": "设备原因",
    "maintenance": "维保原因",
    "use": "使用管理原因",
    "human": "人为原因",
    "external": "外部原因",
}


class Fault(me.Document):
    """A fault of a lift, from IoT, 96333, a complaint or the maintenance unit; codes of GB/T 24476 where it has one."""

    meta = {"collection": "faults", "auto_create_index": False, "indexes": [("lift", "-at")]}

    lift = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    code = me.IntField()
    cause = me.StringField(choices=tuple(CAUSES))
    downtime_minutes = me.IntField(default=0)
    recovered_at = me.DateTimeField()
    source = me.StringField(choices=("iot", "96333", "complaint", "maintenance"), default="maintenance")


class Rescue(me.Document):
    """A 96333 rescue with its seven times; arrival is due 30 minutes after the alarm (TSG T5002 五(四)).

    What residents report by another `channel` is no rescue until 96333 tells of it; it is ended by somebody, or by a
    rule, for a reason.
    """

    meta = {
        "collection": "rescues",
        "auto_create_index": False,
        "indexes": [
            ("lift", "-alarm_at"),
            "state",
            {"fields": ["message_key"], "unique": True, "sparse": True},
        ],
    }

    lift = me.StringField(required=True)
    jurisdiction = me.StringField()
    state = me.StringField(choices=("open", "closed"), default="open")
    alarm_at = me.DateTimeField(required=True)
    dispatched_at = me.DateTimeField()
    arrived_at = me.DateTimeField()
    released_at = me.DateTimeField()
    called_back_at = me.DateTimeField()
    closed_at = me.DateTimeField()
    trapped = me.IntField(default=0)
    injured = me.IntField(default=0)
    cause = me.StringField(choices=tuple(CAUSES))
    channel = me.StringField(default="96333")
    ended_by = me.StringField()
    ended_why = me.StringField()
    message_key = me.StringField()


class Accident(me.Document):
    """A safety-responsibility accident 电梯安全责任事故."""

    meta = {"collection": "accidents", "auto_create_index": False, "indexes": ["lift", "units"]}

    lift = me.StringField(required=True)
    on = me.DateField(required=True)
    units = me.ListField(me.StringField())
    summary = me.StringField()
