"""The card of a lift with a full life: step by step, made again from nothing, and as a resident reads it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import render_template

from backend.accounts.actors import COMMAND
from backend.card import blocks
from backend.card import queries as cards
from backend.card import service as card_service
from backend.disclosure import service as disclosure
from backend.foundation import clock, database
from backend.incidents import service as incidents
from backend.inspection import service as inspection
from backend.insurance import service as insurance
from backend.pilots import service as pilots
from backend.registry.service import set_labels
from backend.upkeep import service as upkeep
from tests.factories import make_label, make_lift
from tests.factories.examinations import make_examination
from tests.shapes import type_of, unlike

NOW = datetime(2026, 6, 15, 4, tzinfo=UTC)
OURS = ("pledges", "upkeep", "inspection", "incidents", "insurance", "pilots")
PLEDGES = {
    "fault_rate": {"baseline": 6, "pledged": 4},
    "downtime_hours": {"baseline": 30, "pledged": 16},
    "rescue_minutes": {"baseline": 26, "pledged": 20},
}


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(NOW, tick=False):
        yield


def live(code):
    """Let a lift live through everything the services know."""
    units = {"maintenance_unit": "mu-1", "actor": COMMAND}
    upkeep.begin_contract(code, mode="full", start=date(2026, 1, 1), **units)
    insured = {"kind": "liability", "insurer": "鲤山财产保险", "start": date(2024, 12, 1), "end": date(2026, 6, 30)}
    insurance.insure("A-1", lifts=[code], actor=COMMAND, **insured)
    make_label(code, date(2024, 12, 5))
    make_label(code, date(2026, 2, 5), "inspection")
    disclosure.publish_declaration(using_unit="uu-1", pledges=PLEDGES, no_bridging=True, lifts=[code], **units)
    upkeep.file_plan(code, items=["制动器"], interval_months=2, **units)
    for days in (100, 50, 1):
        start = NOW - timedelta(days=days)
        times = {"start": start, "end": start + timedelta(minutes=40)}
        items = [{"code": "A-1-21", "name": "轿门门锁", "result": "abnormal", "note": "已调整"}]
        visit = upkeep.record_visit(code, work_type="FM", workers=["云知满"], items=items, **times, **units)
    upkeep.sign_visit(visit.id, actor=COMMAND)
    failed = inspection.record_examination(
        code,
        kind="inspection",
        type="periodic",
        finished_on=date(2026, 5, 1),
        passed=False,
        problems=["限速器校验过期"],
        actor=COMMAND,
    )
    inspection.record_examination(
        code,
        kind="inspection",
        type="re_inspection",
        finished_on=date(2026, 5, 20),
        passed=True,
        follows=failed.id,
        actor=COMMAND,
    )
    hazard = inspection.record_hazard(
        code, code="S3", severe=True, description="限速器失灵", found_at=NOW - timedelta(days=3), actor=COMMAND
    )
    inspection.rectify_hazard(hazard.id, on=date(2026, 6, 14), rectification="已更换", actor=COMMAND)
    for days in (30, 20, 10, 9, 8):
        at = NOW - timedelta(days=days)
        incidents.record_fault(code, at=at, source="iot", cause="equipment", downtime_minutes=60, actor=COMMAND)
    times = incidents.RescueTimes(NOW - timedelta(days=9), None, NOW - timedelta(days=9) + timedelta(minutes=35))
    incidents.record_rescue(code, times=times, trapped=2, injured=1, actor=COMMAND)
    incidents.record_accident(code, on=date(2024, 5, 6), units=["mu-1"], summary="开门运行", actor=COMMAND)
    pilots.exit(code, programme="inspection", on=date(2026, 6, 2), reason="检验不合格", rule_id="T-X7", actor=COMMAND)
    return code


def page(code):
    card = cards.card(code)
    return {
        block.name: render_template(block.template, block=card["blocks"][block.name], card=card, today=clock.today())
        for block in blocks.all_blocks()
        if block.name in OURS
    }


def test_a_rebuilt_card_is_the_same_as_the_one_made_step_by_step():
    code = live(make_lift())
    before = cards.card(code)["blocks"]
    database.collection("cards").delete_many({})
    card_service.rebuild([code])
    assert cards.card(code)["blocks"] == before


def test_a_full_card_and_an_empty_one_are_of_the_types_of_their_blocks():
    full, bare = live(make_lift()), make_lift("500102", certificate_no=None)
    for code in (full, bare):
        stored = cards.card(code)["blocks"]
        for block in blocks.all_blocks():
            assert list(unlike(stored[block.name], type_of(block), block.name)) == []


def test_every_change_is_one_event():
    before = database.collection("events").count_documents({})
    code = make_lift(sign=False)
    made = database.collection("events").count_documents({}) - before
    live(code)
    kinds = [row["kind"] for row in database.collection("events").find().skip(made)]
    assert len(kinds) == 22
    assert {kind for kind in kinds if kinds.count(kind) == 1} >= {"contract.begun", "label.ended", "hazard.rectified"}


def test_a_full_card_reads_as_a_resident_needs_it():
    shown = page(live(make_lift()))
    assert "5 没做到" in shown["pledges"]
    assert "35 没做到" in shown["pledges"]
    assert "做到了" in shown["pledges"]
    assert "云**" in shown["upkeep"]
    assert "云知满" not in shown["upkeep"]
    assert "使用单位未签字" in shown["upkeep"]
    assert "不合格" in shown["inspection"]
    assert "已整改" in shown["inspection"]
    assert "35分钟，超过30分钟" in shown["incidents"]
    assert "开门运行" in shown["incidents"]
    assert "还有15天" in shown["insurance"]
    assert "已退出" in shown["pilots"]
    assert "检验不合格" in shown["pilots"]
    for html in shown.values():
        assert html.count("<section") == html.count("</section>") == html.count("<h2") == 1
        assert "来源：" in html


def test_every_date_stands_beside_its_reason_and_its_rule():
    shown = page(live(make_lift()))
    for name in ("upkeep", "inspection", "insurance"):
        for due in cards.card("500101")["blocks"][name]["dues"]:
            assert due["reason"] in shown[name]
            assert f'href="/rules/{due["rule_id"]}' in shown[name]


def test_an_empty_card_of_a_pilot_lift_is_red_where_its_units_owe_something():
    code = make_lift(origin={"source": "unknown"})
    set_labels(code, [{"programme": "maintenance", "since": "2026-01-05", "until": None}])
    shown = page(code)
    for name in ("pledges", "upkeep", "inspection", "insurance"):
        assert '<span class="missing">未上传</span>' in shown[name], name


def test_an_empty_card_of_an_ordinary_lift_says_what_it_need_not_have():
    shown = page(make_lift())
    assert "未上传" not in shown["pledges"] + shown["insurance"] + shown["pilots"]
    assert "没有参加试点" in shown["pilots"]


def test_what_is_overdue_is_said_in_words():
    code = make_lift(origin={"date": date(2018, 5, 20), "source": "supervision"})
    upkeep.begin_contract(code, maintenance_unit="mu-1", mode="other", start=date(2026, 5, 1), actor=COMMAND)
    make_examination(code, date(2019, 5, 20))
    shown = page(code)
    assert '<span class="late">超期30天</span>' in shown["upkeep"]
    assert "超期" in shown["inspection"]
