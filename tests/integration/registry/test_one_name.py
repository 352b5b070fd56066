"""One unit and one estate, however a file spells them; a number that several lifts share."""

import pathlib

import pytest

from backend.accounts.actors import COMMAND
from backend.foundation import database
from backend.registry import queries, renaming, search, service
from backend.registry.commands import import_

CASES = pathlib.Path(__file__).parents[2] / "data" / "cases"
HEADING = "救援识别码,监管辖区,小区,使用单位,使用单位电话,维保单位,维保单位电话\n"


def stored(name):
    return list(database.collection(name).find())


@pytest.fixture
def imported(run, tmp_path):
    """Import rows below HEADING; gives what the command said."""

    def imported(*rows):
        (tmp_path / "file.csv").write_text(HEADING + "\n".join(rows))
        return run(import_, "lifts", tmp_path / "file.csv").output

    return imported


def test_names_in_brackets_of_either_width_and_with_blanks_are_one_unit_and_one_estate(run):
    done = run(import_, "lifts", CASES / "unit_brackets.csv")
    assert done.exit_code == 0
    assert [one["name"] for one in stored("organisations")] == ["重庆升稳（集团）电梯有限公司"]
    assert [one["name"] for one in stored("estates")] == ["云杉里（一期）"]
    assert {(one["estate"], one["estate_name"]) for one in stored("lifts")} == {
        (stored("estates")[0]["_id"], "云杉里（一期）")
    }


def test_contrary_phones_of_one_unit_are_told_and_the_second_run_changes_nothing(run):
    first = run(import_, "lifts", CASES / "unit_brackets.csv")
    before = {name: stored(name) for name in ("lifts", "estates", "organisations", "cards", "events")}
    second = run(import_, "lifts", CASES / "unit_brackets.csv")
    assert "采用 023-00000001，没有采用 023-00000002" in first.output
    assert "无变化 3 台" in second.output
    assert {name: stored(name) for name in before} == before


def test_a_dry_run_tells_of_contrary_phones_as_the_import_does(run):
    tried = run(import_, "lifts", CASES / "unit_brackets.csv", "--dry-run")
    assert "采用 023-00000001，没有采用 023-00000002" in tried.output
    assert stored("lifts") == []


def test_a_dry_run_takes_another_spelling_of_a_name_for_no_change(run, tmp_path):
    head = "救援识别码,监管辖区,小区,维保单位,楼栋\n"
    (tmp_path / "a.csv").write_text(head + "610001,渝中区,云杉里（一期）,重庆升稳（集团）电梯有限公司,1栋\n")
    (tmp_path / "b.csv").write_text(head + "610001,渝中区,云杉里 (一期),重庆升稳(集团) 电梯有限公司,2栋\n")
    run(import_, "lifts", tmp_path / "a.csv")
    tried = run(import_, "lifts", tmp_path / "b.csv", "--dry-run").output
    assert "楼栋 1栋 → 2栋" in tried
    assert ("小区" in tried, "维保单位" in tried) == (False, False)


def test_contrary_phones_of_a_unit_that_uses_and_maintains_are_told(imported):
    said = imported("610001,渝中区,甲苑,演示物业,023-00000001,演示物业,023-00000002")
    assert "演示物业：电话有不同的写法，采用 023-00000001，没有采用 023-00000002" in said


def test_contrary_phones_in_two_batches_are_told(imported, monkeypatch):
    monkeypatch.setattr("backend.registry.importing.BATCH", 1)
    rows = ("610001,渝中区,甲苑,演示物业,023-00000001,,", "610002,渝中区,甲苑,演示物业,023-00000002,,")
    assert "没有采用 023-00000002" in imported(*rows)
    assert [one["phone"] for one in stored("organisations")] == ["023-00000001"]


def test_a_new_phone_of_a_later_file_replaces_the_old_one(imported):
    imported("610001,渝中区,甲苑,演示物业,023-00000001,,")
    said = imported("610001,渝中区,甲苑,演示物业,023-00000009,,")
    assert ("不同的写法" in said, [one["phone"] for one in stored("organisations")]) == (False, ["023-00000009"])


def test_estates_of_one_name_in_two_districts_stay_two(imported):
    imported("610001,渝中区,甲苑,,,,", "610002,南岸区,甲苑,,,,")
    assert len(stored("estates")) == 2


def test_an_estate_of_an_abolished_district_is_found_under_its_successor(context):
    before = service.save_estates([{"name": "江畔样板", "jurisdiction": "500105"}]).ids["500105", "江畔样板"]
    after = service.save_estates([{"name": "江畔样板", "jurisdiction": "500157"}]).ids["500157", "江畔样板"]
    assert before == after


def test_of_two_estates_that_a_reform_brings_together_none_is_taken_for_the_other(context):
    rows = [{"name": "阳光里", "jurisdiction": area} for area in ("500105", "500112", "500157")]
    assert len({service.save_estates([row]).ids[row["jurisdiction"], "阳光里"] for row in rows}) == 3


def test_a_number_that_several_lifts_share_pages_like_any_search(context):
    codes = [f"6100{n:02}" for n in range(5)]
    service.save_lifts(
        [{"code": code, "jurisdiction": "500103", "registration_code": "31105001062011050006"} for code in codes],
        by=COMMAND,
    )
    found, cursor = [], None
    for _ in range(3):
        page, cursor = search.search("31105001062011050006", 2, cursor)
        found += [one["code"] for one in page]
    assert (found, cursor) == (codes, None)


def test_signs_and_streams_find_an_estate_in_any_spelling_and_by_a_former_name(imported):
    imported("610001,渝中区,云杉里（一期）,,,,", "610002,渝中区,别的,,,,")
    assert list(queries.codes(estate="云杉里(一期)")) == ["610001"]
    renaming.rename(queries.estate_meant("云杉里（一期）"), "云杉新里", COMMAND, "更名")
    assert list(queries.codes(estate="云杉里（一期）")) == list(queries.codes(estate="云杉新里")) == ["610001"]
