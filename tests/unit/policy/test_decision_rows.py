"""A decision by each thing it depends on: its day, its days, its kinds, its months, its districts."""

from dataclasses import replace
from datetime import date

import pytest

import config
from backend.policy import decisions as module
from backend.policy.decisions import Decision, decided, decisions
from backend.policy.due import Due

TODAY = date(2027, 7, 15)
DECIDED = Decision(
    document="延期检验的通知",
    rule_id="TSG-T7001-2023",
    decided_on=date(2027, 7, 10),
    kinds=("inspection", "test"),
    valid_from=date(2027, 7, 31),
    valid_to=date(2027, 8, 31),
    months=2,
    districts=frozenset(),
)
LIANGJIANG, YUBEI, JIANGBEI = "500157", "500112", "500105"
SPLIT = date(2025, 11, 6)  # the new district's first day


def due_on(day):
    return Due(day, "每1年检验1次", "TSG T7001-2023", "C-00", "tsg-2023", True)


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2027, 7, 30), False),
        (date(2027, 7, 31), True),
        (date(2027, 8, 31), True),
        (date(2027, 9, 1), False),
    ],
)
def test_it_moves_what_falls_due_from_its_first_day_to_its_last(day, moved):
    assert (decided(due_on(day), "inspection", "500103", TODAY, [DECIDED]) != due_on(day)) is moved


@pytest.mark.parametrize(("today", "moved"), [(date(2027, 7, 9), False), (date(2027, 7, 10), True), (TODAY, True)])
def test_it_moves_nothing_before_the_day_on_which_it_was_made(today, moved):
    assert DECIDED.is_about("test", date(2027, 7, 31), "500103", today) is moved


@pytest.mark.parametrize(
    ("kinds", "kind", "moved"),
    [
        (("inspection",), "inspection", True),
        (("inspection",), "test", False),
        (("test",), "test", True),
        (("inspection", "test"), "test", True),
    ],
)
def test_it_moves_the_kinds_that_it_names(kinds, kind, moved):
    assert replace(DECIDED, kinds=kinds).is_about(kind, date(2027, 7, 31), "500103", TODAY) is moved


@pytest.mark.parametrize(
    ("months", "day", "due", "words"),
    [
        (1, date(2027, 7, 31), date(2027, 8, 31), "延期1个月"),
        (2, date(2027, 7, 31), date(2027, 9, 30), "延期2个月"),
        (7, date(2027, 7, 31), date(2028, 2, 29), "延期7个月"),
        (2, date(2027, 8, 15), date(2027, 10, 31), "延期2个月"),  # ends with its month
        (-1, date(2027, 7, 31), date(2027, 6, 30), "提前1个月"),
        (-8, date(2027, 8, 31), date(2026, 12, 31), "提前8个月"),
    ],
)
def test_a_due_date_moves_by_so_many_months_to_their_end_and_names_the_decision(months, day, due, words):
    found = decided(due_on(day), "inspection", "500103", TODAY, [replace(DECIDED, months=months)])
    assert found.due == due
    assert found.reason == f"每1年检验1次（延期检验的通知：{words}）"
    assert (found.clause, found.rule_id) == ("延期检验的通知", "TSG-T7001-2023")
    assert (found.profile, found.provisional) == ("tsg-2023", True)


@pytest.mark.parametrize(
    ("districts", "area", "today", "moved"),
    [
        ([], "500103", TODAY, True),
        ([], "CQ-WS", TODAY, True),
        (["500103"], "500103", TODAY, True),
        (["500103"], "500101", TODAY, False),
        (["500101", "500103"], "500103", TODAY, True),
        (["500108"], "CQ-JK", TODAY, True),  # a zone that its host supervises
        (["CQ-JK"], "500108", TODAY, True),
        ([YUBEI], YUBEI, TODAY, True),
        ([YUBEI], JIANGBEI, date(2025, 11, 5), False),
        ([YUBEI], JIANGBEI, SPLIT, False),  # both answer to the new district from here on
        ([YUBEI], LIANGJIANG, TODAY, False),
        ([LIANGJIANG], LIANGJIANG, TODAY, True),
    ],
)
def test_it_moves_what_lay_in_a_district_that_it_names_when_it_was_made(districts, area, today, moved):
    decision = replace(DECIDED, districts=frozenset(districts), decided_on=date(2025, 1, 1))
    assert (decided(due_on(date(2027, 7, 31)), "inspection", area, today, [decision]).due.month == 9) is moved


@pytest.mark.parametrize("area", [LIANGJIANG, YUBEI, JIANGBEI])
def test_a_decision_made_after_a_merger_moves_what_the_new_district_took_over(area):
    decision = replace(DECIDED, districts=frozenset({LIANGJIANG}), decided_on=SPLIT)
    assert decision.is_about("test", date(2027, 7, 31), area, TODAY)


def test_the_first_decision_about_a_date_moves_it_and_no_other():
    first, second = replace(DECIDED, months=1, kinds=("test",)), replace(DECIDED, months=3)
    due = due_on(date(2027, 7, 31))
    assert decided(due, "inspection", "500103", TODAY, iter([first, second])).due == date(2027, 10, 31)
    assert decided(due, "test", "500103", TODAY, iter([first, second])).due == date(2027, 8, 31)
    assert decided(due, "test", "500103", TODAY, []) is due


@pytest.fixture
def file(monkeypatch):
    """Read another file of decisions."""

    def put(data):
        monkeypatch.setattr(module.config, "load", {"policies/decisions": data}.__getitem__)
        return decisions.__wrapped__()

    return put


def test_decisions_are_read_in_the_order_of_the_file(file):
    row = {
        "document": "甲",
        "rule_id": "C-00",
        "decided_on": date(2027, 7, 1),
        "kinds": ["test", "inspection"],
        "valid_from": date(2027, 7, 2),
        "valid_to": date(2027, 7, 3),
        "months": -2,
    }
    first, second = file({"decision": [row, {**row, "document": "乙", "districts": ["500103", "500101"]}]})
    assert first == Decision(
        "甲", "C-00", date(2027, 7, 1), ("test", "inspection"), date(2027, 7, 2), date(2027, 7, 3), -2, frozenset()
    )
    assert second == replace(first, document="乙", districts=frozenset({"500103", "500101"}))
    assert DECIDED.districts == frozenset()
    assert file({}) == file({"decision": []}) == ()


def test_the_products_own_file_is_read():
    assert len(decisions()) == len(config.load("policies/decisions").get("decision", ()))
