"""The shapes in which officers see cases."""

from datetime import datetime
from typing import TypedDict

from bson import ObjectId

from backend.card.rows import Card
from backend.card.verdict import Verdict
from backend.casework.rows import AttachmentRow, HistoryLine, LetterRow, StoredClock, StoredLink
from backend.complaints.rows import ChildRow, OriginalRow, RepairRow, SiteVisitRow, ToldUnit
from backend.registry.rows import Identity


class CaseRow(TypedDict):
    """A case in an officer's list."""

    number: str
    category: str
    category_label: str
    track: str
    track_label: str
    state: str
    state_label: str
    open: bool
    lift: str | None
    place: str
    jurisdiction: str
    bureau: str
    area: str
    filed_at: datetime
    due: datetime | None
    overdue: bool
    assignee: str | None
    reporter_count: int
    version: int


class TableRow(CaseRow):
    """A case in a table that officers take with them."""

    channel_label: str
    order_no: str | None
    phones: list[str]
    description: str | None
    outcome: str | None
    closed_at: datetime | None


class ClockRow(StoredClock):
    """A clock of a case as officers see it."""

    overdue: bool


class LineRow(HistoryLine):
    """A line of a case's history as officers read it."""

    label: str


class ReporterRow(TypedDict):
    """Somebody who reported, with a masked phone."""

    channel_label: str
    words: str
    joined_at: datetime
    wechat: bool
    named: bool
    satisfaction: str | None
    phone: str


class RouteRow(TypedDict):
    """Which routing rule sent a case where."""

    rule: str
    reason: str


class DeskCase(CaseRow):
    """A case on an officer's desk, with all that it is."""

    description: str
    photos: list[ObjectId]
    channel: str
    channel_label: str
    order_no: str | None
    route: RouteRow
    clocks: list[ClockRow]
    outcome: str | None
    reporters: list[ReporterRow]
    entries: list[LineRow]
    helpers: list[str]
    parts: frozenset[str]
    links: list[StoredLink]
    consent_publish: bool
    published: str | None
    satisfaction: str | None
    card: Card | None


class OpenCounts(TypedDict):
    """How many cases stand open; `more` says that there are more than were counted."""

    total: int
    overdue: int
    states: dict[str, int]
    more: bool


class Choice(TypedDict):
    """A case that another may be merged into."""

    number: str
    label: str


class FormField(TypedDict):
    """A field of a move's form."""

    name: str
    label: str
    kind: str
    required: bool
    choices: dict[str, str]
    candidates: list[Choice]


class Reply(TypedDict):
    """A ready reply, its words filled in."""

    label: str
    text: str


class MoveForm(TypedDict):
    """A move that an officer may make now, and what it asks for."""

    action: str
    label: str
    hint: str
    previewed: bool
    confirmed: bool
    fields: list[FormField]
    replies: list[Reply]


class MoveForms(TypedDict):
    """The moves that an officer may make now: the track's own, and those that every track has."""

    own: list[MoveForm]
    shared: list[MoveForm]


class MovableRepair(RepairRow):
    """A repair and the moves that an officer may make with it."""

    moves: list[MoveForm]
    told: list[ToldUnit]


class NamedChild(ChildRow):
    """A case that hangs on another, in words."""

    label: str
    state_label: str


class NamedLink(StoredLink):
    """How a case hangs on another, in words."""

    label: str


class DeliveryRow(TypedDict):
    """A piece of news as an officer reads it: when, by which channel, about what, whether it arrived."""

    at: datetime
    channel: str
    what: str
    state: str
    bad: bool
    error: str


class LostRow(DeliveryRow):
    """A piece of news that did not arrive, and its case."""

    number: str


class FrozenCard(TypedDict):
    """A lift's card as it was when a case was filed."""

    frozen_at: datetime
    verdict: Verdict
    identity: Identity


class Beside(TypedDict):
    """What stands beside a case on its page."""

    attachments: list[AttachmentRow]
    visits: list[SiteVisitRow]
    letters: list[LetterRow]
    repairs: list[MovableRepair]
    originals: list[OriginalRow]
    children: list[NamedChild]
    parents: list[NamedLink]
    deliveries: list[DeliveryRow]
    people: dict[str, str]
    assignee: str
    watched: bool
    card_title: str | None
    verdict: Verdict | None
    identity: Identity | None
    evidence: FrozenCard | None
