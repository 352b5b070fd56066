"""Who reads the news of somebody whose place another takes."""

from collections.abc import Mapping

from backend.delivery.documents import Mailbox, Notice
from backend.foundation import database, queue


def readdress(old: str, new: str) -> Mapping[str, int]:
    """Give the inbox, the mailbox and the news under way of one recipient to another; a mailbox of its own stays.

    Args:
        old, new: recipients, such as `unit:<id>`.

    Returns:
        How many notices and mailboxes went over, by their Chinese name.
    """
    notices = database.collection_of(Notice).update_many({"recipient": old}, {"$set": {"recipient": new}})
    queue.readdress(old, new)
    mailbox = Mailbox.objects(recipient=old).first()
    gained = int(mailbox is not None and Mailbox.objects(recipient=new).first() is None)
    if mailbox and gained:
        Mailbox(recipient=new, address_sealed=mailbox.address_sealed, updated_at=mailbox.updated_at).save()
    if mailbox:
        mailbox.delete()
    return {"站内消息": notices.modified_count, "邮箱": gained}
