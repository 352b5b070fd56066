"""Makes people who sign in, and acts as their browser, for tests."""

import re

from backend.accounts import service
from backend.accounts.callers import of_person
from backend.accounts.documents import Person
from backend.complaints.service import Actor

PASSWORD = "correct horse 9"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def make_officer(login: str = "yuzhong", role: str = "district_officer", jurisdiction: str | None = "500103") -> Actor:
    """Make an account with PASSWORD and return its person as an actor on cases."""
    service.create_person(login, f"{login}的人", PASSWORD, role, jurisdiction)
    caller = of_person(Person.objects(login=login).first().to_mongo())
    return Actor(caller.id, caller.label, caller.permissions, caller.jurisdiction)


def post(client, url: str, page: str | None = None, **data):
    """Send a form as a browser does: with the token of the page it stands on."""
    token = TOKEN.search(client.get(page or url).text)
    return client.post(url, data={"csrf_token": token.group(1) if token else "", **data})


def sign_in(client, login: str = "yuzhong", password: str = PASSWORD, **data):
    """Sign in and return the answer."""
    return post(client, "/login", login=login, password=password, **data)
