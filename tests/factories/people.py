"""Makes people who sign in, and acts as their browser, for tests."""

import re
from dataclasses import replace

from backend.accounts import service
from backend.accounts.actors import COMMAND, Actor, of_person
from backend.accounts.documents import Person

PASSWORD = "correct horse 9"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def make_officer(login: str = "yuzhong", role: str = "district_officer", jurisdiction: str | None = "500103") -> Actor:
    """Make an account with PASSWORD and return its person as an actor on cases."""
    service.create_person(login, f"{login}的人", PASSWORD, role, jurisdiction, by=COMMAND)
    return of_person(Person.objects(login=login).first().to_mongo())


def acting(key: str, role: str = "district_officer", jurisdiction: str | None = "500103", **other) -> Actor:
    """Give an officer who has no account, as the actor `person:<key>`; `other` replaces what the role gives."""
    return replace(of_person({"_id": key, "name": "某人", "role": role, "jurisdiction": jurisdiction}), **other)


OFFICER = acting("1")


def post(client, url: str, page: str | None = None, **data):
    """Send a form as a browser does: with the token of the page it stands on."""
    token = TOKEN.search(client.get(page or url).text)
    return client.post(url, data={"csrf_token": token.group(1) if token else "", **data})


def sign_in(client, login: str = "yuzhong", password: str = PASSWORD, **data):
    """Sign in and return the answer."""
    return post(client, "/login", login=login, password=password, **data)
