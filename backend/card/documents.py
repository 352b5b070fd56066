"""What is stored of the public card: one projection per lift, made of blocks, and beside it the pages made of it."""

from datetime import timedelta

import mongoengine as me

HOLDS_AT_MOST = timedelta(days=7)
UNREAD = timedelta(days=30)


class Card(me.Document):
    """The public card of a lift: everything its page needs, by block; never the source of anything."""

    meta = {"collection": "cards", "auto_create_index": False, "indexes": ["built_on"]}

    code = me.StringField(primary_key=True)
    version = me.IntField(default=0)
    blocks = me.DictField()
    built_on = me.StringField()
    updated_at = me.DateTimeField()


class Page(me.Document):
    """What the scans of a lift are answered with, beside the card it was made of; read by its id, and alone.

    `kept` maps what may be asked for (form, encoding, tag of the sign) to `{build, until, etag, body}`; `change` is
    another one after each change of the card; `lease` is until when somebody has a page to make. A page that is read is
    made anew within HOLDS_AT_MOST, so the moment it was made says whether it is read, and no scan writes that down.
    """

    meta = {
        "collection": "pages",
        "auto_create_index": False,
        "indexes": [{"fields": ["made_at"], "expireAfterSeconds": int((HOLDS_AT_MOST + UNREAD).total_seconds())}],
    }

    code = me.StringField(primary_key=True)
    change = me.ObjectIdField()
    kept = me.DictField()
    lease = me.DateTimeField()
    made_at = me.DateTimeField(required=True)
