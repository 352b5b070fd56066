"""A city's existing list fills the card: last inspection and test, last visit, contract and insurance."""

from datetime import date

import pytest
import time_machine

from backend.card import queries as cards
from backend.card.verdict import verdict
from backend.foundation import clock, database
from backend.registry import commands, queries, signs

HEADING = (
    "救援识别码,监管辖区,检验起算日期,检验起算依据,维保单位,上次检验日期,上次检验结论,上次检验机构,上次检验报告编号,下次检验日期,"
    "上次检测日期,上次检测结论,上次检测机构,上次维保日期,维保合同起期,维保合同止期,保险单号,承保单位,保险止期"
)
ROW = (
    "500001,渝中区,2018-06-01,监督检验,演示维保,2025-05-20,合格,演示检验所,R-1,2026-06-01,"
    "2025-05-21,合格,演示检测公司,2026-02-25,2026-01-01,2026-12-31,P-1,演示保险,2026-12-31"
)
FACTS = ("examinations", "visits", "contracts", "insurance_policies")


@pytest.fixture
def bring(run, tmp_path):
    """Import lines, and give what was said."""

    def work(*lines, options=()):
        (tmp_path / "a.csv").write_text("".join(f"{line}\n" for line in lines))
        return run(commands.import_, "lifts", tmp_path / "a.csv", *options)

    return work


@pytest.fixture(autouse=True)
def _on_a_day():
    with time_machine.travel("2026-03-01T10:00:00+08:00"):
        yield


def counts():
    return [database.collection(name).count_documents({}) for name in FACTS]


def said_of(code="500001"):
    return verdict(cards.card(code), clock.today())


def test_an_existing_list_fills_the_card(bring):
    done = bring(HEADING, ROW)
    assert (done.exit_code, done.stdout.splitlines()[1]) == (
        0,
        "登记维保合同 1 条、维保 1 条、检验 1 条、检测 1 条、保险 1 条",
    )
    blocks = cards.card("500001")["blocks"]
    inspected, tested = blocks["inspection"]["examinations"][::-1]
    assert (
        inspected["date"],
        inspected["passed"],
        inspected["body"],
        inspected["report_no"],
        inspected["next_on"],
    ) == (
        *("2025-05-20", True, "演示检验所"),
        *("R-1", "2026-06-01"),
    )
    assert (tested["kind"], tested["body"]) == ("test", "演示检测公司")
    assert blocks["upkeep"]["visits"][0]["date"] == "2026-02-25"
    assert blocks["upkeep"]["contract"]["end"] == "2026-12-31"
    assert (blocks["insurance"]["policy"]["insurer"], blocks["insurance"]["policy"]["end"]) == (
        "演示保险",
        "2026-12-31",
    )
    assert said_of().level == "valid"


def test_the_same_list_twice_keeps_nothing_twice(bring):
    bring(HEADING, ROW)
    done = bring(HEADING, ROW)
    assert done.stdout == "新增 0 台，更新 0 台，无变化 1 台\n"
    assert counts() == [2, 1, 1, 1]


def test_a_dry_run_counts_them_and_keeps_none(bring):
    done = bring(HEADING, ROW, options=["--dry-run"])
    assert "试运行，没有保存：登记维保合同 1 条" in done.stdout
    assert counts() == [0, 0, 0, 0]


def test_a_policy_of_several_lifts_is_kept_once(bring):
    bring(HEADING, ROW, ROW.replace("500001", "500002"))
    assert database.collection("insurance_policies").find_one()["lifts"] == ["500001", "500002"]
    assert counts()[3] == 1


def test_the_events_say_who_listed_them(bring):
    bring(HEADING, ROW)
    kinds = {one["kind"] for one in database.collection("events").find({"subject": "registry"})}
    assert {"inspection.listed", "test.listed", "visit.listed", "contract.listed", "insurance.listed"} <= kinds


def test_a_failed_inspection_is_one(bring):
    bring(
        HEADING.replace(",上次检验结论", ",上次检验结论,上次检验问题"),
        ROW.replace("20,合格,", "20,不合格,门锁失灵,", 1),
    )
    assert said_of().level == "failed"


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("2025-05-20,合格", "2025-05-20,不合格", "上次检验问题", "不合格的要写明问题"),
        ("2025-05-20,合格", "2025-05-20,", "上次检验结论", "没有写结论，可填：合格、不合格"),
        ("2025-05-20,合格", ",合格", "上次检验日期", "没有写日期"),
        ("2025-05-20,合格", "2026-05-20,合格", "上次检验日期", "日期在将来"),
        ("R-1,2026-06-01", "R-1,2025-05-01", "下次检验日期", "下次日期要晚于这一次"),
        ("2026-01-01,2026-12-31", "2026-01-01,2025-12-31", "维保合同止期", "合同止期不能早于起期"),
        ("2026-01-01,2026-12-31", ",2026-12-31", "维保合同起期", "没有写合同起期"),
        ("演示维保,", ",", "维保合同起期", "没有写维保单位"),
        ("P-1,演示保险", "P-1,", "承保单位", "没有写承保单位"),
        ("P-1,演示保险", ",演示保险", "保险单号", "没有写保险单号"),
    ],
)
def test_what_a_list_says_by_halves_is_rejected_in_its_field(bring, tmp_path, *, old, new, column, reason):
    assert bring(HEADING, ROW.replace(old, new, 1)).exit_code == 1
    assert f",{column}," in (text := (tmp_path / "a.rejects.csv").read_text("utf-8-sig"))
    assert reason in text
    assert counts() == [0, 0, 0, 0]


def test_of_a_list_that_only_says_the_next_day_nothing_is_kept_and_that_is_said(bring):
    done = bring("救援识别码,监管辖区,下次检验日期,保险止期", "500001,渝中区,2027-06-01,2026-12-31")
    assert (done.exit_code, "没有读的列：下次检验日期、保险止期\n" in done.stderr) == (0, True)
    assert counts() == [0, 0, 0, 0]


def test_a_new_lift_with_a_next_day_but_no_last_goes_in_and_the_day_is_reported(bring, tmp_path):
    done = bring("救援识别码,监管辖区,上次检验日期,上次检验结论,下次检验日期", "500001,渝中区,/,/,2027-06-01")
    assert (done.exit_code, counts()) == (0, [0, 0, 0, 0])
    assert "没有写上一次的日期，这一格没有导入" in (tmp_path / "a.rejects.csv").read_text("utf-8-sig")


def test_a_map_that_takes_half_of_a_record_is_refused(bring, tmp_path):
    (tmp_path / "m.toml").write_text('[columns]\ncode = "救援识别码"\ninsurance.end = "保险止期"\n')
    done = bring("救援识别码,保险止期", "500001,2026-12-31", options=["--map", tmp_path / "m.toml"])
    assert (done.exit_code, "有保险的列，就要有“保险单号”列" in done.stderr) == (2, True)


def test_a_lift_of_which_nothing_was_uploaded_is_not_called_overdue(bring):
    bring("救援识别码,监管辖区,检验起算日期", "500001,渝中区,1996-09-01")
    assert (said_of().level, "超期" in said_of().text) == ("missing", False)
    assert "检验未上传" in said_of().text


def test_a_date_that_lies_ahead_holds_until_it_has_passed(bring):
    bring("救援识别码,监管辖区,检验起算日期,检验起算依据", "500001,渝中区,2025-06-15,监督检验")
    before = {due.kind: due.due for due in said_of().dues}
    assert before["inspection"] > date(2026, 3, 1)
    with time_machine.travel("2028-03-01T10:00:00+08:00"):
        assert {due.kind: due.state for due in said_of().dues}["inspection"] == "missing"


def test_once_something_is_on_record_what_is_late_is_overdue(bring):
    heading = "救援识别码,监管辖区,检验起算日期,检验起算依据,上次检验日期,上次检验结论"
    bring(heading, "500001,渝中区,2010-06-01,监督检验,2015-06-01,合格")
    assert {due.kind: due.state for due in said_of().dues}["inspection"] == "overdue"


@pytest.mark.parametrize(("origin", "known"), [("1996-09-01", False), ("2025-06-15", True)])
def test_a_sign_has_a_dash_for_a_date_that_nobody_knows(bring, origin, known):
    bring("救援识别码,监管辖区,检验起算日期,检验起算依据", f"500001,渝中区,{origin},监督检验")
    signs.first_signs(["500001"], commands.COMMAND)
    (fields,) = signs.printed(["500001"], "https://example.org", "")
    assert (fields.next_inspection is not None) == known


def test_the_page_says_of_a_listed_visit_that_only_its_day_is_known(bring, client):
    bring(HEADING, ROW)
    page = client.get("/e/500001").text
    assert "只登记了日期，没有现场记录" in page
    assert "报告写明下次" in page
    assert queries.lift("500001") is not None
