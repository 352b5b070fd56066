"""What is counted of the outbox: what became of attempts, and how much waits and since when."""

import math

from prometheus_client import Counter, Gauge
from pymongo.errors import PyMongoError

from backend.delivery import channels
from backend.foundation import clock, queue
from backend.foundation.outbox import FAILED, PENDING

SENT = Counter("chati_outbox_sent_total", "Messages that a channel took.", ["channel"])
RETRIED = Counter("chati_outbox_retried_total", "Attempts that did not work and are made again.", ["channel"])
UNDELIVERABLE = Counter("chati_outbox_undeliverable_total", "Messages whose target cannot be reached.", ["channel"])
FAILED_TOTAL = Counter("chati_outbox_failed_total", "Messages given up: a person is told.", ["channel"])
WAITING = Gauge(
    "chati_outbox_messages", "Messages pending and failed, at most 10000.", ["channel", "state"],
    multiprocess_mode="mostrecent",
)  # fmt: skip
OLDEST = Gauge(
    "chati_outbox_oldest_pending_seconds", "Age of the oldest pending message.", multiprocess_mode="mostrecent"
)
COUNTED_AT_MOST = 10_000
_seen: set[tuple[str, str]] = set()


def measure() -> None:
    """Set the gauges from the database; not-a-number where it does not answer."""
    try:
        counts: dict[tuple[str, str], float] = {
            (channel, state): n
            for state in (PENDING, FAILED)
            for channel, n in queue.counts(state, COUNTED_AT_MOST).items()
        }
        oldest = queue.oldest_pending()
    except PyMongoError:
        counts = dict.fromkeys(_seen, math.nan)
        OLDEST.set(math.nan)
    else:
        OLDEST.set((clock.now() - oldest).total_seconds() if oldest else 0)
    _seen.update(counts, ((channel, PENDING) for channel in channels.senders()))
    for channel, state in _seen:
        WAITING.labels(channel, state).set(counts.get((channel, state), 0))
