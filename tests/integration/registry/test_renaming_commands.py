"""Estates and units renamed by command and by import: shown, asked, done, and found in the record."""

import csv
import pathlib

import pytest
from stdnum.cn import uscc

from backend.accounts.actors import COMMAND
from backend.community import following
from backend.community.documents import Follow
from backend.foundation import database
from backend.registry import queries, service
from backend.registry.commands import import_
from backend.registry.documents import Estate, Lift, Organisation
from backend.registry.renaming_commands import estate, unit

CASES = pathlib.Path(__file__).parents[2] / "data" / "cases"
CODE = "91500000MA5U00001" + uscc.calc_check_digit("91500000MA5U000010")
HEADING = "救援识别码,监管辖区,小区\n"
REASON = ("--reason", "核对名称", "--yes")


@pytest.fixture
def demo_estate(run, tmp_path):
    """The estate of the renamed file as it was before, with somebody who follows it; gives its id."""
    rows = list(csv.DictReader((CASES / "estate_rename_demo.csv").read_text(encoding="utf-8-sig").splitlines()))
    with (tmp_path / "before.csv").open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(row | {"小区": row["小区"].replace("（一期）", "")} for row in rows)
    assert run(import_, "lifts", tmp_path / "before.csv").exit_code == 0
    found = queries.estate_meant("云鲸苑")
    following.follow(f"estate:{found}", "f" * 32)
    return found


@pytest.fixture
def file(tmp_path):
    def write(*rows):
        (tmp_path / "file.csv").write_text(HEADING + "\n".join(rows))
        return tmp_path / "file.csv"

    return write


def names():
    return sorted(one.name for one in Estate.objects(merged_into=None))


def test_a_file_under_a_new_name_renames_the_estate_when_asked_to_and_followers_stay(run, demo_estate):
    done = run(import_, "lifts", CASES / "estate_rename_demo.csv", "--renames")
    assert done.exit_code == 0
    assert (names(), queries.estate_meant("云鲸苑（一期）")) == (["云鲸苑（一期）"], demo_estate)
    assert [row.target for row in Follow.objects] == [f"estate:{demo_estate}"]
    assert {lift.estate for lift in Lift.objects} == {demo_estate}


def test_the_second_run_of_the_renaming_file_changes_nothing(run, demo_estate):
    run(import_, "lifts", CASES / "estate_rename_demo.csv", "--renames")
    before = {name: list(database.collection(name).find()) for name in ("lifts", "estates", "events", "cards")}
    done = run(import_, "lifts", CASES / "estate_rename_demo.csv")
    assert "新增 0 台，更新 0 台" in done.output
    assert {name: list(database.collection(name).find()) for name in before} == before


@pytest.mark.parametrize(("typed", "known"), [("y\n", ["云鲸苑（一期）"]), ("n\n", ["云鲸苑", "云鲸苑（一期）"])])
def test_without_the_option_the_operator_is_asked(run, demo_estate, typed, known):
    done = run(import_, "lifts", CASES / "estate_rename_demo.csv", typed=typed)
    assert (done.exit_code, "渝中区云鲸苑 的全部" in done.output, names()) == (0, True, known)


def test_where_nobody_answers_nothing_is_saved_and_both_options_are_named(run, demo_estate):
    done = run(import_, "lifts", CASES / "estate_rename_demo.csv")
    assert (done.exit_code, "--renames" in done.output, "--no-renames" in done.output) == (2, True, True)
    assert names() == ["云鲸苑"]


def test_a_dry_run_tells_of_the_rename_and_saves_nothing(run, demo_estate):
    done = run(import_, "lifts", CASES / "estate_rename_demo.csv", "--dry-run")
    assert ("改为 渝中区云鲸苑（一期）" in done.output, names()) == (True, ["云鲸苑"])


def test_an_estate_of_which_some_lifts_keep_the_name_is_not_renamed(run, file):
    run(import_, "lifts", file("610001,渝中区,甲苑", "610002,渝中区,甲苑"))
    for rows in (("610001,渝中区,乙苑",), ("610001,渝中区,乙苑", "610002,渝中区,甲苑")):
        assert run(import_, "lifts", file(*rows)).exit_code == 0
    assert names() == ["乙苑", "甲苑"]


def test_scrapped_lifts_need_not_be_in_the_file(run, file):
    run(import_, "lifts", file("610001,渝中区,甲苑", "610002,渝中区,甲苑"))
    service.save_lifts([{"code": "610002", "status": "scrapped"}], by=COMMAND)
    run(import_, "lifts", file("610001,渝中区,乙苑"), "--renames")
    assert names() == ["乙苑"]


def test_a_name_that_another_estate_of_the_area_bears_is_no_rename(run, file):
    run(import_, "lifts", file("610001,渝中区,甲苑", "610002,渝中区,乙苑"))
    assert run(import_, "lifts", file("610001,渝中区,乙苑", "610002,渝中区,乙苑")).exit_code == 0
    assert Lift.objects.get(code="610001").estate == queries.estate_meant("乙苑")


def test_a_file_with_a_former_name_asks_nothing(run, file):
    run(import_, "lifts", file("610001,渝中区,甲苑"))
    run(import_, "lifts", file("610001,渝中区,乙苑"), "--renames")
    done = run(import_, "lifts", file("610001,渝中区,甲苑"))
    assert (done.exit_code, names(), Lift.objects.get(code="610001").estate_name) == (0, ["乙苑"], "乙苑")


def test_all_lifts_under_another_district_are_the_estate_moved(run, file):
    run(import_, "lifts", file("610001,渝中区,甲苑"))
    before = queries.estate_meant("甲苑")
    run(import_, "lifts", file("610001,南岸区,甲苑"), "--renames")
    assert (Estate.objects.get(id=before).jurisdiction, Lift.objects.get(code="610001").estate) == ("500108", before)


def test_two_estates_under_one_new_name_become_one(run, file):
    run(import_, "lifts", file("610001,渝中区,甲苑", "610002,渝中区,甲苑", "610003,渝中区,乙苑"))
    larger = queries.estate_meant("甲苑")
    done = run(import_, "lifts", file(*(f"61000{n},渝中区,丙苑" for n in (1, 2, 3))), "--renames")
    assert (done.exit_code, names(), {lift.estate for lift in Lift.objects}) == (0, ["丙苑"], {larger})
    assert queries.estate_meant("乙苑") == larger


@pytest.fixture
def two(run, file):
    """Two estates with a lift and two more lifts; the first lift's units are known by name."""
    run(import_, "lifts", file("610001,渝中区,甲苑", "610002,渝中区,甲苑", "610003,渝中区,乙苑"))
    rows = [{"name": name, "kind": "using"} for name in ("演示物业", "演示物业服务")]
    ids = service.save_organisations(rows).ids
    service.save_lifts([{"code": "610001", "using_unit": ids["演示物业"]}], by=COMMAND)
    return ids


DONE = [
    (estate, ("rename", "甲苑", "丙苑"), "小区“甲苑”改名为“丙苑”；随之变更：电梯 2 台"),
    (estate, ("move", "甲苑", "南岸区"), "改由南岸区市场监督管理局监管；随之变更：电梯 2 台"),
    (estate, ("merge", "甲苑", "乙苑"), "小区“甲苑”并入“乙苑”；随之变更：电梯 2 台"),
    (estate, ("split", "甲苑", "丙苑", "610002"), "分出为“丙苑”；随之变更：电梯 1 台"),
    (unit, ("rename", "演示物业", "示例物业"), "单位“演示物业”改名为“示例物业”；随之变更：电梯 1 台"),
    (unit, ("merge", "演示物业", "演示物业服务"), "单位“演示物业”并入“演示物业服务”；随之变更：电梯 1 台"),
    (unit, ("split", "演示物业", "示例物业", "610001"), "分给“示例物业”；随之变更：电梯 1 台"),
    (unit, ("code", "演示物业", CODE), "登记统一社会信用代码"),
]


def stored():
    return {name: list(database.collection(name).find()) for name in ("lifts", "estates", "organisations", "events")}


@pytest.mark.parametrize(
    ("group", "words", "said"), DONE, ids=lambda one: " ".join(one) if isinstance(one, tuple) else ""
)
def test_a_command_says_what_will_change_asks_and_does_it(run, two, group, words, said):
    before = stored()
    refused = run(group, *words, "--reason", "核对名称", typed="n\n")
    assert (refused.exit_code, said in refused.output, stored()) == (1, True, before)
    done = run(group, *words, "--reason", "核对名称", typed="y\n")
    assert (done.exit_code, "已完成" in done.output) == (0, True), done.output
    assert stored() != before


WRONG = [
    (estate, ("rename", "无此苑", "丙苑"), "没有“无此苑”这个小区"),
    (estate, ("rename", "甲苑", "乙苑"), "请用合并"),
    (estate, ("move", "甲苑", "天上"), "没有“天上”这个辖区"),
    (estate, ("merge", "甲苑", "甲苑"), "请选择另一个小区"),
    (estate, ("split", "甲苑", "丙苑", "610003"), "610003"),
    (unit, ("rename", "无此单位", "示例物业"), "没有“无此单位”这个单位"),
    (unit, ("code", "演示物业", "1234"), "不是统一社会信用代码"),
    (unit, ("merge", "演示物业", "演示物业"), "请选择另一个单位"),
    (unit, ("split", "演示物业", "示例物业", "610002"), "610002"),
]


@pytest.mark.parametrize(
    ("group", "words", "named"), WRONG, ids=lambda one: " ".join(one) if isinstance(one, tuple) else ""
)
def test_what_cannot_be_is_named_and_changes_nothing(run, two, group, words, named):
    before = stored()
    done = run(group, *words, *REASON)
    assert (done.exit_code, named in done.output, stored()) == (1, True, before), done.output


def test_estates_of_one_name_in_two_districts_are_told_apart_by_their_ids(run, file):
    run(import_, "lifts", file("610001,渝中区,甲苑", "610002,南岸区,甲苑"))
    told = run(estate, "rename", "甲苑", "丙苑", *REASON).output
    ids = {one.jurisdiction: one.id for one in Estate.objects}
    assert all(id_ in told for id_ in ids.values())
    assert run(estate, "rename", ids["500108"], "丙苑", *REASON).exit_code == 0
    assert Estate.objects.get(id=ids["500103"]).name == "甲苑"


def test_a_cut_off_merger_of_units_is_finished_by_the_id(run, two):
    Organisation.objects(id=two["演示物业"]).update(set__merged_into=two["演示物业服务"])
    assert run(unit, "merge", two["演示物业"], "演示物业服务", *REASON).exit_code == 0
    assert Lift.objects.get(code="610001").using_unit == two["演示物业服务"]


@pytest.mark.parametrize(
    ("group", "words"),
    [(estate, ("rename", "甲苑", "丙苑")), (unit, ("rename", "演示物业", "示例物业"))],
    ids=["estate", "unit"],
)
def test_the_old_name_who_when_and_why_are_shown(run, two, time_machine, group, words):
    time_machine.move_to("2026-11-25 10:00:00+08:00")
    run(group, *words, *REASON)
    told = run(group, "show", words[-1]).output
    assert f"曾用名：{words[1]}" in told
    assert "2026-11-25 10:00 command " in told
    assert "（原因：核对名称）" in told
