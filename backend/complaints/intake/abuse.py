"""What keeps the desk usable when it is flooded: limits, words that need a look, people hidden but kept."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from backend.accounts.actors import Actor
from backend.casework import record
from backend.complaints import numbers
from backend.complaints.documents import BlockedReporter
from backend.complaints.workflow import HELD
from backend.foundation import clock, database, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Forbidden, NotFound
from config import load

FILED, HIDDEN = "filed", "hidden"
BLOCKED = "blocked"
BLOCK = "complaint.block"


@dataclass(frozen=True, slots=True)
class Look:
    """In which state a new case starts, what the reporter is told about it, and what the officer reads."""

    state: str
    told: str = ""
    why: str = ""


def look(*, channel: str, marks: Sequence[str], lift: str | None, place: str | None, words: str) -> Look:
    """Decide whether a new case goes to the desk at once or waits for somebody to look at it; it is kept either way.

    Args:
        channel: by which it comes; those in `limits.trusted` were looked at.
        marks: keyed hashes of the reporter's binding and phone.
        lift: rescue code.
        place: address, for a lift without a code.
        words: what the reporter wrote.
    """
    limits = load("complaints")["limits"]
    trusted = channel in limits["trusted"]
    asked: dict[str, dict[str, Any]] = {} if trusted else _asked(marks, lift, place)
    known = _known(marks, asked)
    if BLOCKED in known:
        return Look(HIDDEN, load("complaints")["look"]["told"], "反映人在屏蔽名单上")
    if trusted:
        return Look(FILED)
    for source in asked:
        limit = limits[source]
        if source in known:
            return Look(HELD, limit["told"], f"{limit['hours']}小时内超过{limit['count']}件（{limit['told']}）")
    if found := suspicious(words):
        return Look(HELD, load("complaints")["look"]["told"], f"含有需要核看的词：{found}")
    return Look(FILED)


def suspicious(words: str) -> str | None:
    """Return the first word of the list `look.words` that a text contains, however it is spaced, or None."""
    plain = "".join(unicodedata.normalize("NFKC", words).casefold().split())
    return next((word for word in load("complaints")["look"]["words"] if word in plain), None)


@transactional
def block(number: str, actor: Actor, version: int, reporter: int, reason: str) -> None:
    """Put a reporter on the block list: what comes from the same person later is kept but hidden.

    Args:
        number: the case that shows why.
        actor: who decides.
        version: the version the actor saw.
        reporter: place in the case's list of reporters, from 0.
        reason: why, for the record.

    Raises:
        NotFound: no such case or reporter, or another bureau's.
        Forbidden: not the actor's to do.
        Conflict: somebody was faster.
        BadInput: no reason, or a reporter by whom nobody could be known again.
    """
    case = numbers.load_for(number, BLOCK, actor, version)
    if not reason.strip():
        raise BadInput.of("reason", "请写明屏蔽的理由")
    if not 0 <= reporter < len(case.reporters):
        raise NotFound("没有这位反映人")
    marks = case.reporters[reporter].marks
    if not marks:
        raise BadInput.of("reporter", "这位反映人没有留电话或微信，无法识别，不能屏蔽")
    for mark in marks:
        BlockedReporter(mark=mark, reason=reason.strip(), case=number, by=actor.id, at=clock.now()).save()
    record.advance(case)
    record.write_down(case, "block", case.state, actor=actor, text=reason.strip(), public=False)


@transactional
def unblock(mark: str, actor: Actor, reason: str) -> None:
    """Take somebody off the block list; hidden cases are released one by one.

    Raises:
        Forbidden: not the actor's to do.
        BadInput: no reason.
        NotFound: not on the list.
    """
    if BLOCK not in actor.permissions:
        raise Forbidden("您没有办理这一步的权限")
    if not reason.strip():
        raise BadInput.of("reason", "请写明理由")
    found = BlockedReporter.objects(mark=mark).first()
    case = found and numbers.find(found.case)
    if case is None or not actor.sees(case.jurisdiction):
        raise NotFound("屏蔽名单上没有")
    found.delete()
    events.record("complaint.unblock", subject=f"complaint:{found.case}", actor=actor, reason=reason.strip())


def blocked(actor: Actor) -> list[dict[str, Any]]:
    """List who is blocked through the cases of an actor's desks, newest first: mark, reason, case, by, at."""
    rows = list(database.collection("complaint_blocks").find().sort("at", -1))
    seen = database.collection("complaints").find({"_id": {"$in": [row["case"] for row in rows]}}, {"jurisdiction": 1})
    mine = {case["_id"] for case in seen if actor.sees(case["jurisdiction"])}
    return [row for row in rows if row["case"] in mine]


def _asked(marks: Sequence[str], lift: str | None, place: str | None) -> dict[str, dict[str, Any]]:
    """Say by what the cases of each limit are found."""
    person = {"person": {"reporters.marks": {"$in": list(marks)}}} if marks else {}
    return person | ({"lift": {"lift": lift}} if lift else {"place": {"place": place}})


def _known(marks: Sequence[str], asked: Mapping[str, dict[str, Any]]) -> set[str]:
    """Return which limits are reached, and BLOCKED for somebody on the block list, in one command."""
    lookups = [
        {"$lookup": {"from": "complaints", "pipeline": _reached(query, **_numbers(source)), "as": source}}
        for source, query in asked.items()
    ]
    # A facet gives its one row even of nothing, and a transaction takes no $unionWith.
    listed: list[dict[str, Any]] = [
        {"$match": {"_id": {"$in": list(marks)}}},
        {"$limit": 1},
        {"$facet": {BLOCKED: [{"$project": {"_id": 1}}]}},
    ]
    [found] = database.collection("complaint_blocks").aggregate([*listed, *lookups])
    return {name for name, rows in found.items() if rows}


def _numbers(source: str) -> dict[str, int]:
    limit = load("complaints")["limits"][source]
    return {"count": limit["count"], "hours": limit["hours"]}


def _reached(query: dict[str, Any], count: int, hours: int) -> list[dict[str, Any]]:
    """Look for as many cases as a limit allows: the last of them is found only where it is reached."""
    since = clock.now() - timedelta(hours=hours)
    return [
        {"$match": query | {"filed_at": {"$gt": since}}},
        {"$limit": count},
        {"$count": "found"},
        {"$match": {"found": {"$gte": count}}},
    ]
