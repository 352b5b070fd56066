"""On the desk: the repair of a case, what was redacted and who is blocked, each for those who may."""

import pytest

from backend.complaints import service
from backend.complaints.service import NewComplaint, NewReporter
from tests.factories import make_lift
from tests.factories.people import make_officer, post, sign_in


@pytest.fixture
def number(app, db):
    with app.app_context():
        make_officer()
        make_officer("leader", "district_leader")
        new = NewComplaint(
            "door", NewReporter("web", phone="02300001234"), lift=make_lift("500101"), description="示例三号家的门"
        )
        return service.file(new)["number"]


@pytest.fixture
def officer(client, number):
    sign_in(client)
    return client


@pytest.fixture
def leader(app, number):
    client = app.test_client()
    sign_in(client, "leader")
    return client


def version(db, number):
    return db.complaints.find_one({"_id": number})["version"]


def redact(client, db, number, **fields):
    usual = {"field": "description", "phrase": "示例三号", "reason": "含个人信息", "version": version(db, number)}
    return post(client, f"/desk/{number}/redact", page=f"/desk/{number}", **usual | fields)


def test_words_are_covered_and_a_leader_reads_the_original_with_a_reason(officer, leader, db, number):
    assert redact(officer, db, number).status_code == 303
    assert "示例三号" not in officer.get(f"/desk/{number}").text
    assert "查看原件" not in officer.get(f"/desk/{number}").text
    page = leader.get(f"/desk/{number}").text
    assert "含个人信息" in page
    kept = db.complaint_originals.find_one()["_id"]
    url = f"/desk/{number}/originals/{kept}"
    assert post(leader, url, page=f"/desk/{number}", reason=" ").status_code == 422
    assert "示例三号家的门" in post(leader, url, page=f"/desk/{number}", reason="复核").text
    assert db.events.find_one({"kind": "complaint.original_read"})["data"]["reason"] == "复核"
    assert post(officer, url, page=f"/desk/{number}", reason="想看").status_code == 403


def test_what_cannot_be_covered_is_told_beside_its_field(officer, db, number):
    answer = redact(officer, db, number, phrase="没有这句")
    assert answer.status_code == 422
    assert 'id="redact-phrase-wrong"' in answer.text


def test_a_leader_blocks_a_reporter_and_takes_it_back_with_a_reason(officer, leader, db, number):
    page, url = f"/desk/{number}", f"/desk/{number}/block"
    usual = {"reporter": "0", "reason": "反复恶意投诉", "version": version(db, number)}
    assert post(leader, url, page=page, **usual).status_code == 422
    assert post(officer, url, page=page, confirm="1", **usual).status_code == 403
    assert post(leader, url, page=page, confirm="1", **usual).status_code == 303
    listed = leader.get("/desk/blocked").text
    assert "反复恶意投诉" in listed
    assert "02300001234" not in listed
    mark = db.complaint_blocks.find_one()["_id"]
    unblock = f"/desk/blocked/{mark}"
    assert post(leader, unblock, page="/desk/blocked", reason="").status_code == 422
    assert post(leader, unblock, page="/desk/blocked", reason="已核实").status_code == 303
    assert db.complaint_blocks.find_one() is None


def test_the_repair_of_a_case_is_closed_and_sent_back_from_the_case(officer, db, number):
    repair = f"R{number}"
    page = officer.get(f"/desk/{number}").text
    assert f"/desk/{repair}/resolve" in page
    assert f"/desk/{repair}/take" not in page
    done = post(officer, f"/desk/{repair}/resolve", page=f"/desk/{number}", version=1, text="单位已修好")
    assert done.headers["Location"].startswith(f"/desk/{number}?")
    assert db.repairs.find_one()["state"] == "resolved"
    late = post(officer, f"/desk/{repair}/send_back", page=f"/desk/{number}", version=1, text="又坏了")
    assert late.status_code == 409
    assert "又坏了" in late.text
    assert (
        post(officer, f"/desk/{repair}/send_back", page=f"/desk/{number}", version=2, text="又坏了").status_code == 303
    )
    assert db.repairs.find_one()["state"] == "filed"
