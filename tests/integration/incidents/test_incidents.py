import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from backend.accounts.actors import COMMAND, resident
from backend.card import queries as cards
from backend.disclosure.service import publish_declaration
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.incidents import queries, service
from backend.incidents.documents import Rescue
from backend.incidents.service import RescueTimes
from tests.delivering import pass_news_on
from tests.factories import make_lift
from tests.factories.people import OFFICER, acting

NOW = datetime(2026, 6, 15, 4, tzinfo=UTC)
ALARM = NOW - timedelta(days=10)
FAULT = {"at": ALARM, "source": "maintenance", "actor": COMMAND}


@pytest.fixture(autouse=True)
def _june(context):
    with time_machine.travel(NOW, tick=False):
        yield


def block(code):
    return cards.card(code)["blocks"]["incidents"]


def rescue(code, arrival, alarm=ALARM, **changes):
    arrived = alarm + timedelta(minutes=arrival)
    times = RescueTimes(alarm, None, arrived, arrived + timedelta(minutes=5), None, arrived + timedelta(minutes=9))
    return service.record_rescue(code, **{"times": times, "trapped": 2, "actor": COMMAND, **changes})


@pytest.mark.parametrize(("arrival", "late"), [(30, False), (31, True)])
def test_help_that_comes_after_more_than_thirty_minutes_is_late(arrival, late):
    code = make_lift()
    rescue(code, arrival)
    shown = block(code)["rescues"][0]
    assert (shown["arrival_minutes"], shown["late"], shown["release_minutes"]) == (arrival, late, arrival + 5)


def test_the_measured_rescue_time_is_the_median_arrival():
    code = make_lift()
    for day, arrival in enumerate((10, 12, 40)):
        rescue(code, arrival, ALARM + timedelta(days=day))
    assert block(code)["measured"]["rescue_minutes"] == 12
    assert block(code)["entrapments"] == 3


def test_outside_and_human_causes_do_not_count_as_the_lifts_fault_rate():
    code = make_lift()
    for cause in ("equipment", "maintenance", "use", "human", "external", None):
        service.record_fault(code, cause=cause, downtime_minutes=30, **FAULT)
    shown = block(code)
    assert (shown["faults"], shown["measured"]["fault_rate"], shown["measured"]["downtime_hours"]) == (6, 4, 3.0)
    assert {row["label"]: row["count"] for row in shown["causes"]}["外部原因"] == 1


def test_faults_and_the_promise_about_them_are_told_by_one_rule(client):
    code = make_lift()
    pledges = {name: {"baseline": 60, "pledged": 1} for name in ("fault_rate", "downtime_hours", "rescue_minutes")}
    units = {"using_unit": "uu-1", "maintenance_unit": "mu-1", "actor": COMMAND}
    publish_declaration(pledges=pledges, no_bridging=True, lifts=[code], **units)
    for cause in ("use", "external"):
        service.record_fault(code, cause=cause, downtime_minutes=30, **FAULT)
    page = re.sub(r"<[^>]+>", "", client.get(f"/e/{code}").text)
    assert "故障 2 次，其中 1 次计入承诺的故障次数" in page
    rule = "故障次数：设备、维保、使用管理原因和原因待查的都算，停电、进水等外部原因和人为原因的不算"
    assert page.count(rule) == 2


def test_what_is_older_than_twelve_months_is_not_counted():
    code = make_lift()
    service.record_fault(code, **{**FAULT, "at": NOW - timedelta(days=366)})
    rescue(code, 12, NOW - timedelta(days=366))
    assert (block(code)["faults"], block(code)["rescues"]) == (0, [])


def test_a_lift_without_incidents_measures_nothing_bad():
    shown = block(make_lift())
    assert shown["measured"] == {"fault_rate": 0, "downtime_hours": 0, "rescue_minutes": None}
    assert shown["updated_at"] is None


def test_an_emergency_is_opened_once_per_message():
    code = make_lift()
    first = service.open_emergency(code, "wechat", "message-1", actor=resident())
    again = service.open_emergency(code, "wechat", "message-1", actor=resident())
    assert first.id == again.id
    assert Rescue.objects.count() == 1
    assert block(code)["ongoing"]
    assert block(code)["rescues"][0]["arrival_minutes"] is None


def test_the_same_message_on_two_threads_opens_one_emergency():
    code = make_lift()
    with ThreadPoolExecutor(4) as pool:
        rescues = list(
            pool.map(lambda _: service.open_emergency(code, "wechat", "message-1", actor=resident()).id, range(4))
        )
    assert len(set(rescues)) == 1
    assert Rescue.objects.count() == 1


def test_the_report_of_a_rescue_completes_the_emergency_it_names():
    code = make_lift()
    service.open_emergency(code, "web", "form-1", actor=resident())
    rescue(code, 14, NOW - timedelta(minutes=30), key="form-1")
    assert Rescue.objects.count() == 1
    assert not block(code)["ongoing"]


def test_an_emergency_of_an_unknown_lift_is_refused():
    with pytest.raises(BadInput) as error:
        service.open_emergency("999999", "web", "form-1", actor=resident())
    assert list(error.value.fields) == ["lift"]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("arrived_at", {"times": RescueTimes(ALARM, arrived_at=ALARM - timedelta(minutes=1))}),
        ("released_at", {"times": RescueTimes(ALARM, None, NOW, NOW - timedelta(minutes=1))}),
        ("alarm_at", {"times": RescueTimes(NOW + timedelta(minutes=1))}),
        ("injured", {"injured": 3}),
        ("cause", {"cause": "ghost"}),
    ],
)
def test_a_bad_rescue_names_the_field_and_changes_nothing(field, changes):
    code = make_lift()
    before = cards.card(code)
    with pytest.raises(BadInput) as error:
        rescue(code, 10, **changes)
    assert list(error.value.fields) == [field]
    assert cards.card(code) == before
    assert Rescue.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("source", {"source": "rumour"}),
        ("at", {"at": NOW + timedelta(minutes=1)}),
        ("recovered_at", {"recovered_at": ALARM - timedelta(minutes=1)}),
        ("downtime_minutes", {"downtime_minutes": -1}),
        ("cause", {"cause": "ghost"}),
    ],
)
def test_a_bad_fault_names_the_field(field, changes):
    code = make_lift()
    with pytest.raises(BadInput) as error:
        service.record_fault(code, **{**FAULT, **changes})
    assert list(error.value.fields) == [field]


def test_an_accident_is_shown():
    code = make_lift()
    service.record_accident(code, on=date(2025, 2, 3), units=["mu-1"], summary="开门运行", actor=OFFICER)
    assert block(code)["accidents"] == [{"date": "2025-02-03", "summary": "开门运行"}]
    with pytest.raises(BadInput):
        service.record_accident(code, on=date(2025, 2, 3), units=["mu-1"], summary=" ", actor=OFFICER)


def test_what_a_resident_reports_alarms_the_desk_and_is_not_called_96333s(db):
    code = make_lift()
    service.open_emergency(code, "web", "form-1", actor=resident())
    pass_news_on()
    assert db.outbox.find_one({"channel": "inbox", "target": "500103"})["template"] == "rescue.reported"
    shown = block(code)
    assert (shown["ongoing"], shown["reported"]) == (True, True)
    assert (shown["rescues"][0]["source"], shown["rescues"][0]["confirmed"]) == ("居民在网页上报告", False)
    assert "居民报告" in shown["source"]


def test_what_96333_tells_of_a_report_makes_it_a_rescue():
    code = make_lift()
    service.open_emergency(code, "web", "form-1", actor=resident())
    rescue(code, 14, NOW - timedelta(minutes=30), key="form-1")
    assert block(code)["rescues"][0]["confirmed"]
    assert block(code)["source"] == queries.SOURCE


def test_an_officer_of_the_district_ends_a_report_with_a_reason_and_once():
    code = make_lift()
    opened = str(service.open_emergency(code, "web", "form-1", actor=resident()).id)
    for actor, reason, refused in (
        (acting("2", jurisdiction="500106"), "已核实", NotFound),
        (acting("1"), " ", BadInput),
    ):
        with pytest.raises(refused):
            service.end_emergency(opened, actor, reason)
        assert block(code)["ongoing"]
    service.end_emergency(opened, acting("1"), "96333：误报")
    assert not block(code)["ongoing"]
    kept = Rescue.objects.first()
    assert (kept.state, kept.ended_by, kept.ended_why) == ("closed", "person:1", "96333：误报")
    with pytest.raises(Conflict):
        service.end_emergency(opened, acting("1"), "96333：误报")


def test_what_nobody_ends_ends_by_itself_after_a_day():
    code = make_lift()
    service.open_emergency(code, "web", "form-1", actor=resident())
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        assert service.end_silent() == 0
    with time_machine.travel(NOW + timedelta(hours=24, seconds=1), tick=False):
        assert service.end_silent() == 1
        assert not block(code)["ongoing"]
    assert Rescue.objects.first().ended_by == "worker"
