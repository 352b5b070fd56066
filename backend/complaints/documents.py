"""What is stored about complaints: the case, its reporters, its append-only history and what hangs on it."""

import mongoengine as me

MERGED, SPLIT = "merged", "split"


class Reporter(me.EmbeddedDocument):
    """Somebody who reported: reached through a WeChat binding or a sealed phone, never shown in public.

    `marks` are keyed hashes of the binding and the phone: by them limits and the block list know a person again.
    """

    id = me.StringField(required=True)
    channel = me.StringField(required=True)
    binding = me.StringField()
    phone_sealed = me.StringField()
    name_sealed = me.StringField()
    marks = me.ListField(me.StringField())
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


class Link(me.EmbeddedDocument):
    """How a case hangs on another: merged into it (`state` is where it was) or split from it."""

    kind = me.StringField(required=True, choices=(MERGED, SPLIT))
    number = me.StringField(required=True)
    state = me.StringField()
    at = me.DateTimeField(required=True)


class Published(me.EmbeddedDocument):
    """What the public may read of the outcome: an officer's own words, checked for personal data."""

    text = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    by = me.StringField(required=True)


class Case:
    """The fields that complaints and the repairs that hang on them share; `version` grows with each change."""

    number = me.StringField(primary_key=True)
    track = me.StringField(required=True)
    category = me.StringField(required=True)
    lift = me.StringField()
    place = me.StringField()
    jurisdiction = me.StringField(required=True)
    helpers = me.ListField(me.StringField())
    units = me.ListField(me.StringField())
    state = me.StringField(required=True)
    open = me.BooleanField(default=True)
    clocks = me.EmbeddedDocumentListField(Clock)
    next_due = me.DateTimeField()
    reporters = me.EmbeddedDocumentListField(Reporter)
    links = me.EmbeddedDocumentListField(Link)
    assignee = me.StringField()
    outcome = me.StringField()
    version = me.IntField(default=1)
    filed_at = me.DateTimeField(required=True)
    updated_at = me.DateTimeField(required=True)
    closed_at = me.DateTimeField()


class Complaint(Case, me.Document):
    """One case; of two officers who change it at once only one can win, told by `version`."""

    meta = {
        "collection": "complaints",
        "auto_create_index": False,
        "indexes": [
            ("jurisdiction", "open", "next_due", "number"),
            ("open", "next_due", "number"),
            ("lift", "open", "category"),
            ("lift", "-filed_at"),
            ("place", "-filed_at"),
            "reporters.binding",
            {"fields": ["reporters.marks", "-filed_at"], "sparse": True},
            {"fields": ["links.number"], "sparse": True},
            ("helpers", "open", "next_due", "number"),
            {"fields": ["assignee", "open"], "sparse": True},
            {"fields": ["draft"], "unique": True, "sparse": True},
        ],
    }

    draft = me.StringField()
    description = me.StringField()
    photos = me.ListField(me.ObjectIdField())
    channel = me.StringField(required=True)
    channel_order_no = me.StringField()
    told = me.StringField()  # what its reporter was told, where it waits for a look
    consent_publish = me.BooleanField(default=False)
    published = me.EmbeddedDocumentField(Published)
    route = me.EmbeddedDocumentField(Route)
    desks = me.ListField(me.StringField())
    satisfaction = me.StringField(choices=("satisfied", "unsatisfied"))


class Repair(Case, me.Document):
    """The fault part of a complaint: a 报修 that the units answer on their own clock, hanging on its complaint."""

    meta = {
        "collection": "repairs",
        "auto_create_index": False,
        "indexes": ["complaint", ("units", "open", "next_due"), ("open", "next_due")],
    }

    complaint = me.StringField(required=True)


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


class Evidence(me.Document):
    """The lift's card as it was when the complaint was filed; never changed."""

    meta = {"collection": "complaint_evidence", "auto_create_index": False}

    number = me.StringField(primary_key=True)
    lift = me.StringField(required=True)
    blocks = me.DictField()
    frozen_at = me.DateTimeField(required=True)


class Letter(me.Document):
    """An official letter of a case, its words fixed when it was written."""

    meta = {"collection": "complaint_letters", "auto_create_index": False, "indexes": [("complaint", "seq")]}

    complaint = me.StringField(required=True)
    seq = me.IntField(required=True)
    kind = me.StringField(required=True)
    title = me.StringField(required=True)
    paragraphs = me.ListField(me.StringField())
    bureau = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    by = me.StringField(required=True)


class Block(me.Document):
    """A person, known by a keyed hash only, whose complaints are kept but hidden until somebody looks."""

    meta = {"collection": "complaint_blocks", "auto_create_index": False}

    mark = me.StringField(primary_key=True)
    reason = me.StringField(required=True)
    case = me.StringField(required=True)
    by = me.StringField(required=True)
    at = me.DateTimeField(required=True)


class Original(me.Document):
    """What was there before a redaction, sealed; opened only with a reason and on the record."""

    meta = {"collection": "complaint_originals", "auto_create_index": False, "indexes": ["complaint"]}

    complaint = me.StringField(required=True)
    what = me.StringField(required=True)
    sealed = me.StringField(required=True)
    reason = me.StringField(required=True)
    by = me.StringField(required=True)
    at = me.DateTimeField(required=True)
