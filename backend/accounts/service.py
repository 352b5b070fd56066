"""What may happen to accounts: people come, sign in, change passwords and leave; programs get and lose keys."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from backend.accounts.actors import Actor, key_id, person_id
from backend.accounts.callers import Caller, of_person
from backend.accounts.documents import ApiKey, Person
from backend.foundation import clock, events
from backend.foundation.database import transactional
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.foundation.protect import fingerprint
from backend.policy import jurisdictions
from backend.registry import queries as registry
from config import load

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
PASSWORD_LENGTHS = range(10, 129)
MAX_NAME = 40
KEY_BYTES = 32
BUREAU, CITY, ORGANISATION, NOBODY = "bureau", "city", "organisation", "nobody"
PLACES = ("jurisdiction", "organisation")
_hasher = PasswordHasher()
_absent_hash = _hasher.hash(secrets.token_hex())  # what an unknown login is checked against, to take as long


@transactional
def create_person(
    login: str,
    name: str,
    password: str,
    role: str,
    jurisdiction: str | None = None,
    *,
    organisation: str | None = None,
    by: Actor,
) -> str:
    """Make an account for somebody and return the person's id.

    Args:
        login: 3 to 32 of a-z, 0-9, dot, dash, underscore; upper case is taken as lower.
        name: as the record shows it.
        password: 10 to 128 characters.
        role: key of `config/roles.toml`.
        jurisdiction: id of the bureau, for roles that belong to one; roles of the city get the municipal one.
        organisation: id of the organisation, for roles that belong to one.
        by: who makes it.

    Raises:
        BadInput: a field cannot be taken; names it.
    """
    place = _place_of_person(role, jurisdiction, organisation)
    return _create(login, name, _hasher.hash(_password(password)), role, place, by=by)


@transactional
def create_people(people: Iterable[Mapping[str, Any]], password: str, *, by: Actor) -> list[str]:
    """Make accounts that share a password, which is hashed once, for those whose login nobody has yet.

    Args:
        people: `login`, `name`, `role` and `jurisdiction` or `organisation` of each, as for `create_person`.
        password: 10 to 128 characters.
        by: who makes them.

    Returns:
        The logins of the new accounts.

    Raises:
        BadInput: a field cannot be taken; names it, and no account is made.
    """
    known = set(Person.objects.distinct("login"))
    missing = [one for one in people if normal_login(one["login"]) not in known]
    hashed = _hasher.hash(_password(password)) if missing else ""
    for one in missing:
        place = _place(one["role"], one.get("jurisdiction"), one.get("organisation"))
        _create(one["login"], one["name"], hashed, one["role"], place, by=by)
    return [normal_login(one["login"]) for one in missing]


def authenticate(login: str, password: str) -> Caller | None:
    """Return the person with this login and password, or None; both answers take about the same time."""
    person = Person.objects(login=normal_login(login), active=True).first()
    stored = person.password_hash if person else _absent_hash
    try:
        _hasher.verify(stored, password)
    except VerificationError:
        return None
    if person is None:
        return None
    if _hasher.check_needs_rehash(stored):
        person.update(set__password_hash=_hasher.hash(password))
        person.reload()
    return of_person(person.to_mongo())


@transactional
def change_password(login: str, old: str, new: str) -> Caller:
    """Change one's own password, which ends every other session, and return the person as now known.

    Raises:
        BadInput: the old password is wrong, or the new one cannot be taken.
    """
    if authenticate(login, old) is None:
        raise BadInput.of("old", "现在的密码不对")
    if new == old:
        raise BadInput.of("password", "新密码和现在的一样")
    return _set_password(login, new)


@transactional
def reset_password(login: str, password: str, *, by: Actor) -> None:
    """Give somebody a new password, which ends their sessions.

    Raises:
        NotFound: no such login.
        BadInput: the password cannot be taken.
    """
    _set_password(login, password, by)


@transactional
def change_role(
    login: str, role: str, jurisdiction: str | None = None, *, organisation: str | None = None, by: Actor
) -> None:
    """Give somebody another role, and the place that goes with it; what they may do changes at once.

    Args:
        login: whose.
        role, jurisdiction, organisation: as for `create_person`.
        by: who gives it; nobody changes their own.

    Raises:
        NotFound: no such login.
        BadInput: a field cannot be taken; names it.
        Conflict: it is the own role.
    """
    person = _person(login)
    _not_oneself(person, by)
    place = _place_of_person(role, jurisdiction, organisation)
    person.update(set__role=role, **{f"set__{name}": place.get(name) for name in PLACES})
    _record("person.role_changed", person, by, role=role, **place)


@transactional
def activate(login: str, *, by: Actor) -> None:
    """Open a closed account again, with the password it had.

    Raises:
        NotFound: no such login.
    """
    person = _person(login)
    person.update(set__active=True)
    _record("person.activated", person, by)


@transactional
def deactivate(login: str, *, by: Actor) -> None:
    """Close an account; its history stays.

    Raises:
        NotFound: no such login.
        Conflict: it is the own account.
    """
    person = _person(login)
    _not_oneself(person, by)
    person.update(set__active=False)
    _record("person.deactivated", person, by)


@transactional
def create_api_key(
    name: str, role: str, jurisdiction: str | None = None, *, organisation: str | None = None, by: Actor
) -> str:
    """Make a key for a program and return it; it is shown this once, only its fingerprint is kept.

    Args:
        name: of the program, as the record shows it.
        role: key of `config/roles.toml`.
        jurisdiction, organisation: where it belongs, as for `create_person`.
        by: who makes it.

    Raises:
        BadInput: a field cannot be taken; names it.
    """
    place = _place(role, jurisdiction, organisation)
    key = f"chati_{secrets.token_urlsafe(KEY_BYTES)}"
    stored = ApiKey(
        fingerprint=fingerprint(key),
        name=_name(name),
        role=role,
        created_at=clock.now(),
        **place,
    ).save(force_insert=True)
    events.record("key.created", subject=key_id(stored.fingerprint), actor=by, role=role, **place)
    return key


@transactional
def revoke_api_key(key: str, *, by: Actor) -> None:
    """Revoke a key by the id that the list shows.

    Raises:
        NotFound: no such key.
    """
    stored = re.fullmatch(r"[0-9a-f]{12}", key) and ApiKey.objects(fingerprint__startswith=key).first()
    if not stored:
        raise NotFound("没有这个密钥")
    stored.update(set__active=False)
    events.record("key.revoked", subject=key_id(stored.fingerprint), actor=by)


def normal_login(login: str) -> str:
    """Return a login as it is stored, however it was typed."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def _create(login: str, name: str, password_hash: str, role: str, place: Mapping[str, str], *, by: Actor) -> str:
    login = normal_login(login)
    if not LOGIN.fullmatch(login):
        raise BadInput.of("login", "登录名应为 3 到 32 个小写字母、数字、点、横线或下划线")
    if Person.objects(login=login).first():
        raise BadInput.of("login", "这个登录名已经有人用了")
    person = Person(
        login=login,
        name=_name(name),
        password_hash=password_hash,
        role=role,
        created_at=clock.now(),
        **place,
    ).save(force_insert=True)
    _record("person.created", person, by, role=role, **place)
    return str(person.id)


def _set_password(login: str, password: str, by: Actor | None = None) -> Caller:
    """Set a password, of somebody else or, where nobody is named, one's own."""
    person = _person(login)
    person.update(set__password_hash=_hasher.hash(_password(password)))
    caller = of_person(person.reload().to_mongo())
    _record("person.password_changed", person, by or caller.actor)
    return caller


def _person(login: str) -> Person:
    if person := Person.objects(login=normal_login(login)).first():
        return person
    raise NotFound("没有这个登录名")


def _name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise BadInput.of("name", f"姓名应为 1 到 {MAX_NAME} 个字")
    return name


def _password(password: str) -> str:
    if len(password) not in PASSWORD_LENGTHS:
        raise BadInput.of("password", f"密码应为 {PASSWORD_LENGTHS.start} 到 {PASSWORD_LENGTHS.stop - 1} 个字符")
    return password


def _place(role: str, jurisdiction: str | None, organisation: str | None) -> dict[str, str]:
    """Return where somebody with a role belongs: to a bureau, to an organisation, or nowhere, as the role says."""
    if role not in load("roles"):
        raise BadInput.of("role", f"没有这个角色，可选：{'、'.join(load('roles'))}")
    belongs = load("roles")[role]["belongs"]
    if organisation is not None and belongs != ORGANISATION:
        raise BadInput.of("organisation", "这个角色不属于单位")
    if jurisdiction is not None and belongs not in {BUREAU, CITY}:
        raise BadInput.of("jurisdiction", "这个角色不属于市场监管局")
    if belongs == CITY:
        return {"jurisdiction": jurisdictions.MUNICIPAL}
    if belongs == BUREAU:
        return {"jurisdiction": _known_bureau(jurisdiction)}
    return {"organisation": _known_organisation(organisation)} if belongs == ORGANISATION else {}


def _place_of_person(role: str, jurisdiction: str | None, organisation: str | None) -> dict[str, str]:
    """Return where a person with a role belongs, as `_place` does; roles of programs and neighbours are refused."""
    place = _place(role, jurisdiction, organisation)
    found = load("roles")[role]
    if found["belongs"] == NOBODY:
        raise BadInput.of("role", f"“{found['name']}”不是给人用的角色")
    kinds = found.get("kinds", ())
    if kinds and not registry.is_of_kind(place["organisation"], kinds):
        raise BadInput.of("organisation", f"这个单位不能有“{found['name']}”这个角色")
    return place


def _not_oneself(person: Person, by: Actor) -> None:
    if by.id == person_id(person.id):
        raise Conflict("不能停用自己的账号，也不能改自己的角色，请由另一位管理员办理")


def _known_organisation(organisation: str | None) -> str:
    if organisation is None:
        raise BadInput.of("organisation", "请写明所在的单位")
    if organisation not in registry.organisation_names([organisation]):
        raise BadInput.of("organisation", "没有这个单位")
    return organisation


def _known_bureau(jurisdiction: str | None) -> str:
    if jurisdiction is None:
        raise BadInput.of("jurisdiction", "请写明所在的局")
    try:
        today = jurisdictions.current(jurisdiction, clock.today())
    except LookupError as error:
        raise BadInput.of("jurisdiction", "没有这个局") from error
    if today != jurisdiction:
        raise BadInput.of("jurisdiction", f"这个局已经并入{jurisdictions.bureau(today).bureau_name}({today})")
    return jurisdiction


def _record(kind: str, person: Person, by: Actor, **data: str) -> None:
    events.record(kind, subject=person_id(person.id), actor=by, **data)
