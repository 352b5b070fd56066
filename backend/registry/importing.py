"""Brings lifts in from a table: good rows in batches, each one transaction, bad cells with the reason why."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from backend.accounts.actors import Actor
from backend.foundation import database
from backend.foundation.database import transactional
from backend.foundation.reading.rows import BadRow, Row, Table
from backend.registry import facts, service
from backend.registry.changes import REQUIRED
from backend.registry.columns import COLUMNS
from backend.registry.mapping import FileMap, Layout
from backend.registry.organisations import Said
from backend.registry.rejects import Reject, RejectedRow, Write, WriteRow
from backend.registry.twins import Twins
from backend.registry.values import CellError

BATCH = 1000  # rows a transaction
CODES = 1_000_000  # as many as six digits make
UNITS = {"using_unit": "using", "maintenance_unit": "maintenance", "inspection_body": "inspection"}
_SAID = ("phone", "licence_no", "credit_code")
_OF_UNITS = frozenset(name for name in COLUMNS if name.partition(".")[0] in UNITS)
# An empty cell empties its field, but for what a lift always has and what is known of units.
_CLEARABLE = frozenset(COLUMNS) - REQUIRED - {name for name in _OF_UNITS if not name.endswith(".name")}

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What saving a batch did: lifts, ids of known organisations that say something else now, and facts by kind."""

    saved: service.Saved
    units: frozenset[str] = frozenset()
    facts: Mapping[str, int] = field(default_factory=dict)


Save = Callable[[Sequence[Values]], Done]


@dataclass
class Report:
    """What an import did.

    Args:
        created, updated, unchanged: how many lifts.
        rejected: how many rows.
        skipped: how many rows the map does not want.
        noted: how many cells of rows that went in somebody should look at.
        units: ids of known organisations that say something else now: the cards of their lifts are due.
        facts: kind of fact -> how many were new.
        unread_columns, unread_sheets: what of the file nothing was read of.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    noted: int = 0
    units: set[str] = field(default_factory=set)
    facts: Counter[str] = field(default_factory=Counter)
    unread_columns: Sequence[str] = ()
    unread_sheets: Sequence[str] = ()


@dataclass(slots=True)
class _Read:
    """A row as it was read: its values, and what is wrong with it."""

    line: int
    cells: Sequence[str]
    values: Values = field(default_factory=dict)
    notes: list[Reject] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not any(one.fatal for one in self.notes)

    def blame(self, name: str, value: str, reason: str) -> None:
        self.notes.append(Reject(self.line, COLUMNS[name].heading, value, reason))


def run(
    table: Table,
    file_map: FileMap,
    save: Save,
    reject: Write,
    *,
    progress: Callable[[int], object] = lambda _: None,
    keep_row: WriteRow = lambda _: None,
) -> Report:
    """Import the rows of a table; the same table twice changes nothing the second time.

    Args:
        table: an open table.
        file_map: which column fills which field.
        save: what is done with a batch of good rows: `saving(by)` or `Preview.save`.
        reject: called with each bad cell, in the order of the lines.
        progress: called with how far the table came since the last call, in the table's unit.
        keep_row: called with each row that stays out.

    Raises:
        UnusableError: mapped columns are missing.
    """
    layout = file_map.layout(table.heading)
    report = Report(unread_columns=layout.unread, unread_sheets=table.unread)
    seen, twins, before = array("L", bytes(CODES * array("L").itemsize)), Twins(), 0
    for batch in _batches(table.rows):
        read = [_read(row, layout) for row in batch]
        rows = [row for row in read if row is not None]
        report.skipped += len(read) - len(rows)
        _check_together(rows, seen, twins)
        _count(report, save([row.values for row in rows if row.good]))
        for row in rows:
            _tell(row, report, reject, keep_row)
        here = table.position()
        progress(here - before)
        before = here
    return report


def _count(report: Report, done: Done) -> None:
    report.created += len(done.saved.created)
    report.updated += len(done.saved.updated)
    report.unchanged += len(done.saved.unchanged)
    report.units |= done.units
    report.facts.update(done.facts)


def _tell(row: _Read, report: Report, reject: Write, keep_row: WriteRow) -> None:
    fatal = [one for one in row.notes if one.fatal]
    for one in fatal or row.notes:
        reject(one)
    if fatal:
        report.rejected += 1
        keep_row(RejectedRow(row.cells, fatal))
    else:
        report.noted += len(row.notes)


def saving(by: Actor, said: Said | None = None) -> Save:
    """Return the saving of a batch: lifts, the estates and units they name, and their facts, in one transaction.

    Args:
        by: who does it.
        said: takes what the rows say of units, and where they contradict each other.
    """
    said = said or Said()

    @transactional
    def save(rows: Sequence[Values]) -> Done:
        units = service.save_organisations(named_units(rows), said)
        estates = service.save_estates(named_estates(rows))
        saved = service.save_lifts(linked(rows, units.ids, estates), by)
        new = new_facts(rows, units.ids)
        for one in facts.all_facts():
            if new[one.name]:
                one.keep(new[one.name], by)
        return Done(saved, units.updated, {name: len(found) for name, found in new.items()})

    return save


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _read(row: Row, layout: Layout) -> _Read | None:
    """Read a row, None where the map does not want it."""
    line, cells = row
    if isinstance(cells, BadRow):
        return _Read(line, cells.cells, {}, [Reject(line, "", "", cells.reason)])
    full = layout.full(cells)
    if not layout.meant(full):
        return None
    found = _Read(line, cells)
    for place in layout.places:
        try:
            value = place.value(full)
        except CellError as error:
            reason = f"{error}，没有导入这一格" if place.optional else str(error)
            found.notes.append(Reject(line, place.heading, place.shown(full), reason, not place.optional))
        else:
            if value is not None or place.field in _CLEARABLE:
                found.values[place.field] = value
    if found.good:
        _check_alone(found)
    return found


def _check_alone(row: _Read) -> None:
    values = row.values
    if not values.get("code"):
        row.blame("code", "", "没有救援识别码")
    made = values.get("manufactured_on")
    for name in ("registered_on", "origin.date"):
        if made and values.get(name) and values[name] < made:
            row.blame(name, "", f"{values[name]} 早于制造日期 {made}")
    if values.get("estate_name") and not values.get("jurisdiction"):
        row.blame("jurisdiction", "", "有小区而没有监管辖区")
    _check_roles(row)
    for one in facts.all_facts():
        for name, reason, fatal in one.wrong(values):
            row.notes.append(Reject(row.line, facts.columns()[name].heading, "", reason, fatal))


def _check_roles(row: _Read) -> None:
    """Note what is said of units that are not named."""
    values = row.values
    for name in sorted(_OF_UNITS & set(values)):
        role, _, own = name.partition(".")
        if own != "name" and values[name] and not values.get(f"{role}.name"):
            reason = f"没有写{COLUMNS[f'{role}.name'].heading}，这一格没有导入"
            row.notes.append(Reject(row.line, COLUMNS[name].heading, str(values[name]), reason, fatal=False))


def _check_together(rows: Sequence[_Read], seen: array, twins: Twins) -> None:
    """Note what is wrong with rows beside others, of the file and of the registry."""
    for row in rows:
        if row.good:
            if first := seen[int(row.values["code"])]:
                row.blame("code", row.values["code"], f"与第 {first} 行重复")
            else:
                seen[int(row.values["code"])] = row.line
    for row in _homeless([row for row in rows if row.good]):
        row.blame("jurisdiction", "", "新电梯没有监管辖区")
    good = [row for row in rows if row.good]
    for at, name, reason in twins.found([(row.line, row.values) for row in good]):
        row = good[at]
        row.notes.append(Reject(row.line, COLUMNS[name].heading, row.values[name], reason, fatal=False))


def _homeless(rows: Iterable[_Read]) -> list[_Read]:
    """Return the rows that would add a lift without a jurisdiction."""
    without = [row for row in rows if "jurisdiction" not in row.values]
    if not without:
        return []
    codes = [row.values["code"] for row in without]
    known = {one["_id"] for one in database.collection("lifts").find({"_id": {"$in": codes}}, {"_id": 1})}
    return [row for row in without if row.values["code"] not in known]


def named_units(rows: Iterable[Values]) -> list[dict[str, Any]]:
    """Return each unit that the rows name with what they say of it, each once, in the order of the rows."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    roles = UNITS | facts.roles()
    for row in rows:
        for role, kind in roles.items():
            if name := row.get(f"{role}.name"):
                said = {own: row[f"{role}.{own}"] for own in _SAID if row.get(f"{role}.{own}")}
                found.setdefault((kind, name, *said.items()), {"kind": kind, "name": name, **said})
    return list(found.values())


def named_estates(rows: Iterable[Values]) -> list[dict[str, str]]:
    """Return each estate that the rows name once."""
    found = dict.fromkeys((row["jurisdiction"], row["estate_name"]) for row in rows if row.get("estate_name"))
    return [{"jurisdiction": jurisdiction, "name": name} for jurisdiction, name in found]


def linked(rows: Iterable[Values], units: Mapping[Any, str], estates: service.Linked) -> list[Values]:
    """Return the rows as `save_lifts` takes them: names of units and estates as ids, an estate under its own name."""
    lifts = []
    for row in rows:
        lift = {name: value for name, value in row.items() if name in COLUMNS and name not in _OF_UNITS}
        for role in UNITS:
            if f"{role}.name" in row:
                name = row[f"{role}.name"]
                lift[role] = units[name, row.get(f"{role}.credit_code") or ""] if name else None
        if "estate_name" in row:
            place = row.get("jurisdiction"), row["estate_name"]
            lift["estate"], lift["estate_name"] = estates.ids.get(place), estates.names.get(place)
        lifts.append(lift)
    return lifts


def new_facts(rows: Sequence[Values], units: Mapping[Any, str]) -> dict[str, Sequence[facts.Values]]:
    """Return by kind what the rows say beyond their lifts that is not known yet."""
    return {one.name: one.new(_with_roles(rows, one, units)) for one in facts.all_facts()}


def _with_roles(rows: Sequence[Values], kind: facts.Facts, units: Mapping[Any, str]) -> list[Values]:
    """Return the rows as a kind of fact takes them: organisations by role as ids."""
    names = {role: f"{role}.name" for role in (*kind.roles, *UNITS)}
    return [
        row
        | {
            role: units[row[name], row.get(f"{role}.credit_code") or ""]
            for role, name in names.items()
            if row.get(name)
        }
        for row in rows
    ]
