"""What leaves the desk as a table, and what moves many cases at once."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
import time_machine

from backend.complaints import service
from backend.complaints.desk import bulk, exports
from backend.complaints.desk.bulk import Chosen
from backend.complaints.desk.exports import COLUMNS
from backend.complaints.desk.reads import Filters
from backend.foundation.errors import BadInput
from tests.factories import make_lift
from tests.factories.people import make_officer, post, sign_in


def table(actor, filters=None):
    """Export as CSV and read it back as a spreadsheet does."""
    raw = b"".join(exports.exported(actor, filters or Filters(), "csv"))
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def test_an_export_holds_what_the_officer_may_see_and_no_more(officer, neighbour, city, filed):
    number = filed()["number"]
    assert [row["编号"] for row in table(officer)] == [row["编号"] for row in table(city)] == [number]
    assert table(neighbour) == []


def test_an_export_follows_the_filters_of_the_list(officer, filed):
    number = filed("door")["number"]
    filed("noise")
    assert [row["编号"] for row in table(officer, Filters(category="door"))] == [number]


def test_phones_and_numbers_of_people_are_masked(officer, filed):
    filed(phone="15800001234", description="打我电话 15800001234 或 023-0000-1234，身份证 50010119900101123X")
    [row] = table(officer)
    assert row["联系电话"] == "158****1234"
    assert "15800001234" not in row["说明"]
    assert "1234" not in row["说明"]
    assert "打我电话" in row["说明"]


@pytest.mark.parametrize("words", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "'=1"])
def test_no_cell_is_a_formula(city, filed, words):
    filed(description=words, place=words)
    [row] = table(city)
    for cell in row.values():
        assert not cell.startswith(("=", "+", "-", "@", "\t")), cell


def test_an_xlsx_reads_back_like_the_csv(officer, filed, db):
    number = filed()["number"]
    db.complaints.update_one({"_id": number}, {"$set": {"description": "坏了\x0b一半"}})  # as older versions took it
    raw = b"".join(exports.exported(officer, Filters(), "xlsx"))
    heading, first = openpyxl.load_workbook(io.BytesIO(raw)).active.iter_rows(values_only=True)
    assert list(heading) == [column.heading for column in exports.COLUMNS]
    assert first[heading.index("说明")] == "坏了一半"


def workbook(actor):
    """Export as XLSX and give its sheet, and the first row's cells by heading."""
    raw = b"".join(exports.exported(actor, Filters(), "xlsx"))
    page = openpyxl.load_workbook(io.BytesIO(raw)).active
    heading, first = page.iter_rows()
    return page, {name.value: cell for name, cell in zip(heading, first, strict=True)}


def test_a_spreadsheet_has_dates_as_dates_numbers_as_numbers_and_identifiers_as_text(officer, filed, db):
    with time_machine.travel("2026-11-23T16:30:40Z", tick=False):
        number = filed(phone="15800001234")["number"]
    db.complaints.update_one({"_id": number}, {"$set": {"channel_order_no": "02312345678901234567"}})
    _, cells = workbook(officer)
    told = {name: (cell.value, cell.number_format) for name, cell in cells.items()}
    filed_at, shown = told["反映时间"]
    assert (filed_at.isoformat(), shown) == ("2026-11-24T00:30:00", "yyyy-mm-dd hh:mm")
    assert told["反映人数"] == (1, "0")
    assert isinstance(told["下一期限"][0], datetime)
    assert told["下一期限"][1] == "yyyy-mm-dd"
    assert told["办结时间"][0] is None
    assert told["渠道工单号"] == ("02312345678901234567", "@")
    for name in ("编号", "救援识别码", "渠道工单号", "联系电话"):
        assert (cells[name].data_type, cells[name].number_format) == ("s", "@"), name


def test_a_spreadsheet_keeps_its_heading_in_sight_and_filters_every_row(officer, filed):
    filed()
    page, cells = workbook(officer)
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == page.dimensions == "A1:R2"
    assert page["A1"].font.bold
    widths = {column.heading: page.column_dimensions[cells[column.heading].column_letter].width for column in COLUMNS}
    assert widths == {column.heading: column.width for column in COLUMNS}


@pytest.mark.parametrize("words", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "'=1", "#N/A", "1E5"])
def test_words_like_a_formula_stay_the_words_they_are(officer, filed, words):
    filed(description=words)
    _, cells = workbook(officer)
    cell = cells["说明"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (words.strip(), "s", True)


def test_a_table_as_text_has_the_same_days_and_moments(officer, filed):
    with time_machine.travel("2026-11-23T16:30:40Z", tick=False):
        filed()
    [row] = table(officer)
    assert (row["反映时间"], row["反映人数"], row["办结时间"]) == ("2026-11-24 00:30", "1", "")
    assert date.fromisoformat(row["下一期限"])


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_is_sent_and_on_the_record(app, client, db, form):
    with app.app_context():
        make_lift("500101")
        make_officer()
    sign_in(client)
    answer = client.get(f"/desk/export.{form}?category=door")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert db.events.find_one({"kind": "complaint.exported"})["data"]["category"] == "door"
    assert client.get("/desk/export.csv?category=x").status_code == 422


def test_many_are_accepted_each_with_its_own_result(db, officer, filed):
    numbers = [filed(category)["number"] for category in ("door", "noise", "stopped")]
    versions = {row["_id"]: row["version"] for row in db.complaints.find()}
    service.act(numbers[1], "note", officer, versions[numbers[1]], {"text": "别人先动了"})
    results = bulk.move([Chosen(one, versions[one]) for one in numbers], "accept", officer, {})
    assert [one.done for one in results] == [True, False, True]
    assert "别人更新过" in results[1].message
    assert {row["_id"]: row["state"] for row in db.complaints.find()} == dict(
        zip(numbers, ["accepted", "filed", "accepted"], strict=True)
    )


def test_many_are_transferred_with_one_reason(db, officer, filed):
    numbers = [filed(category)["number"] for category in ("door", "noise")]
    cases = [Chosen(row["_id"], row["version"]) for row in db.complaints.find()]
    results = bulk.move(cases, "transfer", officer, {"to": "500106", "text": "在贵局辖区"})
    assert all(one.done for one in results)
    assert {row["jurisdiction"] for row in db.complaints.find()} == {"500106"}
    reasons = db.case_entries.find({"action": "transfer"})
    assert [("在贵局辖区" in row["text"]) for row in reasons] == [True] * len(numbers)


def test_a_stranger_s_case_among_many_is_not_moved(db, officer, neighbour, filed):
    filed()
    [row] = db.complaints.find()
    [result] = bulk.move([Chosen(row["_id"], row["version"])], "accept", neighbour, {})
    assert (result.done, result.message) == (False, "没有这件投诉")


def test_only_some_moves_are_made_in_bulk(officer):
    with pytest.raises(BadInput):
        bulk.move([], "refuse", officer, {})


@pytest.mark.parametrize(
    "marks", [[], ["261123-1"], ["261123-1~x"], ["261123-1~٣"], [f"261123-{n}~1" for n in range(101)]]
)
def test_ticks_that_mean_nothing_are_refused(marks):
    with pytest.raises(BadInput):
        bulk.chosen(marks)


def test_a_bulk_assignment_is_taken_back(app, client, db):
    with app.app_context():
        lift, officer, other = make_lift("500101"), make_officer(), make_officer("tongshi")
        for category in ("door", "noise"):
            service.file(service.NewComplaint(category, service.NewReporter("web"), lift=lift))
        first, second = db.complaints.find()
        service.act(first["_id"], "accept", officer, first["version"], {})
    sign_in(client)
    ticked = [f"{row['_id']}~{row['version']}" for row in db.complaints.find()]
    asked = post(client, "/desk/bulk/assign", page="/desk", case=ticked)
    assert "确认分派 2 件" in asked.text
    done = post(client, "/desk/bulk/assign", page="/desk", case=ticked, assignee=other.id, confirm="1")
    assert "2 件已分派" in done.text
    assert {row["assignee"] for row in db.complaints.find()} == {other.id}
    back = {f"before-{first['_id']}": officer.id, f"before-{second['_id']}": ""}
    ticked = [f"{row['_id']}~{row['version']}" for row in db.complaints.find()]
    undone = post(client, "/desk/bulk/undo-assign", page="/desk", case=ticked, **back)
    assert "2 件已撤销" in undone.text
    now = {row["_id"]: row.get("assignee") for row in db.complaints.find()}
    assert now == {first["_id"]: officer.id, second["_id"]: None}


def test_a_bulk_transfer_asks_for_bureau_and_reason(app, client, db):
    with app.app_context():
        lift = make_lift("500101")
        make_officer()
        service.file(service.NewComplaint("door", service.NewReporter("web"), lift=lift))
    sign_in(client)
    [row] = db.complaints.find()
    ticked = f"{row['_id']}~{row['version']}"
    asked = post(client, "/desk/bulk/transfer", page="/desk", case=ticked, confirm="1", to="500106", text=" ")
    assert asked.status_code == 422
    assert "请选择接收的局，并写明移送理由" in asked.text
    assert post(client, "/desk/bulk/accept", page="/desk").status_code == 422
    assert db.complaints.find_one()["jurisdiction"] == "500103"
