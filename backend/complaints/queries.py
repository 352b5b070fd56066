"""Fast reads of complaints: plain dicts, the caller's scope in the query, lists paged by key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId

from backend.card.rows import CardPart
from backend.casework import letters, moving, record
from backend.casework.documents import MERGED, SPLIT
from backend.casework.moving import Situation
from backend.casework.rows import HistoryLine, StoredLink
from backend.casework.workflow import RESIDENT
from backend.complaints import receipts, workflow
from backend.complaints.life import linking, reporters, told
from backend.complaints.rows import (
    ComplaintsBlock,
    FullCase,
    JoinableCase,
    OutlinedCase,
    OwnCase,
    PublicCase,
    PublicLine,
    PublicRepair,
    RepairRow,
)
from backend.foundation import clock, database, photos
from backend.policy import jurisdictions

ON_CARD = ("blocks.complaints.open",)
OWN_CASES = 10
TOLD = ("resolved", "ended")
REGISTERS = ("complaint_register", "report_register", "forwarding")  # between offices
UNSIGNED = ("file", "join")  # their words are ours
RESIDENT_LABEL, OTHER_LABEL, OFFICE_LABEL = "反映人", "另一位反映人", "办理单位"
OF_REPORTERS = {"reporters.id": 1, "reporters.binding": 1}
OWN_FIELDS = {"reporters.phone_sealed": 0, "reporters.name_sealed": 0}
PUBLIC_FIELDS = OWN_FIELDS | {"description": 0, "reporters.words": 0}


def progress(number: str, key: str | None = None) -> OutlinedCase | FullCase | None:
    """Tell how a case stands.

    Without a key: state, bureau and date. With a reporter's key also what it is about, what they wrote and sent
    themselves (never another's), and its public history; the words of a step for who filed the case and who wrote them.

    Args:
        number: the case.
        key: the query key of one of its reporters, in either case.

    A case that was merged shows how the case it was merged into goes on.

    Returns:
        None when there is no such case or the key is wrong.
    """
    case = database.collection("complaints").find_one({"_id": number}, OWN_FIELDS)
    if case is None:
        return None
    if not key:
        return {**_standing(case), "full": False}
    known = [one["id"] for one in case["reporters"]]
    place = receipts.opened_by(number, known, key)
    if place is None:
        return None
    reporter, first, standing = case["reporters"][place], place == 0, _standing(case)
    lead = _lead(case)
    offered = _offered(lead, reporter)
    if not first or lead is not case:
        offered -= {"give_identity"}
    published = (lead.get("published") or {}).get("text")
    own_photos = [str(one) for one in _own_photos(case, place)]
    return {
        **standing,
        "full": True,
        "category": case["category"],
        "category_label": workflow.category_label(case["category"]),
        "track_label": workflow.TABLE.tracks[case["track"]].label,
        "lift_code": case.get("lift"),
        "place": case.get("place"),
        "first": first,
        "published": published,
        "words": _own_words(case, place),
        "photos": own_photos,
        "photo_count": len(own_photos),
        "reporter_count": len(case["reporters"]),
        "route": case["route"]["reason"] if first else f"由{standing['bureau']}办理",
        "filed_at": case["filed_at"],
        "outcome": (lead.get("outcome") if first else published) if lead["state"] in TOLD else None,
        "version": lead["version"],
        "merged_into": _standing(lead) if lead is not case else None,
        "note": case.get("told") if first and workflow.public_state(case["state"]) == workflow.HELD else None,
        "repairs": [_public_repair(repair) for repair in linking.repairs_of(number)],
        "letters": [letter["title"] for letter in letters.of(number) if first and letter["kind"] not in REGISTERS],
        "can_reopen": bool(offered & {"reopen", "escalate"}),
        "can_identify": "give_identity" in offered,
        "can_praise": "satisfied" in offered,
        "history": _own_history(case, lead, reporter["id"], known[0]),
    }


def own_photo(number: str, key: str, photo_id: str) -> bytes | None:
    """Return a photo that a reporter sent with a case, as JPEG; None where it is not theirs or the key is wrong.

    Args:
        number: the case.
        key: the query key of one of its reporters, in either case.
        photo_id: of the photo.
    """
    fields = {"photos": 1, "reporters.id": 1, "reporters.photos": 1, "key_shared": 1}
    case = database.collection("complaints").find_one({"_id": number}, fields)
    if case is None:
        return None
    place = receipts.opened_by(number, [one["id"] for one in case["reporters"]], key)
    if place is None or photo_id not in map(str, _own_photos(case, place)):
        return None
    data: bytes = photos.find(photo_id)["data"]
    return data


def _own_words(case: Mapping[str, Any], place: int) -> str:
    """Return what a reporter wrote; the description of a part that was split off is an officer's."""
    if _opened_by_others(case, place):
        return ""
    said = [case["reporters"][place].get("words")]
    if place == 0 and not any(link["kind"] == SPLIT for link in case.get("links", ())):
        said.insert(0, case.get("description"))
    return "\n".join(filter(None, said))


def _own_photos(case: Mapping[str, Any], place: int) -> list[ObjectId]:
    """Return the photos that a reporter sent; those that nobody else of the case sent are of who filed it."""
    if _opened_by_others(case, place):
        return []
    theirs = [set(one.get("photos", ())) for one in case["reporters"]]
    others = set().union(*theirs[1:])
    return [one for one in case.get("photos", ()) if (one in theirs[place] if place else one not in others)]


def _opened_by_others(case: Mapping[str, Any], place: int) -> bool:
    """Tell whether the key of a reporter is also in the hands of those who joined the case before keys were split."""
    return place == 0 and bool(case.get("key_shared"))


def of_binding(fingerprint: str) -> list[OwnCase]:
    """Return the latest cases of a WeChat user, newest first.

    Args:
        fingerprint: of the binding.
    """
    found = database.collection("complaints").find({"reporters.binding": fingerprint}, PUBLIC_FIELDS)
    return [_own(case, fingerprint) for case in found.sort("filed_at", -1).limit(OWN_CASES)]


def key_of_binding(number: str, fingerprint: str) -> str | None:
    """Return the query key of a WeChat user who reported a case, None where they did not.

    Args:
        number: the case.
        fingerprint: of the binding.
    """
    case = database.collection("complaints").find_one({"_id": number, "reporters.binding": fingerprint}, OF_REPORTERS)
    return case and receipts.key_of(number, [one["id"] for one in case["reporters"]], _place(case, fingerprint))


def _place(case: Mapping[str, Any], fingerprint: str) -> int:
    return next(place for place, one in enumerate(case["reporters"]) if one.get("binding") == fingerprint)


def _own(case: Mapping[str, Any], fingerprint: str) -> OwnCase:
    place = _place(case, fingerprint)
    outcome = case.get("outcome") if place == 0 else (case.get("published") or {}).get("text")
    return {
        **_standing(case),
        "query_key": receipts.key_of(case["_id"], [one["id"] for one in case["reporters"]], place),
        "category": case["category"],
        "category_label": workflow.category_label(case["category"]),
        "lift_code": case.get("lift"),
        "place": case.get("place"),
        "filed_at": case["filed_at"],
        "outcome": outcome if case["state"] in TOLD else None,
        "version": case["version"],
    }


def open_on_lift(lift: str) -> list[JoinableCase]:
    """Return the open cases of a lift that somebody may join, one per category, newest first."""
    found = database.collection("complaints").find({"lift": lift} | _joinables(), PUBLIC_FIELDS).sort("filed_at", 1)
    newest = {case["category"]: _joinable(case) for case in found}
    return sorted(newest.values(), key=lambda case: case["filed_at"], reverse=True)


def similar(lift: str, category: str, own: Mapping[str, Any] | None = None) -> JoinableCase | None:
    """Return the open case on the same lift about the same problem, or None.

    Args:
        lift: rescue code.
        category: of the problem.
        own: condition for cases that whoever asks just filed: nobody is asked to join those.
    """
    others = {"$nor": [own]} if own else {}
    found = database.collection("complaints").find_one(
        {"lift": lift, "category": category} | others | _joinables(), PUBLIC_FIELDS, sort=[("filed_at", -1)]
    )
    return _joinable(found) if found else None


def open_on(card: CardPart) -> int:
    """Return how many cases are open on the lift of a card.

    Args:
        card: a stored card, with the fields ON_CARD at least.
    """
    block: ComplaintsBlock = card["blocks"].get("complaints", {})
    return block.get("open", 0)


def open_cases(lift: str, limit: int) -> list[dict[str, Any]]:
    """Return the open cases on a lift, whoever may see them: `_id`, `version`, `jurisdiction`.

    Args:
        lift: rescue code.
        limit: cases at most.
    """
    wanted = {"lift": lift, "open": True}
    return list(database.collection("complaints").find(wanted, {"version": 1, "jurisdiction": 1}).limit(limit))


def _standing(case: Mapping[str, Any]) -> PublicCase:
    """Tell what anybody may know of a case: where it lies, how it stands and by when."""
    running = running_clock(case)
    return {
        "number": case["_id"],
        "state": workflow.public_state(case["state"]),
        "state_label": workflow.public_state_label(case["state"]),
        "css": workflow.public_state_css(case["state"]),
        "open": case["open"],
        "bureau": jurisdictions.bureau(case["jurisdiction"]).bureau_name,
        "jurisdiction": case["jurisdiction"],
        "due": running.get("due"),
        "due_for": running.get("label"),
        "due_reason": running.get("reason"),
        "due_clause": running.get("clause"),
        "overdue": is_overdue(running.get("due")),
    }


def running_clock(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the clock that falls due next, empty when none runs or the case is closed."""
    running = [item for item in case.get("clocks", ()) if item.get("met_at") is None] if case["open"] else []
    return min(running, key=lambda item: item["due"], default={})


def is_overdue(due: datetime | None) -> bool:
    """Tell whether a date has passed."""
    return due is not None and due < clock.now()


def action_label(action: str) -> str:
    """Return the Chinese name of an action in a case's history."""
    return workflow.TABLE.action_label(action)


def _joinable(case: Mapping[str, Any]) -> JoinableCase:
    return {
        **_standing(case),
        "category": case["category"],
        "category_label": workflow.category_label(case["category"]),
        "filed_at": case["filed_at"],
        "reporter_count": len(case["reporters"]),
    }


def _own_history(case: dict[str, Any], lead: dict[str, Any], reporter: str, filer: str) -> list[PublicLine]:
    """Return a case's history as one of its reporters reads it.

    Args:
        case: as stored.
        lead: the case that it was merged into, or itself.
        reporter: id of who reads.
        filer: id of who filed the case.
    """
    own = [(line, _whose(line, filer)) for line in _public_entries(case["_id"])]
    since = [(line, line.get("reporter")) for line in _since_merged(case, lead)]
    return [_public_entry(line, reporter, whose, first=reporter == filer) for line, whose in own + since]


def _whose(line: HistoryLine, filer: str) -> str | None:
    """Return whose step of a resident it was: before reporters were told apart who filed it made all but joining."""
    return line.get("reporter", filer if line["action"] != "join" else None)


def _public_entry(entry: HistoryLine, reporter: str, whose: str | None, *, first: bool) -> PublicLine:
    """Return a line as a reporter reads it: words of their own, and an officer's where they filed the case."""
    resident = entry["actor"] == RESIDENT
    by = (RESIDENT_LABEL if whose == reporter else OTHER_LABEL) if resident else OFFICE_LABEL
    whole = whose == reporter if resident and entry["action"] not in UNSIGNED else first
    return {
        "at": entry["at"],
        "action": entry["action"],
        "label": action_label(entry["action"]),
        "actor_label": by,
        "state_label": workflow.public_state_label(entry["to_state"]),
        "text": entry.get("text") if whole else None,
    }


def _public_entries(number: str) -> list[HistoryLine]:
    return record.history(number, public=True)


def _lead(case: dict[str, Any]) -> dict[str, Any]:
    """Return the case that a merged one was merged into, or the case itself."""
    link = _merged_link(case)
    lead = database.collection("complaints").find_one({"_id": link["number"]}, PUBLIC_FIELDS) if link else None
    return lead or case


def _merged_link(case: Mapping[str, Any]) -> StoredLink | None:
    return next((link for link in case.get("links", ()) if link["kind"] == MERGED), None)


def _since_merged(case: Mapping[str, Any], lead: Mapping[str, Any]) -> list[HistoryLine]:
    """Return what happened to the lead since a case was merged into it, but for who joined it."""
    link = _merged_link(case)
    if link is None:
        return []
    return [one for one in _public_entries(lead["_id"]) if one["at"] > link["at"] and one["action"] != "join"]


def _offered(case: Mapping[str, Any], reporter: Mapping[str, Any]) -> set[str]:
    """Return the actions that a reporter may take now with a case, or with that which theirs was merged into."""
    history = {entry["action"] for entry in _public_entries(case["_id"])}
    done = reporters.own_done(history, reporter.get("judged", ()))
    situation = Situation(case["track"], case["state"], frozenset({RESIDENT}), done)
    return {move.action for move in moving.offered(workflow.TABLE, situation, {RESIDENT})}


def _joinables() -> dict[str, Any]:
    return {"open": True, "state": {"$nin": workflow.unshown()}}


def _public_repair(repair: RepairRow) -> PublicRepair:
    units = told.of_repair(repair["number"], repair["units"])
    return {
        "state": repair["state"],
        "state_label": repair["state_label"],
        "open": repair["open"],
        "due": repair["due"],
        "due_reason": repair["due_reason"],
        "told": [f"{one['name']}：{one['words']}" for one in units],
        "reached": any(one["read"] for one in units),
    }
