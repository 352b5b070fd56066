from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from backend.card import queries as cards
from backend.foundation import database
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.incidents.service import record_accident
from backend.insurance.service import insure
from backend.pilots import service
from backend.pilots.documents import Label
from backend.registry.documents import Lift
from tests.factories import make_examination, make_label, make_lift
from tests.factories.people import OFFICER

GIVEN = {
    "programme": "maintenance",
    "authority": "500103",
    "since": date(2026, 1, 5),
    "publicised_from": date(2025, 12, 10),
    "actor": OFFICER,
}
EARLY = {"since": date(2021, 8, 31), "publicised_from": date(2021, 7, 1)}
ENDED = {
    "programme": "maintenance",
    "on": date(2026, 6, 1),
    "reason": "保险到期未续",
    "rule_id": "M-X9",
    "actor": OFFICER,
}


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(datetime(2026, 6, 15, 4, tzinfo=UTC), tick=False):
        yield


def insured(**facts):
    code = make_lift(**facts)
    policy = {"kind": "liability", "start": date(2025, 12, 1), "end": date(2026, 12, 1), "actor": OFFICER}
    insure("A-1", insurer="鲤山财产保险", lifts=[code], **policy)
    return code


def block(code):
    return cards.card(code)["blocks"]["pilots"]


@pytest.mark.rule("M-18")
def test_a_label_is_shown_with_its_authority_and_left_on_the_lift():
    code = insured()
    service.label(code, **GIVEN)
    shown = block(code)["current"][0]
    assert (shown["label"], shown["authority"]) == ("维保试点", "渝中区市场监督管理局")
    assert (shown["since"], shown["publicised_from"]) == ("2026-01-05", "2025-12-10")
    assert Lift.objects.get(code=code).labels == [{"programme": "maintenance", "since": "2026-01-05", "until": None}]


def test_an_exit_moves_the_label_to_the_past_with_its_reason_and_clause():
    code = insured()
    service.label(code, **GIVEN)
    service.exit(code, **ENDED)
    shown = block(code)["past"][0]
    assert block(code)["current"] == []
    assert (shown["until"], shown["exit_reason"]) == ("2026-06-01", "保险到期未续")
    assert shown["exit_clause"] == "附件1 四（三）2(1)"
    assert Lift.objects.get(code=code).labels[0]["until"] == "2026-06-01"


def test_a_lift_may_come_back_after_an_exit_and_keeps_its_history():
    code = insured()
    service.label(code, **GIVEN)
    service.exit(code, **ENDED)
    service.label(code, **{**GIVEN, "since": date(2026, 6, 10)})
    assert (len(block(code)["current"]), len(block(code)["past"])) == (1, 1)
    assert Lift.objects.get(code=code).labels == [{"programme": "maintenance", "since": "2026-06-10", "until": None}]


def test_both_programmes_are_kept_apart():
    code = insured()
    make_label(code, date(2024, 12, 5))
    service.label(code, **{**GIVEN, "programme": "inspection", "authority": "CQ"})
    service.exit(code, **ENDED)
    assert [row["programme"] for row in block(code)["current"]] == ["inspection"]


def test_a_label_is_given_once():
    code = insured()
    service.label(code, **GIVEN)
    with pytest.raises(Conflict):
        service.label(code, **GIVEN)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("programme", {"programme": "other"}),
        ("authority", {"authority": "123456"}),
        ("since", {"since": date(2026, 6, 16)}),
        ("publicised_from", {"publicised_from": date(2026, 1, 5)}),
        ("lift", {"lift": "999999"}),
    ],
)
def test_a_bad_label_names_the_field_and_changes_nothing(field, changes):
    code = insured()
    before = cards.card(code)
    with pytest.raises(BadInput) as error:
        service.label(**{"lift": code, **GIVEN, **changes})
    assert list(error.value.fields) == [field]
    assert cards.card(code) == before
    assert Label.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("on", {"on": date(2026, 1, 4)}),
        ("on", {"on": date(2026, 6, 16)}),
        ("reason", {"reason": " "}),
        ("rule_id", {"rule_id": "Z-99"}),
        ("rule_id", {"rule_id": "T-X7"}),
        ("rule_id", {"rule_id": "M-18"}),
        ("rule_id", {"rule_id": "M-X11"}),
    ],
)
def test_a_bad_exit_names_the_field(field, changes):
    code = insured()
    service.label(code, **GIVEN)
    with pytest.raises(BadInput) as error:
        service.exit(code, **{**ENDED, **changes})
    assert list(error.value.fields) == [field]
    assert Label.objects.get(lift=code).until is None


def test_a_lift_without_the_label_cannot_leave():
    with pytest.raises(NotFound):
        service.exit(make_lift(), **ENDED)


@pytest.mark.rule("M-15", "M-16", "M-18", "T-07", "T-08", "G-04")
@pytest.mark.parametrize(
    ("field", "clause", "changes"),
    [
        ("publicised_from", "附件1 四（一）3", {"publicised_from": None}),
        ("since", "附件1 四（一）3", {"publicised_from": date(2026, 1, 4)}),
        ("since", "附件1 四（一）3", {"publicised_from": date(2025, 12, 21)}),
        ("authority", "附件1 四（一）3", {"authority": "CQ"}),
        ("authority", "附件1 四（一）3", {"authority": "500112"}),
        ("authority", "附件2 四（一）3", {"programme": "inspection", "authority": "500103"}),
        ("since", "附件1 一", {"since": date(2019, 5, 6), "publicised_from": date(2019, 4, 1)}),
        (
            "since",
            "附件2 一",
            {"programme": "inspection", "since": date(2021, 8, 31), "publicised_from": date(2021, 7, 1)},
        ),
    ],
    ids=[
        "no publicity",
        "one day of publicity",
        "the fifteenth day is a rest day",
        "municipal below 1000 lifts",
        "an abolished bureau",
        "a district bureau in the inspection pilot",
        "2019",
        "before the inspection pilot",
    ],
)
def test_a_label_that_the_regulation_is_against_is_refused_with_the_clause(field, clause, changes):
    code = insured()
    with pytest.raises(BadInput) as error:
        service.label(code, **{**GIVEN, **changes})
    assert list(error.value.fields) == [field]
    assert clause in str(error.value)
    assert Label.objects.count() == 0
    assert not Lift.objects.get(code=code).labels


@pytest.mark.rule("M-16")
def test_the_day_after_the_publicity_is_the_first_to_label():
    service.label(insured(), **{**GIVEN, "publicised_from": date(2025, 12, 20)})
    assert Label.objects.count() == 1


@pytest.mark.rule("M-15")
def test_a_lift_outside_the_pilot_districts_is_labelled_by_nobody():
    code = insured(jurisdiction="500101")
    with pytest.raises(BadInput, match="无受理机关"):
        service.label(code, **{**GIVEN, "authority": "500101"})


@pytest.mark.rule("M-04")
@pytest.mark.parametrize(
    ("facts", "says"), [({"status": "stopped"}, "停用"), ({"status": "scrapped"}, "注销")], ids=["stopped", "scrapped"]
)
def test_a_lift_that_does_not_run_is_not_labelled(facts, says):
    with pytest.raises(BadInput, match=says) as error:
        service.label(insured(sign=False, **facts), **GIVEN)
    assert list(error.value.fields) == ["lift"]


@pytest.mark.rule("M-04")
def test_an_uninsured_lift_is_not_labelled_for_maintenance():
    with pytest.raises(BadInput, match="附件1 三2") as error:
        service.label(make_lift(), **GIVEN)
    assert list(error.value.fields) == ["lift"]


@pytest.mark.rule("M-05")
@pytest.mark.parametrize(("inspected", "passed"), [(date(2024, 5, 2), True), (date(2025, 12, 2), False)])
def test_a_lift_whose_inspection_ran_out_or_failed_is_not_labelled(inspected, passed):
    code = insured()
    make_examination(code, inspected, passed=passed, problems=[] if passed else ["限速器校验过期"])
    with pytest.raises(BadInput, match="附件1 三3"):
        service.label(code, **GIVEN)


@pytest.mark.rule("M-05")
def test_a_lift_whose_inspection_is_valid_is_labelled():
    code = insured()
    make_examination(code, date(2025, 5, 2))
    make_examination(code, date(2026, 6, 1), passed=False, problems=["限速器校验过期"])
    service.label(code, **GIVEN)
    assert Label.objects.count() == 1


@pytest.mark.rule("M-01")
@pytest.mark.parametrize(("on", "refused"), [(date(2023, 1, 5), True), (date(2023, 1, 4), False)])
def test_units_with_an_accident_in_three_years_are_not_labelled(on, refused):
    code = insured()
    record_accident(code, on=on, units=["mu-1"], summary="开门运行", actor=OFFICER)
    if refused:
        with pytest.raises(BadInput, match="附件1 二1") as error:
            service.label(code, **GIVEN)
        assert list(error.value.fields) == ["unit"]
    else:
        service.label(code, **GIVEN)
    assert Label.objects.count() == (not refused)


def test_after_a_pilots_end_the_card_says_so_and_contradicts_nothing(client, app):
    code = insured()
    make_label(code, date(2024, 12, 5))
    make_label(code, date(2026, 2, 5), "inspection")
    last = app.config["CHATI"].demo_pilot_until
    with time_machine.travel(datetime.combine(last, time(4), UTC), tick=False):
        assert "结束" not in pilots_section(client, code)
    with time_machine.travel(datetime.combine(last + timedelta(days=1), time(4), UTC), tick=False):
        shown = pilots_section(client, code)
    assert shown.count(f'试点期已于 <span class="num">{last}</span> 结束') == 2
    assert "检验次数减少" not in shown
    assert "按试点的周期检验" not in shown
    assert "间隔可以更长" not in shown


def pilots_section(client, code):
    page = client.get(f"/e/{code}").get_data(as_text=True)
    return page.partition('id="h-pilots"')[2].partition("</section>")[0]


@pytest.mark.rule("T-02")
@pytest.mark.parametrize(("held_since", "refused"), [(None, True), (date(2025, 1, 6), True), (date(2025, 1, 5), False)])
def test_the_inspection_pilot_asks_for_a_year_in_the_maintenance_pilot(held_since, refused):
    code = make_lift()
    if held_since:
        make_label(code, held_since)
    given = {**GIVEN, "programme": "inspection", "authority": "CQ"}
    if refused:
        with pytest.raises(BadInput, match="附件2 二（一）2"):
            service.label(code, **given)
    else:
        service.label(code, **given)
    assert Label.objects(programme="inspection").count() == (not refused)


@pytest.mark.rule("M-16")
def test_a_publicity_before_the_programme_does_not_count():
    given = {**GIVEN, "since": date(2020, 10, 10), "publicised_from": date(2020, 9, 20)}
    with pytest.raises(BadInput, match="2020-09-23"):
        service.label(insured(), **given)


@pytest.mark.rule("M-04")
def test_a_lift_without_a_policy_on_the_day_is_told_that_and_nothing_of_its_kind():
    with pytest.raises(BadInput, match="没有当日有效的保险单") as error:
        service.label(make_lift(), **GIVEN)
    assert "不是责任保险" not in str(error.value)


def test_nobody_leaves_a_pilot_that_has_ended(app):
    code = insured()
    service.label(code, **GIVEN)
    last = app.config["CHATI"].demo_pilot_until
    with time_machine.travel(datetime.combine(last + timedelta(days=9), time(4), UTC), tick=False):
        with pytest.raises(BadInput, match="结束") as error:
            service.exit(code, **{**ENDED, "on": last + timedelta(days=1)})
        assert list(error.value.fields) == ["on"]
        service.exit(code, **{**ENDED, "on": last})


@pytest.mark.rule("M-X11")
def test_the_successor_of_an_abolished_bureau_withdraws_the_publicity():
    code = insured(jurisdiction="500112")
    given = {"since": date(2025, 11, 1), "publicised_from": date(2025, 10, 1), "authority": "500112"}
    insure(
        "A-2",
        kind="liability",
        insurer="鲤山财产保险",
        lifts=[code],
        start=date(2025, 10, 1),
        end=date(2026, 12, 1),
        actor=OFFICER,
    )
    service.label(code, **{**GIVEN, **given})
    service.exit(code, **ENDED)
    ended = database.collection("events").find_one({"kind": "label.ended"})
    assert "500157" in str(ended)
