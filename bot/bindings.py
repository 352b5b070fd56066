"""WeChat users as Chati knows them: a fingerprint to find them by, the openid only sealed."""

from backend.community import groups as community
from backend.complaints import service as complaints
from backend.foundation import clock, database, events
from backend.foundation.database import transactional
from backend.foundation.protect import fingerprint, seal
from bot.documents import ChatSession, DraftPhoto, InboxMessage, WeChatBinding
from bot.wire import Incoming

MESSAGES = {"text", "image", "voice", "location", "other"}  # open the customer-service window for 48 hours
CLICKS = {"click", "scan", "follow"}  # open it for a minute


def touch(incoming: Incoming) -> str:
    """Note that a user did something and return their fingerprint.

    Args:
        incoming: what they did.
    """
    now, mark = clock.now(), fingerprint(incoming.openid)
    changes: dict = {}
    if incoming.kind in MESSAGES:
        changes["last_message_at"] = now
    if incoming.kind in CLICKS:
        changes["last_click_at"] = now
    if incoming.kind == "follow":
        changes["subscribed"] = True
    first = {"openid_sealed": seal(incoming.openid), "created_at": now}
    update: dict = {"$setOnInsert": first, "$set": changes}
    if granted := [template for template, accepted in (incoming.grants or {}).items() if accepted]:
        update["$inc"] = {f"grants.{template}": 1 for template in granted}
    database.collection("wechat_bindings").update_one(
        {"_id": mark}, {name: part for name, part in update.items() if part}, upsert=True
    )
    return mark


@transactional
def forget(mark: str) -> None:
    """Delete what names a user who unfollowed; their cases stay without them.

    Args:
        mark: fingerprint of the binding.

    Source: the platform's rule on unsubscribe events.
    """
    for stored in (WeChatBinding.objects(fingerprint=mark), ChatSession.objects(binding=mark)):
        stored.delete()
    DraftPhoto.objects(binding=mark).delete()
    InboxMessage.objects(binding=mark).update(unset__message_sealed=True, unset__reply_sealed=True)
    complaints.forget(mark)
    community.forget(mark)
    events.record("wechat.forgotten", subject=f"binding:{mark}", actor=complaints.resident())
