"""What the bot stores: messages claimed and answered, conversations, photos of drafts, the shared access token."""

import mongoengine as me

CLAIMED, DONE = "claimed", "done"
INBOX_LIFETIME_S = 24 * 3600  # a repetition comes within a minute; a late answer may wait for WeChat to recover
DRAFT_LIFETIME_S = 24 * 3600
TOKEN_LENGTH = 512


class InboxMessage(me.Document):
    """One message of WeChat, claimed before work so that it is answered once however often it is sent.

    `message_sealed` is kept until the work is done, so that another process can finish it; `reply_sealed` is what a
    repetition is answered with. `late`: WeChat no longer waits, the answer goes out by customer-service message.
    """

    meta = {
        "collection": "wechat_inbox",
        "auto_create_index": False,
        "indexes": [{"fields": ["created_at"], "expireAfterSeconds": INBOX_LIFETIME_S}, "binding"],
    }

    key = me.StringField(primary_key=True)
    binding = me.StringField(required=True)
    state = me.StringField(choices=(CLAIMED, DONE), default=CLAIMED)
    owner = me.StringField(required=True)
    lease_until = me.DateTimeField(required=True)
    message_sealed = me.StringField()
    reply_sealed = me.StringField()
    late = me.BooleanField(default=False)
    created_at = me.DateTimeField(required=True)


class ChatSession(me.Document):
    """Where the conversation with one user stands; `version` grows with each step. The words are sealed."""

    meta = {
        "collection": "wechat_sessions",
        "auto_create_index": False,
        "indexes": [{"fields": ["updated_at"], "expireAfterSeconds": DRAFT_LIFETIME_S}],
    }

    binding = me.StringField(primary_key=True)
    session_sealed = me.StringField(required=True)
    version = me.IntField(default=1)
    updated_at = me.DateTimeField(required=True)


class DraftPhoto(me.Document):
    """A photo of a complaint that is not filed yet: downloaded, checked and re-encoded."""

    meta = {
        "collection": "wechat_draft_photos",
        "auto_create_index": False,
        "indexes": [
            {"fields": ["draft", "media"], "unique": True},
            "binding",
            {"fields": ["created_at"], "expireAfterSeconds": 2 * DRAFT_LIFETIME_S},
        ],
    }

    draft = me.StringField(required=True)
    media = me.StringField(required=True)
    binding = me.StringField(required=True)
    data = me.BinaryField(required=True)
    width = me.IntField(required=True)
    height = me.IntField(required=True)
    created_at = me.DateTimeField(required=True)


class AccessToken(me.Document):
    """The access token shared by all processes, and who refreshes it now."""

    meta = {"collection": "wechat_tokens", "auto_create_index": False}

    appid = me.StringField(primary_key=True)
    token_sealed = me.StringField()
    expires_at = me.DateTimeField()
    owner = me.StringField()
    lease_until = me.DateTimeField()


class WeChatBinding(me.Document):
    """A WeChat user who wrote, complained or follows: found by fingerprint, reached by the sealed openid.

    Deleted on unfollow: what named them goes, their cases stay.
    """

    meta = {"collection": "wechat_bindings", "auto_create_index": False}

    fingerprint = me.StringField(primary_key=True)
    openid_sealed = me.StringField(required=True)
    subscribed = me.BooleanField(default=False)
    grants = me.MapField(me.IntField())
    last_message_at = me.DateTimeField()
    last_click_at = me.DateTimeField()
    lifts = me.ListField(me.StringField())
    created_at = me.DateTimeField()
