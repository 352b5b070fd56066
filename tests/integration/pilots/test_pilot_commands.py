from datetime import UTC, date, datetime

import pytest
import time_machine
from click.testing import CliRunner
from flask.cli import ScriptInfo

from backend.inspection.commands import examination
from backend.inspection.documents import Examination
from backend.pilots.commands import pilot
from backend.pilots.documents import Label
from tests.factories import make_label, make_lift

LABEL = ("label", "500101", "--programme", "inspection", "--authority", "CQ", "--since", "2026-01-05")
EXIT = ("exit", "500101", "--programme", "inspection", "--on", "2026-06-01", "--reason", "检验不合格")
REPORT = ("record", "500101", "--kind", "test", "--on", "2026-06-01", "--report", "C1")
PASSED = ("--conclusion", "passed")


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(datetime(2026, 6, 15, 4, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def run(context):
    def invoke(group, *words, typed=None):
        return CliRunner().invoke(group, words, obj=ScriptInfo(create_app=lambda: context), input=typed)

    return invoke


@pytest.mark.rule("T-07", "T-08")
def test_an_operator_labels_a_lift_as_its_authority_decided(run):
    make_label(make_lift(), date(2024, 12, 5))
    done = run(pilot, *LABEL, "--publicised-from", "2025-12-01")
    assert "标注为检验检测试点" in done.output
    assert Label.objects.get(programme="inspection").authority == "CQ"


@pytest.mark.rule("T-07")
def test_a_label_against_the_regulation_is_refused_with_the_clause(run):
    make_label(make_lift(), date(2024, 12, 5))
    done = run(pilot, *LABEL, "--publicised-from", "2026-01-04")
    assert done.exit_code != 0
    assert "附件2 四（一）3" in done.output
    assert Label.objects(programme="inspection").count() == 0


@pytest.mark.rule("T-X9")
@pytest.mark.parametrize(("typed", "left"), [("y\n", True), ("n\n", False)])
def test_an_exit_is_asked_about_before_the_public_reads_it(run, typed, left):
    make_label(make_lift(), programme="inspection")
    run(pilot, *EXIT, "--rule", "T-X7", typed=typed)
    assert (Label.objects.get(programme="inspection").until is not None) is left


def test_an_exit_by_a_rule_of_the_other_programme_is_refused(run):
    make_label(make_lift(), programme="inspection")
    done = run(pilot, *EXIT, "--rule", "M-X9", "--yes")
    assert "这条规则不是检验检测试点的退出情形" in done.output
    assert Label.objects.get(programme="inspection").until is None


@pytest.mark.rule("C-01", "C-03")
def test_a_report_is_recorded_by_whoever_may_do_it_and_no_other(run):
    make_lift()
    done = run(examination, *REPORT, "--type", "self", *PASSED, "--body", "mu-1")
    assert "检测报告（自行检测，2026-06-01）已记录" in done.output
    refused = run(examination, *REPORT[:3], "inspection", *REPORT[4:], "--type", "periodic", *PASSED, "--body", "mu-1")
    assert "二（二）2" in refused.output
    assert [one.kind for one in Examination.objects] == ["test"]


def test_a_report_says_whether_it_was_passed(run):
    make_lift()
    assert "--conclusion" in run(examination, *REPORT, "--type", "self").output
    failed = run(examination, *REPORT, "--type", "self", "--conclusion", "failed", "--problem", "限速器校验过期")
    assert failed.exit_code == 0
    assert not Examination.objects.get(lift="500101").passed
