"""Safety groups, urges and mediations are cases, with the history that the record of events tells of them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bson import ObjectId
from pymongo.database import Database

SHANGHAI = ZoneInfo("Asia/Shanghai")
OLD = {"track": {"$exists": False}}
CLOSED = {
    "groups": ("approved", "refused", "dissolved"),
    "urges": ("closed",),
    "mediations": ("agreed", "failed", "withdrawn"),
}
# What the events of each are called -> the action, and the state it led to (None: as it was).
STEPS: dict[str, dict[str, tuple[str, str | None]]] = {
    "groups": {
        "group.applied": ("open", "applied"),
        "group.approve": ("approve", "approved"),
        "group.refuse": ("refuse", "refused"),
        "group.dissolve": ("dissolve", "dissolved"),
    },
    "urges": {
        "urge.opened": ("open", "open"),
        "urge.answered": ("answer", "answered"),
        "urge.escalated": ("escalate", "escalated"),
        "urge.closed": ("close", "closed"),
    },
    "mediations": {
        "mediation.opened": ("open", "opened"),
        "mediation.meet": ("meet", None),
        "mediation.agree": ("agree", "agreed"),
        "mediation.fail": ("fail", "failed"),
        "mediation.withdraw": ("withdraw", "withdrawn"),
    },
}
NAMES = {"groups": "group", "urges": "urge", "mediations": "mediation"}
SOMEBODY = "小组成员"


def due(db: Database) -> Iterator[str]:
    """Say what would change."""
    for name in NAMES:
        if number := db[name].count_documents(OLD):
            yield f"{name} become cases: {number}"


def run(db: Database) -> Iterator[str]:
    """Make cases of them; each is written before its old form goes, so that one cut off is made again."""
    for name, made in (("groups", _group), ("urges", _urge), ("mediations", _mediation)):
        number = 0
        for row in list(db[name].find(OLD)):
            case = made(db, row)
            lines = _history(db, name, row, case)
            case |= {"version": len(lines), "open": case["state"] not in CLOSED[name]}
            for line in lines:
                db.case_entries.replace_one({"case": line["case"], "seq": line["seq"]}, line, upsert=True)
            if case["_id"] != row["_id"]:
                db[name].delete_one({"_id": row["_id"]})  # its form's id is unique
            db[name].replace_one({"_id": case["_id"]}, case, upsert=True)
            number += 1
        if number:
            yield f"{name} became cases: {number}"


def _group(_: Database, row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: row[key] for key in ("_id", "name", "estates", "draft", "leads_left", "digest_week") if key in row}
    decided = row.get("decided_at")
    case = _case(row, "group", row["jurisdiction"], row["applied_at"], decided)
    return kept | case | {"outcome": row.get("reason")}


def _urge(db: Database, row: dict[str, Any]) -> dict[str, Any]:
    names = ("group", "lift", "category", "text", "unit_name", "by_label", "binding", "answer", "complaint")
    kept = {key: row[key] for key in (*names, "escalated_at", "draft") if key in row}
    ends = ((row.get("answer") or {}).get("at"), row.get("escalated_at"), row.get("closed_at"))
    met = min(filter(None, ends), default=None)
    until = datetime.combine(date.fromisoformat(row["due"]), time(23, 59, 59), SHANGHAI).astimezone(UTC)
    clock = {
        "kind": "urge_answer",
        "length": "urge_answer",
        "label": "答复",
        "started_at": row["created_at"],
        "due": until,
        "reason": "小组约定的答复期限",
        "clause": "三（三）5",
        "rule_id": "P-09",
        "provisional": False,
    }
    case = _case(row, "urge", _area(db, row), row["created_at"], row.get("closed_at"))
    clocks = [clock | ({"met_at": met} if met else {})]
    case |= {"_id": str(row["_id"]), "units": [row["unit"]], "clocks": clocks, "next_due": None if met else until}
    return kept | case


def _mediation(db: Database, row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: row[key] for key in ("group", "lift", "topic", "parties", "outcome", "draft") if key in row}
    case = _case(row, "mediation", _area(db, row), row["opened_at"], row.get("closed_at"))
    return kept | case | {"_id": str(row["_id"])}


def _case(row: dict[str, Any], track: str, area: str, begun: datetime, ended: datetime | None) -> dict[str, Any]:
    closed = row["state"] in CLOSED[f"{track}s"]
    return {
        "track": track,
        "state": row["state"],
        "jurisdiction": area,
        "helpers": [],
        "units": [],
        "clocks": [],
        "links": [],
        "filed_at": begun,
        "updated_at": ended or begun,
        "closed_at": ended if closed else None,
    }


def _area(db: Database, row: dict[str, Any]) -> str:
    return (db.groups.find_one({"_id": row["group"]}, {"jurisdiction": 1}) or {})["jurisdiction"]


def _history(db: Database, name: str, row: dict[str, Any], case: dict[str, Any]) -> list[dict[str, Any]]:
    """Tell a case's history from the events about it."""
    subject, state = f"{NAMES[name]}:{row['_id']}", None
    lines: list[dict[str, Any]] = []
    told = _words(name, row)
    for event in db.events.find({"subject": subject, "kind": {"$in": list(STEPS[name])}}).sort([("at", 1), ("_id", 1)]):
        action, to = STEPS[name][event["kind"]]
        if (action, event["actor"]) == ("escalate", "worker"):
            action = "lapse"
        to = "escalated" if (action, state) == ("answer", "escalated") else to or state
        by, text = next(told[action], ("", "")) if action in told else ("", "")
        lines.append(
            {
                "_id": ObjectId(),
                "case": str(case["_id"]),
                "seq": len(lines) + 1,
                "at": event["at"],
                "action": action,
                "from_state": state or to,
                "to_state": to,
                "actor": event["actor"],
                "actor_label": by or SOMEBODY,
                "text": text,
                "public": True,
            }
        )
        state = to
    return lines or [_first(case, name)]


def _words(name: str, row: dict[str, Any]) -> dict[str, Iterator[tuple[str, str]]]:
    """Return, by action, who said what, in the order of the steps."""
    if name == "groups":
        why = [("市场监督管理局", row.get("reason") or "")]
        return {
            "open": iter([("", row["name"])]),
            **{action: iter(why) for action in ("approve", "refuse", "dissolve")},
        }
    if name == "urges":
        said: Iterable[tuple[str, str]] = [(row["unit_name"], row["answer"]["text"])] if row.get("answer") else []
        return {"open": iter([(row["by_label"], row["text"])]), "answer": iter(said), "lapse": iter([("查梯", "")])}
    met = [(one["by_label"], one["text"]) for one in row.get("meetings", ())]
    ended = iter([("", row.get("outcome") or "")])
    return {
        "open": iter([("", row["topic"])]),
        "meet": iter(met),
        **dict.fromkeys(("agree", "fail", "withdraw"), ended),
    }


def _first(case: dict[str, Any], name: str) -> dict[str, Any]:
    """Begin the history of a case of which the record says nothing."""
    text = case.get("name") or case.get("text") or case.get("topic")
    return {
        "_id": ObjectId(),
        "case": str(case["_id"]),
        "seq": 1,
        "at": case["filed_at"],
        "action": "open",
        "from_state": case["state"],
        "to_state": case["state"],
        "actor": NAMES[name],
        "actor_label": SOMEBODY,
        "text": text,
        "public": True,
    }
