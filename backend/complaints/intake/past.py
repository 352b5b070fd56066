"""Cases whose life lies behind them, as a made-up city has them: built whole, for storing in bulk; nobody is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backend.accounts.actors import Actor, resident
from backend.casework import clocks, record
from backend.complaints import workflow
from backend.complaints.documents import Complaint, Published, Reporter, Route
from backend.complaints.intake import routing
from backend.foundation import clock
from backend.policy import jurisdictions
from backend.registry import queries as registry


@dataclass(frozen=True, slots=True)
class Filed:
    """How a case began."""

    number: str
    category: str
    channel: str
    description: str
    consent_publish: bool
    reporter: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """One move that was made: key of the action, when, with which words."""

    action: str
    at: datetime
    text: str


def past_case(
    filed: Filed, lift: Mapping[str, Any], moves: Iterable[Done], by: Actor
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Build a case that was filed and moved in the past, by the table of moves and with the clocks of its days.

    Args:
        filed: how it began.
        lift: its lift, `code` and the fields of the register.
        moves: what was done, in its order.
        by: who did it, in the name of the bureau that led.

    Returns:
        The case and the lines of its history, as MongoDB keeps them.

    Raises:
        LookupError: the table of moves does not know a move in the state it would be made in.
    """
    track = workflow.categories()[filed.category]["track"]
    facts = {"category": filed.category, "track": track, "channel": filed.channel}
    routed = routing.route(facts, lift, clock.local(filed.at).date())
    case = Complaint(
        number=filed.number,
        track=track,
        category=filed.category,
        lift=lift["code"],
        place=registry.title(lift, lift["code"]),
        description=filed.description,
        channel=filed.channel,
        consent_publish=filed.consent_publish,
        desks=[routed.jurisdiction],
        jurisdiction=routed.jurisdiction,
        route=Route(rule=routed.rule, reason=routed.reason),
        state="filed",
        reporters=[Reporter(id=filed.reporter, channel=filed.channel, joined_at=filed.at)],
        filed_at=filed.at,
        updated_at=filed.at,
    )
    clocks.start(case, case.state, filed.at)
    lines = [record.line(case, "file", case.state, actor=resident(), text=routed.reason)]
    officer = replace(by, label=jurisdictions.bureau(case.jurisdiction).bureau_name)
    lines += [_moved(case, move, officer) for move in moves]
    record.enter(case, case.state, case.updated_at)
    return case.to_mongo().to_dict(), [line.to_mongo().to_dict() for line in lines]


def _moved(case: Complaint, done: Done, officer: Actor) -> Any:
    before = case.state
    move = workflow.TABLE.move(case.track, done.action, before)
    if move is None:
        raise LookupError(f"{case.track}: no move {done.action!r} in state {before!r}")
    case.version, case.updated_at = case.version + 1, done.at
    record.enter(case, move.target(before), done.at)
    if case.state == "resolved":
        case.outcome = done.text
        case.published = Published(text=done.text, at=done.at, by=officer.id) if case.consent_publish else None
    return record.line(case, done.action, before, actor=officer, text=done.text, public=not move.internal)
