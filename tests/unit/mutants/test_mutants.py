"""The mutants of `make mutants`: each is one change, in places that matter, and none touches what people read."""

import pytest

from tests.mutants import code, data

POLICY = '''"""Rules."""

from typing import Any

NAMES = ("liability", "pension")
Facts = dict[str, Any]


@carries("M-15")
def authority(lifts: list[int], limit: int = 1000) -> str:
    """Find it."""
    if max(lifts) >= limit:
        return "CQ"
    raise LookupError(f"none for {limit}")
'''


def changes(text, kind=code, file="policy.py"):
    return {one.change for one in kind.mutants(file, text)}


@pytest.mark.parametrize(
    "change",
    [
        "max(lifts) → sum(lifts)",
        "max(lifts) → min(lifts)",
        ">= limit → > limit",
        ">= limit → < limit",
        "1000 → 1001",
        "1000 → 999",
        '("liability", "pension") → ("liability",)',
        '"pension" → "XXpension"',
        'return "CQ" → return None',
        'raise LookupError(f"none for {limit}") → pass',
    ],
)
def test_a_function_with_a_decorator_and_a_table_of_a_module_have_their_mutants(change):
    assert change in changes(POLICY)


def test_types_decorators_docstrings_and_words_for_people_have_none():
    words = 'NAME: str | None = "渝中区"\n\n\n@carries("M-15")\ndef said(page: int) -> str:\n    """It says."""\n'
    assert changes(words) == {'NAME: str | None = "渝中区" → NAME: str | None = None'}


def test_each_mutant_is_another_file():
    texts = [one.text for one in code.mutants("policy.py", POLICY)]
    assert len({*texts, POLICY}) == len(texts) + 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("length = 15 # 3 more", {"length = 16 # 3 more", "length = 14 # 3 more"}),
        ("fault_ratio = 1.5", {"fault_ratio = 2.0", "fault_ratio = 1.0"}),
        ("rolls = true", {"rolls = false"}),
        ("valid_to = 2026-04-14", {"valid_to = 2026-04-15", "valid_to = 2026-04-13"}),
        ("month_day = [12, 20]", {f"month_day = [{day}]" for day in ("13, 20", "11, 20", "12, 21", "12, 19")}),
        ('unit = "working_days"', {'unit = "calendar_days"'}),
        ('ids = ["500103", "CQ-WS"]', {'ids = ["CQ-WS"]', 'ids = ["500103"]'}),
        ('reason = "公示期15天"', set()),
        ("# 15 days", set()),
        ("complaints_in_90_days = 3", {"complaints_in_90_days = 4", "complaints_in_90_days = 2"}),
    ],
)
def test_a_number_a_switch_a_day_and_a_choice_go_one_step(line, expected):
    found = list(data.mutants("some.toml", f"# first\n{line}\n"))
    assert {one.text for one in found} == {f"# first\n{changed}\n" for changed in expected}
    assert {one.line for one in found} <= {2}
