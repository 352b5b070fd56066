"""How long delivered news and notices are kept."""

from datetime import datetime

from backend.foundation import queue, retention
from backend.foundation.database import collection


def register() -> None:
    """Bring the kinds of this slice."""
    retention.register(retention.Kind("outbox_sent", queue.count_done, queue.erase_done))
    retention.register(retention.Kind("notices", _count_notices, _erase_notices))


def _count_notices(before: datetime) -> int:
    return collection("notices").count_documents({"at": {"$lt": before}})


def _erase_notices(before: datetime) -> int:
    return collection("notices").delete_many({"at": {"$lt": before}}).deleted_count
