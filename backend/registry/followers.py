"""Who is told, in the transaction of the change, that lifts, estates or units changed; the registry names nobody."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backend.accounts.actors import Actor

LIFTS, SIGNS = "lifts", "signs"
# What may take the place of something else, and what `old` and `new` then are:
ESTATES = "estates"  # ids; after a split the old one is among the new
ESTATE_NAMES = "estate names"  # the names under which people know the lifts
AREAS = "areas"  # ids of the bureaus that answer for the lifts and estates
UNITS = "units"  # ids; the old one is no more
LIFTS_OF_UNITS = "lifts of units"  # ids; the lifts go from one unit to the other

Follower = Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Succession:
    """What takes the place of something else.

    Args:
        old: what was.
        new: what takes its place, one at least.
        by: who decided.
        text: what happened, in a sentence for histories.
        lifts: rescue codes of the lifts concerned.
        estates: ids of the estates concerned.
    """

    old: str
    new: tuple[str, ...]
    by: Actor
    text: str
    lifts: Sequence[str] = ()
    estates: Sequence[str] = ()


Heir = Callable[[Succession], Mapping[str, int]]
_followers: dict[tuple[str, str], Follower] = {}
_heirs: dict[tuple[str, str], Heir] = {}


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


def inherit(what: str, name: str, heir: Heir) -> None:
    """Add what a slice does when something takes the place of something else; the same name again replaces it.

    Args:
        what: ESTATES, ESTATE_NAMES, AREAS, UNITS or LIFTS_OF_UNITS.
        name: of the slice that follows.
        heir: called inside the transaction of the change; gives how many things went over, by their Chinese name.
    """
    _heirs[what, name] = heir


def succeed(what: str, succession: Succession) -> Counter[str]:
    """Let all slices carry over what hangs on something to what takes its place, and count what went over."""
    carried: Counter[str] = Counter()
    for (followed, _), heir in _heirs.items():
        if followed == what:
            carried.update(heir(succession))
    return +carried
