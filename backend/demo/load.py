"""Loads the demo city in bulk: history and complaints, the register with all cards, then the signs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app

from backend.accounts.actors import DEMO
from backend.demo import cases, city, history
from backend.demo.city import City
from backend.foundation import bulk
from backend.foundation.errors import Conflict
from backend.pilots.service import on_lift
from backend.registry import queries
from backend.registry import service as registry
from backend.registry.documents import SCRAPPED
from backend.registry.signs import issue_signs

SEED = 84
BATCH = 500  # lifts a transaction
STEPS = 2  # each lift is counted when it is stored with its card, and when it is signed
SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class Summary:
    """How much was loaded."""

    lifts: int
    estates: int
    organisations: int
    visits: int
    examinations: int
    complaints: int


def is_empty() -> bool:
    """Tell whether no lift is stored yet."""
    return next(queries.codes(), None) is None


def load(
    today: date, progress: Callable[[int], object] = lambda _: None, *, seed: int = SEED, force: bool = False
) -> Summary:
    """Load the city.

    It is written in many transactions: a load that was cut off is loaded again with `force`.

    Args:
        today: local day that everything is relative to.
        progress: called with how much was done since the last call; `STEPS` for each lift in all.
        seed: the same seed and day give the same city.
        force: replace a demo city that is there.

    Raises:
        Conflict: not in demo mode, or lifts are there that may not be replaced.
    """
    _make_room(force)
    made = city.build(today, seed)
    facts = history.build(made, seed)
    filed, lines = cases.build(made, seed)
    for name, rows in (*facts.items(), ("complaints", filed), ("case_entries", lines)):
        bulk.store(name, rows)
    _store_register(made, progress)
    signed = [lift.code for lift in made.lifts if lift.facts["status"] != SCRAPPED]
    progress(len(made.lifts) - len(signed))
    for codes in _batches(signed, BATCH):
        issue_signs(codes, by=DEMO)
        progress(len(codes))
    return Summary(
        lifts=len(made.lifts),
        estates=len(made.estates),
        organisations=len(made.organisations),
        visits=len(facts["visits"]),
        examinations=len(facts["examinations"]),
        complaints=len(filed),
    )


def _make_room(force: bool) -> None:
    """Empty what the city fills; never where a lift is stored that is no demo lift."""
    if not current_app.config["CHATI"].demo:
        raise Conflict("演示数据只能在演示模式下载入（CHATI_DEMO=1）")
    if queries.has_other_than(SOURCE):
        raise Conflict("库里有正式的电梯，不能载入演示数据")
    if not is_empty() and not force:
        raise Conflict("演示数据已经载入；要重新载入请加 --force")
    bulk.clear()


def _store_register(made: City, progress: Callable[[int], object]) -> None:
    registry.save_organisations(made.organisations)
    registry.save_estates(made.estates)
    for lifts in _batches(made.lifts, BATCH):
        registry.save_lifts([{**lift.facts, "labels": on_lift(lift.labels)} for lift in lifts], by=DEMO)
        progress(len(lifts))


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
