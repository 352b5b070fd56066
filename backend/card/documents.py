"""What is stored of the public card: one projection per lift, made of blocks."""

import mongoengine as me


class Card(me.Document):
    """The public card of a lift: everything its page needs, by block; never the source of anything."""

    meta = {"collection": "cards", "auto_create_index": False, "indexes": ["built_on"]}

    code = me.StringField(primary_key=True)
    version = me.IntField(default=0)
    blocks = me.DictField()
    built_on = me.StringField()
    updated_at = me.DateTimeField()
