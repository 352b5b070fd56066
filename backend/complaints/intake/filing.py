"""A complaint is filed once, routed and kept with the lift's card of that moment, or joined."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.accounts.actors import WORKER, resident
from backend.card import service as cards
from backend.casework import clocks, evidence, letters, record
from backend.complaints import block, numbers, workflow
from backend.complaints.documents import Complaint, Reporter, Route
from backend.complaints.intake import abuse, routing
from backend.complaints.life import linking, news
from backend.complaints.receipts import receipt
from backend.complaints.rows import Receipt
from backend.complaints.workflow import REPAIR
from backend.foundation import clock, database
from backend.foundation import photos as files
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict
from backend.foundation.forms import UNREADABLE, checked_name, checked_phone, checked_words
from backend.foundation.photos import CleanPhoto
from backend.foundation.protect import phone_mark, seal
from backend.foundation.text import is_readable, trimmed
from backend.policy.rules import carries
from backend.registry import queries as registry
from backend.registry.rows import StoredLift

MAX_PLACE = 200
LIFT_FACTS = ("jurisdiction", *registry.TITLE, *linking.UNITS)


@dataclass(frozen=True, slots=True)
class NewReporter:
    """Who reports: a channel and, if they want news, a WeChat binding's fingerprint or a phone; a name if given."""

    channel: str
    binding: str | None = None
    phone: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """What somebody wants to report.

    `order_no` is the case's number in the hotline that passes it on; `track` is for officers and programs that know it,
    else the category decides; `consent_publish` lets the outcome be published without personal data.
    """

    category: str
    reporter: NewReporter
    lift: str | None = None
    place: str | None = None
    description: str = ""
    photos: Sequence[CleanPhoto] = field(default=())
    order_no: str | None = None
    track: str | None = None
    consent_publish: bool = False


@carries("P-16")
@transactional
def file(new: NewComplaint, draft: str | None = None) -> Receipt:
    """File a complaint and route it; the same draft twice is one complaint.

    Args:
        new: what is reported.
        draft: what it comes from, such as the key of a form or the id of a conversation.

    Returns:
        The receipt, see `receipt`.

    Raises:
        BadInput: a field cannot be taken; names it.
    """
    if draft is not None and (earlier := Complaint.objects(draft=draft).first()):
        return receipt(earlier)
    lift = _checked(new)
    reporter = reporter_of(new.reporter)
    place = trimmed(new.place or "") or (registry.title(lift, lift["_id"]) if lift else None)
    seen = abuse.look(
        channel=new.reporter.channel,
        marks=reporter.marks,
        lift=new.lift,
        place=place,
        words=f"{new.description} {new.place or ''}",
    )
    case = _new_case(new, lift, reporter, place)
    case.draft, case.state = draft, seen.state
    case.told = waiting(seen.told) if seen.told else None
    _add_photos(case, reporter, new.photos)
    clocks.start(case, "filed", case.filed_at)
    record.insert(case, actor=resident(), text=case.route.reason)
    if register := workflow.TABLE.tracks[case.track].register:
        letters.write(case, register, by=WORKER.id)
    if seen.why:
        hold(case, seen.why)
    else:
        linking.tell_units(case, lift)
    if new.lift:
        _show_and_freeze(case, new.lift)
    return receipt(case)


def hold(case: Complaint, why: str) -> None:
    """Write down for the officers why a case waits for a look; the reporter was told in plain words."""
    record.advance(case)
    record.write_down(case, "note", case.state, actor=WORKER, text=why, public=False)


def waiting(why: str) -> str:
    """Return what a reporter is told whose case waits for a look."""
    return f"{why}，这一件已经收下，工作人员看过后再办理，期限照常计算。"


@transactional
def join(
    number: str,
    reporter: NewReporter,
    words: str = "",
    draft: str | None = None,
    photos: Sequence[CleanPhoto] = (),
) -> Receipt:
    """Join an open case: the new reporter gets the same news.

    Args:
        number: the case joined.
        reporter: who joins.
        words: what they add, if anything.
        draft: what it comes from, such as the key of a form; the same draft joins once.
        photos: checked photos that they add.

    Raises:
        NotFound: no such case.
        BadInput: a field cannot be taken; names it.
        Conflict: it is closed.
    """
    case = numbers.load(number)
    known = next((one for one in case.reporters if one.id == draft), None)
    if known is not None:
        return receipt(case, known)
    if not case.open:
        raise Conflict("这件投诉已经办结，请重新提交")
    files.check_number(photos)
    joined = reporter_of(reporter, words=checked_words(words), draft=draft)
    _add_photos(case, joined, photos)
    case.reporters.append(joined)
    record.advance(case)
    record.write_down(case, "join", case.state, actor=resident(joined.id), text="又有一人反映同样的问题")
    news.to_desk(case, "desk.joined", "又有一人反映同样的问题")
    return receipt(case, joined)


@transactional
def forget(binding: str) -> None:
    """Take a WeChat user out of every case: the cases stay, nobody is told through that binding any more.

    Args:
        binding: its fingerprint.
    """
    database.collection("complaints").update_many(
        {"reporters.binding": binding},
        {"$unset": {"reporters.$[one].binding": ""}, "$pull": {"reporters.$[one].marks": binding}},
        array_filters=[{"one.binding": binding}],
    )


def reporter_of(new: NewReporter, words: str = "", draft: str | None = None) -> Reporter:
    """Return a checked reporter as stored: name and phone sealed."""
    phone, name = checked_phone(new.phone or ""), checked_name(new.name or "")
    return Reporter(
        id=draft or secrets.token_hex(8),
        channel=new.channel,
        binding=new.binding,
        phone_sealed=seal(phone) if phone else None,
        name_sealed=seal(name) if name else None,
        marks=[mark for mark in (new.binding, phone_mark(phone)) if mark],
        words=words or None,
        joined_at=clock.now(),
    )


def _add_photos(case: Complaint, reporter: Reporter, photos: Sequence[CleanPhoto]) -> None:
    """Store the photos of somebody who reports with the case's, and remember whose they are."""
    reporter.photos = [files.store(photo, f"complaint:{case.number}") for photo in photos]
    case.photos = [*case.photos, *reporter.photos]


def _new_case(new: NewComplaint, lift: Mapping[str, Any] | None, reporter: Reporter, place: str | None) -> Complaint:
    at = clock.now()
    track = new.track or workflow.categories()[new.category]["track"]
    routed = routing.route(
        {
            "category": new.category,
            "track": track,
            "channel": new.reporter.channel,
            "place": place,
            "unit_lifts": lambda: _lifts_of_unit(lift),
        },
        lift,
        clock.local(at).date(),
    )
    return Complaint(
        number=numbers.new_number(at),
        track=track,
        category=new.category,
        lift=new.lift,
        place=place,
        description=trimmed(new.description),
        channel=new.reporter.channel,
        channel_order_no=new.order_no,
        consent_publish=new.consent_publish,
        jurisdiction=routed.jurisdiction,
        desks=[routed.jurisdiction],
        route=Route(rule=routed.rule, reason=routed.reason),
        units=linking.units_of(lift) if track == REPAIR else [],
        reporters=[reporter],
        filed_at=at,
        updated_at=at,
    )


def _show_and_freeze(case: Complaint, lift: str) -> None:
    """Show the case on its lift's card, and keep the card that was there before."""
    shown = case.state not in workflow.unshown()
    card = cards.added_to(lift, "complaints", block.grown(case), "complaints") if shown else cards.as_bytes(lift)
    evidence.freeze(case, card["blocks"] if card else {})


def _checked(new: NewComplaint) -> StoredLift | None:
    """Check every field, and return the lift where there is one."""
    if new.category not in workflow.categories():
        raise BadInput.of("category", "请选择问题类别")
    if new.track is not None and new.track not in workflow.choices("tracks"):
        raise BadInput.of("track", "请选择类型")
    checked_words(new.description)
    _checked_reporter(new.reporter)
    files.check_number(new.photos)
    return _checked_where(new)


def _checked_reporter(reporter: NewReporter) -> None:
    checked_phone(reporter.phone or "")
    checked_name(reporter.name or "")


def _checked_where(new: NewComplaint) -> StoredLift | None:
    place = new.place or ""
    if not is_readable(place):
        raise BadInput.of("place", UNREADABLE)
    if len(place) > MAX_PLACE:
        raise BadInput.of("place", f"地点最多 {MAX_PLACE} 个字")
    if new.lift is None:
        if not trimmed(place):
            raise BadInput.of("place", "请写明电梯在哪里")
        return None
    return registry.require_lift(new.lift, *LIFT_FACTS, field="lift_code")


def _lifts_of_unit(lift: Mapping[str, Any] | None) -> int:
    """Count the lifts of a lift's using unit, no further than any routing rule asks."""
    unit = (lift or {}).get("using_unit")
    return registry.count_of_unit(unit, routing.MOST_LIFTS) if unit else 0
