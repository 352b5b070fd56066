"""Who may do what in a group: members by their own roles, officers by their district."""

import secrets
from dataclasses import dataclass

from flask import Request, current_app
from werkzeug.wrappers import Response

from backend.accounts import actors
from backend.accounts.actors import Actor
from backend.accounts.callers import Caller
from backend.community.documents import Group, Member
from backend.foundation.errors import Conflict, Forbidden, NotFound
from backend.foundation.links import Token
from backend.foundation.protect import fingerprint
from backend.registry import queries as registry
from config import load

COOKIE = "chati_neighbour"
COOKIE_SECONDS = 365 * 86400
KNOWN = Token("community.cookie", lambda: COOKIE_SECONDS)
PASS = Token("community.pass", lambda: load("community")["link_minutes"] * 60)
BACK = Token("community.back", lambda: COOKIE_SECONDS)
WEB = "web:"
SEE, OVERSEE = "group.see", "group.oversee"


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in a group: as whom they act there and, of neighbours, by what they are known again."""

    group: Group
    actor: Actor
    holder: str | None = None

    @property
    def binding(self) -> str | None:
        """Fingerprint of their WeChat binding, None for others."""
        return self.holder if self.holder and in_wechat(self.holder) else None


def new_holder() -> str:
    """Make somebody new who is known by their browser alone."""
    return WEB + secrets.token_hex(16)


def holder_by(draft: str) -> str:
    """Make somebody new from the form that they send, so that it sent twice at once comes from one and the same.

    Args:
        draft: id of the form, which its sender alone knows.
    """
    return WEB + fingerprint(f"holder:{draft}")


def in_wechat(holder: str) -> bool:
    """Tell whether news can reach a holder in WeChat."""
    return not holder.startswith(WEB)


def holder_of(incoming: Request) -> str | None:
    """Return who a browser is, from its signed cookie."""
    return KNOWN.read(incoming.cookies.get(COOKIE, ""))


def remember(response: Response, holder: str) -> Response:
    """Have a browser keep who it is."""
    response.set_cookie(
        COOKIE,
        KNOWN.make(holder),
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def pass_for(holder: str) -> str:
    """Return a short-lived pass by which somebody known from WeChat opens their board in a browser."""
    return PASS.make(holder)


def holder_of_pass(token: str) -> str | None:
    """Return whom a pass was made for, None when it is too old or not ours."""
    return PASS.read(token)


def way_back_for(holder: str, group: str) -> str:
    """Return the word for the address by which somebody known by their browser alone comes back to their group.

    Whoever cannot be reached in WeChat learns there what became of an application, also from another phone.
    """
    return BACK.make([holder, group])


def of_way_back(word: str) -> tuple[str, str] | None:
    """Return whom a way back was made for and to which group, None when it is too old or not ours."""
    found = BACK.read(word)
    return None if found is None else (found[0], found[1])


def is_member(caller: Caller, group: str) -> bool:
    """Tell whether a caller is in a group as a neighbour."""
    return bool(caller.holder) and Member.objects(group=group, holder=caller.holder, active=True).first() is not None


def caller_of(incoming: Request) -> Caller | None:
    """Make the caller for a member of any group; what they may do in which group is asked of `standing`."""
    holder = holder_of(incoming)
    if holder is None:
        return None
    found = list(Member.objects(holder=holder, active=True))
    if not found:
        return None
    return Caller(actors.neighbour(holder, found[0].name, (role_of(member) for member in found)), holder=holder)


def standing(caller: Caller, group: str, permission: str) -> Standing:
    """Return what a caller is in a group.

    Args:
        caller: a member or an officer.
        group: id of the group.
        permission: what they are about to do.

    Raises:
        NotFound: no such group, or not theirs to see.
        Forbidden: their role may not do it.
        Conflict: the group is not approved.
    """
    if caller.holder:
        return of_holder(caller.holder, group, permission)
    found = Group.objects(number=group).first()
    if found is None or not caller.actor.sees(found.jurisdiction):
        raise NotFound("没有这个小组")
    if permission not in caller.permissions:
        raise Forbidden("这一步由小组成员办理")
    return Standing(found, caller.actor)


def of_holder(holder: str, group: str, permission: str) -> Standing:
    """Return what a holder is in a group; raises as `standing` does."""
    member = Member.objects(group=group, holder=holder, active=True).first()
    found = Group.objects(number=group).first() if member else None
    if found is None:
        raise NotFound("没有这个小组，或您不是成员")
    actor = actors.member(member.id, member.name, role_of(member))
    if permission not in actor.permissions:
        raise Forbidden("这一步由组长办理")
    if permission != SEE and found.state != "approved":
        raise Conflict("小组还没有得到区县局批准")
    return Standing(found, actor, holder)


def of_lift(holder: str, code: str, permission: str) -> Standing:
    """Return what a holder is in the group that looks after a lift.

    Args:
        holder: a member.
        code: rescue code of the lift.
        permission: what they are about to do.

    Raises:
        NotFound: no approved group of theirs looks after it.
        Forbidden: their role may not do it.
    """
    estate, mine = registry.estate_of(code), Member.objects(holder=holder, active=True).distinct("group")
    group = Group.objects(number__in=mine, estates=estate, state="approved").first() if estate else None
    if group is None:
        raise NotFound("您还没有加入管这台电梯的协调小组")
    return of_holder(holder, group.number, permission)


def role_of(member: Member) -> str:
    """Return the key of `config/roles.toml` that a member's part in the group is."""
    return load("community")["roles"][member.role]["role"]
