"""The register has no silent gap, clauses are the regulation's own words, and the package stays pure."""

import ast
import pathlib
import re
import subprocess
import sys
from collections import Counter

import pytest

import config
from backend.policy import rules as registry
from backend.policy.regulation import cut, tree
from backend.policy.rules import Mark, carriers, carries, clause_text, entry, open_rules, register, rules
from config import Files

POLICY = pathlib.Path(registry.__file__).parent
TESTS = pathlib.Path(__file__).parents[2]
SOURCE = config.path("policies/cq-2020-84.txt").read_text(encoding="utf-8")
README = (TESTS.parent / "README.md").read_text(encoding="utf-8")
SENTENCES = (TESTS.parent / "docs/decisions/004-sentences.md").read_text(encoding="utf-8")
ALLOWED = {*sys.stdlib_module_names, "config"}


def imported(tree_of_module):
    for node in ast.walk(tree_of_module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", sorted(POLICY.glob("*.py")), ids=lambda path: path.stem)
def test_the_rules_import_only_the_standard_library_and_config(path):
    allowed = ALLOWED | ({"click"} if path.stem == "commands" else set())
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        assert name.split(".")[0] in allowed or name.startswith("backend.policy"), name


@pytest.mark.parametrize("path", sorted(POLICY.glob("*.py")), ids=lambda path: path.stem)
def test_the_rules_have_no_clock_of_their_own(path):
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    for call in calls:
        name = ast.unparse(call.func)
        owner, _, method = name.rpartition(".")
        asks = method in {"now", "utcnow"} or (method == "today" and owner.endswith("date"))
        assert not asks, name
        assert not name.startswith("time."), name


def test_every_rule_has_a_carrier_or_is_on_the_open_list():
    gaps = [row["id"] for row in rules() if row["state"] == "open" and not row["waits_for"]]
    assert not gaps


def test_a_carried_rule_leaves_the_open_list():
    stale = [row["id"] for row in rules() if row["carried_by"] and row["waits_for"]]
    assert not stale, "delete these from config/policies/open.toml"
    assert set(open_rules()) <= set(register())


def test_every_carried_rule_has_a_test():
    tested = registry.tests(TESTS)
    assert not [row["id"] for row in rules() if row["carried_by"] and row["id"] not in tested]


def test_no_test_and_no_function_names_a_rule_that_is_not_there():
    registry.import_everything()
    named = {*registry.tests(TESTS), *carriers()}
    assert named <= set(register())


def test_a_carrier_is_named_by_module_and_function():
    row = next(row for row in rules() if row["id"] == "M-15")
    assert row["carried_by"] == "backend.policy.authority.authority_for"


def test_where_there_are_no_tests_none_are_listed(tmp_path):
    assert registry.tests(tmp_path) == {}


def test_a_mark_stands_in_the_register_from_the_import_on_and_leaves_the_function_as_it_is(monkeypatch):
    monkeypatch.setattr(registry, "_carriers", {})

    def one(): ...

    assert carries("M-02", "M-03")(one) is one
    carries("M-02")(max)
    assert carriers() == {"M-02": ["builtins.max", f"{__name__}.{one.__qualname__}"], "M-03": [carriers()["M-02"][1]]}


def test_carriers_that_nobody_imported_yet_are_imported_when_the_register_is_asked():
    asking = "from backend.policy import rules; print([row['id'] for row in rules.rules() if row['carried_by']])"
    asked = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True)
    assert "'C-03'" in asked.stdout
    assert "'P-09'" in asked.stdout


def test_only_literal_ids_of_a_test_s_mark_are_collected(tmp_path):
    (tmp_path / "test_some.py").write_text(
        "@other.rule\n@mark.rule('M-02', name)\ndef f(): ...\n\nmark.rule('M-01')\n", encoding="utf-8"
    )
    assert registry.tests(tmp_path) == {"M-02": [f"{tmp_path.name}.test_some.f"]}


def test_a_mark_of_a_whole_module_counts_for_each_of_its_tests(tmp_path):
    (tmp_path / "test_some.py").write_text(
        "pytestmark = [mark.slow, mark.rule('M-02')]\ndef helper(): ...\ndef test_f(): ...\n", encoding="utf-8"
    )
    assert registry.tests(tmp_path) == {"M-02": [f"{tmp_path.name}.test_some.test_f"]}


def test_a_rule_that_is_not_there_cannot_be_carried(monkeypatch):
    monkeypatch.setattr(registry, "_carriers", {"M-99": {Mark("some.function")}})
    (wrong,) = registry._register_is_whole(Files(config.ROOT))
    assert str(wrong) == "config/policies/rules.csv: M-99: missing, some.function carries it"
    with pytest.raises(LookupError, match="rule: unknown 'M-99'"):
        entry("M-99")
    with pytest.raises(LookupError, match="rule: unknown"):
        clause_text("M-99")


@pytest.mark.parametrize("rule_id", sorted(register()))
def test_a_rules_words_are_the_regulations_own(rule_id):
    words = clause_text(rule_id)
    assert words
    assert all(line in SOURCE for line in words.split("\n"))


@pytest.mark.parametrize(
    ("rule_id", "says"),
    [
        ("M-20", "现场维护保养间隔最长不超过 3个月"),
        ("C-00", "新安装电梯监督检验后 6年以内，每 3年检验 1 次"),
        ("M-15", "1000台以上（含 1000台）"),
        ("M-16", "公示期为十五天"),
        ("M-X2", "三个工作日内未能解决的"),
        ("M-X11", "取消试点公示"),
        ("T-10", "三个工作日内将检测结果上传"),
        ("T-05", "经法定检验合格在有效期内"),
        ("M-04", "实现试点电梯安全责任险全覆盖"),
        ("T-01", "（二）申请试点维保单位应满足以下条件"),
        ("P-07", "专项抽查"),
        ("T-08", "检验检测试点"),
    ],
)
def test_the_clause_that_is_cut_out_says_what_the_rule_is_about(rule_id, says):
    assert says in clause_text(rule_id)


def test_a_clause_stops_where_the_next_begins():
    assert clause_text("M-X10").endswith("经查实为使用管理或维护保养原因造成的。")
    assert "2．" not in clause_text("M-01")
    assert "附件：" not in "\n".join(tree()[""].words())


def test_a_clause_of_both_annexes_gives_both():
    assert len(cut("附件1/2 四（四）").split("\n\n")) == 2


@pytest.mark.parametrize("clause", ["九（一）", "附件2 三4", "三（九）", ""])
def test_a_heading_the_text_does_not_have_is_refused(clause):
    with pytest.raises(LookupError, match="clause: "):
        cut(clause)


def test_the_rule_itself_is_found_by_its_id():
    assert entry("C-00")["clause"] == "二（二）3"


AT_LEAST_IN_PROCESS = 32  # raise it with every rule that the product comes to; it never falls


def counted():
    states = Counter(row["state"] for row in rules())
    return states["in process"], states["computed"], states["open"]


def test_the_number_of_rules_in_process_only_grows():
    assert counted()[0] >= AT_LEAST_IN_PROCESS


def test_the_readme_says_how_many_rules_are_in_which_state():
    said = re.search(r"(\d+) rules: (\d+) in process, (\d+) computed, (\d+) open", README)
    assert tuple(map(int, said.groups())) == (len(register()), *counted())


def test_each_of_the_45_sentences_has_its_ids_or_a_reason_for_none():
    rows = re.findall(r"^\| (\d+) \| (.+?) \| .+? \| (.+) \|$", SENTENCES, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 46))
    for number, clause, answer in rows:
        ids = re.findall(r"[GMCTP]-X?\d+", answer)
        assert set(ids) <= set(register()), number
        assert ids or re.match("nothing: .{20,}", answer), number
        assert cut(clause), number


@pytest.mark.parametrize("rule_id", ["P-15", "P-16"])
def test_handling_complaints_is_in_process(rule_id):
    row = next(row for row in rules() if row["id"] == rule_id)
    assert row["state"] == "in process"
    assert row["called_by"].startswith(("backend.complaints", "backend.casework", "backend.community", "bot."))
