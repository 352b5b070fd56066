"""A table of moves as data: the states of a kind of case, what may be done from which, and the clocks that run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

RESIDENT = "resident"
LEAD, HELPER, UNIT, GROUP, WORKER = "lead", "helper", "unit", "group", "worker"
ANY, SAME = "any", "same"
SUCCEED = "succeed"  # no move: another bureau or unit takes the place of the case's
EVERYWHERE = {SUCCEED: "随登记变更"}  # names of what the history of any kind of case may hold


@dataclass(frozen=True, slots=True)
class Action:
    """What may be done to a case, whatever its track; the fields are explained in config/complaints.toml."""

    action: str
    label: str
    permission: str
    who: str = LEAD
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    internal: bool = False
    once: bool = False
    then: str | None = None
    after: str | None = None
    again: bool = False
    news: str = ""
    when: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move of a track: an action from some states to a state."""

    does: Action
    sources: tuple[str, ...]
    to: str
    letter: str | None = None

    @property
    def action(self) -> str:
        """Return the key of the action."""
        return self.does.action

    @property
    def label(self) -> str:
        """Return the Chinese name of the action."""
        return self.does.label

    @property
    def permission(self) -> str:
        """Return what the actor must be allowed."""
        return self.does.permission

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the fields that must be filled."""
        return self.does.needs

    @property
    def internal(self) -> bool:
        """Tell whether the resident neither sees nor hears it."""
        return self.does.internal

    def target(self, state: str) -> str:
        """Return the state a case in `state` moves to."""
        return state if self.to == SAME else self.to


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock of a track: `starts` is the state whose entry starts it, `stops` are those whose entry meets it.

    One that no state starts has a date of the slice's own (`clocks.agree`). `kind` names the clock for ever; its label
    may be reworded while it runs. `named` runs only where somebody who reported can be told.
    """

    kind: str
    label: str
    stops: tuple[str, ...]
    starts: str = ""
    named: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """One way that cases of a table go: its moves in their order, its clocks, the letter that registers a case."""

    key: str
    label: str
    moves: tuple[Transition, ...]
    own: frozenset[str]
    clocks: tuple[ClockRule, ...] = ()
    register: str | None = None
    part: bool = False


class Table:
    """The tables of moves of a slice, read from its configuration when first asked."""

    def __init__(self, name: str, read: Callable[[], Mapping[str, Any]], other_labels: Mapping[str, str]) -> None:
        """Say where the table stands.

        Args:
            name: the matter's; the words of an action's news are `<name>.<action>` where its row names none.
            read: gives `states`, `actions`, `tracks` and `every` (the moves all tracks share, but for parts of a case),
                as in config/complaints.toml.
            other_labels: Chinese names of what a history holds beside moves, such as the filing.
        """
        self._name, self._read, self._other_labels = name, read, other_labels

    @cached_property
    def states(self) -> dict[str, Mapping[str, Any]]:
        """The states by key, in the order of the workflow."""
        return self._read()["states"]

    @cached_property
    def actions(self) -> dict[str, Action]:
        """Every action by key."""
        return {name: self._action(name, row) for name, row in self._read()["actions"].items()}

    @cached_property
    def tracks(self) -> dict[str, Track]:
        """Every track by key."""
        shared = [self._transition(row) for row in self._read().get("every", {}).get("moves", ())]
        return {key: self._track(key, row, shared) for key, row in self._read()["tracks"].items()}

    def allowed(self, track: str, state: str) -> list[Transition]:
        """Return the moves that a case of a track in a state allows, in the table's order."""
        return [move for move in self.tracks[track].moves if state in move.sources]

    def move(self, track: str, action: str, state: str) -> Transition | None:
        """Return the move that an action is in a state, None where there is none."""
        return next((move for move in self.allowed(track, state) if move.action == action), None)

    def is_open(self, state: str) -> bool:
        """Tell whether a case in a state still waits for somebody."""
        return self.states[state]["open"]

    def state_label(self, state: str) -> str:
        """Return the Chinese name of a state."""
        return self.states[state]["label"]

    def action_label(self, action: str) -> str:
        """Return the Chinese name of what a line of history tells."""
        return self._other_labels.get(action) or EVERYWHERE.get(action) or self.actions[action].label

    def missing_fact(self, name: str) -> str:
        """Return what is said where a fact that an action asks for (`when`) does not hold."""
        return self._read()["facts"][name]

    def _action(self, name: str, row: Mapping[str, Any]) -> Action:
        given = {key: tuple(one) if isinstance(one, list) else one for key, one in row.items()}
        words: dict[str, Any] = {"news": f"{self._name}.{name}", **given}
        return Action(action=name, **words)

    def _track(self, key: str, row: Mapping[str, Any], shared: list[Transition]) -> Track:
        own = [self._transition(move) for move in row["moves"]]
        clocks = (ClockRule(**{**rule, "stops": tuple(rule["stops"])}) for rule in row.get("clocks", ()))
        part = row.get("part", False)
        return Track(
            key=key,
            label=row["label"],
            moves=tuple(own if part else own + shared),
            own=frozenset(move.action for move in own),
            clocks=tuple(clocks),
            register=row.get("register"),
            part=part,
        )

    def _transition(self, row: Mapping[str, Any]) -> Transition:
        sources = tuple(self.states) if row["from"] == [ANY] else tuple(row["from"])
        return Transition(self.actions[row["action"]], sources, row["to"], row.get("letter"))
