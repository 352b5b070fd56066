"""What an operator sees and does about messages: list them, try failed ones again."""

from collections.abc import Sequence

from backend.accounts.actors import Actor
from backend.foundation import clock, events, outbox, queue
from backend.foundation.database import transactional
from backend.foundation.errors import Conflict, NotFound
from backend.foundation.outbox import FAILED, PENDING, Message

AT_ONCE = 500  # messages changed in one transaction


def messages(state: str | None = None, limit: int = 50) -> list[Message]:
    """Return messages as plain dicts, the oldest first.

    Args:
        state: only these, such as `pending`; None: those that are not done, pending and failed.
        limit: how many at most.
    """
    states = [state] if state else [PENDING, FAILED]
    return queue.listed(states, limit)


@transactional
def retry(message: str, *, by: Actor) -> None:
    """Have a failed message sent again, with all its attempts before it.

    Args:
        message: its id.
        by: who has it sent.

    Raises:
        NotFound: there is none.
        Conflict: it has not failed.
    """
    row = queue.find(message)
    if row is None:
        raise NotFound("没有这条消息")
    if row["state"] != FAILED:
        raise Conflict(f"这条消息的状态是 {row['state']}，不是 failed")
    _again([row], by)


def retry_all_failed(*, by: Actor) -> int:
    """Have all failed messages sent again, and return how many there were."""
    count = 0
    while some := _retry_some(by):
        count += some
    return count


@transactional
def _retry_some(by: Actor) -> int:
    rows = queue.listed([FAILED], AT_ONCE)
    _again(rows, by)
    return len(rows)


def try_out(channel: str, target: str, *, by: Actor) -> None:
    """Send a message that only tries whether a target is reached; the worker takes it like any other.

    Args:
        channel: `webhook` or `email`.
        target: as the channel knows it.
        by: who tries.
    """
    now, subject = clock.now(), trial_subject(channel, target)
    outbox.enqueue(
        key=f"{subject}:{now.isoformat()}",
        channel=channel,
        target=target,
        subject=subject,
        template="channel.test",
        by=by.label,
        at=clock.iso(now),
    )
    events.record("channel.tried", subject=subject, actor=by)


def trial_subject(channel: str, target: str) -> str:
    """Return what the messages are about that try a target out."""
    return f"channel:{channel}:{target}"


def trials(subjects: Sequence[str]) -> dict[str, Message]:
    """Return the latest message that tried each of some targets, by subject.

    Args:
        subjects: see `trial_subject`.
    """
    return {row["subject"]: row for row in queue.of_subjects(subjects)}


def _again(rows: list[Message], by: Actor) -> None:
    queue.restart([row["_id"] for row in rows])
    for row in rows:
        events.record("outbox.retried", subject=row["subject"], actor=by, message=str(row["_id"]))
