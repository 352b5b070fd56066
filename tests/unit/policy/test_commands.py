"""The policy commands: text for people, JSON for machines, plain errors."""

import json
from collections import Counter
from datetime import date

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from backend.foundation.workdays import WorkCalendar
from backend.policy.commands import group

KEYS = {"result", "reason", "clause", "rule_id", "profile", "provisional"}
POLICY = group(lambda: date(2026, 11, 23), WorkCalendar)


def run(*words, code=0, text=None):
    done = CliRunner().invoke(POLICY, words, input=text)
    assert done.exit_code == code, done.output
    return done.output


def ask(*words, text=None):
    answer = json.loads(run(*words, "--json", text=text))
    assert set(answer) == KEYS
    return answer


def test_a_calendar_lists_inspections_and_tests_in_order_of_date():
    answer = ask("calendar", "--profile", "cq-2020-84", "--origin", "2010-05-20", "--years", "3")
    assert [(one["kind"], one["due"]) for one in answer["result"]] == [
        ("test", "2011-05-31"),
        ("test", "2012-05-31"),
        ("inspection", "2013-05-31"),
    ]
    assert set(answer["result"][0]) == {"kind", "due", "reason", "clause"}
    assert (answer["clause"], answer["rule_id"], answer["profile"]) == ("二（二）3", "C-00", "cq-2020-84")


def test_a_calendar_takes_events_and_what_was_done():
    words = ("calendar", "--origin", "2001-05-20", "--event", "modernised:2018-03-02", "--years", "3")
    assert ask(*words)["result"][-1]["due"] == "2021-03-31"
    done = ("--last-inspection", "2021-03-10", "--last-test", "2022-03-01")
    assert ask(*words, *done)["result"][0]["due"] == "2023-03-31"


def test_a_calendar_from_an_estimated_origin_is_provisional():
    assert ask("calendar", "--origin", "2010-05-20")["provisional"] is False
    assert ask("calendar", "--origin", "2010-05-20", "--estimated")["provisional"] is True


def test_the_commands_keep_their_clock_under_another_group():
    chati = click.Group("chati", commands=[POLICY])
    done = CliRunner().invoke(chati, ["policy", "interval"], obj=object())
    assert done.output.startswith("2026-12-08")


def test_a_calendar_reads_as_text():
    assert "2013-05-31  检验  每3年检验1次" in run("calendar", "--origin", "2010-05-20")


def test_a_deadline_in_days_and_in_hours():
    assert ask("deadline", "--kind", "publicity", "--start", "2020-10-09")["result"]["due"] == "2020-10-26"
    local = ask("deadline", "--kind", "hazard_report", "--start", "2021-09-30T10:00")
    assert local["result"]["due"] == "2021-10-01T10:00:00+08:00"
    zoned = ask("deadline", "--kind", "hazard_report", "--start", "2021-09-30T10:00Z")
    assert zoned["result"]["due"] == "2021-10-01T18:00:00+08:00"


def test_a_deadline_without_official_calendar_says_so():
    assert ask("deadline", "--kind", "test_upload", "--start", "2026-12-29")["provisional"] is True
    assert "暂定" in run("deadline", "--kind", "test_upload", "--start", "2026-12-29")


def test_an_interval_with_and_without_a_last_visit():
    labelled = ask("interval", "--labelled", "--iot", "--last-visit", "2021-11-30")
    assert labelled["result"] == {"due": "2022-02-28", "from": "2021-11-30", "months": 3, "days": 0}
    assert ask("interval", "--labelled", "--contract", "full")["result"]["due"] == "2027-01-23"
    assert ask("interval", "--today", "2021-01-01")["result"]["due"] == "2021-01-16"


@pytest.mark.rule("M-29")
def test_a_filed_plan_counts_and_one_above_the_limit_is_refused():
    labelled = ("interval", "--labelled", "--iot", "--last-visit", "2026-04-01")
    assert ask(*labelled, "--plan-months", "1")["result"]["due"] == "2026-05-01"
    assert ask(*labelled, "--plan-days", "20")["result"]["due"] == "2026-04-21"
    assert "三（一）2" in run(*labelled, "--plan-months", "12", code=2)
    assert "one of the two" in run(*labelled, "--plan-months", "1", "--plan-days", "9", code=2)


def test_the_authority_for_applicants_and_districts():
    assert ask("authority", "--unit-lifts", "999", "--unit-lifts", "1000")["result"]["authority"] == "CQ"
    small = ask("authority", "--unit-lifts", "999", "--districts", "渝中区,500101,")
    assert (small["result"]["authority"], small["result"]["excluded"]) == ("500103", ["500101"])
    both = ask("authority", "--unit-lifts", "1", "--districts", "渝中区", "--districts", "500107")
    assert (both["result"]["authority"], both["result"]["bureaus"]) == (None, ["500103", "500107"])


@pytest.mark.parametrize("districts", ["渝中区、南岸区", "渝中区，南岸区", "渝中区 500108", "渝中区;500108"])
def test_districts_are_told_apart_by_whatever_people_put_between_them(districts):
    assert ask("authority", "--unit-lifts", "9", "--districts", districts)["result"]["bureaus"] == ["500103", "500108"]


def test_outside_the_time_no_district_is_said_to_be_no_pilot():
    late = ("authority", "--unit-lifts", "9", "--districts", "渝中区", "--today", "2023-01-01")
    assert "不在试点区县内" not in run(*late)
    assert "没有说明试点电梯所在的区县" in run("authority", "--unit-lifts", "9")


@pytest.mark.parametrize(
    "words",
    [
        ("interval", "--last-visit", "9999-12-30"),
        ("deadline", "--kind", "publicity", "--start", "9999-12-30"),
        ("calendar", "--origin", "9990-01-01", "--years", "50"),
    ],
    ids=lambda one: one[0],
)
def test_days_that_no_calendar_has_are_named(words):
    assert "years 1 and 9999" in run(*words, code=2)


def test_without_a_pilot_district_there_is_no_authority():
    assert "无受理机关" in run("authority", "--unit-lifts", "9", "--districts", "万州区")
    late = ("authority", "--unit-lifts", "9", "--districts", "渝中区", "--today", "2026-11-23")
    assert ask(*late)["result"]["bureaus"] == []


def test_exits_come_with_their_evidence():
    facts = json.dumps({"units": [{"id": "u", "bridged_circuits": ["2021-11-02"]}]})
    answer = ask("exit", "--facts", "-", "--today", "2021-12-01", text=facts)
    assert [(one["rule_id"], one["verdict"]) for one in answer["result"]] == [("M-X6", "review")]
    assert (answer["rule_id"], answer["clause"]) == ("M-X6", "附件1 四（三）")
    assert "未发现退出情形" in run("exit", "--programme", "inspection", "--facts", "-", text="{}")


def test_an_outage_judged_without_official_calendar_is_provisional():
    facts = json.dumps({"lifts": [{"id": "1", "iot_outages": [{"alarm": "2026-12-29"}]}]})
    assert ask("exit", "--facts", "-", "--today", "2027-03-01", text=facts)["provisional"] is True


ELIGIBLE = {
    "units": [
        {"id": "u", "role": "using", "accidents": [], "informatised": True},
        {
            **{"id": "m", "role": "maintenance", "accidents": [], "informatised": True},
            **{"standards_published": True, "pledges_published": True},
        },
    ],
    "lifts": [
        {
            "id": "500001",
            "iot": {"present": False},
            "insurance": {"type": "pension", "from": "2022-01-01", "until": "2022-12-31"},
            "inspection": {"passed": True, "valid_until": "2022-12-31"},
        }
    ],
}


@pytest.mark.parametrize(
    ("facts", "eligible"),
    [
        (ELIGIBLE, True),
        ({"units": ELIGIBLE["units"]}, None),
        ({"units": [{"id": "u", "role": "using", "accidents": []}]}, None),
        ({"units": [{"id": "u", "role": "using", "accidents": ["2022-01-01"]}]}, False),
        ({"application": {}}, False),
    ],
)
def test_eligibility_is_yes_no_or_not_known(facts, eligible):
    answer = ask("eligibility", "--programme", "maintenance", "--facts", "-", text=json.dumps(facts))
    assert answer["result"]["eligible"] is eligible
    assert answer["result"]["findings"]


def test_the_register_lists_carriers_tests_and_what_is_open():
    answer = ask("rules")
    rows = {row["id"]: row for row in answer["result"]}
    assert rows["M-15"]["carried_by"] == "backend.policy.authority.authority_for"
    assert any("test_authority" in name for name in rows["M-15"]["tests"])
    assert (rows["M-02"]["state"], rows["M-02"]["callers"]) == ("computed", [])
    assert (rows["M-20"]["state"], rows["M-20"]["called_by"]) == ("in process", "backend.upkeep.queries._terms")
    assert (rows["G-08"]["state"], rows["G-08"]["waits_for"][:12]) == ("open", "supervision:")


def test_the_register_ends_with_how_many_rules_are_in_each_state():
    states = Counter(row["state"] for row in ask("rules")["result"])
    said = run("rules").splitlines()
    assert len(said) == sum(states.values()) + 1
    for number, words in (
        (states.total(), "条规则："),
        (states["in process"], "条已在办理中使用"),
        (states["computed"], "条只能计算"),
        (states["open"], "条待建"),
    ):
        assert f"{number}{words}" in said[-1]
    assert any(line.startswith("M-20   in process") and "<- backend.upkeep.queries._terms" in line for line in said)
    assert any(line.startswith("G-08   open") and "supervision: tasks" in line for line in said)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("calendar", "--origin", "20100520x"), "--origin"),
        (("calendar", "--origin", "2010-05-20", "--event", "painted:2012-01-01"), "modernised、major-repair"),
        (("calendar", "--origin", "2010-05-20", "--event", "modernised:soon"), "YYYY-MM-DD"),
        (("deadline", "--kind", "x", "--start", "2020-01-01"), "kind: unknown 'x'"),
        (("deadline", "--kind", "publicity", "--start", "yesterday"), "应为日期或 ISO 时刻"),
        (("deadline", "--kind", "hazard_report", "--start", "2020-01-01"), "needs a time"),
        (("authority", "--unit-lifts", "9", "--districts", "东海区"), "没有“东海区”这个辖区"),
        (("exit", "--facts", "-"), "facts: not JSON"),
    ],
)
def test_bad_input_is_named(words, says):
    assert says in run(*words, code=2)


words = st.sampled_from(["using", "maintenance", "testing", "liability", "full", "inspection", "2026-01-01", "x"])
names = st.sampled_from(
    [
        "id",
        "role",
        "accidents",
        "informatised",
        "iot",
        "present",
        "online",
        "insurance",
        "type",
        "until",
        "inspection",
        "passed",
        "valid_until",
        "application",
        "pledges",
        "pledged",
        "baseline",
        "fault_rate",
        "plan_inputs",
        "units",
        "lifts",
        "iot_outages",
        "alarm",
        "found",
        "failed",
        "kind",
        "final",
        "faults",
        "on",
        "cause",
        "verified",
        "complaints",
        "pilot_since",
        "still_labelled",
        "bridged_circuits",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6),
    max_leaves=25,
)
lists = st.lists(st.dictionaries(names, values, max_size=6), max_size=3)
anything = st.fixed_dictionaries({"units": lists | values, "lifts": lists | values}, optional={"application": values})


@given(st.sampled_from(["exit", "eligibility"]), st.sampled_from(["maintenance", "inspection"]), anything)
def test_any_facts_get_an_answer_or_an_error_that_says_what_is_wrong(command, programme, facts):
    done = CliRunner().invoke(POLICY, [command, "--programme", programme, "--facts", "-"], input=json.dumps(facts))
    assert done.exit_code in {0, 2}, done.exception
    assert done.exit_code == 0 or "expected" in done.output


def test_facts_must_be_one_object():
    assert "one JSON object" in run("exit", "--facts", "-", code=2, text="[]")
