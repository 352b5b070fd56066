"""The stored page: one read a scan, made once, never of an older card, day or build than the question."""

import threading
from datetime import date, timedelta

import flask
import pytest

from backend.accounts.actors import COMMAND
from backend.card import rendering, scan, service, stored
from backend.card.documents import HOLDS_AT_MOST, UNREAD, Page
from backend.card.rendering import HTML, JSON
from backend.card.stored import TYPED, UNKNOWN, Asked
from backend.foundation import clock, database
from backend.foundation.database import transactional
from backend.registry.signs import current_signs, issue_signs
from tests.factories import make_lift
from tests.factories.examinations import make_examination

LIFT = "500101"
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def lift(context):
    return make_lift(LIFT)


@pytest.fixture
def made(app):
    """The templates of pages that are made from here on."""
    seen = []
    receive = lambda _, template, **__: seen.append(template.name)  # noqa: E731 - a signal holds it weakly
    with flask.template_rendered.connected_to(receive, app):
        yield seen


def tag_of(code):
    return current_signs([code])[code]["tag"]


def asked(form=HTML, tag=TYPED):
    return Asked(LIFT, form, tag, "br")


def found(app, question):
    return stored.find(question, app.extensions[scan.BUILD], clock.today())


def claim(app):
    return stored.claim(asked(), app.extensions[scan.BUILD], clock.today())


@pytest.mark.parametrize("path", [f"/e/{LIFT}", f"/E/{LIFT}/{{tag}}", f"/api/v1/lifts/{LIFT}"])
@pytest.mark.parametrize("more", [{}, {"If-None-Match": "*"}, {"Accept-Encoding": "identity"}])
def test_a_scan_of_a_stored_page_is_one_read(client, lift, commands, path, more):
    path = path.format(tag=tag_of(lift))
    client.get(path, headers=BROWSER | more)
    commands.clear()
    assert client.get(path, headers=BROWSER | more).status_code in {200, 304}
    assert commands == ["find pages"]


def test_no_hook_of_flask_rides_on_a_scan_of_a_stored_page(app, client, lift):
    client.get(f"/e/{lift}")
    seen = []
    receive = lambda *_, **__: seen.append(flask.request.path)  # noqa: E731 - a signal holds it weakly
    with flask.request_started.connected_to(receive, app), flask.request_finished.connected_to(receive, app):
        client.get(f"/e/{lift}")
        assert seen == []
        client.get("/healthz")
        assert seen == ["/healthz", "/healthz"]


def test_on_a_scan_that_makes_its_page_only_hooks_of_the_house_itself_ride(app):
    def names(hooks):
        assert hooks.keys() <= {None, "complaints"}  # the API of complaints limits its own bodies
        return [getattr(hook, "func", hook).__qualname__.split(".")[-1].lstrip("_") for hook in hooks[None]]

    assert names(app.before_request_funcs) == [
        *(
            "require_readable",
            "csrf_protect",
            "check_request_limit",
            "without_slash",
            "start",
            "refuse_unknown_key",
            "guard",
        )
    ]
    assert names(app.after_request_funcs) == [
        *("inject_headers", "after_request", "headers", "finish", "update_remember_cookie")
    ]


def test_the_first_scan_after_a_change_shows_it_and_the_next_need_make_nothing(client, lift, made):
    client.get(f"/e/{lift}")
    make_lift(lift, estate_name="新名苑", sign=False)
    made.clear()
    pages = [client.get(f"/e/{lift}").text for _ in range(3)]
    assert all("新名苑" in page for page in pages)
    assert made.count("card/page.html") == 1


def test_the_json_changes_with_the_card_like_the_page(client, lift):
    first = client.get(f"/api/v1/lifts/{lift}")
    same = client.get(f"/api/v1/lifts/{lift}", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    make_lift(lift, estate_name="新名苑", sign=False)
    again = client.get(f"/api/v1/lifts/{lift}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.json["title"].startswith("新名苑")


def test_a_page_holds_until_a_word_of_it_changes_and_no_longer(client, lift, made, time_machine):
    make_examination(lift, date(2019, 5, 20))
    time_machine.move_to("2026-11-23 23:59:50+08:00")
    first = client.get(f"/e/{lift}").text
    time_machine.move_to("2026-11-24 00:00:10+08:00")
    second = client.get(f"/e/{lift}").text
    assert "超期" in first
    assert first != second
    assert made.count("card/page.html") == 2


def test_many_who_scan_a_changed_lift_at_once_have_its_page_made_once(app, lift, made):
    gate, pages = threading.Barrier(8), []

    def scan_it():
        gate.wait()
        pages.append(app.test_client().get(f"/e/{lift}", headers=BROWSER).data)

    together([scan_it] * 8)
    assert made.count("card/page.html") == 1
    assert len(set(pages)) == 1


def test_who_scans_while_another_process_makes_the_page_is_answered_with_that(app, lift):
    lease, pages = claim(app), []
    waiting = threading.Thread(target=lambda: pages.append(app.test_client().get(f"/e/{lift}", headers=BROWSER).data))
    waiting.start()
    answer = stored.Stored("name", b"made elsewhere")
    build, until = app.extensions[scan.BUILD], clock.today() + timedelta(days=1)
    stored.keep(asked(), answer, lease=lease, build=build, until=until)
    waiting.join()
    assert pages == [b"made elsewhere"]


def test_a_maker_that_died_costs_a_moment_and_not_the_page(app, client, lift, time_machine):
    assert claim(app)
    assert client.get(f"/e/{lift}").status_code == 200
    assert found(app, asked()) is None
    time_machine.move_to(clock.now() + stored.LEASE, tick=False)
    client.get(f"/e/{lift}", headers=BROWSER)
    assert found(app, asked())


def test_one_lease_is_one_makers(app, lift):
    assert [bool(claim(app)), bool(claim(app))] == [True, False]


def test_a_page_of_the_older_card_is_not_kept(app, lift):
    lease = claim(app)
    service.refresh([lift], "lifts")
    stored.keep(asked(), stored.Stored("old", b"old"), lease=lease, build=app.extensions[scan.BUILD], until=date.max)
    assert found(app, asked()) is None


@pytest.mark.parametrize("before", ["no page", "a page", "a dropped page"])
def test_a_page_made_while_the_change_is_not_yet_committed_does_not_outlive_it(app, lift, before):
    database.collection("pages").delete_many({})
    if before != "no page":
        app.test_client().get(f"/e/{lift}")
    if before == "a dropped page":
        service.refresh([lift], "signs")
    runs = []

    @transactional
    def change():
        database.collection("lifts").find_one({"_id": lift})  # from here on the transaction sees nothing newer
        if not runs:
            together([lambda: app.test_client().get(f"/e/{lift}/{tag_of(lift)}", headers=BROWSER)])
        runs.append(1)
        service.refresh([lift], "lifts")

    change()
    assert len(runs) == 2
    assert found(app, asked(tag=tag_of(lift))) is None


def test_the_days_round_leaves_a_page_whose_card_says_the_same(app, client, lift, time_machine):
    time_machine.move_to("2026-11-24 09:00:00+08:00")
    service.rebuild([lift])
    client.get(f"/e/{lift}", headers=BROWSER)
    kept = database.collection("cards").find_one({"_id": lift})
    time_machine.move_to("2026-11-24 22:00:00+08:00")
    service.rebuild([lift])
    assert database.collection("cards").find_one({"_id": lift}) == kept
    assert found(app, asked())


def test_no_page_outlives_the_build_that_made_it(app, client, lift, monkeypatch):
    client.get(f"/e/{lift}", headers=BROWSER)
    monkeypatch.setitem(app.extensions, scan.BUILD, "another")
    assert found(app, asked()) is None
    client.get(f"/e/{lift}", headers=BROWSER)
    assert found(app, asked())


def test_another_phone_number_is_another_build_and_another_machine_is_not(app, monkeypatch):
    from dataclasses import replace

    settings, own = app.config["CHATI"], rendering.build_of(app)
    monkeypatch.setitem(app.config, "CHATI", replace(settings, port=1, var="elsewhere"))
    assert rendering.build_of(app) == own
    monkeypatch.setitem(app.config, "CHATI", replace(settings, rescue_phone="110"))
    assert rendering.build_of(app) != own


def test_a_page_that_is_read_is_made_again_within_a_week_and_one_that_is_not_is_dropped(app, client, lift, db):
    client.get(f"/e/{lift}", headers=BROWSER)
    (kept,) = db["pages"].find_one({"_id": lift})["kept"].values()
    assert date.fromisoformat(kept["until"]) <= clock.today() + HOLDS_AT_MOST
    expiry = db["pages"].index_information()["made_at_1"]["expireAfterSeconds"]
    assert timedelta(seconds=expiry) == UNREAD + HOLDS_AT_MOST


@pytest.mark.parametrize(
    "tag", ["ABCDEFGH", "abcdefgh", "ABC", "$gt", "a.b", "kept.html", "0" * 400, "%00", "一二三四五六"]
)
def test_forged_signs_of_a_lift_share_one_page(client, lift, db, made, tag):
    client.get(f"/e/{lift}/00000000")
    made.clear()
    assert "可能是伪造" in client.get(f"/e/{lift}/{tag}").text
    assert made == []
    assert [name.rpartition("_")[2] for name in db["pages"].find_one({"_id": lift})["kept"]] == [UNKNOWN]


def test_a_code_that_no_lift_has_leaves_nothing_behind(client, lift, db):
    client.get("/e/999999")
    client.get("/api/v1/lifts/999999")
    assert db["pages"].find_one({"_id": "999999"}) is None


def test_a_new_sign_turns_the_page_of_the_old_one(client, lift):
    old = tag_of(lift)
    assert "真实有效" in client.get(f"/e/{lift}/{old}").text
    issue_signs([lift], by=COMMAND)
    assert "已被新标志替换" in client.get(f"/e/{lift}/{old}").text
    assert "真实有效" in client.get(f"/e/{lift}/{tag_of(lift)}").text


def test_page_and_json_of_a_lift_are_kept_side_by_side(app, client, lift):
    client.get(f"/e/{lift}", headers=BROWSER)
    client.get(f"/api/v1/lifts/{lift}", headers=BROWSER)
    assert found(app, asked(HTML)).body != found(app, asked(JSON)).body
    assert len(Page.objects.get(code=lift).kept) == 2


def together(works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
