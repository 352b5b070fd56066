"""What may happen to a complaint: filed, joined, moved; each one transaction with its history and its news."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from backend.card import service as cards
from backend.complaints import clocks, routing, workflow
from backend.complaints.documents import Complaint, Entry, Reporter, Route
from backend.foundation import clock, database, events, files, outbox
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from backend.foundation.files import CleanPhoto
from backend.foundation.protect import seal
from backend.policy import jurisdictions

MAX_WORDS = 2000
MAX_PLACE = 200
KEY_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
KEY_LENGTH = 8
PHONE_LENGTHS = range(7, 16)


@dataclass(frozen=True, slots=True)
class NewReporter:
    """Who reports: a channel and, if they want news, a WeChat binding's fingerprint or a phone."""

    channel: str
    binding: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """What somebody wants to report; `order_no` is the case's number in the hotline that passes it on."""

    category: str
    reporter: NewReporter
    lift: str | None = None
    place: str | None = None
    description: str = ""
    photos: Sequence[CleanPhoto] = field(default=())
    order_no: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves a case: an id for the record, a label for the reader, and what they may do and see."""

    id: str
    label: str
    permissions: frozenset[str]
    jurisdiction: str | None = None

    def desks(self) -> tuple[str, ...] | None:
        """Return the jurisdictions whose cases are this actor's: the own and those it took over; None is all."""
        if "complaint.see_all" in self.permissions:
            return None
        return (self.jurisdiction, *jurisdictions.predecessors(self.jurisdiction)) if self.jurisdiction else ()

    def sees(self, jurisdiction: str) -> bool:
        """Tell whether a desk's cases are this actor's to see."""
        desks = self.desks()
        return desks is None or jurisdiction in desks


@transactional
def file(new: NewComplaint, draft: str | None = None) -> dict[str, Any]:
    """File a complaint and route it; the same draft twice is one complaint.

    Args:
        new: what is reported.
        draft: id of the form or conversation it comes from.

    Returns:
        The receipt, see `receipt`.

    Raises:
        BadInput: a field cannot be taken; names it.
    """
    if draft is not None and (earlier := Complaint.objects(draft=draft).first()):
        return receipt(earlier)
    lift = _checked(new)
    at = clock.now()
    track = workflow.categories()[new.category]["track"]
    routed = routing.route(
        {"category": new.category, "track": track, "channel": new.reporter.channel},
        lift,
        clock.local(at).date(),
    )
    number = _new_number()
    case = Complaint(
        number=number,
        draft=draft,
        track=track,
        category=new.category,
        lift=new.lift,
        place=new.place or _place_of(lift),
        description=new.description.strip(),
        photos=[files.store(photo, f"complaint:{number}") for photo in new.photos],
        channel=new.reporter.channel,
        channel_order_no=new.order_no,
        jurisdiction=routed.jurisdiction,
        route=Route(rule=routed.rule, reason=routed.reason),
        state="filed",
        reporters=[_reporter(new.reporter)],
        filed_at=at,
        updated_at=at,
    )
    clocks.start(case, "filed", at)
    case.next_due = clocks.next_due(case)
    case.save(force_insert=True)
    _write_down(case, "file", "filed", actor="resident", label="反映人", text=routed.reason)
    _refresh_card(case)
    return receipt(case)


@transactional
def join(number: str, reporter: NewReporter, words: str = "", draft: str | None = None) -> dict[str, Any]:
    """Join an open case: the new reporter gets the same news.

    Args:
        number: the case joined.
        reporter: who joins.
        words: what they add, if anything.
        draft: id of the form or conversation; the same draft joins once.

    Raises:
        NotFound: no such case.
        Conflict: it is closed.
    """
    case = _case(number)
    if draft is not None and any(known.id == draft for known in case.reporters):
        return receipt(case)
    if not case.open:
        raise Conflict("这件投诉已经办结，请重新提交")
    case.reporters.append(_reporter(reporter, words=_words(words), draft=draft))
    _advance(case)
    _write_down(case, "join", case.state, actor="resident", label="反映人", text="又有一人反映同样的问题")
    return receipt(case)


@transactional
def act(number: str, action: str, actor: Actor, version: int, details: Mapping[str, str]) -> Complaint:
    """Move a case as the table of transitions allows.

    Args:
        number: the case.
        action: `action` of a transition.
        actor: who does it.
        version: the version the actor saw.
        details: `text`, `ground` (key of the legal grounds), `to` (jurisdiction id), as the transition needs.

    Raises:
        NotFound: no such case, or another bureau's.
        Forbidden: not the actor's to do.
        BadInput: something the transition needs is missing; names it.
        Conflict: somebody was faster, or the state does not allow it.
    """
    case, move = _permitted(number, action, actor, version)
    text = _details_text(move, details, case)
    before, at = case.state, clock.now()
    if action == "transfer":
        case.route = Route(rule="transfer", reason=text)
        case.jurisdiction, case.assignee = details["to"], None
    if action == "accept":
        case.assignee = actor.id
    case.state = move.target(before)
    if case.state == "resolved":
        case.outcome = text
    if case.state != before:
        clocks.stop(case, case.state, at)
        clocks.start(case, case.state, at)
    case.open = workflow.is_open(case.state)
    case.closed_at = None if case.open else at
    case.next_due = clocks.next_due(case) if case.open else None
    _advance(case)
    _write_down(case, action, before, actor=actor.id, label=actor.label, text=text, public=not move.internal)
    _refresh_card(case)
    return case


def receipt(case: Complaint) -> dict[str, Any]:
    """Return what a person is told: number, key, bureau, by when and why."""
    first = min(case.clocks, key=lambda item: item.due)
    return {
        "number": case.number,
        "query_key": query_key(case.number),
        "state": case.state,
        "bureau": jurisdictions.bureau(case.jurisdiction).bureau_name,
        "jurisdiction": case.jurisdiction,
        "route": case.route.reason,
        "due": first.due,
        "due_for": first.label,
        "due_reason": first.reason,
        "category": case.category,
        "lift_code": case.lift,
    }


def receipt_of_draft(draft: str) -> dict[str, Any] | None:
    """Return the receipt of the complaint that a form or conversation already became, or None."""
    case = Complaint.objects(draft=draft).first()
    return case and receipt(case)


def query_key(number: str) -> str:
    """Return the key that lets whoever has a number see its progress; derived, so nothing is stored."""
    mac = hmac.digest(current_app.extensions["chati.data_key"], b"query:" + number.encode(), "sha256")
    return "".join(KEY_ALPHABET[byte % len(KEY_ALPHABET)] for byte in mac[:KEY_LENGTH])


def resident() -> Actor:
    """Return the actor for somebody who proved a case is theirs by its key or their WeChat account."""
    return Actor(id="resident", label="反映人", permissions=frozenset({workflow.RESIDENT}))


def _permitted(number: str, action: str, actor: Actor, version: int) -> tuple[Complaint, workflow.Transition]:
    """Return the case and the move, where this actor may make it now."""
    move = workflow.transitions().get(action)
    case = Complaint.objects(number=number).first()
    for_resident = move is not None and move.permission == workflow.RESIDENT
    if case is None or not (for_resident or actor.sees(case.jurisdiction)):
        raise NotFound("没有这件投诉")
    if move is None or move.permission not in actor.permissions:
        raise Forbidden("您没有办理这一步的权限")
    if case.version != version:
        raise Conflict("这件投诉刚刚被别人更新过，请看过最新情况再办理")
    if case.state not in move.sources:
        raise Conflict(f"“{workflow.state_label(case.state)}”的投诉不能{move.label}")
    if move.once and Entry.objects(complaint=number, action=action).first():
        raise Conflict(f"{move.label}只能一次")
    return case, move


def _checked(new: NewComplaint) -> dict[str, Any] | None:
    if new.category not in workflow.categories():
        raise BadInput.of("category", "请选择问题类别")
    _words(new.description)
    phone = (new.reporter.phone or "").strip()
    if phone and (not phone.lstrip("+").replace("-", "").isdigit() or len(phone) not in PHONE_LENGTHS):
        raise BadInput.of("phone", "电话号码的格式不对")
    limit = current_app.config["CHATI"].photo_limit
    if len(new.photos) > limit:
        raise BadInput.of("photos", f"照片最多 {limit} 张")
    if new.lift is None:
        if not (new.place or "").strip():
            raise BadInput.of("place", "请写明电梯在哪里")
        if len(new.place) > MAX_PLACE:
            raise BadInput.of("place", f"地点最多 {MAX_PLACE} 个字")
        return None
    lift = database.collection("lifts").find_one({"_id": new.lift})
    if lift is None:
        raise BadInput.of("lift_code", "没有这个编号的电梯")
    return lift


def _words(text: str) -> str:
    if len(text) > MAX_WORDS:
        raise BadInput.of("description", f"说明最多 {MAX_WORDS} 个字")
    return text.strip()


def _details_text(move: workflow.Transition, details: Mapping[str, str], case: Complaint) -> str:
    for name in move.needs:
        if not (details.get(name) or "").strip():
            raise BadInput.of(name, {"text": "请写明内容", "ground": "请选择理由", "to": "请选择接收的局"}[name])
    text = _words(details.get("text") or "")
    if "ground" in move.needs:
        if details["ground"] not in workflow.grounds():
            raise BadInput.of("ground", "请选择法定理由")
        text = workflow.grounds()[details["ground"]] + (f":{text}" if text else "")
    if "to" in move.needs:
        active = {place.id for place in jurisdictions.all_on(clock.today())} | {jurisdictions.MUNICIPAL}
        if details["to"] not in active or details["to"] == case.jurisdiction:
            raise BadInput.of("to", "请选择另一个局")
        text = f"移送{jurisdictions.bureau(details['to']).bureau_name}:{text}"
    return text


def _reporter(new: NewReporter, words: str = "", draft: str | None = None) -> Reporter:
    return Reporter(
        id=draft or secrets.token_hex(8),
        channel=new.channel,
        binding=new.binding,
        phone_sealed=seal(new.phone.strip()) if (new.phone or "").strip() else None,
        words=words or None,
        joined_at=clock.now(),
    )


def _place_of(lift: Mapping[str, Any] | None) -> str | None:
    return (
        " ".join(filter(None, (lift.get("estate_name"), lift.get("building"), lift.get("inside_number"))))
        if lift
        else None
    )


def _new_number() -> str:
    """Return a fresh number: the day and six random digits, short enough to say on the phone."""
    day = clock.today().strftime("%y%m%d")
    while True:
        number = f"{day}-{secrets.randbelow(1_000_000):06d}"
        if not Complaint.objects(number=number).only("number").first():
            return number


def _case(number: str) -> Complaint:
    if case := Complaint.objects(number=number).first():
        return case
    raise NotFound("没有这件投诉")


def _advance(case: Complaint) -> None:
    """Store a changed case as the next version, so that of two changes at once one is told to look again."""
    before, case.version, case.updated_at = case.version, case.version + 1, clock.now()
    changed = Complaint._get_collection().replace_one({"_id": case.number, "version": before}, case.to_mongo())
    if not changed.matched_count:
        raise Conflict("这件投诉刚刚被别人更新过，请看过最新情况再办理")


def _write_down(
    case: Complaint, action: str, before: str, *, actor: str, label: str, text: str, public: bool = True
) -> None:
    """Append the history line, the event, and for what the public may know the news to everybody it was promised to."""
    Entry(
        complaint=case.number,
        seq=case.version,
        at=case.updated_at,
        action=action,
        from_state=before,
        to_state=case.state,
        actor=actor,
        actor_label=label,
        text=text,
        public=public,
    ).save(force_insert=True)
    subject = f"complaint:{case.number}"
    events.record(f"complaint.{action}", subject=subject, actor=actor, lift=case.lift, state=case.state)
    if not public or action == "join":
        return
    for reporter in case.reporters:
        if reporter.binding:
            outbox.enqueue(
                key=f"{subject}:{case.version}:{reporter.binding}",
                channel="wechat",
                target=reporter.binding,
                subject=subject,
                template=f"complaint.{action}",
                number=case.number,
                place=case.place or "",
                category=workflow.category_label(case.category),
                state=workflow.state_label(case.state),
                text=text,
                at=case.updated_at.isoformat(),
            )


def _refresh_card(case: Complaint) -> None:
    if case.lift:
        cards.refresh([case.lift], "complaints")
