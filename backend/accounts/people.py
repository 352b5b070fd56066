"""Who signs in, as others know them: `person:<id>` and a name, nothing by which they could be reached."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from backend.accounts.actors import KEY_ID_LENGTH, person_id
from backend.accounts.service import NOBODY, normal_login
from backend.foundation.database import collection
from backend.foundation.errors import NotFound
from backend.policy import jurisdictions
from backend.registry import queries as registry
from config import load

PAGE = 50
SHOWN = ("login", "name", "role", "jurisdiction", "organisation", "active")


def names() -> dict[str, str]:
    """Return the names of everybody who signs in or did so once, as `person:<id>` -> name."""
    return _names({})


def colleagues(jurisdiction: str) -> dict[str, str]:
    """Return the people of a bureau who sign in, as `person:<id>` -> name, by name.

    Args:
        jurisdiction: id of the bureau.
    """
    return _names({"jurisdiction": jurisdiction, "active": True})


def are_at(organisation: str) -> bool:
    """Tell whether somebody signs in for an organisation, and so reads its inbox.

    Args:
        organisation: its id.
    """
    return collection("people").find_one({"organisation": organisation, "active": True}, {"_id": 1}) is not None


def _names(wanted: dict[str, Any]) -> dict[str, str]:
    found = collection("people").find(wanted, {"name": 1}).sort("name", 1)
    return {person_id(person["_id"]): person["name"] for person in found}


def listed(words: str = "", after: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """Return one page of people by login, with their role and place in words, and after which login the next begins.

    Args:
        words: part of a login or a name; nothing lets everybody through.
        after: login with which the page before ended.
    """
    alike = {"$regex": re.escape(words.strip()), "$options": "i"}
    wanted: dict[str, Any] = {"$or": [{"login": alike}, {"name": alike}]} if words.strip() else {}
    found = collection("people").find(wanted | {"login": {"$gt": after}}, dict.fromkeys(SHOWN, 1))
    rows = list(found.sort("login", 1).limit(PAGE + 1))
    return in_words(rows[:PAGE]), rows[PAGE - 1]["login"] if len(rows) > PAGE else None


def one(login: str) -> dict[str, Any]:
    """Return a person as `listed` does.

    Raises:
        NotFound: there is none with this login.
    """
    found = collection("people").find_one({"login": normal_login(login)}, dict.fromkeys(SHOWN, 1))
    if found is None:
        raise NotFound("没有这个登录名")
    return in_words([found])[0]


def keys() -> list[dict[str, Any]]:
    """Return all keys of programs, those in force first, with their role and place in words; `id` revokes one."""
    found = collection("api_keys").find().sort([("active", -1), ("name", 1)])
    return in_words([{**row, "id": row["_id"][:KEY_ID_LENGTH]} for row in found])


def roles_of_people() -> dict[str, Mapping[str, Any]]:
    """Return the roles that people may have, by key."""
    return {key: role for key, role in load("roles").items() if role["belongs"] != NOBODY}


def roles_of_programs() -> dict[str, Mapping[str, Any]]:
    """Return the roles that programs may have, by key."""
    return {key: role for key, role in load("roles").items() if role.get("programs")}


def in_words(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add to people or keys how their `role` and `place` are called; organisations are asked for once."""
    roles, names = load("roles"), registry.organisation_names(row.get("organisation") for row in rows)
    return [
        {**row, "role_name": roles.get(row["role"], {}).get("name", row["role"]), "place": _place(row, names)}
        for row in rows
    ]


def _place(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if row.get("jurisdiction"):
        return jurisdictions.bureau(row["jurisdiction"]).bureau_name
    organisation = row.get("organisation")
    return names.get(organisation, organisation) if organisation else ""
