"""How long delivered news and notices are kept."""

from datetime import datetime

from backend.foundation import database, retention
from backend.foundation.outbox import SENT, UNDELIVERABLE


def register() -> None:
    """Bring the kinds of this slice."""
    retention.register(
        retention.Kind("outbox_sent", *_aged("outbox", "created_at", state={"$in": [SENT, UNDELIVERABLE]}))
    )
    retention.register(retention.Kind("notices", *_aged("notices", "at")))


def _aged(name: str, moment: str, **more: object) -> tuple:
    def older(before: datetime) -> dict:
        return {moment: {"$lt": before}, **more}

    return (
        lambda before: database.collection(name).count_documents(older(before)),
        lambda before: database.collection(name).delete_many(older(before)).deleted_count,
    )
