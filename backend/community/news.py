"""News for neighbours: a verdict that got worse, something serious at once, and the groups' weekly digest."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.card import queries as cards
from backend.card import verdict
from backend.card.links import lift_url
from backend.card.rows import CardPart
from backend.card.verdict import Verdict
from backend.community import queries
from backend.community.access import in_wechat
from backend.community.documents import Follow, Group, Member, NewsCursor, WatchedLift
from backend.community.groups import week_of
from backend.community.links import group_url
from backend.community.rows import BoardRow
from backend.foundation import clock, events, outbox
from backend.foundation.database import transactional
from backend.foundation.links import absolute
from backend.registry import queries as registry
from config import load

BATCH = 200
LOOK_BACK = timedelta(minutes=2)  # a transaction ends within one: what is read again is the same promise by its key
STALE = timedelta(days=2)  # a verdict kept from before nobody followed is no news
FLOOD = timedelta(hours=1)  # within which events of one kind on one lift are one piece of news
DIGEST_AT = timedelta(hours=9)  # Monday in Shanghai
SERIOUS, CHANGED = "follow.serious", "follow.changed"


def to_group(group: str, subject: str, template: str, data: Mapping[str, str], at: datetime) -> None:
    """Promise a piece of news to the members of a group whom WeChat reaches.

    Args:
        group: id of the group.
        subject: what it is about.
        template: name of the wording.
        data: what the wording needs beyond `at` and `url`.
        at: when it happened.
    """
    for holder in _members([group]):
        key = f"{subject}:{template}:{holder}"
        _promise(key, holder, template, subject=subject, path=group_url(group), at=at, **data)


def relay() -> None:
    """Tell followers and members at once of what is serious; a job.

    Events are read again for a while, as a slow transaction shows an event late; the key of a piece of news makes
    it one. Who heard of such an event on that lift within the hour is not flooded with the next.
    """
    started = clock.now()
    cursor = NewsCursor.objects(name=SERIOUS).first()
    since = (cursor.at if cursor else started) - LOOK_BACK
    for rule in load("community")["serious"]:
        for event in events.since(rule["kind"], since, rule.get("when", {})):
            _tell_serious(event, rule["text"])
    NewsCursor(name=SERIOUS, at=started).save()


def sweep() -> None:
    """Compare the verdict on each followed lift with the one last seen, and tell followers when it got worse; a job."""
    targets = Follow.objects.distinct("target")
    estates = [target.removeprefix("estate:") for target in targets if target.startswith("estate:")]
    lifts = {target.removeprefix("lift:") for target in targets if target.startswith("lift:")}
    codes = sorted(lifts.union(registry.codes_of_estates(estates)))
    for start in range(0, len(codes), BATCH):
        _sweep(codes[start : start + BATCH])


def digest() -> None:
    """Send each group its week on Monday from nine o'clock, once; a job."""
    week = week_of(clock.now() - DIGEST_AT)
    for group in Group.objects(state="approved", digest_week__lt=week).only("number"):
        _digest(group.number, week)


@transactional
def _digest(group_id: str, week: str) -> None:
    if not Group.objects(number=group_id, state="approved", digest_week__lt=week).update(set__digest_week=week):
        return  # another worker was faster
    group = Group.objects.get(number=group_id)
    rows = queries.board(group)
    data = {"code": week, "place": group.name, "text": digest_text(rows)}
    subject = f"group:{group_id}"
    for holder in _members([group_id]):
        key = f"{subject}:digest:{week}:{holder}"
        _promise(key, holder, "group.digest", subject=subject, path=group_url(group_id), at=clock.now(), **data)


def digest_text(rows: Sequence[BoardRow]) -> str:
    """Say a board in two or three lines.

    Args:
        rows: of `queries.board`.
    """
    counted = queries.summary(rows)
    names = [(level.key, level.label, "台") for level in verdict.on_a_board() if level.severity]
    names += [("hazards", "隐患未整改", "处"), ("faults", "本月故障", "次"), ("complaints", "投诉办理中", "件")]
    names += [("urges", "督促未了结", "件"), ("doubts", "维保有疑问", "次")]
    parts = [f"{label}{counted[key]}{unit}" for key, label, unit in names if counted.get(key)]
    first = f"{counted['lifts']}台电梯：{'，'.join(parts) or '都正常'}。"
    worst = [f"{row['title']}：{row['verdict'].text}" for row in rows[:3] if row["verdict"].css == "late"]
    return "\n".join([first, *worst])


@transactional
def _tell_serious(event: Mapping[str, Any], text: str) -> None:
    card = cards.card(event.get("lift") or "")
    if card is None:
        return
    code, at = card["_id"], event["at"]
    data = {"code": code, "place": cards.title(card), "text": text.format_map(event.get("data", {}))}
    alike = f"{SERIOUS}:{event['kind']}:{code}"
    heard = outbox.promised(f"{alike}:{_stamp(at - FLOOD)}", f"{alike}:{_stamp(at + FLOOD)}")
    for holder in _concerned(code, with_members=True) - heard:
        key = f"{alike}:{_stamp(at)}:{holder}"
        _promise(key, holder, SERIOUS, subject=f"lift:{code}", path=lift_url(code), at=at, **data)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


@transactional
def _sweep(codes: Sequence[str]) -> None:
    now, levels = clock.now(), verdict.levels()
    known = {row.code: row for row in WatchedLift.objects(code__in=codes)}
    for card in cards.some(codes, queries.card_fields()):
        code, judged = card["_id"], verdict.verdict(card, clock.local(now).date())
        before = known.get(code)
        if before and now - before.at < STALE and levels[judged.level].severity > levels[before.level].severity:
            _tell_changed(card, judged, before.level, now)
        WatchedLift(code=code, level=judged.level, at=now).save()


def _tell_changed(card: CardPart, judged: Verdict, before: str, now: datetime) -> None:
    code = card["_id"]
    data = {"code": code, "place": cards.title(card), "text": judged.text}
    for holder in _concerned(code):
        key = f"{CHANGED}:{code}:{before}:{judged.level}:{clock.local(now).date()}:{holder}"
        _promise(key, holder, CHANGED, subject=f"lift:{code}", path=lift_url(code), at=now, **data)


def _concerned(code: str, *, with_members: bool = False) -> set[str]:
    """Return whom news of a lift reaches: its followers, its estate's, and where asked the members of its groups."""
    estate = registry.estate_of(code)
    targets = [f"lift:{code}"] + ([f"estate:{estate}"] if estate else [])
    holders = {row.holder for row in Follow.objects(target__in=targets).only("holder") if in_wechat(row.holder)}
    if with_members and estate:
        holders.update(
            _members([group.number for group in Group.objects(estates=estate, state="approved").only("number")])
        )
    return holders


def _members(groups: Iterable[str]) -> list[str]:
    found = Member.objects(group__in=list(groups), active=True).only("holder")
    return sorted({member.holder for member in found if in_wechat(member.holder)})


def _promise(key: str, holder: str, template: str, *, subject: str, path: str, at: datetime, **data: str) -> None:
    outbox.enqueue(
        key=key,
        channel="wechat",
        target=holder,
        subject=subject,
        template=template,
        at=clock.iso(at),
        url=absolute(path),
        **data,
    )
