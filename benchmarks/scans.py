"""What a scan costs beside its floor, over one lift, a thousand, and all."""

import pathlib
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict

import click

from backend.foundation import database
from benchmarks.city import Lift, code_of
from benchmarks.load import Request, Result, Server, has_wrk, own, wrk

LISTED = 50_000  # different requests a line and round: of a million lifts other ones each time
OWN_REQUESTS = 4000
SAMPLE = 50
FIRST = 1000
POPULAR = 1000
Draw = Callable[[], list[Request]]


class Scans:
    """The lines of one run.

    Args:
        lifts: of the real city.
        scale: how many of each there are.
        folder: where the load generator finds its list.
        seconds: of each line in each round.
    """

    def __init__(self, lifts: Sequence[Lift], scale: int, folder: pathlib.Path, seconds: int) -> None:
        self.lifts, self.scale, self.folder, self.seconds = lifts, scale, folder, seconds
        self.chance = random.Random(84)
        few = [self._one() for _ in range(POPULAR)]
        every = f"{len(lifts) * scale:,} lifts"
        self.lines: dict[str, Draw] = {
            f"page, {every}": lambda: self._drawn(Lift.scan),
            f"page, {POPULAR:,} lifts": lambda: [lift.scan(copy) for lift, copy in few],
            "page, one lift": lambda: [few[0][0].scan(few[0][1])],
            f"JSON, {every}": lambda: self._drawn(Lift.card),
            f"304, {every}": lambda: self._drawn(Lift.again),
        }

    def measure(self, floor: Server, chati: Server, rounds: int) -> None:
        """Run every line in every round beside the floor, and print the medians.

        Args:
            floor: the constant page after one read of the card.
            chati: what is measured.
            rounds: how often; a noisy neighbour then spoils a round, and not a line.
        """
        floors: list[Result] = []
        found: dict[str, list[Result]] = {name: [] for name in self.lines}
        for _ in range(rounds):
            floors.append(self._run(floor, lambda: self._drawn(Lift.typed)))
            for name, draw in self.lines.items():
                found[name].append(self._run(chati, draw))
        click.echo(f"{'floor':24}{_middle(floors)}")
        for name, results in found.items():
            click.echo(f"{name:24}{_middle(results)}   {_ratio(results, floors):5.2f} of the floor")
        every, thousand, *_ = found.values()
        click.echo(f"{'1 M ÷ 1 k' if self.scale >= 500 else 'all ÷ 1 k':24}{_ratio(every, thousand):5.2f}")

    def first(self, floor: Server, chati: Server) -> None:
        """Scan lifts whose pages were dropped, once each, and print what that takes."""
        drawn = list({(lift.code, copy): (lift, copy) for lift, copy in (self._one() for _ in range(FIRST))}.values())
        database.collection("pages").delete_many({"_id": {"$in": [code_of(lift.code, copy) for lift, copy in drawn]}})
        least = own(floor, [lift.typed(copy) for lift, copy in drawn])
        result = own(chati, [lift.scan(copy) for lift, copy in drawn])
        click.echo(f"{'page, first scan':24}{result}   {_ratio([result], [least]):5.2f} of the floor")

    def _run(self, server: Server, draw: Draw) -> Result:
        drawn = draw()
        own(server, drawn[:SAMPLE])  # holds each answer to its status, which wrk does not
        if has_wrk():
            return wrk(server, drawn, self.seconds, self.folder)
        return own(server, self.chance.choices(drawn, k=OWN_REQUESTS))

    def _one(self) -> tuple[Lift, int]:
        return self.chance.choice(self.lifts), self.chance.randrange(self.scale)

    def _drawn(self, ask: Callable[[Lift, int], Request]) -> list[Request]:
        return [ask(*self._one()) for _ in range(LISTED)]


def _middle(results: Sequence[Result]) -> Result:
    return Result(**{name: statistics.median(getattr(one, name) for one in results) for name in asdict(results[0])})


def _ratio(results: Sequence[Result], floors: Sequence[Result]) -> float:
    return statistics.median(one.per_second / least.per_second for one, least in zip(results, floors, strict=True))
