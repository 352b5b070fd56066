"""The shapes in which casework tells of a case; what is optional is left out of the store where there is none."""

from datetime import datetime
from typing import Any, NotRequired, TypedDict

from bson import ObjectId


class StoredClock(TypedDict):
    """A legal clock of a case as it is stored."""

    kind: str
    length: str
    label: str
    started_at: datetime
    due: datetime
    reason: NotRequired[str]
    clause: NotRequired[str]
    rule_id: NotRequired[str]
    profile: NotRequired[str]
    provisional: bool
    met_at: NotRequired[datetime]


class StoredLink(TypedDict):
    """How a case hangs on another, as it is stored."""

    kind: str
    number: str
    state: NotRequired[str]
    at: datetime


class HistoryLine(TypedDict):
    """A line of a case's history as it is stored."""

    _id: ObjectId
    case: str
    type: str
    seq: int
    at: datetime
    action: str
    from_state: NotRequired[str]
    to_state: str
    actor: str
    actor_label: str
    reporter: NotRequired[str]
    text: NotRequired[str]
    public: bool


class EvidenceRow(TypedDict):
    """The card of a case's lift as it is kept with the case."""

    case: str
    at: datetime
    lift: str
    blocks: dict[str, Any]


class LetterRow(TypedDict):
    """An official letter of a case."""

    seq: int
    kind: str
    title: str
    mark: str
    to: str
    paragraphs: list[str]
    bureau: str
    at: datetime
    dated: str


class AttachmentRow(TypedDict):
    """A file of a case without its bytes, as it is stored."""

    _id: ObjectId
    case: str
    name: str
    mimetype: str
    size: int
    sha256: str
    note: NotRequired[str]
    by: str
    by_label: str
    at: datetime
