"""What officers put beside a case: attachments, site visits, watches; and the filters each of them keeps."""

import mongoengine as me


class Attachment(me.Document):
    """A file an officer added to a case; never changed."""

    meta = {"collection": "case_attachments", "auto_create_index": False, "indexes": [("complaint", "at")]}

    complaint = me.StringField(required=True)
    name = me.StringField(required=True)
    mimetype = me.StringField(required=True)
    size = me.IntField(required=True)
    sha256 = me.StringField(required=True)
    note = me.StringField()
    by = me.StringField(required=True)
    by_label = me.StringField(required=True)
    at = me.DateTimeField(required=True)


class AttachmentPart(me.Document):
    """A piece of an attachment: a stored document holds at most 16 MB, and pieces join the attachment's transaction."""

    meta = {
        "collection": "case_attachment_parts",
        "auto_create_index": False,
        "indexes": [{"fields": ["attachment", "n"], "unique": True}],
    }

    attachment = me.ObjectIdField(required=True)
    n = me.IntField(required=True)
    data = me.BinaryField(required=True)


class SiteVisit(me.Document):
    """A record of a visit to the lift (现场核查记录); a correction is a new record."""

    meta = {
        "collection": "case_visits",
        "auto_create_index": False,
        "indexes": [("complaint", "visited_at"), {"fields": ["form"], "unique": True}],
    }

    complaint = me.StringField(required=True)
    form = me.StringField(required=True)
    visited_at = me.DateTimeField(required=True)
    visitors = me.StringField(required=True)
    findings = me.StringField(required=True)
    photos = me.ListField(me.ObjectIdField())
    by = me.StringField(required=True)
    by_label = me.StringField(required=True)
    at = me.DateTimeField(required=True)


class Watch(me.Document):
    """A person who wants to hear of each step of a case in their inbox."""

    meta = {
        "collection": "case_watches",
        "auto_create_index": False,
        "indexes": [{"fields": ["complaint", "person"], "unique": True}, "person"],
    }

    complaint = me.StringField(required=True)
    person = me.StringField(required=True)
    since = me.DateTimeField(required=True)


class SavedFilter(me.Document):
    """A filter of the list that a person gave a name."""

    meta = {
        "collection": "saved_filters",
        "auto_create_index": False,
        "indexes": [{"fields": ["person", "name"], "unique": True}],
    }

    person = me.StringField(required=True)
    name = me.StringField(required=True)
    query = me.StringField(required=True)
    at = me.DateTimeField(required=True)
