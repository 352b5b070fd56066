"""Who follows which lift or estate."""

from backend.community.documents import Follow
from backend.foundation import clock
from backend.foundation.database import transactional
from backend.foundation.errors import NotFound
from backend.registry import queries as registry


@transactional
def follow(target: str, holder: str) -> str:
    """Follow a lift or an estate and return its name; following twice is following.

    Args:
        target: `lift:<code>` or `estate:<id>`.
        holder: who follows.

    Raises:
        NotFound: there is no such lift or estate.
    """
    name = target_name(target)
    Follow.objects(target=target, holder=holder).update_one(upsert=True, set_on_insert__since=clock.now())
    return name


@transactional
def unfollow(target: str, holder: str) -> bool:
    """Stop following and tell whether it was followed."""
    return bool(Follow.objects(target=target, holder=holder).delete())


def followed_by(holder: str) -> list[str]:
    """Return what somebody follows, the latest first."""
    return [row.target for row in Follow.objects(holder=holder).order_by("-since")]


def target_name(target: str) -> str:
    """Return how people call a lift or an estate that can be followed.

    Raises:
        NotFound: there is no such lift or estate.
    """
    kind, _, key = target.partition(":")
    if kind not in {"lift", "estate"} or (name := _name(kind, key)) is None:
        raise NotFound("没有这台电梯" if kind == "lift" else "没有这个小区")
    return name


def _name(kind: str, key: str) -> str | None:
    if kind == "estate":
        return registry.estate_names([key]).get(key)
    return registry.title_of(key)
