"""Photos that users send: downloaded by the worker, checked and re-encoded, kept with the draft until it is filed."""

from collections.abc import Iterable

from bson import Binary
from flask import current_app

from backend.delivery.channels import Broken, Outcome, Retry, Sent, Unreachable
from backend.foundation import clock, photos
from backend.foundation.errors import ChatiError
from backend.foundation.outbox import Message
from backend.foundation.photos import CleanPhoto
from backend.foundation.protect import fingerprint
from bot import client, sessions
from bot.documents import DraftPhoto
from bot.state import CONFIRM
from bot.transport import OURS, USER, ApiError
from bot.wire import Incoming

CHANNEL = "wechat-media"
OUTCOMES: dict[str, type[Unreachable | Broken]] = {USER: Unreachable, OURS: Broken}


def send(message: Message) -> Outcome:
    """Download one photo into its draft; the sender of the outbox channel.

    Args:
        message: outbox row with `draft` and `media` in its data, the user's fingerprint as target.
    """
    data = message["data"]
    try:
        _fetch(data["draft"], data["media"], message["target"])
    except ApiError as error:
        return OUTCOMES.get(error.kind, Retry)(error.why)
    except ChatiError as error:
        return Unreachable(error.code)
    return Sent()


def fetch_missing(incoming: Incoming) -> None:
    """Fetch what the worker has not fetched yet of a draft that is about to be filed.

    Runs before the transaction. What cannot be had now is left out, and the answer says so.

    Args:
        incoming: the user's message.
    """
    mark = fingerprint(incoming.openid)
    session, _ = sessions.load(mark)
    if incoming.kind != "text" or session.state != CONFIRM:
        return
    draft = session.at_hand
    for media_id in _missing(draft.id, draft.photos):
        try:
            _fetch(draft.id, media_id, mark)
        except (ApiError, ChatiError):
            continue  # counted as lost when the complaint is filed


def of_draft(draft: str) -> list[CleanPhoto]:
    """Return the photos of a draft in the order they were stored."""
    rows = DraftPhoto.objects(draft=draft).order_by("created_at")
    return [CleanPhoto(bytes(row.data), row.width, row.height) for row in rows]


def drop(draft: str) -> None:
    """Delete the photos of a draft."""
    DraftPhoto.objects(draft=draft).delete()


def _missing(draft: str, media_ids: Iterable[str]) -> list[str]:
    stored = set(DraftPhoto.objects(draft=draft).scalar("media"))
    return [media_id for media_id in media_ids if media_id not in stored]


def _fetch(draft: str, media_id: str, mark: str) -> None:
    limit = current_app.config["CHATI"].photo_limit_kib * 1024
    picture = photos.clean(client.photo(media_id, limit), "photo")
    DraftPhoto.objects(draft=draft, media=media_id).update_one(
        upsert=True,
        set__binding=mark,
        set__data=Binary(picture.data),
        set__width=picture.width,
        set__height=picture.height,
        set_on_insert__created_at=clock.now(),
    )
