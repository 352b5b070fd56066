"""The shapes in which the registry tells of lifts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Required, TypedDict


class LiftItem(TypedDict):
    """A lift in a list."""

    code: str
    title: str
    subtitle: str


class UnitRow(TypedDict):
    """An organisation that answers for a lift."""

    name: str
    phone: str | None
    licence: str | None


class BureauRow(TypedDict):
    """The bureau that answers today; the note names an abolished one that it follows."""

    id: str
    name: str
    phone: str | None
    note: str | None


class OriginRow(TypedDict):
    """The day from which inspections are counted, as ISO text, and how it is known."""

    date: str | None
    source: str


class EventRow(TypedDict):
    """A modernisation or major repair, and the day its supervision inspection was passed, as ISO text."""

    kind: str
    date: str | None


class Identity(TypedDict):
    """What a lift is, who answers for it and which signs were issued: the card block `identity`; days as ISO text."""

    device_code: str | None
    registration_code: str | None
    certificate_no: str | None
    category: str | None
    category_name: str | None
    status: str
    status_label: str
    jurisdiction: str
    bureau: BureauRow
    estate: str | None
    estate_name: str | None
    building: str | None
    address: str | None
    inside_number: str | None
    place: str | None
    manufacturer: str | None
    model: str | None
    factory_number: str | None
    manufactured_on: str | None
    registered_on: str | None
    origin: OriginRow
    major_events: list[EventRow]
    floors: int | None
    stops: int | None
    speed: float | None
    load_kg: int | None
    using_unit: UnitRow | None
    maintenance_unit: UnitRow | None
    inspection_body: UnitRow | None
    safety_manager: str | None
    safety_manager_phone: str | None
    emergency_phone: str | None
    iot: bool | None
    signs: dict[str, str]
    source: str | None
    updated_at: datetime | None


class StoredLift(TypedDict, total=False):
    """A lift as it is stored, or those fields of it that were asked for; days are aware midnights."""

    _id: Required[str]
    device_code: str
    registration_code: str
    certificate_no: str
    category: str
    status: str
    jurisdiction: str
    estate: str
    estate_name: str
    building: str
    address: str
    inside_number: str
    place: str
    manufacturer: str
    model: str
    factory_number: str
    manufactured_on: datetime
    registered_on: datetime
    origin: dict[str, Any]
    major_events: Sequence[dict[str, Any]]
    stopped_on: datetime
    restarted_on: datetime
    floors: int
    stops: int
    speed: float
    load_kg: int
    using_unit: str
    maintenance_unit: str
    inspection_body: str
    safety_manager: str
    safety_manager_phone_sealed: str
    emergency_phone: str
    iot: bool
    labels: Sequence[dict[str, str]]
    terms: Sequence[str]
    source: str
    updated_at: datetime
