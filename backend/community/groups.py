"""What may happen to a group: applied for, decided, joined, left; and who follows which lift or estate."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from backend.accounts import actors
from backend.accounts.actors import Actor, member_id
from backend.casework import matters, moving, record
from backend.casework.matters import Matter, Step
from backend.community import access
from backend.community.access import Standing
from backend.community.documents import Follow, Group, Invitation, Member
from backend.community.following import _name, followed_by
from backend.community.matters import GROUP, words_of
from backend.community.rows import Mine, OwnGroup
from backend.complaints import queries as complaints
from backend.foundation import clock, events, forms, outbox
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, Forbidden, NotFound
from backend.foundation.forms import checked_phone
from backend.foundation.links import absolute, path_to
from backend.foundation.protect import fingerprint, seal, unseal
from backend.policy import jurisdictions
from backend.policy.rules import carries
from backend.registry import queries as registry
from config import load

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 10  # 50 bits: nobody guesses one within its days
MAX_NAME = 20
MISSING = "没有这个小组"
MAX_REASON = 500
MAX_ESTATES = 10


@carries("P-09")
@transactional
def apply(
    name: str, lifts: Sequence[str], applicant: str, holder: str, *, phone: str = "", draft: str | None = None
) -> Group:
    """Ask the district to approve a group; whoever asks becomes its first lead.

    Args:
        name: of the group.
        lifts: rescue code of one lift in each estate it looks after.
        applicant: the name by which the applicant wants to be known.
        holder: who applies.
        phone: by which the district may ask back.
        draft: id of the form; the same form is one application.

    Raises:
        BadInput: a field cannot be taken; names it.

    Source: 三（三）5.
    """
    if draft is not None and (earlier := Group.objects(draft=f"{holder}:{draft}").first()):
        return earlier
    phone = checked_phone(phone)
    name = forms.words("name", name, MAX_NAME, "请写小组名称")
    applicant = forms.words("applicant", applicant, MAX_NAME, "请写怎么称呼您")
    estates, jurisdiction = _estates_of(lifts)
    now = clock.now()
    group = Group(
        number=secrets.token_hex(6),
        track="group",
        name=name,
        estates=estates,
        jurisdiction=jurisdiction,
        state="applied",
        draft=f"{holder}:{draft}" if draft else None,
        filed_at=now,
        updated_at=now,
    )
    member = _enrol(group.number, holder, applicant, "lead")
    who = actors.member(member.id, applicant, access.role_of(member))
    record.insert(group, actor=who, text=name, action="open", estates=estates)
    if phone:
        member.update(set__phone_sealed=seal(phone))
    outbox.enqueue(
        key=f"group:{group.number}:applied",
        channel="inbox",
        target=jurisdiction,
        subject=f"group:{group.number}",
        template="group.applied",
        place=name,
        url=absolute(path_to("groups.group", group=group.number)),
    )
    return group


@transactional
def decide(officer: Actor, group: str, action: str, reason: str = "") -> Group:
    """Approve, refuse or dissolve a group of the officer's district.

    Args:
        officer: who decides.
        group: id of the group.
        action: approve, refuse or dissolve.
        reason: why; anything but an approval needs one.

    Raises:
        NotFound: no such group, or another district's.
        Forbidden: not the officer's to do.
        BadInput: the reason is missing.
        Conflict: its state does not allow it.
    """
    found = Group.objects(number=group).first()
    if found is None or not officer.sees(found.jurisdiction):
        raise NotFound(MISSING)
    return moving.act(found, action, officer, found.version, {"reason": reason})


def _decided(step: Step) -> None:
    step.case.outcome = step.text
    step.case.digest_week = week_of(step.at)


matters.register(
    Matter(
        name="group",
        kind=Group,
        table=GROUP,
        missing=MISSING,
        checked=words_of("reason", MAX_REASON, "请写明理由"),
        effects=dict.fromkeys(("approve", "refuse", "dissolve"), _decided),
        lasting=frozenset({"approved"}),
    )
)


@transactional
def invite(who: Standing, role: str = "member") -> str:
    """Make an invitation and return its code, shown this once.

    Args:
        who: a lead of the group.
        role: what whoever joins by it will be: member or lead.

    Raises:
        BadInput: there is no such role.
    """
    if role not in load("community")["roles"]:
        raise BadInput.of("role", "只能邀请成员或组长")
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    rules = load("community")
    Invitation(
        fingerprint=_code_mark(code),
        group=who.group.number,
        role=role,
        by=who.actor.id,
        uses_left=rules["invitation_uses"] if role == "member" else 1,
        expires_at=clock.now() + timedelta(days=rules["invitation_days"]),
    ).save(force_insert=True)
    events.record("group.invited", subject=f"group:{who.group.number}", actor=who.actor, role=role)
    return code


def invited_to(code: str) -> Group:
    """Return the group that an invitation is for.

    Raises:
        NotFound: the code is wrong, used up or too old, or the group is gone.
    """
    return _invitation(code)[1]


@transactional
def join(code: str, holder: str, name: str) -> Group:
    """Join a group by an invitation; a member who joins again stays what they are.

    Args:
        code: as printed or typed, in either case.
        holder: who joins.
        name: by which the group shall know them.

    Raises:
        NotFound: the code is wrong, used up or too old.
        BadInput: the name cannot be taken.
    """
    invitation, group = _invitation(code)
    known = Member.objects(group=group.number, holder=holder).first()
    if known is not None and known.active:
        return group
    name = forms.words("name", name, MAX_NAME, "请写怎么称呼您")
    if not Invitation.objects(fingerprint=invitation.fingerprint, uses_left__gt=0).update(dec__uses_left=1):
        raise NotFound("邀请已用完，请向组长要新的邀请")
    member = _enrol(group.number, holder, name, invitation.role, known)
    who = actors.member(member.id, name, access.role_of(member))
    events.record("group.joined", subject=f"group:{group.number}", actor=who, role=invitation.role)
    return group


@transactional
def remove(who: Standing, member: str) -> None:
    """Take somebody out of a group, or leave it; the record of what they did stays.

    Args:
        who: a lead, or the member who leaves.
        member: id of whoever goes.

    Raises:
        NotFound: nobody of that id is in the group.
        Forbidden: neither a lead nor oneself.
        Conflict: the last lead must stay.
    """
    found = Member.objects(group=who.group.number, active=True)
    one = next((row for row in found if str(row.id) == member), None)
    if one is None:
        raise NotFound("小组里没有这个人")
    if who.actor.id != member_id(member) and "group.invite" not in who.actor.permissions:
        raise Forbidden("这一步由组长办理")
    if one.role == "lead" and sum(row.role == "lead" for row in found) == 1:
        raise Conflict("小组至少要有一位组长，请先邀请新的组长")
    if one.role == "lead":
        # Of two leads who go at once, one sees the other gone.
        Group.objects(number=who.group.number).update(inc__leads_left=1)
    one.update(set__active=False)
    events.record("group.left", subject=f"group:{who.group.number}", actor=who.actor, member=member)


@transactional
def show_phone(officer: Actor, group: str) -> str:
    """Return the applicant's phone number and record who saw it.

    Raises:
        NotFound: no such group, another district's, or no number was left.
    """
    found = Group.objects(number=group).first()
    if found is None or not officer.sees(found.jurisdiction):
        raise NotFound(MISSING)
    applicant = Member.objects(group=group, phone_sealed__ne=None).first()
    if applicant is None:
        raise NotFound("申请人没有留电话")
    events.record("group.phone_shown", subject=f"group:{group}", actor=officer)
    return unseal(applicant.phone_sealed)


def everything_of(holder: str) -> Mine:
    """Return all that is somebody's.

    Args:
        holder: fingerprint of a WeChat binding, or who a browser is.
    """
    targets = [(target.partition(":")[0], target.partition(":")[2]) for target in followed_by(holder)]
    return {
        "cases": complaints.of_binding(holder) if access.in_wechat(holder) else [],
        "lifts": [{"code": key, "title": _name("lift", key)} for kind, key in targets if kind == "lift"],
        "estates": [{"id": key, "name": _name("estate", key)} for kind, key in targets if kind == "estate"],
        "groups": groups_of(holder),
    }


def groups_of(holder: str) -> list[OwnGroup]:
    """Return the groups somebody is in."""
    roles = {row.group: row.role for row in Member.objects(holder=holder, active=True)}
    return [
        {
            "number": group.number,
            "name": group.name,
            "state": group.state,
            "state_label": GROUP.state_label(group.state),
            "role": roles[group.number],
        }
        for group in Group.objects(number__in=list(roles)).order_by("filed_at")
    ]


@transactional
def forget(holder: str) -> None:
    """Forget who somebody is: what they follow goes, their seats in groups are emptied, the record stays.

    Args:
        holder: fingerprint of a WeChat binding that was ended.
    """
    Follow.objects(holder=holder).delete()
    for member in Member.objects(holder=holder):
        member.update(
            set__active=False, set__holder=f"gone:{member.id}", set__name="已退出的成员", unset__phone_sealed=True
        )


def week_of(at: Any) -> str:
    """Return the ISO week of a moment in Shanghai, such as 2026-W48."""
    year, week, _ = clock.local(at).isocalendar()
    return f"{year}-W{week:02d}"


def _estates_of(codes: Sequence[str]) -> tuple[list[str], str]:
    """Return the estates of lifts and the one district they all lie in."""
    wanted = list(dict.fromkeys(codes))
    if not 1 <= len(wanted) <= MAX_ESTATES:
        raise BadInput.of("lifts", f"请写 1 到 {MAX_ESTATES} 个救援识别码，每个小区一个")
    found = registry.require_lifts(wanted, "estate", "jurisdiction")
    for code in wanted:
        if not found[code].get("estate"):
            raise BadInput.of("lifts", f"电梯 {code} 没有登记所在小区，请联系区县市场监管局")
    today = clock.today()
    districts = {jurisdictions.current(row["jurisdiction"], today) for row in found.values()}
    if len(districts) > 1:
        raise BadInput.of("lifts", "这些小区不在同一个区县，请分别申请")
    return sorted({row["estate"] for row in found.values()}), districts.pop()


def _enrol(group: str, holder: str, name: str, role: str, known: Member | None = None) -> Member:
    member = known or Member(group=group, holder=holder)
    member.name, member.role, member.active, member.joined_at = name, role, True, clock.now()
    return member.save()


def _invitation(code: str) -> tuple[Invitation, Group]:
    invitation = Invitation.objects(fingerprint=_code_mark(code), expires_at__gt=clock.now(), uses_left__gt=0).first()
    group = invitation and Group.objects(number=invitation.group, state="approved").first()
    if not group:
        raise NotFound("邀请码不对或已过期，请向组长要新的邀请")
    return invitation, group


def _code_mark(code: str) -> str:
    return fingerprint("invitation:" + code.strip().upper())
