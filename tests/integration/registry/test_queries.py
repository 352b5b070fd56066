import pytest
import time_machine

from backend.accounts.actors import COMMAND
from backend.foundation import database
from backend.registry import queries, search, service, signs


def codes_of(found):
    return [one["code"] for one in found]


def test_without_a_query_all_lifts_are_listed(lifts):
    assert codes_of(search.search("")[0]) == ["500001", "500002", "500003"]


@time_machine.travel("2026-03-01")
def test_a_bureau_lists_the_lifts_of_the_bureau_it_took_over(lifts):
    assert codes_of(search.search("", jurisdiction="500157")[0]) == ["500003"]
    assert search.search("500001", jurisdiction="500157") == ([], None)
    assert list(queries.codes(jurisdiction="500157")) == ["500003"]


def test_codes_stream_in_order_across_batches(context, monkeypatch):
    monkeypatch.setattr(queries, "CODES_BATCH", 4)
    service.save_lifts([{"code": f"{i:06}", "jurisdiction": "500106"} for i in range(10)], by=COMMAND)
    assert list(queries.codes()) == [f"{i:06}" for i in range(10)]


@time_machine.travel("2026-03-01")
def test_the_identity_of_a_lift_names_who_answers_for_it(lifts):
    found = queries.identity(["500001", "999999"])
    assert list(found) == ["500001"]
    block = found["500001"]
    assert block["using_unit"] == {"name": "演示物业", "phone": "023-00000001", "licence": None}
    assert block["maintenance_unit"] == {"name": "演示维保", "phone": "023-00000002", "licence": "TS-000"}
    assert block["inspection_body"] is None
    assert block["bureau"]["name"] == "沙坪坝区市场监督管理局"
    assert block["bureau"]["note"] is None
    assert (block["status_label"], block["category_name"]) == ("在用", "曳引驱动乘客电梯")
    assert (block["manufactured_on"], block["origin"]) == (
        "2015-03-02",
        {"date": "2015-06-01", "source": "supervision"},
    )


def test_a_safety_manager_is_shown_masked_and_kept_sealed(lifts):
    block = queries.identity(["500001"])["500001"]
    assert (block["safety_manager"], block["safety_manager_phone"]) == ("张**", "158****1234")
    assert "15800001234" not in str(database.collection("lifts").find_one({"_id": "500001"}))


@pytest.mark.parametrize(
    ("day", "name", "note"),
    [
        ("2025-10-01", "江北区市场监督管理局", None),
        ("2026-03-01", "两江新区市场监督管理局", "原江北区市场监督管理局"),
    ],
)
def test_the_bureau_of_today_answers_and_names_the_one_before(lifts, day, name, note):
    with time_machine.travel(day):
        bureau = queries.identity(["500003"])["500003"]["bureau"]
    assert (bureau["name"], bureau["note"]) == (name, note)


def test_the_identity_knows_every_sign_by_its_tag(lifts):
    database.collection("signs").insert_many(
        [
            {"lift": "500001", "serial": 1, "tag": "AAAAAAAA", "state": signs.REPLACED},
            {"lift": "500001", "serial": 2, "tag": "BBBBBBBB", "state": signs.CURRENT},
        ]
    )
    assert queries.identity(["500001"])["500001"]["signs"] == {"AAAAAAAA": "replaced", "BBBBBBBB": "current"}
