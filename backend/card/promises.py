"""Promise against fact: what the units of a lift pledged beside what was measured in the last 12 months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.card import blocks, queries, verdict
from backend.card.rows import CardPart, Pledge
from config import About, ConfigError, Files, load, references

BROKEN, IDLE, KEPT, NOTHING = "broken", "idle", "kept", "nothing"
READ = ("pledges", "measured")  # of every block


@dataclass(frozen=True, slots=True)
class Promise:
    """One pledge beside the fact; less is better.

    Args:
        key: metric, such as `fault_rate`.
        name: as residents say it.
        unit: of both values.
        pledged: what was promised.
        actual: what was measured; None where nothing happened that could be.
        state: broken, idle, kept or nothing.
        counts: what the fact counts and what it does not, in a sentence; empty where the name says it.
    """

    key: str
    name: str
    unit: str
    pledged: float
    actual: float | None
    state: str
    counts: str = ""

    @property
    def word(self) -> str:
        """How it stands, in a word."""
        return _states()[self.state]["word"]

    @property
    def css(self) -> str:
        """Class name of its colour."""
        return _states()[self.state]["css"]


@dataclass(frozen=True, slots=True)
class Summary:
    """All promises of a lift in one line."""

    text: str
    css: str


def fields() -> list[str]:
    """Return the fields of a card that its promises need, for whoever reads cards by projection."""
    return [verdict.STATUS, *(f"blocks.{block.name}.{name}" for block in blocks.all_blocks() for name in READ)]


def promises(card: CardPart) -> tuple[Promise, ...]:
    """Compare each pledge of a card with what was measured.

    A promise is broken only by what was measured; a lift that stands still keeps none.

    Args:
        card: the stored card, with at least the `fields` of its `blocks`.

    Source: 附件1 四（一）2（1）; 三（一）2.
    """
    held, runs = queries.held(card), verdict.in_use(card)
    measured = {key: value for block in held for key, value in block.get("measured", {}).items()}
    return tuple(_promise(row, measured.get(row["key"]), runs) for block in held for row in block.get("pledges", ()))


def summary(found: Sequence[Promise]) -> Summary | None:
    """Say some promises in one line, the worst deciding; None where there are none.

    Args:
        found: of one lift.
    """
    state = next((key for key in _states() if any(promise.state == key for promise in found)), None)
    if state is None:
        return None
    row, names = _states()[state], [promise.name for promise in found if promise.state == state]
    return Summary(f"承诺{len(found)}项，{row['all'].format(names='、'.join(names))}", row["css"])


def counts(metric: str) -> str:
    """Say what of a lift's facts is counted for a pledge and what is not, for whoever shows the facts beside it.

    Args:
        metric: key of a pledge, such as `fault_rate`.
    """
    said: str = load("card")["promises"]["metrics"][metric].get("counts", "")
    return said


def _promise(row: Pledge, actual: float | None, runs: bool) -> Promise:
    said = load("card")["promises"]["metrics"].get(row["key"], row)
    if actual is not None and actual > row["pledged"]:
        state = BROKEN
    elif not runs:
        state = IDLE
    else:
        state = NOTHING if actual is None else KEPT
    return Promise(row["key"], said["name"], said["unit"], row["pledged"], actual, state, said.get("counts", ""))


def _states() -> dict[str, dict[str, str]]:
    return load("card")["promises"]["states"]


@references
def _metrics_are_pledged(files: Files) -> Iterator[ConfigError]:
    """What residents read of a promise is about a metric that the regulation asks a pledge of."""
    about = About(files, "card")
    pledged = {row["key"] for name in files.names("policies") for row in files[name].get("pledges", ())}
    for metric in about.data["promises"]["metrics"]:
        if metric not in pledged:
            yield about.wrong(("promises", "metrics", metric), "the key of a pledge of the pilot's profile expected")
