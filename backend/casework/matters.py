"""The registry of matters: what a slice brings so that its kind of case can move, and what else then happens."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.accounts.actors import Actor
from backend.casework.actors import parts_of
from backend.casework.documents import Case
from backend.casework.workflow import Table, Transition


@dataclass(slots=True)
class Step:
    """A move being made; the move's own effect may still change its words and the state it leads to.

    What it adds to `facts` stands in the event.
    """

    case: Any
    move: Transition
    actor: Actor
    details: Mapping[str, str]
    at: datetime
    text: str
    to: str
    facts: dict[str, Any] = field(default_factory=dict)


def _nothing(*_: Any) -> None:
    """Do nothing, for a matter that has nothing to do there."""


def _no_facts(_: Any) -> Mapping[str, str]:
    return {}


def _none_hold(_: Any) -> Collection[str]:
    return ()


def _whole_history(_: Actor, __: Any, history: frozenset[str]) -> frozenset[str]:
    return history


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of case.

    Args:
        name: what events and news call it: `<name>.<action>`, `<name>:<number>`.
        kind: its document class.
        table: its table of moves.
        missing: what is said when there is none.
        parts: which parts an actor has in a case.
        checked: (action, details) -> the words of the step; raises where a field is missing or wrong.
        effects: what a move does beyond changing the state, before the case is stored, by action.
        after: what it does once the case is stored, by action.
        done: (actor, case, history) -> which of the actions in a case's history count as done for who acts.
        news: (case, action, text, actor) -> promises news of a public step to whom it concerns.
        changed: called with a stored case, such as to show it on its lift's card.
        handed: (case, why) -> notes on a case, before it is stored, that its bureau is another one now.
        lasting: states in which a closed case still belongs to its bureau, such as that of an approved group.
        nameable: tells whether somebody who reported a case can be told, for clocks that run only then.
        facts: which of the facts that actions ask for (`when`) hold of a case.
        letter_facts: a case's own facts for the words of config/letters.toml.
    """

    name: str
    kind: type[Case]
    table: Table
    missing: str
    checked: Callable[[Any, Mapping[str, str]], str]
    parts: Callable[[Actor, Any], frozenset[str]] = parts_of
    effects: Mapping[str, Callable[[Step], Any]] = field(default_factory=dict)
    after: Mapping[str, Callable[[Step], Any]] = field(default_factory=dict)
    done: Callable[[Actor, Any, frozenset[str]], frozenset[str]] = _whole_history
    news: Callable[[Any, str, str, Actor], None] = _nothing
    changed: Callable[[Any], None] = _nothing
    handed: Callable[[Any, str], None] = _nothing
    lasting: frozenset[str] = frozenset()
    nameable: Callable[[Any], bool] = bool
    facts: Callable[[Any], Collection[str]] = _none_hold
    letter_facts: Callable[[Any], Mapping[str, str]] = _no_facts


_matters: dict[type[Case], Matter] = {}


def register(matter: Matter) -> None:
    """Add a matter; the same kind again replaces it, so that a second app in one process is harmless."""
    _matters[matter.kind] = matter


def of(case: Case) -> Matter:
    """Return the matter that a case is.

    Raises:
        KeyError: no slice brought its kind.
    """
    return _matters[type(case)]


def every() -> Iterator[Matter]:
    """Yield each matter."""
    return iter(_matters.values())
