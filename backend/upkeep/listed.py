"""What a list of lifts says of their contract and last visit, so that an existing list fills the card."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from backend.accounts.actors import Actor
from backend.card import service as cards
from backend.foundation import clock, database, events
from backend.registry import values
from backend.registry.columns import Column
from backend.registry.facts import Facts, Problem, Values
from backend.upkeep.documents import WORK_TYPES, Contract, Visit
from backend.upkeep.queries import MODES

UNIT = "maintenance_unit"  # of the lift, where the list names no other
NO_UNIT = "没有写维保单位"


def contracts() -> Facts:
    """Return the columns of the maintenance contract, and how they are kept."""
    columns = (
        Column("contract.start", "维保合同起期", values.any_day, values.write_day),
        Column("contract.end", "维保合同止期", values.any_day, values.write_day),
        Column("contract.mode", "维保合同方式", values.choice(MODES)),
        Column("contractor.name", "维保合同单位", values.text),
    )
    return Facts(
        "维保合同",
        columns,
        {"contractor": "maintenance"},
        ("contract.start",),
        _wrong_contract,
        _new_contracts,
        _keep_contracts,
    )


def visits() -> Facts:
    """Return the columns of the last visit, and how they are kept."""
    columns = (
        Column("last_visit.on", "上次维保日期", values.past_day, values.write_day),
        Column("last_visit.work_type", "上次维保类型", values.choice(WORK_TYPES)),
        Column("visited_by.name", "上次维保单位", values.text),
    )
    return Facts(
        "维保", columns, {"visited_by": "maintenance"}, ("last_visit.on",), _wrong_visit, _new_visits, _keep_visits
    )


def _wrong_contract(row: Values) -> Iterator[Problem]:
    start, end = row.get("contract.start"), row.get("contract.end")
    if (end or row.get("contract.mode") or row.get("contractor.name")) and not start:
        yield Problem("contract.start", "没有写合同起期")
    if start and end and end < start:
        yield Problem("contract.end", "合同止期不能早于起期")
    if start and not (row.get("contractor.name") or row.get(f"{UNIT}.name")):
        yield Problem("contract.start", NO_UNIT)


def _wrong_visit(row: Values) -> Iterator[Problem]:
    day = row.get("last_visit.on")
    if (row.get("last_visit.work_type") or row.get("visited_by.name")) and not day:
        yield Problem("last_visit.on", "没有写日期")
    if day and not (row.get("visited_by.name") or row.get(f"{UNIT}.name")):
        yield Problem("last_visit.on", NO_UNIT)


def _new_contracts(rows: Sequence[Values]) -> list[Values]:
    """Return the rows whose contract is not known: one of that unit, first and last day is the same one."""
    said = [row for row in rows if row.get("contract.start")]
    if not said:
        return []
    found = database.collection("contracts").find({"lift": {"$in": [row["code"] for row in said]}})
    known = {
        (one["lift"], one["maintenance_unit"], one["start"].date(), one["end"].date() if one.get("end") else None)
        for one in found
    }
    return [
        row
        for row in said
        if (row["code"], _unit(row, "contractor"), row["contract.start"], row.get("contract.end")) not in known
    ]


def _keep_contracts(rows: Sequence[Values], by: Actor) -> None:
    codes = [row["code"] for row in rows]
    Contract.objects.insert(
        [
            Contract(
                lift=row["code"],
                maintenance_unit=_unit(row, "contractor"),
                mode=row.get("contract.mode") or "other",
                start=row["contract.start"],
                end=row.get("contract.end"),
            )
            for row in rows
        ]
    )
    events.record("contract.listed", subject="registry", actor=by, lifts=codes)
    cards.refresh(codes, "contracts")


def _new_visits(rows: Sequence[Values]) -> list[Values]:
    """Return the rows whose visit is not known: whoever came on that day, it is on record."""
    said = [row for row in rows if row.get("last_visit.on")]
    if not said:
        return []
    first = min(row["last_visit.on"] for row in said)
    since = {"$gte": datetime.combine(first - timedelta(days=1), time(), clock.SHANGHAI)}
    wanted = {"lift": {"$in": [row["code"] for row in said]}, "start": since}
    found = database.collection("visits").find(wanted, {"lift": 1, "start": 1, "end": 1})
    known = {(one["lift"], clock.local(one[edge]).date()) for one in found for edge in ("start", "end")}
    return [row for row in said if (row["code"], row["last_visit.on"]) not in known]


def _keep_visits(rows: Sequence[Values], by: Actor) -> None:
    codes = [row["code"] for row in rows]
    Visit.objects.insert([_visit(row) for row in rows])
    events.record("visit.listed", subject="registry", actor=by, lifts=codes)
    cards.refresh(codes, "visits")


def _visit(row: Values) -> Visit:
    """Make a visit of which only the day is known: it begins and ends as that day does, and nobody is named."""
    day = datetime.combine(row["last_visit.on"], time(), clock.SHANGHAI)
    return Visit(
        lift=row["code"],
        maintenance_unit=_unit(row, "visited_by"),
        work_type=row.get("last_visit.work_type") or "HM",
        start=day,
        end=day,
        recorded_at=clock.now(),
    )


def _unit(row: Values, role: str) -> str:
    return row.get(role) or row[UNIT]
