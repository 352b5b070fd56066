import pytest
from prometheus_client.parser import text_string_to_metric_families

from backend.delivery.channels import Broken, Retry


@pytest.fixture
def scrape(office, app):
    """Read the metrics as Prometheus does: `scrape()["name", "label"]`."""

    def scrape():
        text = app.test_client().get("/metrics").text
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name.startswith("chati_outbox")
        }

    return scrape


def test_what_waits_is_seen_with_the_age_of_the_oldest(scrape, office):
    office.promise("a")
    office.promise("b", channel="pigeon")
    office.wait(90)
    seen = scrape()
    assert seen["chati_outbox_messages", "desk", "pending"] == 1
    assert seen["chati_outbox_messages", "pigeon", "pending"] == 1
    assert seen["chati_outbox_oldest_pending_seconds",] == pytest.approx(90, abs=0.1)


def test_what_is_done_is_no_longer_seen_waiting(scrape, office):
    office.promise("a")
    scrape()
    office.work()
    seen = scrape()
    assert seen["chati_outbox_messages", "desk", "pending"] == 0
    assert seen["chati_outbox_oldest_pending_seconds",] == 0


def test_what_becomes_of_attempts_is_counted(scrape, office):
    before = scrape()
    office.answers += [Retry("超时"), Broken("令牌无效")]
    for key in "abc":
        office.promise(key, target=key)
    office.work()
    after = scrape()
    for name in ("sent", "retried", "failed"):
        series = (f"chati_outbox_{name}_total", "desk")
        assert after[series] - before.get(series, 0) == 1
    assert after["chati_outbox_messages", "desk", "failed"] == 1


@pytest.mark.parametrize(
    ("query", "sort"),
    [
        ({"state": "pending", "channel": {"$in": ["desk", "inbox"]}, "next_at": {"$lte": 0}}, {"next_at": 1}),
        ({"state": "pending"}, {"created_at": 1}),
        ({"subject": "s", "target": "t", "channel": "c", "state": "pending"}, {"created_at": 1}),
    ],
    ids=["take", "oldest", "earlier"],
)
def test_the_workers_questions_are_answered_from_an_index_without_sorting(query, sort, db):
    plan = db.command("explain", {"find": "outbox", "filter": query, "sort": sort}, verbosity="queryPlanner")
    stages = str(plan["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in stages
    assert "COLLSCAN" not in stages
    assert "'SORT'" not in stages
