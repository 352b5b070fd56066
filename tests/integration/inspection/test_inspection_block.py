from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.card import queries as cards
from backend.foundation.errors import BadInput, Conflict
from backend.inspection import service
from backend.inspection.documents import Examination
from backend.pilots import service as pilots
from backend.policy import decisions
from backend.registry.documents import Organisation
from backend.registry.service import save_lifts
from backend.upkeep.service import begin_contract
from tests.factories import make_examination, make_label, make_lift

NOW = datetime(2026, 6, 15, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(NOW, tick=False):
        yield


def examine(code, kind, day, **changes):
    return make_examination(code, day, kind=kind, **changes)


def block(code):
    return cards.card(code)["blocks"]["inspection"]


def dues(code):
    return {row["kind"]: row["due"] for row in block(code)["dues"]}


@pytest.mark.rule("C-00")
def test_a_pilot_lift_follows_the_pilot_calendar():
    code = make_lift(origin={"date": date(2018, 5, 20), "source": "supervision"})
    make_label(code, date(2024, 1, 1), "inspection")
    examine(code, "inspection", date(2026, 5, 10))
    assert dues(code) == {"inspection": "2028-05-31", "test": "2027-05-31"}
    assert block(code)["governing"]["profile"] == "cq-2020-84"


def test_a_lift_outside_the_pilot_follows_the_national_calendar():
    code = make_lift(origin={"date": date(2018, 5, 20), "source": "supervision"})
    examine(code, "inspection", date(2025, 5, 10))
    assert dues(code)["inspection"] == "2027-05-31"
    assert block(code)["governing"]["profile"] == "tsg-2023"


def test_a_lift_of_15_years_owes_the_test_that_was_never_made():
    code = make_lift(origin={"date": date(2008, 5, 20), "source": "supervision"})
    make_label(code, date(2024, 1, 1), "inspection")
    examine(code, "inspection", date(2026, 5, 10))
    assert dues(code) == {"inspection": "2027-05-31", "test": "2026-05-31"}


@pytest.mark.rule("C-00")
def test_a_major_repair_under_15_years_does_not_move_the_pilots_calendar():
    repaired = [{"kind": "major_repair", "date": date(2024, 9, 3)}]
    code = make_lift(origin={"date": date(2015, 5, 20), "source": "supervision"}, major_events=repaired)
    make_label(code, date(2024, 1, 1), "inspection")
    examine(code, "inspection", date(2023, 5, 10))
    before = dues(code)
    examine(code, "inspection", date(2024, 9, 3), type="supervision")
    assert dues(code) == before == {"inspection": "2025-05-31", "test": "2024-05-31"}


@pytest.mark.rule("T-X9")
def test_a_lift_that_left_the_inspection_pilot_is_not_overdue_for_what_the_pilot_did_not_ask():
    code = make_lift(origin={"date": date(2021, 5, 20), "source": "supervision"})
    make_label(code, date(2022, 1, 1), "inspection")
    examine(code, "inspection", date(2024, 5, 10))
    examine(code, "test", date(2026, 5, 10))
    pilots.exit(code, programme="inspection", on=date(2026, 6, 10), reason="频繁投诉", rule_id="T-X8", actor=COMMAND)
    assert dues(code) == {"inspection": "2027-05-31", "test": "2029-05-31"}
    assert block(code)["governing"]["profile"] == "tsg-2023"


def test_a_failed_inspection_does_not_move_the_date():
    code = make_lift(origin={"date": date(2018, 5, 20), "source": "supervision"})
    examine(code, "inspection", date(2025, 5, 10))
    before = dues(code)
    examine(code, "inspection", date(2026, 6, 1), passed=False, problems=["层门锁紧不足7毫米"])
    assert dues(code) == before
    assert (block(code)["examinations"][0]["passed"], block(code)["examinations"][0]["problems"]) == (
        False,
        ["层门锁紧不足7毫米"],
    )
    assert block(code)["failed"] == ["检验"]


def test_a_passed_re_inspection_clears_the_failed_one():
    code = make_lift()
    failed = examine(code, "inspection", date(2026, 5, 1), passed=False, problems=["限速器校验过期"])
    examine(code, "inspection", date(2026, 5, 20), type="re_inspection", follows=failed.id)
    assert block(code)["failed"] == []
    assert [row["repeated"] for row in block(code)["examinations"]] == [False, True]


def test_an_overdue_inspection_keeps_its_date_in_the_past():
    code = make_lift(origin={"date": date(2018, 5, 20), "source": "supervision"})
    examine(code, "inspection", date(2021, 5, 10))
    assert dues(code)["inspection"] < "2026-06-15"


def test_an_unknown_origin_falls_back_to_the_registration_as_an_estimate():
    code = make_lift(origin={"source": "unknown"}, registered_on=date(2020, 3, 1))
    assert all(row["provisional"] for row in block(code)["dues"])
    assert "估计" in block(code)["origin"]["label"]


def test_a_lift_without_any_starting_day_owes_its_data():
    code = make_lift(origin={"source": "unknown"})
    assert dues(code) == {"inspection": None, "test": None}
    assert block(code)["origin"] is None


def test_a_modernised_lift_starts_anew():
    modernised = [{"kind": "modernised", "date": date(2024, 8, 8)}]
    code = make_lift(origin={"date": date(2008, 5, 20), "source": "supervision"}, major_events=modernised)
    examine(code, "inspection", date(2024, 8, 8), type="supervision")
    assert dues(code)["inspection"] == "2025-08-31"


def test_the_body_is_shown_by_its_name():
    Organisation(id="ib-1", name="鲸城特种设备检验院", kinds=["inspection"]).save()
    code = make_lift()
    examine(code, "inspection", date(2026, 5, 10), body="ib-1", report_no="J1")
    assert block(code)["examinations"][0]["body"] == "鲸城特种设备检验院"


@pytest.mark.rule("C-02")
def test_a_hazard_is_shown_until_and_after_it_is_rectified():
    code = make_lift()
    hazard = service.record_hazard(
        code, code="S3", description="限速器失灵", found_at=NOW - timedelta(days=3), severe=True, actor=COMMAND
    )
    assert block(code)["hazards"][0]["rectified_on"] is None
    service.rectify_hazard(hazard.id, on=date(2026, 6, 14), rectification="已更换", actor=COMMAND)
    shown = block(code)["hazards"][0]
    assert (shown["rectified_on"], shown["rectification"], shown["severe"]) == ("2026-06-14", "已更换", True)
    with pytest.raises(Conflict):
        service.rectify_hazard(hazard.id, on=date(2026, 6, 14), rectification="已更换", actor=COMMAND)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "look"}),
        ("type", {"type": "quick"}),
        ("type", {"type": "self"}),
        ("type", {"type": "entrusted"}),
        ("type", {"kind": "test", "type": "supervision"}),
        ("type", {"kind": "test", "type": "periodic"}),
        ("finished_on", {"day": date(2026, 6, 16)}),
        ("problems", {"passed": False}),
        ("lift", {"code": "999999"}),
    ],
)
def test_a_bad_report_names_the_field_and_changes_nothing(field, changes):
    code = make_lift()
    before = cards.card(code)
    given = {"code": code, "kind": "inspection", "day": date(2026, 6, 1), **changes}
    with pytest.raises(BadInput) as error:
        examine(given.pop("code"), given.pop("kind"), given.pop("day"), **given)
    assert list(error.value.fields) == [field]
    assert cards.card(code) == before
    assert Examination.objects.count() == 0


def test_a_re_inspection_must_name_a_report_of_the_same_lift():
    first = examine(make_lift("500102"), "inspection", date(2026, 6, 1))
    with pytest.raises(BadInput) as error:
        examine(make_lift(), "inspection", date(2026, 6, 10), type="re_inspection", follows=first.id)
    assert list(error.value.fields) == ["follows"]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("code", {"code": "S0"}),
        ("description", {"description": " "}),
        ("found_at", {"found_at": NOW + timedelta(minutes=1)}),
        ("reported_at", {"reported_at": NOW - timedelta(days=9)}),
    ],
)
def test_a_bad_hazard_names_the_field(field, changes):
    lift = make_lift()
    given = {"code": "S3", "description": "限速器失灵", "found_at": NOW, "actor": COMMAND, **changes}
    with pytest.raises(BadInput) as error:
        service.record_hazard(lift, **given)
    assert list(error.value.fields) == [field]


def stood_still(code, *, inspected=None):
    """Stop a lift for over a year, inspect it where a day is given, and let it run again in June 2026."""
    with time_machine.travel(datetime(2025, 3, 1, 4, tzinfo=UTC), tick=False):
        save_lifts([{"code": code, "status": "stopped"}], by=COMMAND)
    if inspected:
        examine(code, "inspection", inspected)
    save_lifts([{"code": code, "status": "in_use"}], by=COMMAND)


def test_a_lift_that_runs_again_after_a_year_without_an_inspection_is_overdue():
    code = make_lift(origin={"date": date(2023, 10, 20), "source": "supervision"})
    examine(code, "inspection", date(2024, 10, 10))
    stood_still(code)
    found = next(row for row in block(code)["dues"] if row["kind"] == "inspection")
    assert (found["due"], found["reason"]) == ("2026-06-15", "停用一年以上，重新启用前应当检验")


def test_the_inspection_before_a_restart_gives_the_month_of_those_to_come():
    code = make_lift(origin={"date": date(2023, 10, 20), "source": "supervision"})
    examine(code, "inspection", date(2024, 10, 10))
    stood_still(code, inspected=date(2026, 6, 10))
    assert dues(code)["inspection"] == "2027-06-30"


def test_a_decision_of_the_authority_moves_the_date_on_the_card(monkeypatch):
    decision = decisions.Decision(
        "延期检验的通知",
        "TSG-T7001-2023",
        date(2026, 6, 1),
        ("inspection",),
        date(2027, 5, 1),
        date(2027, 5, 31),
        2,
        frozenset(),
    )
    monkeypatch.setattr(decisions, "decisions", lambda: (decision,))
    code = make_lift(origin={"date": date(2018, 5, 20), "source": "supervision"})
    examine(code, "inspection", date(2025, 5, 10))
    assert dues(code)["inspection"] == "2027-07-31"


def test_the_inspection_before_a_restart_is_remembered_however_many_reports_follow():
    code = make_lift(origin={"date": date(2019, 10, 20), "source": "supervision"})
    stood_still(code, inspected=date(2026, 6, 10))
    before = dues(code)
    for _ in range(9):
        examine(code, "test", date(2026, 6, 12))
    assert dues(code)["inspection"] == before["inspection"] == "2028-06-30"
    make_label(code, date(2026, 6, 15))


@pytest.mark.rule("C-01")
def test_a_test_is_judged_by_who_maintained_the_lift_on_its_day(bodies):
    code = make_lift()
    term = {"mode": "other", "actor": COMMAND}
    begin_contract(code, maintenance_unit="mu-1", start=date(2025, 1, 1), end=date(2026, 5, 31), **term)
    begin_contract(code, maintenance_unit="mu-2", start=date(2026, 6, 1), **term)
    save_lifts([{"code": code, "maintenance_unit": "mu-2"}], by=COMMAND)
    examine(code, "test", date(2026, 5, 25), body="mu-1")
    examine(code, "test", date(2026, 6, 2), body="mu-2")
    for day, body in ((date(2026, 5, 25), "mu-2"), (date(2026, 6, 2), "mu-1")):
        with pytest.raises(BadInput, match="二（二）1"):
            examine(code, "test", day, body=body)


BODIES = {
    "ib-1": ["inspection"],
    "tb-1": ["testing"],
    "xb-1": ["inspection", "testing"],
    "mu-2": ["maintenance"],
    "uu-2": ["using"],
    "in-1": ["insurer"],
}


@pytest.fixture
def bodies(context):
    for key, kinds in BODIES.items():
        Organisation(id=key, name=f"单位{key}", kinds=kinds).save()


@pytest.mark.rule("C-01", "C-03")
@pytest.mark.parametrize(
    ("kind", "body", "clause"),
    [
        ("inspection", "mu-1", "二（二）2"),
        ("inspection", "uu-1", "二（二）2"),
        ("inspection", "tb-1", "二（二）2"),
        ("inspection", "xb-1", "二（二）2"),
        ("test", "xb-1", "二（二）2"),
        ("test", "mu-2", "二（二）1"),
        ("test", "uu-2", "二（二）1"),
        ("test", "in-1", "二（二）1"),
        ("test", "nobody", "没有登记"),
    ],
)
def test_who_may_not_examine_a_lift_is_refused_with_the_clause(bodies, kind, body, clause):
    code = make_lift()
    with pytest.raises(BadInput, match=clause) as error:
        examine(code, kind, date(2026, 6, 1), body=body)
    assert list(error.value.fields) == ["body"]
    assert Examination.objects.count() == 0


@pytest.mark.rule("C-01")
@pytest.mark.parametrize(
    ("kind", "body"),
    [("inspection", "ib-1"), ("test", "tb-1"), ("test", "mu-1"), ("test", "uu-1"), ("test", "ib-1"), ("test", None)],
)
def test_who_may_examine_a_lift_does(bodies, kind, body):
    examine(make_lift(), kind, date(2026, 6, 1), body=body)
    assert Examination.objects.count() == 1


@pytest.mark.rule("C-03")
@pytest.mark.parametrize(
    ("first", "refused"), [(date(2026, 6, 1), True), (date(2025, 6, 2), True), (date(2025, 6, 1), False)]
)
def test_a_body_that_inspects_may_not_test_in_the_same_year(bodies, first, refused):
    code = make_lift()
    examine(code, "inspection", first, body="ib-1")
    if refused:
        with pytest.raises(BadInput, match="二（二）2"):
            examine(code, "test", date(2026, 6, 1), body="ib-1")
    else:
        examine(code, "test", date(2026, 6, 1), body="ib-1")
    assert Examination.objects.count() == 2 - refused
