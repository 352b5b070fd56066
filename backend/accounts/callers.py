"""Who calls: a signed-in person from the session, a program from its API key."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bson import ObjectId
from bson.errors import InvalidId
from flask import Request, request, session
from flask_login import UserMixin, current_user, login_user
from werkzeug.exceptions import Unauthorized

from backend.accounts import actors
from backend.accounts.actors import Actor
from backend.foundation import clock, database
from backend.foundation.protect import fingerprint
from backend.registry import queries as registry

SESSION_LIFETIME = timedelta(hours=10)  # a working day; never extended, so that a forgotten desk closes by itself
SIGNED_IN_AT = "signed_in_at"


@dataclass(frozen=True, eq=False)
class Caller(UserMixin):
    """An actor with what a request knows them by: Flask-Login's `current_user` of everybody who is known.

    Args:
        actor: who they are.
        login, session_id: of a person who signed in.
        holder: of a neighbour who is known by browser or WeChat.
    """

    actor: Actor
    login: str = ""
    session_id: str = ""
    holder: str = ""

    @property
    def permissions(self) -> frozenset[str]:
        """What they may do, for the check before each view."""
        return self.actor.permissions

    def get_id(self) -> str:
        """Return what the session keeps: the person and a stamp that a new password invalidates."""
        return self.session_id


def of_person(person: Mapping[str, Any]) -> Caller:
    """Make the caller for a stored person."""
    organisation = person.get("organisation")
    employer = registry.organisation_names([organisation]).get(organisation, "") if organisation else ""
    return Caller(actors.of_person(person, employer), person["login"], f"{person['_id']}.{_stamp(person)}")


def of_session(session_id: str) -> Caller | None:
    """Load the signed-in person; None when they are gone, changed their password or sat there for too long."""
    person_id, _, stamp = session_id.partition(".")
    if clock.now().timestamp() - session.get(SIGNED_IN_AT, 0) > SESSION_LIFETIME.total_seconds():
        return None
    try:
        person = database.collection("people").find_one({"_id": ObjectId(person_id), "active": True})
    except InvalidId:
        return None
    return of_person(person) if person and hmac.compare_digest(stamp, _stamp(person)) else None


def of_request(incoming: Request) -> Caller | None:
    """Load the program whose key stands in `Authorization: Bearer`."""
    given = incoming.authorization
    if given is None or given.type != "bearer" or not given.token:
        return None
    key = database.collection("api_keys").find_one({"_id": fingerprint(given.token), "active": True})
    return Caller(actors.of_key(key)) if key else None


def refuse_unknown_key() -> None:
    """Refuse a key that nobody has, instead of treating its bearer as anybody.

    Raises:
        Unauthorized: the key is unknown or was revoked.
    """
    given = request.authorization
    if given is not None and given.type == "bearer" and not current_user.is_authenticated:
        raise Unauthorized


def sign_in(caller: Caller) -> None:
    """Start a new session for a person; nothing of an earlier one survives."""
    session.clear()
    session.permanent = False
    session[SIGNED_IN_AT] = clock.now().timestamp()
    login_user(caller)


def _stamp(person: Mapping[str, Any]) -> str:
    return fingerprint(person["password_hash"])
