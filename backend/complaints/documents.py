"""What is stored about complaints: the case, its reporters and its append-only history."""

import mongoengine as me


class Reporter(me.EmbeddedDocument):
    """Somebody who reported: reached through a WeChat binding or a sealed phone, never shown in public."""

    id = me.StringField(required=True)
    channel = me.StringField(required=True)
    binding = me.StringField()
    phone_sealed = me.StringField()
    words = me.StringField()
    joined_at = me.DateTimeField(required=True)


class Clock(me.EmbeddedDocument):
    """A legal clock of a case with the rule it comes from; `met_at` stops it."""

    kind = me.StringField(required=True)
    label = me.StringField(required=True)
    started_at = me.DateTimeField(required=True)
    due = me.DateTimeField(required=True)
    reason = me.StringField()
    clause = me.StringField()
    rule_id = me.StringField()
    profile = me.StringField()
    provisional = me.BooleanField(default=False)
    met_at = me.DateTimeField()


class Route(me.EmbeddedDocument):
    """Which routing rule sent the case where, in words that are shown."""

    rule = me.StringField(required=True)
    reason = me.StringField(required=True)


class Complaint(me.Document):
    """One case; `version` grows with each change so that two officers cannot both win."""

    meta = {
        "collection": "complaints",
        "auto_create_index": False,
        "indexes": [
            ("jurisdiction", "open", "next_due", "number"),
            ("open", "next_due", "number"),
            ("lift", "open", "category"),
            ("lift", "-filed_at"),
            "reporters.binding",
            {"fields": ["assignee", "open"], "sparse": True},
            {"fields": ["draft"], "unique": True, "sparse": True},
        ],
    }

    number = me.StringField(primary_key=True)
    draft = me.StringField()
    track = me.StringField(required=True)
    category = me.StringField(required=True)
    lift = me.StringField()
    place = me.StringField()
    description = me.StringField()
    photos = me.ListField(me.ObjectIdField())
    channel = me.StringField(required=True)
    channel_order_no = me.StringField()
    jurisdiction = me.StringField(required=True)
    route = me.EmbeddedDocumentField(Route)
    state = me.StringField(required=True)
    open = me.BooleanField(default=True)
    clocks = me.EmbeddedDocumentListField(Clock)
    next_due = me.DateTimeField()
    reporters = me.EmbeddedDocumentListField(Reporter)
    assignee = me.StringField()
    outcome = me.StringField()
    version = me.IntField(default=1)
    filed_at = me.DateTimeField(required=True)
    updated_at = me.DateTimeField(required=True)
    closed_at = me.DateTimeField()


class Entry(me.Document):
    """One line of a case's history; never edited."""

    meta = {
        "collection": "complaint_entries",
        "auto_create_index": False,
        "indexes": [{"fields": ["complaint", "seq"], "unique": True}],
    }

    complaint = me.StringField(required=True)
    seq = me.IntField(required=True)
    at = me.DateTimeField(required=True)
    action = me.StringField(required=True)
    from_state = me.StringField()
    to_state = me.StringField()
    actor = me.StringField(required=True)
    actor_label = me.StringField(required=True)
    text = me.StringField()
    public = me.BooleanField(default=True)
