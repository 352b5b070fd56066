"""What is stored of every kind of case: its state and clocks, its append-only history and what hangs beside it."""

from typing import Any

import mongoengine as me

Meta = dict[str, Any]

MERGED, SPLIT = "merged", "split"
STEP, LETTER, EVIDENCE = "step", "letter", "evidence"  # the types of what lies in a case's file
FIRST = 1  # the version a case is stored as when it begins


class Clock(me.EmbeddedDocument):
    """A legal clock of a case with the rule it comes from; `met_at` stops it.

    `kind` is what the clock is for ever, `length` the kind of deadline (config/policies/deadlines.toml) it has now.
    """

    kind = me.StringField(required=True)
    length = me.StringField(required=True)
    label = me.StringField(required=True)
    started_at = me.DateTimeField(required=True)
    due = me.DateTimeField(required=True)
    reason = me.StringField()
    clause = me.StringField()
    rule_id = me.StringField()
    profile = me.StringField()
    provisional = me.BooleanField(default=False)
    met_at = me.DateTimeField()


class Link(me.EmbeddedDocument):
    """How a case hangs on another: merged into it (`state` is where it was) or split from it."""

    kind = me.StringField(required=True, choices=(MERGED, SPLIT))
    number = me.StringField(required=True)
    state = me.StringField()
    at = me.DateTimeField(required=True)


class Case(me.Document):
    """The fields that every kind of case has; `version` grows with each change."""

    meta: Meta = {"abstract": True}

    number = me.StringField(primary_key=True)
    track = me.StringField(required=True)
    lift = me.StringField()
    place = me.StringField()
    jurisdiction = me.StringField(required=True)
    helpers = me.ListField(me.StringField())
    units = me.ListField(me.StringField())
    state = me.StringField(required=True)
    open = me.BooleanField(default=True)
    clocks = me.EmbeddedDocumentListField(Clock)
    next_due = me.DateTimeField()
    links = me.EmbeddedDocumentListField(Link)
    assignee = me.StringField()
    outcome = me.StringField()
    version = me.IntField(default=FIRST)
    filed_at = me.DateTimeField(required=True)
    updated_at = me.DateTimeField(required=True)
    closed_at = me.DateTimeField()


class Entry(me.Document):
    """One line of a case's history; never edited.

    It shares its collection with the letter and the evidence of its step, which `type` tells apart, so that what a step
    leaves in writing is stored in one command.
    """

    meta = {"collection": "case_entries", "auto_create_index": False}

    case = me.StringField(required=True)
    type = me.StringField(default=STEP, choices=(STEP,))
    seq = me.IntField(required=True)
    at = me.DateTimeField(required=True)
    action = me.StringField(required=True)
    from_state = me.StringField()
    to_state = me.StringField()
    actor = me.StringField(required=True)
    actor_label = me.StringField(required=True)
    reporter = me.StringField()  # which of those who reported the case did it, where it was one of them
    text = me.StringField()
    public = me.BooleanField(default=True)


class Letter(me.Document):
    """An official letter of a case, its words fixed when it was written.

    The index is of the whole collection: a line and evidence have no kind, and there is one of each for a step.
    """

    meta = {
        "collection": "case_entries",
        "auto_create_index": False,
        "indexes": [{"fields": ["case", "type", "seq", "kind"], "unique": True}],
    }

    case = me.StringField(required=True)
    type = me.StringField(default=LETTER, choices=(LETTER,))
    seq = me.IntField(required=True)
    kind = me.StringField(required=True)
    title = me.StringField(required=True)
    mark = me.StringField()
    to = me.StringField()
    paragraphs = me.ListField(me.StringField())
    bureau = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    by = me.StringField(required=True)


class LetterSeries(me.Document):
    """The numbers of a bureau's letters of one kind in one year; its id is what stands before the number."""

    meta = {"collection": "letter_series", "auto_create_index": False}

    id = me.StringField(primary_key=True)
    last = me.IntField(required=True)


class Evidence(me.Document):
    """The card of a case's lift as it was when the case was filed; never changed."""

    meta = {"collection": "case_entries", "auto_create_index": False}

    case = me.StringField(required=True)
    type = me.StringField(default=EVIDENCE, choices=(EVIDENCE,))
    seq = me.IntField(required=True)
    at = me.DateTimeField(required=True)
    lift = me.StringField(required=True)
    blocks = me.DictField()


class Attachment(me.Document):
    """A file an officer added to a case; never changed."""

    meta = {"collection": "case_attachments", "auto_create_index": False, "indexes": [("case", "at")]}

    case = me.StringField(required=True)
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


class Watch(me.Document):
    """A person who wants to hear of each step of a case in their inbox."""

    meta = {
        "collection": "case_watches",
        "auto_create_index": False,
        "indexes": [{"fields": ["case", "person"], "unique": True}, "person"],
    }

    case = me.StringField(required=True)
    person = me.StringField(required=True)
    since = me.DateTimeField(required=True)
