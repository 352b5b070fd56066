"""Stored conversations: one sealed document per user, replaced only by who saw its latest version."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from backend.foundation import clock
from backend.foundation.errors import Conflict
from backend.foundation.protect import seal, unseal
from bot.documents import ChatSession
from bot.state import Draft, Lift, Session

MOMENTS = ("seen_at", "asked_at", "photo_at", "trapped_at")


def load(binding: str) -> tuple[Session, int]:
    """Return where the conversation with a user stands, and its version (0: there is none yet)."""
    row = ChatSession.objects(binding=binding).first()
    return (_read(json.loads(unseal(row.session_sealed))), row.version) if row else (Session(), 0)


def store(binding: str, session: Session, version: int) -> None:
    """Store where the conversation stands now.

    Args:
        binding: fingerprint of the user.
        session: the new state.
        version: the version that was loaded.

    Raises:
        Conflict: another process moved the conversation meanwhile.
    """
    sealed, now = seal(json.dumps(asdict(session), default=datetime.isoformat)), clock.now()
    if version == 0:
        ChatSession(binding=binding, session_sealed=sealed, updated_at=now).save(force_insert=True)
        return
    moved = ChatSession.objects(binding=binding, version=version).update_one(
        set__session_sealed=sealed, set__updated_at=now, inc__version=1
    )
    if not moved:
        raise Conflict("对话刚刚有变化，请重发")


def _read(fields: dict[str, Any]) -> Session:
    moments = {name: _moment(fields[name]) for name in MOMENTS}
    draft, seen = fields["draft"], fields["seen"]
    if draft:
        started = _moment(draft["started_at"])
        draft = Draft(**{**draft, "started_at": started, "photos": tuple(draft["photos"])})
    return Session(
        **{**fields, **moments, "draft": draft, "seen": Lift(**seen) if seen else None}
        | {"choices": tuple(fields["choices"])},
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
