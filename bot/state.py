"""What the conversation is made of: where it stands, what it knows, what it wants done."""

from dataclasses import dataclass
from datetime import datetime

IDLE, ELEVATOR, PLACE, TYPE, DETAIL, CONFIRM = "idle", "elevator", "place", "type", "detail", "confirm"


@dataclass(frozen=True, slots=True)
class Lift:
    """A lift as the conversation knows it; `tag` when its sign was scanned."""

    code: str
    title: str
    subtitle: str = ""
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One of the user's own complaints, the newest first."""

    number: str
    state: str
    state_label: str
    category_label: str
    title: str
    filed_at: datetime
    version: int
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Similar:
    """An open case about the same lift and the same problem."""

    number: str
    state_label: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A complaint in the making; its id makes submitting it twice one complaint."""

    id: str
    started_at: datetime
    lift: str | None = None
    title: str = ""
    place: str = ""
    category: str = ""
    words: str = ""
    photos: tuple[str, ...] = ()
    located: str = ""
    similar: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Where the conversation stands. `parked` is the state of an unfinished draft that nobody is asked about now."""

    state: str = IDLE
    parked: str = ""
    draft: Draft | None = None
    choices: tuple[str, ...] = ()
    seen: Lift | None = None
    seen_at: datetime | None = None
    asked_at: datetime | None = None
    photo_at: datetime | None = None
    trapped_at: datetime | None = None
    misses: int = 0

    @property
    def at_hand(self) -> Draft:
        """The draft, in a state that has one: any but idle.

        Raises:
            LookupError: there is none.
        """
        if self.draft is None:
            raise LookupError(f"no draft in state {self.state}")
        return self.draft


@dataclass(frozen=True, slots=True)
class File:
    """Submit the draft."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Join:
    """Join an open case with the draft's words."""

    number: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class Emergency:
    """Open a rescue record."""

    lift: str


@dataclass(frozen=True, slots=True)
class Judge:
    """Say whether the outcome of a case is good enough: `satisfied` or `reopen`."""

    action: str
    number: str
    version: int


@dataclass(frozen=True, slots=True)
class FetchPhoto:
    """Download a photo into the draft."""

    draft: str
    media_id: str


@dataclass(frozen=True, slots=True)
class Discard:
    """Delete what was fetched for a draft that will not be filed."""

    draft: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Do what a neighbour asks: follow, join a group, urge and so on; `code` is a lift's or an invitation's."""

    verb: str
    code: str = ""
    words: str = ""


Effect = File | Join | Emergency | Judge | FetchPhoto | Discard | Neighbour
