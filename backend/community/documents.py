"""What is stored of community safety groups: members, followers, and what the groups did about their lifts."""

import mongoengine as me

from backend.casework.documents import Case

ONCE = {"fields": ["draft"], "unique": True, "sparse": True}


class Group(Case):
    """A community safety group 小区电梯安全协调小组 of one estate or several (三（三）5).

    It is asked for and decided as a case; `outcome` is the reason of the latest decision.
    """

    meta = {
        "collection": "groups",
        "auto_create_index": False,
        "indexes": [("jurisdiction", "state"), "estates", ONCE],
    }

    name = me.StringField(required=True)
    estates = me.ListField(me.StringField())
    draft = me.StringField()
    leads_left = me.IntField(default=0)
    digest_week = me.StringField()


class Member(me.Document):
    """Somebody in a group, by the name they chose.

    `holder` is who they are: the fingerprint of a WeChat binding, or `web:` and a random id kept in their browser.
    """

    meta = {
        "collection": "group_members",
        "auto_create_index": False,
        "indexes": [{"fields": ["group", "holder"], "unique": True}, "holder"],
    }

    group = me.StringField(required=True)
    holder = me.StringField(required=True)
    name = me.StringField(required=True)
    role = me.StringField(required=True)
    phone_sealed = me.StringField()
    active = me.BooleanField(default=True)
    joined_at = me.DateTimeField(required=True)


class Invitation(me.Document):
    """A code by which neighbours join; only its fingerprint is stored."""

    meta = {
        "collection": "group_invitations",
        "auto_create_index": False,
        "indexes": ["group", {"fields": ["expires_at"], "expireAfterSeconds": 0}],
    }

    fingerprint = me.StringField(primary_key=True)
    group = me.StringField(required=True)
    role = me.StringField(required=True)
    by = me.StringField(required=True)
    uses_left = me.IntField(required=True)
    expires_at = me.DateTimeField(required=True)


class Follow(me.Document):
    """Somebody wants to hear of a lift (`lift:<code>`) or an estate (`estate:<id>`)."""

    meta = {
        "collection": "follows",
        "auto_create_index": False,
        "indexes": [{"fields": ["target", "holder"], "unique": True}, "holder"],
    }

    target = me.StringField(required=True)
    holder = me.StringField(required=True)
    since = me.DateTimeField(required=True)


class WatchedLift(me.Document):
    """The verdict that followers of a lift were last told of."""

    meta = {"collection": "watched_lifts", "auto_create_index": False}

    code = me.StringField(primary_key=True)
    level = me.StringField(required=True)
    at = me.DateTimeField(required=True)


class NewsCursor(me.Document):
    """Up to when events were read for news."""

    meta = {"collection": "news_cursors", "auto_create_index": False}

    name = me.StringField(primary_key=True)
    at = me.DateTimeField(required=True)


class Answer(me.EmbeddedDocument):
    """What a unit answered to an urge; `done_on` is when it did or will do the work."""

    text = me.StringField(required=True)
    done_on = me.DateField()
    photos = me.ListField(me.ObjectIdField())
    at = me.DateTimeField(required=True)


class Urge(Case):
    """A group asks a unit to put something right by a day (督促整治); silence goes to the bureau.

    `units` names the one unit that is asked, `unit_name` what it was called then.
    """

    meta = {
        "collection": "urges",
        "auto_create_index": False,
        "indexes": [("group", "-filed_at"), ("state", "next_due"), ("lift", "-filed_at"), ONCE],
    }

    group = me.StringField(required=True)
    category = me.StringField(required=True)
    text = me.StringField(required=True)
    unit_name = me.StringField(required=True)
    by_label = me.StringField(required=True)
    binding = me.StringField()
    answer = me.EmbeddedDocumentField(Answer)
    complaint = me.StringField()
    escalated_at = me.DateTimeField()
    draft = me.StringField()


class Walk(me.Document):
    """What a member saw on an inspection walk 巡查; never edited."""

    meta = {
        "collection": "walks",
        "auto_create_index": False,
        "indexes": [("group", "-at"), ONCE],
    }

    group = me.StringField(required=True)
    lift = me.StringField(required=True)
    text = me.StringField(required=True)
    problem = me.BooleanField(default=False)
    photos = me.ListField(me.ObjectIdField())
    by = me.StringField(required=True)
    by_label = me.StringField(required=True)
    draft = me.StringField()
    at = me.DateTimeField(required=True)


class Mediation(Case):
    """A mediation 调解 between owners, using unit and maintenance unit; its history is its record."""

    meta = {
        "collection": "mediations",
        "auto_create_index": False,
        "indexes": [("group", "-filed_at"), ONCE],
    }

    group = me.StringField(required=True)
    topic = me.StringField(required=True)
    parties = me.ListField(me.DictField())
    draft = me.StringField()


class VisitOpinion(me.Document):
    """Whether a neighbour says that the maintenance workers came; whoever thinks again writes another one."""

    meta = {
        "collection": "visit_opinions",
        "auto_create_index": False,
        "indexes": [("lift", "visit", "at"), ("group", "-at")],
    }

    visit = me.ObjectIdField(required=True)
    lift = me.StringField(required=True)
    group = me.StringField(required=True)
    member = me.StringField(required=True)
    came = me.StringField(required=True)
    note = me.StringField()
    at = me.DateTimeField(required=True)
