"""Who is told, in the transaction of the change, that lifts or their usage signs changed; the registry names nobody."""

from collections.abc import Callable, Sequence

LIFTS, SIGNS = "lifts", "signs"
Follower = Callable[[Sequence[str]], object]
_followers: dict[tuple[str, str], Follower] = {}


def register(what: str, name: str, follower: Follower) -> None:
    """Add a follower; the same name again replaces it, so that a second app in one process is harmless.

    Args:
        what: LIFTS or SIGNS.
        name: of the slice that follows.
        follower: called with the rescue codes of what changed, inside the transaction that changed it.
    """
    _followers[what, name] = follower


def tell(what: str, codes: Sequence[str]) -> None:
    """Tell the followers that some lifts, or their signs, changed."""
    if codes:
        for (followed, _), follower in _followers.items():
            if followed == what:
                follower(codes)
