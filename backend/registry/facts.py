"""What a lift table may say beyond the lift itself: each slice brings the columns of its own facts, and keeps them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from backend.accounts.actors import Actor
from backend.registry.columns import COLUMNS, Column

Values = Mapping[str, Any]


class Problem(NamedTuple):
    """What is wrong with a field of a row, in Chinese, and whether the row stays out for it."""

    field: str
    reason: str
    fatal: bool = True


@dataclass(frozen=True)
class Facts:
    """The columns of one kind of fact.

    Args:
        name: of the kind, in Chinese, as an import counts them.
        columns: their fields begin with no field of a lift; `<role>.name` names an organisation.
        roles: role -> kind of organisation, see ORGANISATION_KINDS.
        needs: fields without which a file says nothing of this kind; then its other columns are left unread.
        wrong: what of a row contradicts itself or is missing.
        new: rows, each with `code` and, by role, the id of the organisation -> what of them is not known yet.
        keep: keeps what `new` gave, in the transaction of the lifts.
    """

    name: str
    columns: tuple[Column, ...]
    roles: Mapping[str, str]
    needs: tuple[str, ...]
    wrong: Callable[[Values], Iterator[Problem]]
    new: Callable[[Sequence[Values]], Sequence[Values]]
    keep: Callable[[Sequence[Values], Actor], object]


_facts: dict[str, Facts] = {}
_columns: dict[str, Column] = dict(COLUMNS)


def register(facts: Facts) -> None:
    """Add a kind of fact; the same name again replaces it, so that a second app in one process is harmless."""
    _facts[facts.name] = facts
    _columns.update({column.field: column for column in facts.columns})


def all_facts() -> list[Facts]:
    """Return the kinds of facts."""
    return list(_facts.values())


def columns() -> Mapping[str, Column]:
    """Return every column that a lift table may have, by field: those of the lift, then those of facts."""
    return _columns


def roles() -> dict[str, str]:
    """Return the roles of organisations that facts name, with the kind of organisation."""
    return {role: kind for facts in _facts.values() for role, kind in facts.roles.items()}
