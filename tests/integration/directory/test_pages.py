"""The workbench's pages of estates and units: found by any name, changed once it is seen what changes."""

import pytest

from backend.console import subjects
from backend.foundation import database
from backend.registry import service
from backend.registry.documents import Estate, Lift, Organisation
from tests.factories import make_lift
from tests.factories.people import make_officer, post, sign_in

HOME = "/desk/directory"
REASON = {"reason": "核对名称"}


@pytest.fixture
def estate(app, db):
    with app.app_context():
        Estate(id="est-1", name="云栖苑（一期）", jurisdiction="500103").save()
        make_lift("500101", estate="est-1", estate_name="云栖苑（一期）")
        make_lift("500102", estate="est-1", estate_name="云栖苑（一期）", building="5栋")
        make_officer("shi", "municipal_officer", "CQ")
        make_officer()
    return "est-1"


@pytest.fixture
def municipal(client, estate):
    """The browser of an officer of the municipal bureau."""
    sign_in(client, "shi")
    return client


@pytest.fixture
def district(client, estate):
    """The browser of an officer of the estate's district."""
    sign_in(client)
    return client


def change(client, path, **data):
    """Send a form as it stands on the page, and where that is shown the page that asks to confirm it."""
    page = f"{HOME}/{path.rpartition('/')[0]}"
    return post(client, f"{HOME}/{path}", page, **data)


def stored():
    return {name: list(database.collection(name).find()) for name in ("lifts", "estates", "organisations", "events")}


@pytest.mark.parametrize("words", ["云栖苑（一期）", "云栖苑(一期)", "栖苑", " 云 栖 ", "est-1"])
def test_an_estate_is_found_by_words_of_its_name_in_any_width_and_by_its_id(district, words):
    assert "云栖苑（一期）" in district.get(HOME, query_string={"q": words}).text


def test_signs_of_a_pattern_in_a_name_are_only_signs(district):
    assert "没有找到" in district.get(HOME, query_string={"q": ".*"}).text
    assert "没有找到" in district.get(HOME, query_string={"q": "(["}).text


def test_a_unit_is_found_by_name_and_shown_with_its_lifts(district):
    service.save_organisations([{"name": "云栖物业服务（集团）有限公司", "kind": "using"}])
    found = district.get(HOME, query_string={"q": "云栖物业服务(集团)", "kind": "unit"}).text
    assert ("云栖物业服务（集团）有限公司" in found, "使用单位" in found) == (True, True)
    assert "500101" in district.get(f"{HOME}/unit/mu-1").text


def test_what_there_is_not_is_not_found(district):
    assert [district.get(f"{HOME}/{path}").status_code for path in ("estate/none", "unit/none", "lift/500101")] == [
        404,
        404,
        404,
    ]


def test_a_district_officer_sees_no_form_and_changes_nothing(district):
    assert "看看会改动什么" not in district.get(f"{HOME}/estate/est-1").text
    assert change(district, "estate/est-1/rename", name="新苑", **REASON).status_code == 403


def test_a_change_is_shown_first_and_made_when_it_is_confirmed(municipal):
    before = stored()
    asked = change(municipal, "estate/est-1/rename", name="云栖新苑", **REASON)
    assert "小区“云栖苑（一期）”改名为“云栖新苑”；随之变更：电梯 2 台" in asked.text
    assert stored() == before
    done = change(municipal, "estate/est-1/rename", name="云栖新苑", seen="1", **REASON)
    assert (done.status_code, done.location) == (303, f"{HOME}/estate/est-1")
    page = municipal.get(done.location).text
    for told in ("云栖新苑", "云栖苑（一期）", "原因：核对名称", "shi的人"):
        assert told in page
    assert {lift.estate_name for lift in Lift.objects} == {"云栖新苑"}


CHANGES = [
    ("estate/est-1/move", {"area": "500108"}, "改由南岸区市场监督管理局监管"),
    ("estate/est-1/merge", {"into": "望江里"}, "并入“望江里”"),
    ("estate/est-1/split", {"name": "云栖苑（二期）", "lifts": ["500102"]}, "的 1 台电梯分出为“云栖苑（二期）”"),
    ("unit/mu-1/rename", {"name": "渝安电梯服务有限公司"}, "改名为“渝安电梯服务有限公司”"),
    ("unit/mu-1/merge", {"into": "云栖苑物业服务中心"}, "并入“云栖苑物业服务中心”"),
    ("unit/mu-1/split", {"name": "渝安北区", "lifts": ["500102"]}, "的 1 台电梯分给“渝安北区”"),
]


@pytest.mark.parametrize(("path", "data", "said"), CHANGES, ids=lambda one: one if isinstance(one, str) else "")
def test_each_change_is_said_beforehand_made_and_kept_in_the_history(municipal, path, data, said):
    Estate(id="est-3", name="望江里", jurisdiction="500103").save()
    before = stored()
    assert said in change(municipal, path, **data, **REASON).text
    assert stored() == before
    done = change(municipal, path, seen="1", **data, **REASON)
    assert said in municipal.get(done.location).text


WRONG = [
    ("estate/est-1/rename", {"name": ""}, "请写新的名称"),
    ("estate/est-1/rename", {"name": "望江里"}, "请用合并"),
    ("estate/est-1/rename", {"name": "新苑", "reason": ""}, "请写明原因"),
    ("estate/est-1/move", {"area": "天上"}, "没有“天上”这个辖区"),
    ("estate/est-1/merge", {"into": "无此苑"}, "没有“无此苑”这个小区"),
    ("estate/est-1/split", {"name": "新苑"}, "请写出一部分电梯"),
    ("unit/mu-1/code", {"credit_code": "1234"}, "不是统一社会信用代码"),
    ("unit/mu-1/merge", {"into": ""}, "没有“”这个单位"),
]


@pytest.mark.parametrize(("path", "data", "said"), WRONG, ids=lambda one: one if isinstance(one, str) else "")
def test_what_cannot_be_is_said_at_its_form_with_what_was_typed(municipal, path, data, said):
    Estate(id="est-3", name="望江里", jurisdiction="500103").save()
    before = stored()
    for seen in ({}, {"seen": "1"}):
        answer = change(municipal, path, **{**REASON, **data}, **seen)
        assert (answer.status_code, said in answer.text, '<details class="move" open>' in answer.text) == (
            422,
            True,
            True,
        )
    assert stored() == before


def test_a_change_that_there_is_not_is_not_found(municipal):
    assert change(municipal, "estate/est-1/code", credit_code="1", **REASON).status_code == 404


def test_a_merged_estate_says_so_and_offers_nothing(municipal):
    Estate.objects(id="est-1").update(set__merged_into="est-3")
    page = municipal.get(f"{HOME}/estate/est-1").text
    assert ("已并入" in page, "看看会改动什么" in page) == (True, False)


def test_a_unit_with_a_code_is_offered_no_other(municipal):
    assert "登记统一社会信用代码" in municipal.get(f"{HOME}/unit/mu-1").text
    Organisation.objects(id="mu-1").update(set__credit_code="91500000MA5U00001X")
    assert "登记统一社会信用代码" not in municipal.get(f"{HOME}/unit/mu-1").text


def test_a_notice_about_a_moved_estate_leads_to_its_page(app):
    with app.test_request_context():
        assert subjects.link("estate:est-1").url == f"{HOME}/estate/est-1"
