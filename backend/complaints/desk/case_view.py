"""What stands beside a case on its page: the moves as forms, what hangs on it, the lift then and now, who was told."""

from collections.abc import Collection, Mapping
from typing import Any

from backend.accounts import people
from backend.accounts.actors import Actor
from backend.card import queries as cards
from backend.card.rows import CardPart
from backend.card.verdict import Verdict, verdict
from backend.casework import attachments, evidence, letters, moving, watching
from backend.casework.documents import MERGED
from backend.casework.moving import Situation
from backend.casework.workflow import LEAD, Action
from backend.complaints import workflow
from backend.complaints.desk import replies
from backend.complaints.desk.rows import (
    Beside,
    Choice,
    DeliveryRow,
    DeskCase,
    FormField,
    FrozenCard,
    MovableRepair,
    MoveForm,
    MoveForms,
    NamedChild,
)
from backend.complaints.life import around as casework
from backend.complaints.life import linking, redaction, told
from backend.complaints.rows import ChildRow, OriginalRow, RepairRow
from backend.delivery import reach
from backend.foundation import clock, database, queue
from backend.foundation.outbox import FAILED, PENDING, SENT, UNDELIVERABLE, Message
from config import load

# What another move cannot take back, or what others are told at once: asked twice.
CONFIRMED = frozenset({"refuse", "terminate", "set_aside", "escalate"})
PUBLISH = "publish"  # asked twice as well: what will be public is shown first
CHANNELS = {"wechat": "微信", "inbox": "站内", "email": "邮件", "webhook": "接口", reach.CHANNEL: "分送"}
DELIVERY = {PENDING: "待发送", SENT: "已送达", FAILED: "发送失败", UNDELIVERABLE: "无法送达"}
MAX_DELIVERIES = 50
MAX_CANDIDATES = 20


def moves(actor: Actor, case: DeskCase) -> MoveForms:
    """Return the moves an actor may make now with their forms: the track's own first, then what every track has.

    Args:
        actor: who asks.
        case: see `reads.desk_case`.
    """
    own = workflow.TABLE.tracks[case["track"]].own
    done = {entry["action"] for entry in case["entries"]}
    forms: MoveForms = {"own": [], "shared": []}
    for move in moving.offered(workflow.TABLE, _situation(case, case["track"], case["state"], done), actor.permissions):
        forms["own" if move.action in own else "shared"].append(_form(case, move.does, case["track"]))
    return forms


def repairs(actor: Actor, case: DeskCase) -> list[MovableRepair]:
    """Return the repairs that hang on a case, each with the moves an actor may make with it.

    Args:
        actor: who asks.
        case: see `reads.desk_case`.
    """
    return [
        {
            **repair,
            "moves": _repair_moves(actor, case, repair),
            "told": told.of_repair(repair["number"], repair["units"]),
        }
        for repair in linking.repairs_of(case["number"])
    ]


def _repair_moves(actor: Actor, case: DeskCase, repair: RepairRow) -> list[MoveForm]:
    stands = _situation(case, workflow.FAULT, repair["state"], ())
    offered = moving.offered(workflow.TABLE, stands, actor.permissions)
    return [_form(case, move.does, workflow.FAULT) for move in offered]


def _situation(case: DeskCase, track: str, state: str, done: Collection[str]) -> Situation:
    facts = workflow.facts_of(consented=case["consent_publish"], published=case["published"] is not None)
    return Situation(track, state, case["parts"], done, facts)


def _form(case: DeskCase, does: Action, track: str) -> MoveForm:
    reader, names = workflow.reader(does, track), dict.fromkeys((*does.needs, *does.takes, "text"))
    return {
        "action": does.action,
        "label": does.label,
        "hint": reader["hint"],
        "previewed": does.action == PUBLISH,
        "confirmed": does.action in CONFIRMED,
        "fields": [_field(case, does, name, reader["label"]) for name in names],
        "replies": replies.offered(case, does.action),
    }


def _field(case: DeskCase, does: Action, name: str, words: str) -> FormField:
    """Return one field of a form; what a case already is stands in no list of choices.

    Args:
        case: see `reads.desk_case`.
        does: the action.
        name: of the field.
        words: what the words of the step are called.
    """
    row = workflow.fields()[name]
    own = (case["jurisdiction"], case["track"])
    return {
        "name": name,
        "label": words if name == "text" else row["label"],
        "kind": row["kind"],
        "required": name in does.needs,
        "choices": {key: one for key, one in workflow.choices(row["choices"]).items() if key not in own}
        if row["kind"] == "choice"
        else {},
        "candidates": candidates(case) if name == "into" else [],
    }


def candidates(case: DeskCase) -> list[Choice]:
    """Return the open cases of the same lift and track that a case may be merged into, the oldest first."""
    if not case["lift"]:
        return []
    same = {"lift": case["lift"], "open": True, "track": case["track"], "jurisdiction": case["jurisdiction"]}
    wanted = same | {"_id": {"$ne": case["number"]}}
    found = database.collection("complaints").find(wanted, {"category": 1, "state": 1}).sort("filed_at", 1)
    return [
        {
            "number": row["_id"],
            "label": f"{workflow.category_label(row['category'])} · {workflow.TABLE.state_label(row['state'])}",
        }
        for row in found.limit(MAX_CANDIDATES)
    ]


def around(actor: Actor, case: DeskCase) -> Beside:
    """Return what hangs on a case, read from where each of it is kept."""
    number = case["number"]
    card = case["card"]
    known = people.colleagues(case["jurisdiction"])
    return {
        "attachments": attachments.of_case(number),
        "visits": casework.visits(number),
        "letters": letters.of(number, description=case["description"]),
        "repairs": repairs(actor, case),
        "originals": _originals(actor, case),
        "children": [_child(one) for one in linking.children_of(number)],
        "parents": [{**link, "label": _link_label(link["kind"])} for link in case["links"]],
        "deliveries": deliveries(number),
        "people": known,
        "assignee": assignee_name(case["assignee"], known),
        "watched": watching.is_on(number, actor.id),
        "card_title": cards.title(card) if card else None,
        "verdict": verdict(card, clock.today()) if card else None,
        "identity": cards.identity_of(card) if card else None,
        "evidence": frozen_card(number),
    }


def frozen_card(number: str) -> FrozenCard | None:
    """Return the lift's card as it was at filing, with the verdict of that day, or None."""
    kept = evidence.of(number)
    if kept is None or not kept["blocks"]:
        return None
    on = clock.local(kept["at"]).date()
    card: CardPart = {"_id": kept["lift"], "blocks": kept["blocks"]}
    return {
        "frozen_at": kept["at"],
        "verdict": verdict(card, on),
        "identity": cards.identity_of(card),
    }


def compared(then: FrozenCard | None, now: Verdict | None) -> list[dict[str, Any]]:
    """Return the lift's dates at filing beside today's, in today's order.

    Args:
        then: from `frozen_card`.
        now: today's verdict, or None.
    """
    before = {due.label: due for due in then["verdict"].dues} if then else {}
    today = {due.label: due for due in now.dues} if now else {}
    return [
        {"label": label, "then": before.get(label), "now": today.get(label)}
        for label in dict.fromkeys((*today, *before))
    ]


def deliveries(number: str) -> list[DeliveryRow]:
    """Return the news of a case and whether they arrived, the newest first; whom is told by channel alone."""
    rows = queue.about(f"complaint:{number}", MAX_DELIVERIES)
    # What was passed on stands there as what it was passed on as.
    return [delivery(row) for row in rows if (row["channel"], row["state"]) != (reach.CHANNEL, SENT)]


def delivery(row: Message) -> DeliveryRow:
    """Return a stored piece of news as an officer reads it."""
    return {
        "at": row["created_at"],
        "channel": CHANNELS.get(row["channel"], row["channel"]),
        "what": load("wording").get(row["template"], {}).get("title", row["template"]),
        "state": DELIVERY[row["state"]],
        "bad": row["state"] in queue.NOT_ARRIVED,
        "error": row.get("error") or "",
    }


def assignee_name(assignee: str | None, people: Mapping[str, str]) -> str:
    """Return who works on a case, as its readers know them."""
    if not assignee:
        return "未分派"
    return people.get(assignee, "其他单位人员")


def _originals(actor: Actor, case: DeskCase) -> list[OriginalRow]:
    if redaction.UNSEAL not in actor.permissions or LEAD not in case["parts"]:
        return []
    return redaction.originals(case["number"], actor)


def _child(one: ChildRow) -> NamedChild:
    label = "并入本件" if one["kind"] == MERGED else "由本件分出"
    return {**one, "label": label, "state_label": workflow.TABLE.state_label(one["state"])}


def _link_label(kind: str) -> str:
    return "已并入" if kind == MERGED else "分出自"
