"""The door in front of Flask answers as Flask does, and only what Flask would give to anybody."""

import re

import pytest
from werkzeug.test import Client

from backend.accounts.actors import COMMAND
from backend.card import front
from backend.card.front import Front
from backend.foundation.permissions import requires
from backend.foundation.telemetry import REQUESTS
from backend.registry.signs import current_signs, issue_signs
from tests.factories import make_lift

LIFT = "500101"
ETAG = "{etag}"
HEADERS = {
    "a browser": {"Accept-Encoding": "gzip, deflate, br"},
    "an older one": {"Accept-Encoding": "gzip"},
    "a program": {},
    "one that refuses gzip": {"Accept-Encoding": "gzip;q=0"},
    "one that refuses all": {"Accept-Encoding": "*;q=0"},
    "one that refuses the plain form": {"Accept-Encoding": "identity;q=0"},
    "one that prefers the plain form": {"Accept-Encoding": "identity, gzip;q=0.5"},
    "one that refuses gzip alone": {"Accept-Encoding": "gzip;q=0, *"},
    "one that takes anything": {"Accept-Encoding": "*"},
    "one that prefers gzip": {"Accept-Encoding": "br;q=0.5, gzip;q=0.8"},
    "one that has it": {"Accept-Encoding": "br", "If-None-Match": ETAG},
    "one that has it among others": {"If-None-Match": f'"other", {ETAG}'},
    "one that has another": {"If-None-Match": 'W/"other"'},
    "one that has anything": {"If-None-Match": "*"},
    "one with a broken header": {"Accept-Encoding": ";;q=x,,", "If-None-Match": '"'},
    "one that is signed in": {"Cookie": "session=nonsense"},
    "one with a key": {"Authorization": "Bearer nobody's"},
    "one that asks for a part": {"Range": "bytes=0-9"},
    "one that asks for JSON": {"Accept": "application/json"},
}
PATHS = [
    *(f"/e/{LIFT}", f"/E/{LIFT}", f"/e/{LIFT}/{{tag}}", f"/E/{LIFT}/{{old}}", f"/e/{LIFT}/00000000", f"/e/{LIFT}/x"),
    *(f"/api/v1/lifts/{LIFT}", "/e/999999", "/api/v1/lifts/999999", f"/e/{LIFT}/", f"/e/{LIFT}?from=paper", "/e//"),
]


@pytest.fixture
def paths(app, db):
    with app.app_context():  # not for longer: requests inside it would share who is signed in
        make_lift(LIFT)
        old = current_signs([LIFT])[LIFT]["tag"]
        (new,) = issue_signs([LIFT], by=COMMAND)
    return {path: path.format(tag=new["tag"], old=old) for path in PATHS}


@pytest.fixture
def both(app):
    """A browser before the door and one behind it."""
    assert isinstance(app.wsgi_app, Front)
    return Client(app.wsgi_app), Client(app.wsgi_app.behind)


def told(answer):
    return answer.status, sorted(answer.headers.items()), answer.data


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
@pytest.mark.parametrize("path", PATHS)
def test_every_caller_is_answered_before_the_door_as_behind_it(both, paths, path, method):
    before, behind = both
    for who, headers in HEADERS.items():
        etag = behind.get(paths[path]).headers.get("ETag", "none")
        sent = {name: value.replace(ETAG, etag) for name, value in headers.items()}
        for base in ("http://chati.example", "https://chati.example"):
            known = behind.open(paths[path], method=method, headers=sent, base_url=base)
            given = before.open(paths[path], method=method, headers=sent, base_url=base)
            assert told(given) == told(known), (who, base)


def test_a_plain_scan_is_answered_at_the_door(app, paths, monkeypatch):
    client = app.test_client()
    for path in (f"/e/{LIFT}", paths[f"/e/{LIFT}/{{tag}}"], f"/api/v1/lifts/{LIFT}"):
        known = client.get(path)
        monkeypatch.setattr(app.wsgi_app, "behind", None)  # whoever went on would fail
        assert told(client.get(path)) == told(known)
        monkeypatch.undo()


def test_a_scan_is_counted_at_the_door_as_behind_it(app, paths, both):
    def counted():
        return REQUESTS.labels("card.typed", "GET", 200)._value.get()

    both[0].get(f"/e/{LIFT}")
    start = counted()
    both[0].get(f"/e/{LIFT}")
    assert counted() == start + 1
    both[1].get(f"/e/{LIFT}")
    assert counted() == start + 2


def test_no_other_route_is_taken_for_a_scan(app):
    taken = {}
    for rule in app.url_map.iter_rules():
        sample = re.sub("<[^>]+>", "500101", rule.rule)
        if front.PATH.fullmatch(sample) and rule.endpoint not in {front.SCANNED, front.TYPED_IN, front.PROGRAM}:
            taken[rule.rule] = rule.endpoint
    assert taken == {}


def test_the_door_refuses_to_stand_before_what_is_not_for_everybody(app, monkeypatch):
    monkeypatch.setitem(app.view_functions, "card.typed", requires("case.read")(lambda code: code))
    with pytest.raises(ValueError, match=r"card\.typed"):
        Front(app)


def test_behind_a_proxy_that_is_trusted_a_scan_by_https_says_so(settings, paths):
    from dataclasses import replace

    import wsgi

    client = wsgi.create_app(replace(settings, trusted_proxies=1)).test_client()
    for _ in range(2):
        plain = client.get(f"/e/{LIFT}")
        secure = client.get(f"/e/{LIFT}", headers={"X-Forwarded-Proto": "https"})
        assert ("Strict-Transport-Security" in plain.headers, "Strict-Transport-Security" in secure.headers) == (
            False,
            True,
        )
