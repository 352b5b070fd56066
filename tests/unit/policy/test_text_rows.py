"""Clauses are cut where they begin and end, and a source says whose words it shows."""

import pathlib

import pytest

from backend.policy import rules as registry
from backend.policy.regulation import cut
from backend.policy.rules import carriers, entry, register, rules, sentences
from backend.policy.sources import Source, source

IOT = "（2）发现电梯物联网安全运行监测系统不能正常使用且在三个工作日内未能解决的；"
EXITS = "1．试点期间，发生下列情况之一的，试点单位将退出试点："
UNITS_1 = "1．近三年未发生电梯安全责任事故；"


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("附件1 四（三）1(2)", f"{EXITS}\n{IOT}"),
        (
            "附件1 四（三）1（2）",
            f"{EXITS}\n{IOT}",
        ),
        ("附件2 四（三）1(2)", f"{EXITS}\n（2）发现出具虚假检测报告的；"),
        ("附件1 二1", f"二、申请试点的使用单位和维保单位应满足以下条件\n{UNITS_1}"),
        ("附件1 一", "一、试点时间\n自发文之日起至 2022年 12月。"),
        (
            "附件2 二（一）1,（二）1",
            f"（一）申请试点使用单位应满足以下条件\n{UNITS_1}\n\n（二）申请试点维保单位应满足以下条件\n{UNITS_1}",
        ),
        (
            "附件1 三3; 附件2 一",
            "三、申请试点的电梯应满足以下条件\n3．经法定检验合格在有效期内。\n\n"
            "一、试点时间\n2021年 9月至 2022年 12月。",
        ),
    ],
)
def test_a_clause_is_its_own_paragraphs_after_the_first_of_the_heading_above(clause, words):
    assert cut(clause) == words


@pytest.mark.parametrize(
    ("clause", "first", "last", "parts"),
    [
        ("一（三）", "一、总体要求", "覆盖率达到 50%以上。", 1),
        ("附件2 四（一）1–2", "（一）试点启动", "（2）提供检测报告查询网址。", 2),
        ("附件2 四（一）4–5", "（一）试点启动", "接受社会监督。", 2),
        ("附件1/2 四（四）", "四、试点程序", "专项抽查。", 2),
        ("附件1 四（三）", "四、试点程序", "技术规范要求开展电梯维护保养工作。", 1),
        ("附件1 四（三）2", "（三）试点退出", "经查实为使用管理或维护保养原因造成的。", 1),
        ("三（三）1; 附件1/2 四（四）", "（三）推进电梯安全监管改革", "专项抽查。", 3),
    ],
)
def test_a_clause_ends_where_the_next_heading_begins(clause, first, last, parts):
    words = cut(clause)
    assert words.startswith(first)
    assert words.endswith(last)
    assert len(words.split("\n\n")) == parts


def test_the_list_of_annexes_and_the_signature_belong_to_no_clause():
    assert "附件：" not in cut("四")
    assert "9月 18日" not in cut("四")
    assert cut("四").startswith("四、工作要求\n（一）结合本地实情")
    assert cut("四").endswith("确保试点积极稳妥，取得实效。")


@pytest.mark.parametrize(
    ("clause", "says"),
    [
        ("九（一）", "clause: cannot read '九（一）'"),
        ("附件2 三4", "clause: the text has no 4 there"),
        ("三（六）", "clause: the text has no 六 there"),
        ("附件1 四（一）2–9", "clause: the text has no 6 there"),
        ("", "clause: cannot read ''"),
        ("一（三）x", "clause: cannot read '一（三）x'"),
    ],
)
def test_a_place_that_the_text_does_not_have_is_refused_by_name(clause, says):
    with pytest.raises(LookupError) as refused:
        cut(clause)
    assert str(refused.value) == says


def test_a_rule_of_the_regulation_is_shown_in_its_own_words():
    found = source("M-16")
    assert (found.rule_id, found.title) == ("M-16", "渝市监发〔2020〕84号 附件1 四（一）3")
    assert found.issuer == "重庆市市场监督管理局"
    assert "公示期为十五天" in found.text
    assert found.verbatim is True


def test_a_rule_of_another_document_is_shown_in_ours():
    found = source("SAMR-PENALTY")
    assert (found.rule_id, found.title) == ("SAMR-PENALTY", "市场监督管理行政处罚程序规定")
    assert found.issuer == "国家市场监督管理总局"
    assert "十五个工作日内核查" in found.text
    assert found.verbatim is False


def test_a_rule_is_carried_by_every_function_that_says_so_in_their_order():
    row = next(one for one in rules() if one["id"] == "T-07")
    found = carriers()
    assert found["T-07"] == sorted(found["T-07"])
    assert "backend.policy.authority.authority_for" in found["T-07"]
    assert "backend.policy.labelling.refusals" in found["T-07"]
    assert row["carried_by"] == ", ".join(carriers()["T-07"])
    assert row["state"] == "in process"
    assert row["called_by"] in row["callers"]
    assert row["waits_for"] is None


def test_the_register_keeps_its_order_and_its_rows():
    assert list(register())[:2] == ["G-01", "G-02"]
    assert list(register())[-1] == "P-36"
    assert len(register()) == 127
    assert [one["id"] for one in rules()] == list(register())
    for one in rules():
        assert {key: one[key] for key in ("id", "clause", "rule")} == entry(one["id"])
        assert (one["carried_by"] is None) == (one["state"] == "open")
        assert (one["waits_for"] is None) == (one["state"] != "open")


MARKED = {
    "test_one.py": "@pytest.mark.rule('M-01', 'M-02')\ndef test_a(): ...\n",
    "inner/test_two.py": "@mark.rule('M-01')\nasync def test_b(): ...\n\n@mark.rule('M-03')\nclass TestC: ...\n",
    "test_three.py": "@mark.parametrize('x', [pytest.param(1, marks=mark.rule('M-04'))])\ndef test_d(x): ...\n",
    "test_four.py": "def test_e():\n    rule('M-05')\n",
    "notes.txt": "@pytest.mark.rule('M-06')\ndef test_f(): ...\n",
    "test_five.py": "@pytest.mark.rule(4, name)\ndef test_g(): ...\n\n@rule('M-07')\ndef test_h(): ...\n",
}


def test_the_tests_of_a_rule_are_found_by_their_marks(tmp_path):
    for name, text in MARKED.items():
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert registry.tests(pathlib.Path(tmp_path, "tests")) == {
        "M-01": ["tests.inner.test_two.test_b", "tests.test_one.test_a"],
        "M-02": ["tests.test_one.test_a"],
        "M-03": ["tests.inner.test_two.TestC"],
        "M-04": ["tests.test_three.test_d"],
    }


@pytest.mark.parametrize(
    ("text", "meant", "paragraphs"),
    [
        ("甲乙丙", (), [[("甲乙丙", False)]]),
        ("甲乙丙", ("乙",), [[("甲", False), ("乙", True), ("丙", False)]]),
        ("甲乙丙", ("甲乙丙",), [[("甲乙丙", True)]]),
        ("甲乙丙", ("甲",), [[("甲", True), ("乙丙", False)]]),
        ("甲乙丙", ("丙", "甲"), [[("甲", True), ("乙", False), ("丙", True)]]),
        ("甲乙丙", ("甲", "甲乙"), [[("甲乙", True), ("丙", False)]]),  # the longer of two that begin alike
        ("甲乙丙", ("甲乙", "甲"), [[("甲乙", True), ("丙", False)]]),
        ("甲乙甲", ("甲",), [[("甲", True), ("乙", False), ("甲", True)]]),
        ("甲.乙", (".",), [[("甲", False), (".", True), ("乙", False)]]),
        ("甲\n\n \n乙甲", ("甲",), [[("甲", True)], [("乙", False), ("甲", True)]]),
    ],
)
def test_what_a_rule_means_is_marked_in_its_paragraphs_and_nothing_is_lost(text, meant, paragraphs):
    shown = Source("M-16", "标题", "机关", text, True, meant)
    assert list(shown.paragraphs()) == paragraphs


def test_a_rule_means_its_own_sentences_and_another_document_says_whether_the_platform_wrote_it():
    for rule_id in register():
        found = source(rule_id)
        assert (found.meant, found.house) == (sentences(rule_id), False)
        marked = "".join(words for line in found.paragraphs() for words, meant in line if meant)
        assert bool(marked) is bool(found.meant), rule_id
    assert (source("HOUSE-REPAIR").house, source("HOUSE-REPAIR").meant) == (True, ())
    assert source("STATE-549-31").house is False
    assert Source("M-16", "标题", "机关", "甲", False) == Source("M-16", "标题", "机关", "甲", False, (), False)
