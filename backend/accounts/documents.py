"""What is stored about people who sign in, programs that call the API, and WeChat users."""

import mongoengine as me


class Person(me.Document):
    """Someone who signs in: an officer of a bureau, or somebody of a unit or a body."""

    meta = {
        "collection": "people",
        "auto_create_index": False,
        "indexes": [{"fields": ["login"], "unique": True}, "jurisdiction", "organisation"],
    }

    login = me.StringField(required=True)
    name = me.StringField(required=True)
    password_hash = me.StringField(required=True)
    role = me.StringField(required=True)
    jurisdiction = me.StringField()
    organisation = me.StringField()
    active = me.BooleanField(default=True)
    created_at = me.DateTimeField()


class ApiKey(me.Document):
    """A program's key; only its fingerprint is stored."""

    meta = {"collection": "api_keys", "auto_create_index": False}

    fingerprint = me.StringField(primary_key=True)
    name = me.StringField(required=True)
    role = me.StringField(required=True)
    jurisdiction = me.StringField()
    organisation = me.StringField()
    active = me.BooleanField(default=True)
    created_at = me.DateTimeField()
