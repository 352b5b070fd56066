"""An officer's morning: twenty complaints, one by one and many at once, for callers and on paper."""

import csv
import io
import pathlib

import pypdfium2
import pytest

from backend.complaints import service
from backend.complaints.service import NewComplaint, NewReporter
from tests.factories import make_lift
from tests.factories.people import acting, make_officer

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 900}
CATEGORIES = ("door", "buttons", "noise", "stopped", "levelling")


@pytest.fixture
def twenty(app, numbers, db):
    """Twenty new complaints about four lifts, two of them about the same door, in place of the usual three."""
    db.complaints.delete_many({})
    with app.app_context():
        lifts = [make_lift(f"50010{n}") for n in range(1, 5)]
        wanted = [(lift, category) for lift in lifts for category in CATEGORIES]
        wanted[-1] = (lifts[0], "door")
        return [
            service.file(NewComplaint(category, NewReporter("web", phone=f"158000012{n:02}"), lift=lift))["number"]
            for n, (lift, category) in enumerate(wanted)
        ]


def press(page, action, **fields):
    """Open a move, fill its fields and send it."""
    form = page.locator(f"#do-{action}")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        (field.select_option if field.evaluate("one => one.tagName") == "SELECT" else field.fill)(value)
    form.locator("form > button").click()


def saved(path):
    """Read a download."""
    return pathlib.Path(path).read_bytes()


def test_an_officer_works_through_a_morning_of_twenty_complaints(desk, db, twenty, accessible):
    page = desk(viewport=DESK)
    first, second, third, *rest, same = twenty

    page.goto(f"/desk/{first}")
    page.locator("#do-accept .chip", has_text="受理告知").click()
    assert "反映的电梯门的问题已由渝中区市场监督管理局受理" in page.locator("#accept-text").input_value()
    press(page, "accept")
    page.get_by_role("status").wait_for()

    page.locator("#do-answer .chip", has_text="已通知维保到场").click()
    page.locator("#answer-text").press_sequentially(" 谢谢。")
    press(page, "answer")
    page.get_by_role("status").wait_for()
    answered = db.case_entries.find_one({"case": first, "action": "answer"})["text"]
    assert "渝安电梯维保有限公司到云栖苑 3栋 2号梯" in answered
    assert answered.endswith("谢谢。")

    page.goto(f"/desk/{second}")
    press(page, "transfer", to="500106", text="电梯在贵局辖区")
    page.wait_for_url("**/desk")
    assert page.get_by_role("link", name=second).count() == 0

    page.goto(f"/desk/{same}")
    press(page, "merge", into=first, text="同一扇门")
    page.get_by_role("status").wait_for()
    assert page.locator(".state").inner_text() == "已并案"
    assert page.get_by_role("link", name=first).first.is_visible()

    page.goto("/desk?state=filed")
    page.get_by_label("全选本页").check()
    assert "已勾选 17 件" in page.locator("[data-count]").inner_text()
    page.get_by_role("button", name="受理", exact=True).click()
    accessible(page)
    page.get_by_role("button", name="确认受理 17 件").click()
    assert "17 件已受理" in page.get_by_role("status").inner_text()
    accessible(page)
    assert db.complaints.count_documents({"state": "accepted"}) == 17

    page.goto("/desk?state=accepted")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(saved(download.value.path()).decode("utf-8-sig"))))
    assert {row["编号"] for row in rows} == {third, *rest}
    assert all(row["联系电话"].startswith("158****") for row in rows)

    page.goto(f"/desk/{first}")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载投诉档案 PDF").click()
    paper = pypdfium2.PdfDocument(saved(download.value.path()))
    assert download.value.suggested_filename == f"投诉档案-{first}.pdf"
    assert len(paper) >= 3
    paper.close()


def test_two_officers_at_once_are_told_in_plain_words_which_cases_were_not_theirs(app, desk, db, numbers):
    page = desk(viewport=DESK)
    page.goto("/desk?state=filed")
    for number in numbers[:2]:
        page.get_by_label(f"勾选 {number}").check()
    page.get_by_role("button", name="受理", exact=True).click()
    with app.app_context():
        other = acting("other", permissions=frozenset({"complaint.accept"}))
        service.act(numbers[0], "accept", other, db.complaints.find_one({"_id": numbers[0]})["version"], {})
    page.get_by_role("button", name="确认受理 2 件").click()
    assert "1 件已受理，1 件没有受理" in page.get_by_role("status").inner_text()
    lost = page.locator("tr", has_text=numbers[0]).inner_text()
    assert "刚刚被别人更新过" in lost
    assert db.complaints.find_one({"_id": numbers[0]})["assignee"] == "person:other"


def test_a_visit_a_file_and_a_colleague_are_put_beside_a_case(app, desk, db, numbers):
    with app.app_context():
        make_officer("tongshi")
    page = desk(viewport=DESK)
    page.goto(f"/desk/{numbers[0]}")
    page.locator("summary", has_text="现场核查记录").click()
    page.get_by_label("核查人员").fill("甲、乙")
    page.get_by_label("核查情况").fill("层门地坎有异物，已清除")
    page.get_by_role("button", name="保存记录").click()
    page.get_by_role("status").wait_for()
    assert "层门地坎有异物" in page.locator("article.visit").inner_text()

    page.locator("summary", has_text="添加附件").click()
    wrong = {"name": "报告.pdf", "mimeType": "application/pdf", "buffer": b"MZ"}
    page.locator("#attach-file").set_input_files(wrong)
    page.locator("button", has_text="添加附件").click()
    assert "文件内容和扩展名不符" in page.locator("#attach-file-wrong").inner_text()
    page.locator("#attach-file").set_input_files(wrong | {"buffer": b"%PDF-1.7\n"})
    page.locator("button", has_text="添加附件").click()
    page.get_by_role("status").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="报告.pdf").click()
    assert saved(download.value.path()) == b"%PDF-1.7\n"

    page.locator("summary", has_text="分派、移交给同事").click()
    page.get_by_label("经办人").select_option(label="tongshi的人")
    page.get_by_role("button", name="分派").click()
    page.get_by_role("status").wait_for()
    assert db.outbox.find_one({"template": "complaint.assigned"})


def test_a_caller_s_words_are_taken_down_and_the_key_read_out(desk, db, numbers):
    page = desk()
    page.goto("/desk/new")
    page.get_by_label("救援识别码、小区、楼栋或地址").fill("500101")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="云栖苑").check()
    page.get_by_label("类别", exact=True).select_option("overdue")
    page.get_by_label("对方怎么说").fill("检验过期了还在用")
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url("**/receipt*")
    case = db.complaints.find_one({"channel": "phone"})
    assert " ".join(case["_id"]) in page.locator(".readout").inner_text()
    assert (case["lift"], case["track"]) == ("500101", "report")


def test_a_notice_leads_to_its_case_and_is_read(desk, db, numbers, accessible):
    page = desk()
    db.notices.insert_one(
        {
            "key": "n-1",
            "recipient": "500103",
            "subject": f"complaint:{numbers[0]}",
            "title": "有投诉移送来",
            "text": "请办理",
            "at": db.complaints.find_one()["filed_at"],
            "count": 1,
        }
    )
    page.goto("/desk")
    page.get_by_role("link", name="收件箱 1").click()
    accessible(page)
    page.get_by_role("button", name=f"打开 {numbers[0]}").click()
    page.wait_for_url(f"**/desk/{numbers[0]}")
    assert db.notices.find_one()["read_at"]


def test_a_filter_is_saved_used_and_deleted(desk, numbers):
    page = desk(viewport=DESK)
    page.goto("/desk?category=stopped")
    page.get_by_label("给这个筛选起名").fill("停梯")
    page.get_by_role("button", name="保存筛选").click()
    page.goto("/desk")
    page.get_by_role("link", name="停梯", exact=True).click()
    assert page.locator("[data-row]").count() == 1
    page.get_by_role("button", name="删除筛选 停梯").click()
    assert page.get_by_role("link", name="停梯", exact=True).count() == 0
