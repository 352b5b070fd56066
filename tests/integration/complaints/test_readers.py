"""Who reads the words of a step is what its form says, for every action there is; what is public is shown first."""

import pytest

from backend.casework.documents import MERGED
from backend.complaints import queries, service, workflow
from backend.complaints.links import link
from backend.complaints.service import NewComplaint, NewReporter
from tests.delivering import pass_news_on
from tests.factories import make_lift
from tests.factories.people import acting, make_officer, post, sign_in
from tests.integration.complaints.tracks import stored

MARK = "标记甲乙丙"
CHAT = "f" * 32
OFFICES = {"lead", "helper"}
FORMS = [
    (track, action)
    for track, row in workflow.TABLE.tracks.items()
    for action in sorted({move.action for move in row.moves})
    if workflow.TABLE.actions[action].who in OFFICES
]


def details(db, number, track):
    other = service.file(
        NewComplaint("other", NewReporter("desk"), lift="500101", track=None if track == "fault" else track)
    )
    to = "report" if track != "report" else "complaint"
    return {"text": MARK, "ground": "too_old", "to": "500108", "track": to, "decision": "no_case",
            "into": other["number"], "name": "张示例"}  # fmt: skip


@pytest.fixture
def made(app, db):
    """Make a case of a track that is ready for an action, and let an officer of everything take it."""

    def make(track, action):
        with app.app_context():
            make_lift("500101")
            reporter = NewReporter("wechat", binding=CHAT)
            new = NewComplaint(
                "door", reporter, lift="500101", track=None if track == "fault" else track, consent_publish=True
            )
            number = service.file(new)["number"]
            moved = f"R{number}" if track == "fault" else number
            move = next(one for one in workflow.TABLE.tracks[track].moves if one.action == action)
            wanted = {"state": move.sources[0], "helpers": ["500106"]}
            if action == "unpublish":
                wanted["published"] = {"text": "已修好", "at": stored(number).filed_at, "by": "person:x"}
            if action == "unmerge":
                wanted["links"] = [{"kind": MERGED, "number": details(db, number, track)["into"], "state": "filed",
                                    "at": stored(number).filed_at}]  # fmt: skip
            store = db.repairs if track == "fault" else db.complaints
            store.update_one({"_id": moved}, {"$set": wanted})
            officer = acting("all", "district_leader", "500106" if action == "contribute" else "500103")
            service.act(moved, action, officer, stored(moved).version, details(db, number, track))
            return number, moved

    return make


def readers(app, db, client, number, moved):
    """Say who comes to read the mark: everybody, whoever reported, the units."""
    with app.app_context():
        key, unit = service.query_key(number), link(moved, "mu-1")
        pass_news_on()
    told = {
        row["target"] for row in db.outbox.find({"channel": {"$in": ["inbox", "wechat"]}}) if MARK in str(row["data"])
    }
    page = client.get(unit.removeprefix(app.config["CHATI"].public_url))
    seen = {
        "public": any(MARK in client.get(path).text for path in ("/e/500101", "/api/v1/lifts/500101", f"/c/{number}")),
        "reporter": MARK in client.get(f"/c/{number}?k={key}").text or CHAT in told,
        "units": (page.status_code == 200 and MARK in page.text) or any(one.startswith("unit:") for one in told),
    }
    return {who for who, reads in seen.items() if reads}


@pytest.mark.parametrize(("track", "action"), FORMS)
def test_the_words_of_a_step_reach_whom_its_form_names_and_nobody_else(*, app, db, client, made, track, action):
    number, moved = made(track, action)
    label = workflow.reader(workflow.TABLE.actions[action], track)["label"]
    reached = readers(app, db, client, number, moved)
    allowed = {"内部说明": set(), "给反映人的话": {"reporter"}, "公示内容（公开）": {"public", "reporter"},
               "给单位的话": {"units"}, "另案的内容": set()}[label]  # fmt: skip
    assert reached <= allowed
    assert reached or label in {"内部说明", "另案的内容"}


@pytest.fixture
def officer(app, db):
    with app.app_context():
        return make_officer()


@pytest.fixture
def closed(app, officer):
    """File and resolve a case, with or without consent to publicity."""

    def make(*, consent):
        with app.app_context():
            number = service.file(
                NewComplaint("door", NewReporter("web"), lift=make_lift("500101"), consent_publish=consent)
            )["number"]
            service.act(number, "accept", officer, 1, {})
            service.act(number, "resolve", officer, 2, {"text": "已修好"})
        return number

    return make


def test_publicity_is_offered_with_consent_alone_and_taking_down_only_when_something_is_up(client, closed):
    silent, agreed = closed(consent=False), closed(consent=True)
    sign_in(client)
    assert "公示结果</summary>" not in client.get(f"/desk/{silent}").text
    page = f"/desk/{agreed}"
    assert "公示结果</summary>" in client.get(page).text
    assert "撤下公示</summary>" not in client.get(page).text
    assert (
        post(client, f"{page}/publish", page=page, version="3", text="门机已更换", previewed="门机已更换").status_code
        == 303
    )
    assert "撤下公示</summary>" in client.get(page).text


def test_what_will_be_public_is_shown_first_and_nothing_else_is_published(client, db, closed):
    number = closed(consent=True)
    sign_in(client)
    page, url = f"/desk/{number}", f"/desk/{number}/publish"
    looked = post(client, url, page=page, version="3", text="门机已更换")
    assert "公示结果：门机已更换" in looked.text
    assert "published" not in db.complaints.find_one({"_id": number})
    changed = post(client, url, page=page, version="3", text="门机和皮带已更换", previewed="门机已更换")
    assert "公示结果：门机和皮带已更换" in changed.text
    assert "published" not in db.complaints.find_one({"_id": number})
    wrong = post(client, url, page=page, version="3", text="已告知 13800001234")
    assert wrong.status_code == 422
    assert "公示内容里有电话号码" in wrong.text
    post(client, url, page=page, version="3", text="门机已更换", previewed="门机已更换")
    assert "公示结果：门机已更换" in client.get("/e/500101").text
    assert client.get("/api/v1/lifts/500101").json["blocks"]["complaints"]["recent"][0]["outcome"] == "门机已更换"


def test_another_bureaus_case_is_not_previewed(app, client, closed):
    number = closed(consent=True)
    with app.app_context():
        make_officer("shapingba", jurisdiction="500106")
    sign_in(client, "shapingba")
    assert post(client, f"/desk/{number}/publish", page="/desk", version="3", text="门机已更换").status_code == 404


def test_a_published_word_can_be_covered(app, db, client, closed):
    number = closed(consent=True)
    with app.app_context():
        officer = acting("1", "district_leader")
        service.act(number, "publish", officer, 3, {"text": "已告知住户小明家"})
        service.redact_text(number, officer, 4, field="published", phrase="小明", reason="写了名字")
    assert "小明" not in client.get("/e/500101").text + client.get("/api/v1/lifts/500101").text
    with app.app_context():
        assert queries.progress(number)["state"] == "resolved"
