"""What each policy command says, word for word, to people and to machines."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from backend.foundation.workdays import WorkCalendar
from backend.policy import commands
from backend.policy.commands import group

TODAY = date(2026, 11, 23)
POLICY = group(lambda: TODAY, WorkCalendar)


def run(words, code=0, text=None):
    done = CliRunner().invoke(POLICY, words.split() if isinstance(words, str) else words, input=text)
    assert done.exit_code == code, done.output
    return done.output


def ask(words, text=None):
    return json.loads(run(f"{words} --json", text=text))


def test_each_command_is_there():
    names = ["authority", "calendar", "deadline", "eligibility", "exit", "interval", "rules"]
    assert sorted(POLICY.commands) == names
    assert POLICY.name == "policy"


@pytest.mark.rule("C-00")
def test_a_calendar_in_words():
    assert run("calendar --origin 2010-05-20 --last-inspection 2024-05-20 --years 2").splitlines() == [
        "2025-05-31  检验  每1年检验1次、检测1次 · 使用15年及以上",
        "2025-05-31  检测  每1年检验1次、检测1次 · 使用15年及以上",
        "2026-05-31  检验  每1年检验1次、检测1次 · 使用15年及以上",
        "2026-05-31  检测  每1年检验1次、检测1次 · 使用15年及以上",
        "依据：2年内检验2次、检测2次 · 二（二）3 · cq-2020-84",
    ]


def test_a_calendar_for_machines():
    answer = ask("calendar --origin 2010-05-20 --years 3 --profile tsg-2023 --estimated")
    assert answer["result"][0] == {
        "kind": "inspection",
        "due": "2011-05-31",
        "reason": "第1、4、7、9、11、13、15年检验 · 监督检验后15年以内（起算日按使用登记日期估计）",
        "clause": "TSG T7001-2023",
    }
    assert [(one["kind"], one["due"]) for one in answer["result"][1:]] == [
        ("test", "2012-05-31"),
        ("test", "2013-05-31"),
    ]
    assert answer["reason"] == "3年内检验1次、检测2次"
    assert (answer["clause"], answer["rule_id"]) == ("TSG T7001-2023", "TSG-T7001-2023")
    assert (answer["profile"], answer["provisional"]) == ("tsg-2023", True)
    assert run("calendar --origin 2010-05-20 --years 1 --estimated").endswith("cq-2020-84 · 暂定\n")


@pytest.mark.rule("T-10")
def test_a_deadline_in_words_and_for_machines():
    assert run("deadline --kind test_upload --start 2021-09-30").splitlines() == [
        "2021-10-11",
        "依据：每台电梯检测完成后三个工作日内上传检测结果 · 附件2 四（二） · cq-2020-84",
    ]
    assert ask("deadline --kind test_upload --start 2021-09-30") == {
        "result": {"due": "2021-10-11", "kind": "test_upload"},
        "reason": "每台电梯检测完成后三个工作日内上传检测结果",
        "clause": "附件2 四（二）",
        "rule_id": "T-10",
        "profile": "cq-2020-84",
        "provisional": False,
    }


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("calendar", ["--origin DATE", "--event KIND:DATE", "--profile ID", "--last-inspection DATE"]),
        ("deadline", ["--start DATE OR TIME"]),
        ("interval", ["--today DATE", "--profile ID"]),
    ],
)
def test_help_says_what_each_option_takes(command, shown):
    said = " ".join(run(f"{command} --help").split())
    assert [one for one in shown if one not in said] == []


def test_json_is_written_for_readers_line_by_line_and_in_chinese():
    said = run("deadline --kind publicity --start 2020-10-12 --json")
    assert said.startswith('{\n  "result": {\n    "due": "2020-10-27",\n')
    assert '\n  "clause": "附件1 四（一）3; 附件2 四（一）3",\n' in said


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2021-09-30T10:00", "2021-10-01T10:00:00+08:00"),
        ("2021-09-30T10:00+08:00", "2021-10-01T10:00:00+08:00"),
        ("20210930T10", "2021-10-01T10:00:00+08:00"),
        ("2021-09-30T10:00Z", "2021-10-01T18:00:00+08:00"),
    ],
)
def test_a_time_without_zone_is_chongqings(start, due):
    assert ask(f"deadline --kind hazard_report --start {start}")["result"]["due"] == due


@pytest.mark.rule("M-20", "M-21", "M-22", "M-23")
@pytest.mark.parametrize(
    ("words", "result", "rule_id"),
    [
        ("", {"due": "2026-12-08", "from": "2026-11-23", "months": 0, "days": 15}, "STATE-549-31"),
        ("--labelled", {"due": "2026-12-23", "from": "2026-11-23", "months": 1, "days": 0}, "M-22"),
        ("--labelled --contract full", {"due": "2027-01-23", "from": "2026-11-23", "months": 2, "days": 0}, "M-21"),
        ("--labelled --iot", {"due": "2027-02-23", "from": "2026-11-23", "months": 3, "days": 0}, "M-20"),
        ("--today 2021-01-01", {"due": "2021-01-16", "from": "2021-01-01", "months": 0, "days": 15}, "STATE-549-31"),
        (
            "--today 2021-01-01 --last-visit 2021-01-10",
            {"due": "2021-01-25", "from": "2021-01-10", "months": 0, "days": 15},
            "STATE-549-31",
        ),
    ],
)
def test_an_interval_for_machines(words, result, rule_id):
    answer = ask(f"interval {words}")
    assert (answer["result"], answer["rule_id"], answer["provisional"]) == (result, rule_id, False)


def test_an_interval_in_words():
    first, why = run("interval --labelled --iot --last-visit 2021-11-30").splitlines()
    assert first == "2022-02-28"
    assert why == ("依据：现场维护保养间隔最长不超过3个月 · 具有基于物联网的电梯安全监测系统 · 三（一）2 · cq-2020-84")


@pytest.mark.rule("M-15")
def test_an_authority_in_words():
    said = run("authority --unit-lifts 9 --districts 渝中区,500107 --districts 万州区").splitlines()
    assert said == [
        "500103  渝中区市场监督管理局",
        "500107  九龙坡区市场监督管理局",
        "500101  万州区的电梯不能申请",
        "依据：申请单位电梯不足1000台，试点电梯在试点区县内，向渝中区市场监督管理局、九龙坡区市场监督管理局申请"
        " · 附件1 四（一）3 · cq-2020-84",
    ]
    nobody = run("authority --unit-lifts 9 --districts 万州区").splitlines()
    assert nobody[:2] == ["无受理机关", "500101  万州区的电梯不能申请"]


@pytest.mark.rule("M-15", "T-07")
def test_an_authority_for_machines():
    assert ask("authority --unit-lifts 1000")["result"] == {
        "authority": "CQ",
        "bureaus": ["CQ"],
        "names": ["重庆市市场监督管理局"],
        "excluded": [],
    }
    nobody = ask("authority --unit-lifts 9 --districts 万州区")["result"]
    assert nobody == {"authority": None, "bureaus": [], "names": [], "excluded": ["500101"]}
    inspection = ask("authority --programme inspection --unit-lifts 9 --districts 万州区")
    assert (inspection["result"]["authority"], inspection["rule_id"]) == ("CQ", "T-07")
    assert inspection["provisional"] is False


@pytest.mark.rule("M-15")
@pytest.mark.parametrize(
    ("today", "bureaus"),
    [("2020-09-22", []), ("2020-09-23", ["500103"]), ("2022-12-31", ["500103"]), ("2023-01-01", [])],
)
def test_an_authority_on_a_day_is_that_days(today, bureaus):
    asked = f"authority --unit-lifts 9 --districts 渝中区 --today {today}"
    assert ask(asked)["result"]["bureaus"] == bureaus
    early = group(lambda: date(2020, 9, 1), WorkCalendar)
    done = CliRunner().invoke(early, ["authority", "--unit-lifts", "9", "--districts", "渝中区", "--json"])
    assert json.loads(done.output)["result"]["bureaus"] == []


@pytest.mark.rule("M-X6", "T-X4")
@pytest.mark.parametrize(
    ("programme", "rule_id", "clause", "words"),
    [
        ("maintenance", "M-X6", "附件1 四（三）", "短接电梯门锁回路、安全回路"),
        ("inspection", "T-X4", "附件2 四（三）", "电梯门锁回路、安全回路被短接"),
    ],
)
def test_an_exit_in_words_and_for_machines(programme, rule_id, clause, words):
    facts = json.dumps({"units": [{"id": "u", "bridged_circuits": ["2021-11-02"]}]})
    asked = f"exit --programme {programme} --facts -"
    assert run(asked, text=facts).splitlines() == [
        f"{rule_id}   review   u  {words}",
        f"依据：发现1项，由受理机关决定 · {clause} · cq-2020-84",
    ]
    answer = ask(asked, text=facts)
    assert answer["result"][0]["evidence"] == {"bridged_circuits": ["2021-11-02"]}
    assert (answer["rule_id"], answer["clause"], answer["provisional"]) == (rule_id, clause, False)
    assert answer["reason"] == "发现1项，由受理机关决定"


def test_two_findings_of_one_rule_name_it_once():
    units = [{"id": one, "accidents": ["x"], "serious_acts": ["y"]} for one in "ab"]
    answer = ask("exit --facts -", text=json.dumps({"units": units}))
    assert answer["rule_id"] == "M-X5, M-X8"
    assert answer["reason"] == "发现4项，由受理机关决定"


def test_nothing_found_is_said_so():
    assert run("exit --facts -", text="{}").splitlines() == ["依据：未发现退出情形 · 附件1 四（三） · cq-2020-84"]
    assert ask("exit --facts -", text="{}")["rule_id"] == ""


def outage(today):
    facts = json.dumps({"lifts": [{"id": "1", "iot": {"present": False}, "iot_outages": [{"alarm": "2026-11-19"}]}]})
    return ask(f"exit --facts - {today}", text=facts)


@pytest.mark.rule("M-X2")
def test_an_exit_is_judged_today_unless_another_day_is_named():
    assert outage("")["result"] == []
    assert [one["rule_id"] for one in outage("--today 2026-11-25")["result"]] == ["M-X2", "M-X2"]
    assert outage("--today 2026-11-25")["provisional"] is False


USES = {"id": "u", "role": "using", "accidents": [], "informatised": True}
MAINTAINS = {**USES, "id": "m", "role": "maintenance", "standards_published": True, "pledges_published": True}
INSURED = {"type": "liability", "from": "2022-01-01", "until": "2022-12-31"}
INSPECTED = {"passed": True, "valid_until": "2022-12-31"}
LIFT = {"id": "1", "iot": {"present": False}, "insurance": INSURED, "inspection": INSPECTED}
ALL = {"units": [USES, MAINTAINS], "lifts": [LIFT]}


@pytest.mark.rule("M-01", "T-01")
@pytest.mark.parametrize(
    ("facts", "eligible", "reason"),
    [
        (ALL, True, "符合条件"),
        ({**ALL, "units": [{**USES, "informatised": False}, MAINTAINS]}, False, "不符合条件"),
        ({**ALL, "units": [{"id": "u", "role": "using"}, MAINTAINS]}, None, "尚有条件待查明"),
        ({**ALL, "units": [USES]}, None, "尚有条件待查明"),
        ({**ALL, "lifts": []}, None, "尚有条件待查明"),
        ({**ALL, "application": {}}, False, "不符合条件"),
    ],
)
def test_eligibility_says_its_outcome_in_words(facts, eligible, reason):
    answer = ask("eligibility --facts -", text=json.dumps(facts))
    assert (answer["result"]["eligible"], answer["reason"]) == (eligible, reason)
    assert (answer["clause"], answer["profile"], answer["provisional"]) == ("附件1 二、三", "cq-2020-84", False)
    said = run("eligibility --facts -", text=json.dumps(facts)).splitlines()
    assert said[-1] == f"依据：{reason} · 附件1 二、三 · cq-2020-84"
    assert len(said) == len(answer["result"]["findings"]) + 1
    assert said[0] == "G-04   met        试点时间2020-09-23至2022-12-31：在试点期内"
    assert said[1].startswith("M-01   ")
    other = ask("eligibility --programme inspection --facts -", text=json.dumps({"units": [MAINTAINS]}))
    assert other["clause"] == "附件2 二、三"
    assert other["rule_id"].startswith("G-04, T-01, ")


@pytest.mark.parametrize(
    ("check", "file", "eligible"),
    [
        ({"accidents": []}, {"evidence": True, "reports_url": "x"}, True),
        ({"accidents": []}, {"evidence": True}, None),
        ({"accidents": ["2022-01-01"]}, {"evidence": True}, False),
        ({}, {"evidence": False, "reports_url": "x"}, False),
        ({}, {"evidence": True, "reports_url": "x"}, None),
    ],
)
def test_units_and_file_are_summed_up(check, file, eligible):
    year = dict.fromkeys(("still_labelled", "quality_improved", "satisfaction_improved"), True)
    unit = {"id": "u", "role": "using", "pilot_since": "2020-10-15", "tests_itself": False, **year, **check}
    facts = json.dumps({"units": [unit], "lifts": [LIFT], "application": file})
    assert ask("eligibility --programme inspection --facts -", text=facts)["result"]["eligible"] is eligible


@pytest.mark.rule("G-04", "M-01")
@pytest.mark.parametrize(
    ("accident", "asked", "day"),
    [
        ("2019-12-31", "", "2022-12-31"),  # after the pilot it is judged as on its last day
        ("2019-12-30", "", "2022-12-31"),
        ("2018-10-15", "--today 2021-10-15", "2021-10-15"),
        ("2018-10-14", "--today 2021-10-15", "2021-10-15"),
    ],
)
def test_eligibility_is_judged_on_a_day_of_the_pilot_unless_another_is_named(accident, asked, day):
    facts = json.dumps({"units": [{**USES, "accidents": [accident]}]})
    for programme, rule_id in (("maintenance", "M-01"), ("inspection", "T-01")):
        found = ask(f"eligibility --programme {programme} --facts - {asked}", text=facts)["result"]["findings"]
        verdicts = {one["rule_id"]: one["verdict"] for one in found}
        assert found[0]["evidence"]["on"] == day
        assert (verdicts["G-04"], verdicts[rule_id]) == ("met", "met" if accident.endswith(("30", "14")) else "unmet")


@pytest.mark.rule("G-04")
def test_eligibility_is_judged_today_while_the_pilot_runs_and_outside_it_where_that_is_named():
    def outcome(today, asked=""):
        early = group(lambda: today, WorkCalendar)
        words = ["eligibility", "--facts", "-", "--json", *asked.split()]
        result = json.loads(CliRunner().invoke(early, words, input=json.dumps(ALL)).output)["result"]
        return result["findings"][0]["evidence"]["on"], result["findings"][0]["verdict"], result["eligible"]

    assert outcome(date(2022, 3, 1)) == ("2022-03-01", "met", True)
    assert outcome(date(2022, 3, 1), "--today 2023-01-01") == ("2023-01-01", "unmet", False)
    assert outcome(date(2020, 9, 22)) == ("2020-09-22", "unmet", False)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("calendar --origin x", "应为日期 YYYY-MM-DD，不是 'x'"),
        (
            "calendar --origin 2010-05-20 --profile x",
            "profile: unknown 'x', one of cq-2020-84, national-2009, tsg-2023",
        ),
        (
            "calendar --origin 2010-05-20 --event x:2012-01-01",
            "应为 modernised、major-repair、restart 之一，不是 'x'",
        ),
        ("calendar --origin 2010-05-20 --event modernised", "应为日期 YYYY-MM-DD，不是 ''"),
        ("calendar --origin 2010-05-20 --years 0", "--years"),
        ("calendar --origin 2010-05-20 --years 101", "--years"),
        ("deadline --kind publicity --start x", "应为日期或 ISO 时刻，不是 'x'"),
        ("deadline --kind publicity --start 2021-09-30Tx", "应为日期或 ISO 时刻，不是 '2021-09-30Tx'"),
        ("deadline --kind publicity", "--start"),
        ("deadline --start 2021-09-30", "--kind"),
        ("authority", "--unit-lifts"),
        ("authority --unit-lifts -1", "--unit-lifts"),
        ("interval --contract gold", "--contract"),
        ("interval --last-visit 9999-12-31", "date value out of range"),
        ("exit --programme x --facts -", "--programme"),
        ("exit", "--facts"),
    ],
)
def test_what_cannot_be_read_is_named(words, says):
    assert says in " ".join(run(words, code=2).replace("│", " ").split())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "facts: not JSON, "),
        ("[1]", "facts: one JSON object expected"),
        (b"\xff", "facts: not JSON, "),
        ("[" * 99999, "facts: not JSON"),
    ],
)
def test_facts_that_are_no_object_are_refused(text, says):
    assert says in run("exit --facts -", code=2, text=text)


ROW = {
    "id": "M-99",
    "state": "in process",
    "clause": "三（九）",
    "rule": "…",
    "carried_by": "a.b",
    "called_by": "c.d",
    "callers": ["c.d"],
    "waits_for": None,
}
COMPUTED = {**ROW, "id": "M-X98", "state": "computed", "called_by": None, "callers": []}
OPEN = {**COMPUTED, "id": "P-97", "state": "open", "carried_by": None, "waits_for": "insight: a chart"}


@pytest.mark.parametrize(
    ("tested", "counts"),
    [
        ({}, ["", "", ""]),
        ({"M-99": ["x", "y"], "P-97": ["z"]}, [" · 2 tests", " · 0 tests", " · 1 tests"]),
    ],
)
def test_the_register_in_words(monkeypatch, tested, counts):
    monkeypatch.setattr(commands.registry, "rules", lambda: (ROW, COMPUTED, OPEN))
    monkeypatch.setattr(commands.registry, "tests", lambda folder: tested if folder.name == "tests" else None)
    assert run("rules").splitlines() == [
        f"M-99   in process 三（九） · a.b <- c.d{counts[0]}",
        f"M-X98  computed   三（九） · a.b{counts[1]}",
        f"P-97   open       三（九） · insight: a chart{counts[2]}",
        "依据：3条规则：1条已在办理中使用，1条只能计算，1条待建 · 渝市监发〔2020〕84号 · cq-2020-84",
    ]
    answer = ask("rules")
    assert answer["rule_id"] == ""
    assert answer["result"] == [{**row, "tests": tested.get(row["id"], [])} for row in (ROW, COMPUTED, OPEN)]


def test_a_rule_without_carrier_that_waits_for_nothing_has_an_empty_place(monkeypatch):
    monkeypatch.setattr(commands.registry, "rules", lambda: ({**OPEN, "waits_for": None},))
    monkeypatch.setattr(commands.registry, "tests", lambda _folder: {})
    assert run("rules").splitlines()[0] == "P-97   open       三（九） · "


def test_an_installed_package_without_its_project_has_no_tests_to_list(monkeypatch, tmp_path):
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(commands.registry, "rules", lambda: (ROW,))
    monkeypatch.setattr(commands.registry, "tests", lambda _folder: {"M-99": ["x"]})
    assert run("rules").splitlines()[0] == "M-99   in process 三（九） · a.b <- c.d"
    (tmp_path / "pyproject.toml").touch()
    assert run("rules").splitlines()[0] == "M-99   in process 三（九） · a.b <- c.d · 1 tests"
