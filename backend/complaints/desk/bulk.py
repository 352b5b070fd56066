"""Moves of many cases at once: each its own transaction and version, each with its own result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.accounts.actors import Actor
from backend.complaints import service
from backend.complaints.life import around
from backend.foundation.errors import BadInput, ChatiError

MAX_CASES = 100
MOVES = ("accept", "transfer")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case ticked in the list, at the version the officer saw."""

    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case; `before` is whose it was, where it was assigned."""

    number: str
    done: bool
    message: str
    version: int = 0
    before: str | None = None


def chosen(marks: Sequence[str]) -> list[Chosen]:
    """Read the ticked cases.

    Args:
        marks: `<number>~<version>` each.

    Raises:
        BadInput: none is ticked, too many are, or a mark is none of ours.
    """
    if not marks:
        raise BadInput.of("case", "请先勾选投诉")
    if len(marks) > MAX_CASES:
        raise BadInput.of("case", f"一次最多 {MAX_CASES} 件")
    found = {}
    for mark in marks:
        number, _, version = mark.partition("~")
        if not (version.isascii() and version.isdecimal() and len(version) < 10):
            raise BadInput.of("case", "勾选的投诉不对，请刷新后再试")
        found[number] = Chosen(number, int(version))
    return list(found.values())


def move(cases: Sequence[Chosen], action: str, actor: Actor, details: Mapping[str, str]) -> list[Result]:
    """Make the same move with each case and tell what became of each.

    Args:
        cases: those ticked.
        action: one of MOVES.
        actor: who moves them.
        details: fields of the move.

    Raises:
        BadInput: the move is not one of those.
    """
    if action not in MOVES:
        raise BadInput.of("action", "这一步不能成批办理")
    return [_moved(one, action, actor, details) for one in cases]


def assign(cases: Sequence[Chosen], actor: Actor, to: str) -> list[Result]:
    """Assign each case and tell what became of each.

    Args:
        cases: those ticked.
        actor: who assigns them.
        to: `person:<id>`; empty for nobody.
    """
    return [_assigned(one, actor, to) for one in cases]


def _moved(one: Chosen, action: str, actor: Actor, details: Mapping[str, str]) -> Result:
    try:
        service.act(one.number, action, actor, one.version, dict(details))
    except ChatiError as error:
        return Result(one.number, done=False, message=error.message)
    return Result(one.number, done=True, message="已保存")


def _assigned(one: Chosen, actor: Actor, to: str) -> Result:
    try:
        before = around.assign(one.number, actor, one.version, to)
    except ChatiError as error:
        return Result(one.number, done=False, message=error.message)
    return Result(one.number, done=True, message="已保存", version=one.version + 1, before=before)
