"""Fast reads for a group: its board, one lift with what neighbours say, its history; the scope is in the query."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from bson import ObjectId

from backend.accounts.actors import member_id
from backend.card import promises, verdict
from backend.card import queries as cards
from backend.card.rows import CardPart
from backend.casework import record
from backend.community import access, matters, observations, urges
from backend.community.documents import Group
from backend.community.rows import BoardRow, JudgedVisit
from backend.complaints import queries as cases
from backend.complaints import service as complaints
from backend.foundation import clock, database, photos
from backend.foundation.clock import SHANGHAI
from backend.foundation.errors import NotFound
from backend.incidents import queries as incidents
from backend.inspection import queries as inspection
from backend.policy import jurisdictions
from backend.registry import queries as registry
from backend.upkeep import queries as upkeep
from backend.upkeep.rows import VisitRow
from config import load

SHOWN = 30
SHOWN_VISITS = 6


def board(group: Group) -> list[BoardRow]:
    """Return every lift of a group at a glance, the worst first.

    Args:
        group: whose lifts.
    """
    codes = registry.codes_of_estates(group.estates)
    today = clock.today()
    counts = {
        "faults": incidents.faults_since(codes, datetime.combine(today.replace(day=1), time(), SHANGHAI)),
        "urges": _urges(group.number),
        "doubts": _doubts(codes),
    }
    found = [card for card in cards.some(codes, card_fields()) if cards.identity_of(card)]
    rows = [_row(card, counts, today, len(group.estates) > 1) for card in found]
    return sorted(rows, key=_worst_first)


def summary(rows: Sequence[BoardRow]) -> dict[str, int]:
    """Count what a board shows: lifts by verdict, and all that is open."""
    levels = Counter(row["verdict"].level for row in rows)
    return {
        "lifts": len(rows),
        **levels,
        "faults": sum(row["faults"] for row in rows),
        "complaints": sum(row["complaints"] for row in rows),
        "urges": sum(row["urges"] for row in rows),
        "doubts": sum(row["doubts"] for row in rows),
        "hazards": sum(len(row["hazards"]) for row in rows),
    }


def card_fields() -> list[str]:
    """Return the fields of a card that are enough for its verdict and its line on a board."""
    facts = (*cards.TITLE, *inspection.ON_CARD, *incidents.ON_CARD, *cases.ON_CARD)
    return list(dict.fromkeys([*verdict.fields(), *promises.fields(), *facts]))


def approved_at(group: str) -> datetime | None:
    """Return when a group was approved, None where it was not."""
    steps = record.history(group, action="approve")
    return steps[-1]["at"] if steps else None


def applicant_in_wechat(group: str) -> bool:
    """Tell whether news reaches whoever applied for a group: its first member."""
    found = database.collection("group_members").find_one({"group": group}, {"holder": 1}, sort=[("_id", 1)])
    return found is not None and access.in_wechat(found["holder"])


def name_of(group: str) -> str:
    """Return the name of a group that exists."""
    found = database.collection("groups").find_one({"_id": group}, {"name": 1})
    if found is None:
        raise NotFound("没有这个小组")
    return found["name"]


def lift(group: Group, code: str) -> dict[str, Any]:
    """Return one lift of a group: its card, the latest visits with what neighbours say, urges, walks, mediations.

    Raises:
        NotFound: the lift is not the group's.
    """
    observations.lift_of(group, code)
    card = cards.card(code)
    if card is None:
        raise NotFound("这台电梯还没有资料")
    visits = upkeep.visits_on(card)[:SHOWN_VISITS]
    said = observations.opinions([ObjectId(one["id"]) for one in visits])
    return {
        "code": code,
        "title": cards.title(card),
        "verdict": verdict.verdict(card, clock.today()),
        "units": cards.unit_names(card),
        "visits": [_judged(one, said.get(ObjectId(one["id"]), {})) for one in visits],
        **history(group.number, {"lift": code}),
    }


def history(group: str, scope: Mapping[str, Any] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return the latest `urges`, `walks` and `mediations` of a group.

    Args:
        group: id of the group.
        scope: only of these, such as `{"lift": code}`.
    """
    mine = {"group": group, **(scope or {})}

    def latest(name: str, by: str) -> list[dict[str, Any]]:
        return list(database.collection(name).find(mine).sort(by, -1).limit(SHOWN))

    return {
        "urges": [shown_urge(row) for row in latest("urges", "filed_at")],
        "walks": latest("walks", "at"),
        "mediations": [
            {**row, "state_label": matters.MEDIATION.state_label(row["state"])}
            for row in latest("mediations", "filed_at")
        ],
    }


def shown_urge(row: Mapping[str, Any]) -> dict[str, Any]:
    """Add to a stored urge how it stands, by when it is to be answered, and where its case is followed."""
    number = row.get("complaint")
    return {
        **row,
        "state_label": matters.URGE.state_label(row["state"]),
        "due": urges.due_of(row),
        "late": row["state"] == "open" and row["next_due"] < clock.now(),
        "case_key": complaints.query_key(number) if number else None,
    }


def members(group: str) -> list[dict[str, Any]]:
    """Return the members of a group, leads first, without anything by which they could be reached."""
    roles = load("community")["roles"]
    found = database.collection("group_members").find(
        {"group": group, "active": True}, {"phone_sealed": 0, "holder": 0}
    )
    rows = [
        {**row, "role_label": roles[row["role"]]["label"], "actor": member_id(row["_id"])}
        for row in found.sort("joined_at", 1)
    ]
    return sorted(rows, key=lambda row: row["role"] != "lead")


def groups(desks: Sequence[str] | None) -> list[dict[str, Any]]:
    """Return the groups of some desks, those that wait for a decision first.

    Args:
        desks: ids of jurisdictions; None for all.
    """
    scope = {} if desks is None else {"jurisdiction": {"$in": list(desks)}}
    found = database.collection("groups").find(scope).sort("filed_at", -1).limit(200)
    rows = [
        {
            **row,
            "state_label": matters.GROUP.state_label(row["state"]),
            "area": jurisdictions.bureau(row["jurisdiction"]).name,
        }
        for row in _with_estates(found)
    ]
    return sorted(rows, key=lambda row: row["state"] != "applied")


def applied(desks: Sequence[str] | None) -> list[dict[str, Any]]:
    """Return the groups of some desks that wait for a decision, the oldest first.

    Args:
        desks: ids of jurisdictions; None for all.
    """
    wanted = {"state": "applied"} | ({} if desks is None else {"jurisdiction": {"$in": list(desks)}})
    found = database.collection("groups").find(wanted, {"name": 1, "estates": 1, "filed_at": 1})
    return _with_estates(found.sort("filed_at", 1).limit(SHOWN))


def urges_of(desks: Sequence[str] | None) -> list[dict[str, Any]]:
    """Return the urges of some desks' groups that are not done, those with the bureau first, then by date.

    Args:
        desks: ids of jurisdictions; None for all.
    """
    scope = {} if desks is None else {"jurisdiction": {"$in": list(desks)}}
    names = {row["_id"]: row["name"] for row in database.collection("groups").find(scope, {"name": 1})}
    found = database.collection("urges").find({"group": {"$in": list(names)}, "state": {"$ne": "closed"}})
    rows = [
        {**shown_urge(row), "group_name": names[row["group"]]} for row in found.sort("clocks.0.due", 1).limit(SHOWN)
    ]
    return sorted(rows, key=lambda row: row["state"] != "escalated")


def photo(group: str, photo_id: str) -> bytes:
    """Return a photo of a group's walks and answers.

    Raises:
        NotFound: there is none in this group.
    """
    found = photos.find(photo_id)
    if found["subject"] != f"group:{group}":
        raise NotFound("没有这张照片")
    return found["data"]


def _with_estates(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return groups with the names of their estates, asked for once."""
    rows = list(found)
    names = registry.estate_names({estate for row in rows for estate in row["estates"]})
    return [
        {**row, "estate_names": [names[estate] for estate in sorted(row["estates"]) if estate in names]} for row in rows
    ]


def _judged(visit: VisitRow, said: dict[str, int]) -> JudgedVisit:
    return {**visit, "said": said, "open": observations.may_judge(date.fromisoformat(visit["date"]))}


def _row(card: CardPart, counts: Mapping[str, Mapping[str, int]], today: date, several: bool) -> BoardRow:
    code, names = card["_id"], registry.TITLE if several else registry.TITLE[1:]
    hazards = inspection.open_hazards(card)
    return {
        "code": code,
        "title": cards.title(card, names),
        "verdict": verdict.verdict(card, today),
        "hazards": hazards,
        "severe": any(one["severe"] for one in hazards),
        "ongoing": incidents.is_ongoing(card),
        "complaints": cases.open_on(card),
        "promises": promises.summary(promises.promises(card)),
        "faults": counts["faults"].get(code, 0),
        "urges": counts["urges"].get(code, 0),
        "doubts": counts["doubts"].get(code, 0),
    }


def _worst_first(row: BoardRow) -> tuple:
    level = verdict.levels()[row["verdict"].level]
    days = min((due.days for due in row["verdict"].dues if due.days is not None), default=0)
    # A lift that stands still harms nobody: it comes after those that run, unless somebody is in it.
    worst = (not row["ongoing"], not level.runs, not row["severe"], -level.severity)
    return (*worst, days, -row["complaints"], row["code"])


def _doubts(codes: Sequence[str]) -> dict[str, int]:
    """Count, by lift, the recorded visits of which somebody's latest word is that nobody came."""
    doubted = database.collection("visit_opinions").find(
        {"lift": {"$in": list(codes)}, "came": "no"}, {"visit": 1, "lift": 1}
    )
    lifts = {row["visit"]: row["lift"] for row in doubted}
    said = observations.opinions(list(lifts))
    return Counter(lifts[visit] for visit, counted in said.items() if counted.get("no"))


def _urges(group: str) -> dict[str, int]:
    match = {"group": group, "state": {"$in": ["open", "escalated"]}}
    rows = database.collection("urges").aggregate(
        [{"$match": match}, {"$group": {"_id": "$lift", "count": {"$sum": 1}}}]
    )
    return {row["_id"]: row["count"] for row in rows}
