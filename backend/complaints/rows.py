"""The shapes in which complaints are told of: to whoever reported, to anybody and on a lift's card; and their parts."""

from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from bson import ObjectId

from backend.card.rows import BlockData


class Receipt(TypedDict):
    """What a person is told who reported; `note` where the case waits for a look."""

    number: str
    query_key: str
    reporter: str
    state: str
    bureau: str
    jurisdiction: str
    route: str
    due: datetime
    due_for: str
    due_reason: str
    category: str
    lift_code: str | None
    note: NotRequired[str]


class PublicCase(TypedDict):
    """What anybody may know of a case: where it lies, how it stands and by when."""

    number: str
    state: str
    state_label: str
    css: str
    open: bool
    bureau: str
    jurisdiction: str
    due: datetime | None
    due_for: str | None
    due_reason: str | None
    due_clause: str | None
    overdue: bool


class OutlinedCase(PublicCase):
    """A case for whoever has its number alone."""

    full: Literal[False]


class JoinableCase(PublicCase):
    """An open case that somebody may join."""

    category: str
    category_label: str
    filed_at: datetime
    reporter_count: int


class OwnCase(PublicCase):
    """A case in the list of those who reported it."""

    query_key: str
    category: str
    category_label: str
    lift_code: str | None
    place: str | None
    filed_at: datetime
    outcome: str | None
    version: int


class PublicLine(TypedDict):
    """A line of a case's history as those who reported it read it."""

    at: datetime
    action: str
    label: str
    actor_label: str
    state_label: str
    text: str | None


class ToldUnit(TypedDict):
    """Whether a unit can have read of a repair; `link` is as good as its word, and for officers alone."""

    unit: str
    name: str
    words: str
    read: bool
    reason: str
    link: str


class RepairState(TypedDict):
    """How a repair stands."""

    state: str
    state_label: str
    open: bool
    due: datetime
    due_reason: str | None


class PublicRepair(RepairState):
    """The repair of a case as those who reported it see it: what to say of each unit, whether any can have read it."""

    told: list[str]
    reached: bool


class FullCase(PublicCase):
    """A case for a reporter who has their query key; who joined it reads states and published words.

    `first` says that it is who filed it.
    """

    full: Literal[True]
    first: bool
    published: str | None
    words: str
    photos: list[str]
    category: str
    category_label: str
    track_label: str
    lift_code: str | None
    place: str | None
    photo_count: int
    reporter_count: int
    route: str
    filed_at: datetime
    outcome: str | None
    version: int
    merged_into: PublicCase | None
    note: str | None
    repairs: list[PublicRepair]
    letters: list[str]
    can_reopen: bool
    can_identify: bool
    can_praise: bool
    history: list[PublicLine]


class RecentCase(TypedDict):
    """A case on a lift's card; days as ISO text."""

    category: Annotated[str, "问题类别", "door"]
    category_label: Annotated[str, "问题类别的中文名称", "门"]
    state: Annotated[str, "办理状态", "resolved"]
    state_label: Annotated[str, "办理状态的中文名称", "已办结"]
    filed_at: Annotated[str, "哪一天反映的", "2026-11-20", "date"]
    due: Annotated[str | None, "应于哪一天前办理；已办结为 null", None, "date"]
    outcome: Annotated[str | None, "公开的处理结果；没有公开为 null", "已更换门机"]


class ComplaintsBlock(BlockData):
    """The card block `complaints`: how many are open, how many were resolved in a year, and the latest."""

    open: Annotated[int, "正在办理的件数", 1]
    resolved: Annotated[int, "近一年办结的件数", 3]
    recent: Annotated[list[RecentCase], "最近五件，新的在前"]


class RepairRow(RepairState):
    """A repair that hangs on a complaint."""

    number: str
    units: list[str]
    outcome: str | None
    version: int


class ChildRow(TypedDict):
    """A case that hangs on another: merged into it or split from it."""

    number: str
    kind: str
    state: str
    version: int


class OriginalRow(TypedDict):
    """What was redacted in a case, without its words."""

    id: str
    what: str
    reason: str
    by: str
    at: datetime


class SiteVisitRow(TypedDict):
    """A visit to the lift for a case, as it is stored."""

    _id: ObjectId
    complaint: str
    form: str
    visited_at: datetime
    visitors: str
    findings: str
    photos: NotRequired[list[ObjectId]]
    by: str
    by_label: str
    at: datetime
