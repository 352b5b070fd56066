"""Which bureau answers for which area, over time: validity, successors, zones, pilot batches."""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import config
from backend.policy.profiles import window
from backend.policy.rules import carries

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
    pilot: tuple[Batch, ...] = ()

    def valid(self, on: date) -> bool:
        """Tell whether the bureau exists on that day."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


@functools.cache
def register() -> dict[str, Jurisdiction]:
    """Read every jurisdiction, in the order of the file."""
    data = config.load("jurisdictions")
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
        LookupError: nothing matches.
    """
    named = (one for one in register().values() if words in (one.id, one.name))
    return next(named, None) or bureau(words)


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

    A bureau that took over a confirmed one keeps its confirmation.

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
    one = bureau(jurisdiction_id)
    own = any(batch.programme == programme and on >= batch.valid_from for batch in one.pilot)
    return (
        own
        or any(name in confirmed for name in (one.id, *predecessors(one.id)))
        or any(is_pilot(name, programme, on, extended=extended) for name in predecessors(one.id))
    )
