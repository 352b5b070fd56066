"""Which bureau answers for which area, over time: validity, successors, zones, pilot batches."""

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import config
from backend.policy.profiles import backwards, window
from backend.policy.rules import carries
from config import About, ConfigError, Files, references

FILE = "jurisdictions"
MUNICIPAL = "CQ"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of pilot districts that names this jurisdiction."""

    programme: str
    batch: int
    valid_from: date
    clause: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A bureau and its area; both days are inclusive, None is open."""

    id: str
    name: str
    bureau_name: str
    kind: str  # municipal | district | county | autonomous-county | zone
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    host: str | None = None
    supervised_by_host: bool = False
    mark: str = ""  # 机关代字, in the numbers of its letters
    pilot: tuple[Batch, ...] = ()

    def valid(self, on: date) -> bool:
        """Tell whether the bureau exists on that day."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


@functools.cache
def register() -> dict[str, Jurisdiction]:
    """Read every jurisdiction, in the order of the file."""
    data = config.load(FILE)
    batches = [(frozenset(pilot.pop("ids")), Batch(**pilot)) for pilot in map(dict, data["pilot"])]
    return {
        row["id"]: Jurisdiction(
            **{**row, "successors": tuple(row.get("successors", ()))},
            pilot=tuple(batch for ids, batch in batches if row["id"] in ids),
        )
        for row in data["jurisdiction"]
    }


def bureau(jurisdiction_id: str) -> Jurisdiction:
    """Give a jurisdiction, abolished ones too.

    Raises:
        LookupError: there is none with that id.
    """
    try:
        return register()[jurisdiction_id]
    except KeyError:
        raise LookupError(f"jurisdiction: unknown {jurisdiction_id!r}") from None


def find(words: str) -> Jurisdiction:
    """Give a jurisdiction by its id or its name.

    Raises:
        LookupError: nothing matches; the message names those that may be meant.
    """
    if words in register():
        return register()[words]
    named = [one for one in register().values() if words and one.name.startswith(words)]
    exact = next((one for one in named if one.name == words), None)
    if exact is None:
        meant = "、".join(f"{one.name}（{one.id}）" for one in named)
        raise LookupError(f"没有“{words}”这个辖区" + (f"，是不是{meant}？" if named else ""))
    return exact


def current(jurisdiction_id: str, on: date) -> str:
    """Give the bureau that answers on a day for what once was this one's.

    Follows the first successor of an abolished bureau and the host of a zone without its own.

    Raises:
        LookupError: there is none with that id.
    """
    found = bureau(jurisdiction_id)
    while True:
        if found.supervised_by_host and found.host:
            found = bureau(found.host)
        elif found.successors and found.valid_to and on > found.valid_to:
            found = bureau(found.successors[0])
        else:
            return found.id


def all_on(on: date) -> tuple[Jurisdiction, ...]:
    """List the district-level bureaus that supervise lifts on a day (41 in 2020); not the municipal one."""
    return tuple(
        one for one in register().values() if one.valid(on) and one.kind != "municipal" and not one.supervised_by_host
    )


def predecessors(jurisdiction_id: str) -> tuple[str, ...]:
    """List the abolished bureaus that this one took over."""
    return tuple(one.id for one in register().values() if one.successors[:1] == (jurisdiction_id,))


@carries("G-07")
def is_pilot(
    jurisdiction_id: str,
    programme: str,
    on: date,
    *,
    extended: date | None = None,
    confirmed: Collection[str] = (),
) -> bool:
    """Tell whether the municipal bureau confirmed the area for a programme on that day.

    An area counts with the bureau that answers for it on that day: the host of a zone, the successor of an abolished
    one, which keeps its confirmation. A bureau that does not exist yet is none.

    Args:
        jurisdiction_id: id of the area.
        programme: maintenance or inspection.
        on: the local day.
        extended: a later last day of the pilots, for demonstrations.
        confirmed: ids confirmed since by decision, beyond the batches of the regulation.

    Raises:
        LookupError: unknown area or programme.

    Source: 三（一）1.
    """
    if not window(programme).holds(on, extended):
        return False
    answering = bureau(current(jurisdiction_id, on))
    batches = (one for one in register().values() for batch in one.pilot if _names(batch, programme, on))
    named = {*confirmed, *(one.id for one in batches)}
    return answering.valid(on) and any(current(name, on) == answering.id for name in named)


def _names(batch: Batch, programme: str, on: date) -> bool:
    return batch.programme == programme and batch.valid_from <= on


@references
def _bureaus_fit(files: Files) -> Iterator[ConfigError]:
    """Bureaus name each other as they are, and from each a way leads to one that answers."""
    about = About(files, FILE)
    rows = {row["id"]: row for row in about.data["jurisdiction"]}
    yield from about.unique("jurisdiction.*.id")
    yield from about.unique("jurisdiction.*.name")
    for pattern in ("jurisdiction.*.successors.*", "jurisdiction.*.host", "pilot.*.ids.*"):
        yield from about.known(pattern, rows, "a bureau's id")
    yield from backwards(about, "jurisdiction.*")
    if rows.get(MUNICIPAL, {}).get("kind") != "municipal":
        yield about.wrong(("jurisdiction",), f"the municipal bureau, id {MUNICIPAL!r}, expected")
    for key, row in about.each("jurisdiction.*"):
        yield from _answered(about, key, row, rows)


def _answered(about: About, key: tuple, row: Mapping[str, Any], rows: Mapping[str, Any]) -> Iterator[ConfigError]:
    """Follow a bureau to whoever answers after it."""
    if row.get("supervised_by_host") and "host" not in row:
        yield about.wrong((*key, "host"), "missing, a bureau's id expected")
    if ("successors" in row) != ("valid_to" in row):
        absent = "valid_to" if "successors" in row else "successors"
        yield about.wrong((*key, absent), "missing, an abolished bureau has a last day and successors")
    elif "successors" in row and (heir := rows.get(_next(row) or "")):
        then = heir.get("valid_from", date.min)
        if then > row["valid_to"] + timedelta(days=1):
            yield about.wrong((*key, "valid_to"), f"the day before {heir['id']} begins ({then}) expected")
    way = [row["id"]]
    while (following := _next(rows[way[-1]])) and following in rows:
        if following in way:
            circle = " → ".join([*way, following])
            yield about.wrong(key, f"a way to a bureau that answers expected, {circle} is a circle")
            return
        way.append(following)


def _next(row: Mapping[str, Any]) -> str | None:
    """Give the bureau that `current` goes on to."""
    return row.get("host") if row.get("supervised_by_host") else next(iter(row.get("successors", ())), None)
