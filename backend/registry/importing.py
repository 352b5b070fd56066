"""Brings lifts in from a table: good rows in batches, each one transaction, bad cells with the reason why."""

import contextlib
import csv
import pathlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from backend.accounts.actors import Actor
from backend.foundation import database
from backend.foundation.database import transactional
from backend.foundation.tables import BadRow, Row, Table, inert
from backend.registry import service
from backend.registry.changes import REQUIRED
from backend.registry.columns import COLUMNS, CellError
from backend.registry.mapping import FileMap, Layout
from backend.registry.organisations import Said

BATCH = 1000  # rows a transaction
CODES = 1_000_000  # as many as six digits make
REJECTS_HEADING = ("行号", "列", "值", "原因")
UNITS = {"using_unit": "using", "maintenance_unit": "maintenance", "inspection_body": "inspection"}
_SAID = ("phone", "licence_no", "credit_code")
_OF_UNITS = frozenset(name for name in COLUMNS if name.partition(".")[0] in UNITS)
_CLEARABLE = frozenset(COLUMNS) - REQUIRED - {name for name in _OF_UNITS if not name.endswith(".name")}

Values = dict[str, Any]
Save = Callable[[Sequence[Values]], tuple[service.Saved, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell (or a whole row, `column` empty) that cannot be taken."""

    line: int
    column: str
    value: str
    reason: str


@dataclass
class Report:
    """What an import did.

    Args:
        created, updated, unchanged: how many lifts.
        rejected: how many rows.
        units: ids of known organisations that say something else now: the cards of their lifts are due.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    units: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Good:
    line: int
    values: Values


def run(
    table: Table,
    file_map: FileMap,
    save: Save,
    reject: Callable[[Reject], object],
    progress: Callable[[int], object] = lambda _: None,
) -> Report:
    """Import the rows of a table; the same table twice changes nothing the second time.

    Args:
        table: an open table.
        file_map: which column fills which field.
        save: what is done with a batch of good rows: `saving(by, …)` or `trial`.
        reject: called with each bad cell, in the order of the lines of a batch.
        progress: called with how far the table came since the last call, in the table's unit.

    Raises:
        UnusableError: mapped columns are missing.
    """
    report, seen, before = Report(), array("L", bytes(CODES * array("L").itemsize)), 0
    layout = file_map.layout(table.heading)
    for batch in _batches(table.rows):
        rows = [_read(row, layout) for row in batch]
        good, bad = _sorted_out(rows, seen)
        saved, units = save([one.values for one in good])
        report.created += len(saved.created)
        report.updated += len(saved.updated)
        report.unchanged += len(saved.unchanged)
        report.rejected += len({one.line for one in bad})
        report.units |= units
        for one in bad:
            reject(one)
        here = table.position()
        progress(here - before)
        before = here
    return report


def saving(by: Actor, said: Said | None = None) -> Save:
    """Return the saving of a batch: lifts and the estates and units they name, in one transaction.

    Args:
        by: who does it.
        said: takes what the rows say of units, and where they contradict each other.
    """
    said = said or Said()

    @transactional
    def save(rows: Sequence[Values]) -> tuple[service.Saved, frozenset[str]]:
        units = service.save_organisations(_units(rows), said)
        estates = service.save_estates(_estates(rows))
        saved = service.save_lifts(_linked(rows, units.ids, estates), by)
        return saved, units.updated

    return save


def trial(rows: Sequence[Values]) -> tuple[service.Saved, frozenset[str]]:
    """Say what saving a batch would do, and save nothing."""
    units, _ = service.plan_organisations(_units(rows))
    estates, _ = service.plan_estates(_estates(rows))
    return service.plan_lifts(_linked(rows, units.ids, estates))[0], units.updated


@contextlib.contextmanager
def rejects_beside(path: pathlib.Path) -> Iterator[Callable[[Reject], object]]:
    """Write bad cells to `<name>.rejects.csv` as they come; an earlier import's file goes, none is left without need.

    Args:
        path: the imported file.
    """
    target = rejects_path(path)
    target.unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:
        writer = None

        def reject(one: Reject) -> None:
            nonlocal writer
            if writer is None:
                writer = csv.writer(stack.enter_context(target.open("w", encoding="utf-8-sig", newline="")))
                writer.writerow(REJECTS_HEADING)
            writer.writerow([one.line, one.column, inert(one.value), one.reason])

        yield reject


def rejects_path(path: pathlib.Path) -> pathlib.Path:
    """Return where the bad cells of a file are written."""
    return path.with_suffix(".rejects.csv")


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _read(row: Row, layout: Layout) -> _Good | list[Reject]:
    line, cells = row
    if isinstance(cells, BadRow):
        return [Reject(line, "", "", cells.reason)]
    values: Values = {}
    bad: list[Reject] = []
    full = layout.full(cells)
    for place in layout.places:
        try:
            value = place.read(full[place.index])
        except CellError as error:
            bad.append(Reject(line, place.heading, full[place.index], str(error)))
        else:
            if value is not None or place.field in _CLEARABLE:
                values[place.field] = value
    bad = bad or [Reject(line, COLUMNS[name].heading, "", reason) for name, reason in _contradictions(values)]
    return bad or _Good(line, values)


def _contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not values.get("code"):
        yield "code", "没有救援识别码"
    made = values.get("manufactured_on")
    for name in ("registered_on", "origin.date"):
        if made and values.get(name) and values[name] < made:
            yield name, f"{values[name]} 早于制造日期 {made}"
    if values.get("estate_name") and not values.get("jurisdiction"):
        yield "jurisdiction", "有小区而没有监管辖区"


def _sorted_out(rows: Iterable[_Good | list[Reject]], seen: array) -> tuple[list[_Good], list[Reject]]:
    good: list[_Good] = []
    bad: list[Reject] = []
    for row in rows:
        if isinstance(row, list):
            bad += row
        elif first := seen[int(row.values["code"])]:
            bad.append(Reject(row.line, COLUMNS["code"].heading, row.values["code"], f"与第 {first} 行重复"))
        else:
            seen[int(row.values["code"])] = row.line
            good.append(row)
    homeless = _homeless(good)
    bad += [Reject(row.line, COLUMNS["jurisdiction"].heading, "", "新电梯没有监管辖区") for row in homeless]
    return [row for row in good if row not in homeless] if homeless else good, bad


def _homeless(rows: Iterable[_Good]) -> list[_Good]:
    """Return the rows that would add a lift without a jurisdiction."""
    without = [row for row in rows if "jurisdiction" not in row.values]
    if not without:
        return []
    codes = [row.values["code"] for row in without]
    known = {one["_id"] for one in database.collection("lifts").find({"_id": {"$in": codes}}, {"_id": 1})}
    return [row for row in without if row.values["code"] not in known]


def _units(rows: Iterable[Values]) -> list[dict[str, Any]]:
    """Return each unit that the rows name with what they say of it, each once, in the order of the rows."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        for role, kind in UNITS.items():
            if name := row.get(f"{role}.name"):
                said = {own: row[f"{role}.{own}"] for own in _SAID if row.get(f"{role}.{own}")}
                found.setdefault((kind, name, *said.items()), {"kind": kind, "name": name, **said})
    return list(found.values())


def _estates(rows: Iterable[Values]) -> list[dict[str, str]]:
    found = dict.fromkeys((row["jurisdiction"], row["estate_name"]) for row in rows if row.get("estate_name"))
    return [{"jurisdiction": jurisdiction, "name": name} for jurisdiction, name in found]


def _linked(rows: Iterable[Values], units: Mapping[Any, str], estates: service.Linked) -> list[Values]:
    """Return the rows as `save_lifts` takes them: names of units and estates as ids, an estate under its own name."""
    lifts = []
    for row in rows:
        lift = {name: value for name, value in row.items() if name not in _OF_UNITS}
        for role in UNITS:
            if f"{role}.name" in row:
                name = row[f"{role}.name"]
                lift[role] = units[name, row.get(f"{role}.credit_code") or ""] if name else None
        if "estate_name" in row:
            place = row.get("jurisdiction"), row["estate_name"]
            lift["estate"], lift["estate_name"] = estates.ids.get(place), estates.names.get(place)
        lifts.append(lift)
    return lifts
