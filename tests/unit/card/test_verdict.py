from datetime import date

import pytest

from backend.card.verdict import verdict

TODAY = date(2026, 11, 23)


def card(*dues, status="in_use"):
    return {"blocks": {"identity": {"status": status}, "facts": {"dues": list(dues)}}}


def due(kind, on, label="检验"):
    return {"kind": kind, "label": label, "due": on, "reason": "每2年检验1次", "rule_id": "C-00"}


@pytest.mark.parametrize(
    ("on", "level"),
    [
        ("2026-11-22", "overdue"),
        ("2026-11-23", "soon"),
        ("2026-12-23", "soon"),
        ("2026-12-24", "valid"),
        (None, "missing"),
    ],
)
def test_a_date_is_judged_by_the_days_left_today(on, level):
    assert verdict(card(due("inspection", on)), TODAY).level == level


def test_the_worst_date_decides():
    judged = verdict(card(due("test", "2027-11-30"), due("inspection", "2026-11-20"), due("visit", None)), TODAY)
    assert judged.level == "overdue"


def test_the_line_names_what_is_overdue_and_by_how_long():
    judged = verdict(card(due("visit", "2026-11-20", "维保"), due("inspection", "2026-11-01")), TODAY)
    assert judged.text == "检验超期22天、维保超期3天"


def test_a_date_that_falls_today_is_still_in_time():
    assert verdict(card(due("visit", "2026-11-23", "维保")), TODAY).text == "维保今天到期"


def test_a_visit_is_not_announced_a_month_ahead():
    assert verdict(card(due("visit", "2026-12-10")), TODAY).level == "valid"


def test_a_lapsed_insurance_does_not_decide_the_verdict():
    judged = verdict(card(due("inspection", "2027-11-30"), due("insurance", "2020-01-01")), TODAY)
    assert judged.level == "valid"


@pytest.mark.parametrize("status", ["stopped", "scrapped"])
def test_a_lift_out_of_use_is_out_of_use_whatever_its_dates(status):
    assert verdict(card(due("inspection", "2027-11-30"), status=status), TODAY).level == "out"


def test_a_lift_of_which_nothing_is_known_is_not_called_valid():
    assert verdict(card(), TODAY).level == "missing"


def test_a_failed_inspection_decides_however_far_the_next_date_is():
    failed = card(due("inspection", "2027-11-30"))
    failed["blocks"]["inspection"] = {"failed": ["检验"]}
    assert verdict(failed, TODAY).text == "最近一次检验不合格，还没有复检合格"
