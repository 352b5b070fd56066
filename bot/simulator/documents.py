"""What the stand-in of the WeChat API was told, kept for a day."""

import mongoengine as me

KEPT_S = 24 * 3600
MEDIA_KEPT_S = 3 * KEPT_S  # as long as WeChat keeps what users send


class StandInCall(me.Document):
    """One accepted call; `user` is the simulated user whom it reaches."""

    meta = {
        "collection": "simulator_calls",
        "auto_create_index": False,
        "indexes": [
            ("user", "id"),
            "path",
            {"fields": ["message"], "unique": True, "sparse": True},
            {"fields": ["at"], "expireAfterSeconds": KEPT_S},
        ],
    }

    path = me.StringField(required=True)
    user = me.StringField()
    message = me.StringField()
    body = me.DictField()
    at = me.DateTimeField(required=True)


class StandInMedia(me.Document):
    """A photo that a simulated user sent."""

    meta = {
        "collection": "simulator_media",
        "auto_create_index": False,
        "indexes": [{"fields": ["at"], "expireAfterSeconds": MEDIA_KEPT_S}],
    }

    id = me.StringField(primary_key=True)
    data = me.BinaryField(required=True)
    mimetype = me.StringField(required=True)
    at = me.DateTimeField(required=True)
