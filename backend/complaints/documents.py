"""What is stored about complaints: the case, its reporters, its append-only history and what hangs on it."""

import mongoengine as me

from backend.casework.documents import Case, Meta


class Reporter(me.EmbeddedDocument):
    """Somebody who reported: reached through a WeChat binding or a sealed phone, never shown in public.

    The first of a case is who filed it. `judged` are the judgements they made: satisfied, reopen, escalate.
    `marks` are keyed hashes of the binding and the phone: by them limits and the block list know a person again.
    """

    id = me.StringField(required=True)
    channel = me.StringField(required=True)
    binding = me.StringField()
    phone_sealed = me.StringField()
    name_sealed = me.StringField()
    marks = me.ListField(me.StringField())
    words = me.StringField()
    photos = me.ListField(me.ObjectIdField())  # of the case's photos, those this one sent
    joined_at = me.DateTimeField(required=True)
    judged = me.ListField(me.StringField())
    satisfaction = me.StringField(choices=("satisfied", "unsatisfied"))


class Route(me.EmbeddedDocument):
    """Which routing rule sent the case where, in words that are shown."""

    rule = me.StringField(required=True)
    reason = me.StringField(required=True)


class Published(me.EmbeddedDocument):
    """What the public may read of the outcome: an officer's own words, checked for personal data."""

    text = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    by = me.StringField(required=True)


class Reported(Case):
    """What complaints and the repairs that hang on them have beside the fields of any case."""

    meta: Meta = {"abstract": True}

    category = me.StringField(required=True)
    reporters = me.EmbeddedDocumentListField(Reporter)
    key_shared = me.BooleanField()  # of before each reporter had a key: whoever joined holds that of who filed it


class Complaint(Reported):
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


class Repair(Reported):
    """The fault part of a complaint: a 报修 that the units answer on their own clock, hanging on its complaint."""

    meta = {
        "collection": "repairs",
        "auto_create_index": False,
        "indexes": ["complaint", ("units", "open", "next_due"), ("open", "next_due")],
    }

    complaint = me.StringField(required=True)


class BlockedReporter(me.Document):
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
