"""The one search: whatever people type of a lift leads to it, the best first, and the city is never read for it."""

import pytest

from backend.accounts.actors import COMMAND
from backend.foundation import bulk, database
from backend.registry import search, service, sites
from backend.registry.documents import SCRAPPED

HERE = {"jurisdiction": "500103", "estate_name": "云栖苑", "address": "虚构路18号"}
CITY = [
    HERE | {"code": "600001", "building": "1栋", "inside_number": "1号梯"},
    HERE | {"code": "600003", "building": "3号楼", "inside_number": "1号梯"},
    HERE | {"code": "600004", "building": "3号楼", "inside_number": "2号梯"},
    HERE | {"code": "600012", "building": "12幢"},
    {
        "code": "600021",
        "jurisdiction": "500107",
        "estate_name": "云栖苑二期",
        "building": "A座",
        "address": "样板路2号",
    },
    {"code": "600031", "jurisdiction": "500112", "estate_name": "渝安花园", "building": "5", "address": "三号桥街7号"},
    {"code": "600041", "jurisdiction": "500103", "address": "长江支路9号"},
]


def codes_of(found):
    return [one["code"] for one in found]


@pytest.fixture
def city(context):
    units = service.save_organisations(
        [{"name": "巴渝物业服务中心", "kind": "using"}, {"name": "山城电梯维保有限公司", "kind": "maintenance"}]
    )
    kept = {"using_unit": units.ids["巴渝物业服务中心"], "maintenance_unit": units.ids["山城电梯维保有限公司"]}
    service.save_lifts([CITY[0] | kept, *CITY[1:]], by=COMMAND)
    return CITY


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("600004", ["600004"]),
        ("编号600004", ["600004"]),
        ("电梯 600004", ["600004"]),
        ("云栖苑 3号楼 2号梯", ["600004"]),
        ("云栖苑3栋2号电梯", ["600004"]),
        ("云栖苑3幢", ["600003", "600004"]),
        ("云栖苑 3座", ["600003", "600004"]),
        ("云栖苑三栋", ["600003", "600004"]),
        ("云栖苑3#楼", ["600003", "600004"]),
        ("云栖苑一栋", ["600001"]),
        ("云栖苑十二号楼", ["600012"]),
        ("云栖苑二期a座", ["600021"]),
        ("渝安花园5栋", ["600031"]),
        ("雲棲苑三號樓", ["600003", "600004"]),
        ("虚构路18号云栖苑1栋", ["600001"]),
        ("三号桥街", ["600031"]),
        ("3号桥街", ["600031"]),
        ("yunqiyuan 3栋", ["600003", "600004"]),
        ("YQY 3栋", ["600003", "600004"]),
        ("yahy", ["600031"]),
        ("cjzl", ["600041"]),
        ("changjiangzhilu", ["600041"]),
        ("云西苑3栋", ["600003", "600004"]),
        ("运栖苑3栋", ["600003", "600004"]),
        ("云栖院3栋", ["600003", "600004"]),
        ("渝安花圆", ["600031"]),
        ("渝安华苑花园", []),
        ("渝安花园小区", ["600031"]),
        ("长江路9号", ["600041"]),
        ("江", ["600041"]),
        ("山城电梯", ["600001"]),
        ("巴渝物业服务中心", ["600001"]),
        ("bywy", ["600001"]),
        ("渝北区 渝安花园", ["600031"]),
        ("渝北区渝安花园", ["600031"]),
        ("渝中 云栖苑 12栋", ["600012"]),
        ("渝中区 渝安花园", ["600031"]),
        ("渝中区", ["600001", "600003", "600004", "600012", "600041"]),
        ("重庆市渝中", ["600001", "600003", "600004", "600012", "600041"]),
        ("云栖苑4栋", []),
        ("栋", []),
        ("3栋", []),
        ("没有这里", []),
        ("999999", []),
        ("$where", []),
        ("\x00\x00", []),
        ("？", []),
    ],
)
def test_what_people_type_finds_what_they_mean(city, typed, found):
    assert codes_of(search.find(typed)) == found


def test_the_best_comes_first_and_buildings_in_the_order_of_their_numbers(city):
    assert codes_of(search.find("云栖苑")) == ["600001", "600003", "600004", "600012", "600021"]


def test_scrapped_lifts_come_last_however_well_they_fit(city):
    service.save_lifts([{"code": "600001", "status": SCRAPPED}], by=COMMAND)
    found = search.find("云栖苑")
    assert found[-1]["code"] == "600001"
    assert found[-1]["subtitle"].startswith("注销 · ")


def test_what_is_found_says_in_which_district_it_is(city):
    assert search.find("600041") == [
        {"code": "600041", "title": "电梯 600041", "subtitle": "渝中区长江支路9号"},
    ]
    service.save_lifts([{"code": "600041", "address": "重庆市渝中区长江支路9号"}], by=COMMAND)
    assert search.find("600041")[0]["subtitle"] == "重庆市渝中区长江支路9号"


def test_a_bureau_searches_its_own_lifts(city):
    assert codes_of(search.search("云栖苑", jurisdiction="500107")[0]) == ["600021"]
    assert search.search("600001", jurisdiction="500107") == ([], None)
    assert codes_of(search.search("山城电梯", jurisdiction="500107")[0]) == []


def test_a_renamed_estate_is_found_by_its_new_name_only_and_leaves_nothing(city, db):
    service.save_lifts([{"code": "600031", "estate_name": "望江台"}], by=COMMAND)
    assert codes_of(search.find("望江台")) == ["600031"]
    assert search.find("渝安花园") == []
    assert db.findables.count_documents({"kind": sites.SITE, "name": "渝安花园"}) == 0


def test_a_site_that_still_has_a_lift_is_kept(city):
    service.save_lifts([{"code": "600001", "estate_name": "望江台"}], by=COMMAND)
    assert codes_of(search.find("云栖苑3栋")) == ["600003", "600004"]


def test_pages_follow_one_another_without_gap_or_repetition(context):
    rows = [{"code": f"{i:06}", "building": f"{i}栋", **HERE} for i in range(25)]
    service.save_lifts(rows, by=COMMAND)
    seen, cursor = [], None
    while True:
        page, cursor = search.search("云栖苑", limit=10, cursor=cursor)
        seen += codes_of(page)
        if cursor is None:
            break
    assert seen == [f"{i:06}" for i in range(25)]


def test_a_number_that_several_lifts_share_pages_like_any_search(context):
    rows = [{"code": f"{i:06}", "device_code": "31101089020150001", **HERE} for i in range(25)]
    service.save_lifts(rows, by=COMMAND)
    first, cursor = search.search("31101089020150001", limit=20)
    rest, end = search.search("31101089020150001", limit=20, cursor=cursor)
    assert codes_of(first + rest) == [f"{i:06}" for i in range(25)]
    assert end is None


@pytest.fixture
def large(context, db):
    """Six hundred estates with five lifts each, and one that is looked for."""
    names = [f"{a}{b}{c}" for a in "山水林田湖草石泉" for b in "春夏秋冬雅静明丽文" for c in "里园苑居庭台阁轩邸"][:600]
    rows = [
        {"_id": f"{n * 5 + i:06}", "jurisdiction": "500103", "estate_name": name, "building": f"{i}栋"}
        for n, name in enumerate(names)
        for i in range(5)
    ]
    rows.append({"_id": "600001", "building": "1栋", **HERE})
    bulk.store("lifts", [row | {"site": sites.site_of(row)} for row in rows])
    sites.refresh([row["_id"] for row in rows])
    yield db
    db.command("profile", 0)
    db.system.profile.drop()


@pytest.mark.parametrize(
    "typed", ["600001", "云栖苑1栋", "yqy", "yunqiyuan", "云西苑", "雲棲苑", "渝中区 云栖苑", "云"]
)
def test_a_search_looks_at_few_documents_whatever_the_city(large, typed):
    large.command("profile", 2)
    assert codes_of(search.find(typed)) == ["600001"]
    large.command("profile", 0)
    read = list(large.system.profile.find({"op": "query", "ns": {"$regex": r"\.(lifts|findables)$"}}))
    assert read != []
    assert all("IXSCAN" in one["planSummary"] or "IDHACK" in one["planSummary"] for one in read)
    assert sum(one["docsExamined"] for one in read) <= 20


def test_lifts_of_an_estate_share_what_they_are_found_by(large):
    assert database.collection("findables").count_documents({}) == 601
    assert "terms" not in database.collection("lifts").find_one({"_id": "600001"})
