"""What is stored for delivery: notices in people's inboxes, where bureaus' systems listen, and the worker's jobs."""

import mongoengine as me


class Notice(me.Document):
    """A line in the inbox of a person or a bureau; `count` is how often the same thing was said since it was read."""

    meta = {
        "collection": "notices",
        "auto_create_index": False,
        "indexes": [("recipient", "read_at", "-at"), {"fields": ["key"], "unique": True}],
    }

    key = me.StringField(required=True)
    recipient = me.StringField(required=True)
    subject = me.StringField(required=True)
    title = me.StringField(required=True)
    text = me.StringField(required=True)
    at = me.DateTimeField(required=True)
    count = me.IntField(default=1)
    read_at = me.DateTimeField()


class WebhookEndpoint(me.Document):
    """Where a bureau's own system takes news; the key that signs them is stored sealed."""

    meta = {"collection": "webhook_endpoints", "auto_create_index": False}

    bureau = me.StringField(primary_key=True)
    url = me.StringField(required=True)
    secret_sealed = me.StringField(required=True)
    active = me.BooleanField(default=True)
    updated_at = me.DateTimeField(required=True)


class Mailbox(me.Document):
    """The e-mail address of a person or a bureau, stored sealed."""

    meta = {"collection": "mailboxes", "auto_create_index": False}

    recipient = me.StringField(primary_key=True)
    address_sealed = me.StringField(required=True)
    updated_at = me.DateTimeField(required=True)


class WorkerJob(me.Document):
    """When a periodic job is due again; while it runs, that is the end of its worker's lease."""

    meta = {"collection": "worker_jobs", "auto_create_index": False}

    name = me.StringField(primary_key=True)
    next_at = me.DateTimeField(required=True)
    owner = me.StringField()
    ran_at = me.DateTimeField()
    error = me.StringField()
