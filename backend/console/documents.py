"""What the workbench keeps for each person."""

import mongoengine as me


class SavedFilter(me.Document):
    """A filter of a list that a person gave a name."""

    meta = {
        "collection": "saved_filters",
        "auto_create_index": False,
        "indexes": [{"fields": ["person", "list", "name"], "unique": True}],
    }

    person = me.StringField(required=True)
    list = me.StringField(required=True)
    name = me.StringField(required=True)
    query = me.StringField(required=True)
    at = me.DateTimeField(required=True)
