"""Several people report one case: each has a key, an identity and a judgement of their own (decision 061)."""

import pytest

from backend.complaints import queries, service
from backend.complaints.service import NewReporter
from backend.foundation.errors import Conflict, Forbidden, NotFound
from tests.delivering import pass_news_on
from tests.factories.people import sign_in
from tests.integration.complaints.tracks import heard, stored

FIRST, SECOND = "a" * 32, "b" * 32


@pytest.fixture
def both(filed, officer, do):
    """Give the receipts of who filed a case and of who joined it."""
    first = filed(binding=FIRST, phone="02300001234", description="我住 3-2")
    second = service.join(first["number"], NewReporter("wechat", binding=SECOND, phone="02300005678"), "我是 5-1 的")
    return first, second


def shown(receipt):
    return queries.progress(receipt["number"], receipt["query_key"])


def told(db, target):
    pass_news_on()
    return [row["data"]["text"] for row in db.outbox.find({"target": target, "channel": "wechat"}).sort("_id", 1)]


def test_each_reporter_has_a_key_of_their_own_and_the_printed_one_stays_valid(both):
    first, second = both
    assert first["query_key"] == service.query_key(first["number"])
    assert second["query_key"] != first["query_key"]
    assert (shown(first)["first"], shown(second)["first"]) == (True, False)
    assert queries.progress(first["number"], "AAAAAAAA") is None


def test_joining_twice_from_one_form_gives_the_same_key(filed):
    number = filed()["number"]
    keys = [service.join(number, NewReporter("web"), "", draft="d-1")["query_key"] for _ in range(2)]
    assert keys[0] == keys[1] != service.query_key(number)


def test_who_joined_reads_states_and_published_words_and_nothing_told_to_who_filed(filed, officer, do):
    first = filed(consent_publish=True, description="我住 3-2")
    second = service.join(first["number"], NewReporter("web"), "我是 5-1 的")
    number = first["number"]
    do(number, "accept", officer, text="请 3-2 住户等候")
    do(number, "answer", officer, text="已联系 3-2 住户")
    do(number, "resolve", officer, text="已上门告知 3-2 住户")
    theirs = shown(second)
    assert "3-2" not in str(theirs)
    assert [line["label"] for line in theirs["history"]] == [line["label"] for line in shown(first)["history"]]
    assert (theirs["photo_count"], theirs["letters"], theirs["outcome"]) == (0, [], None)
    do(number, "publish", officer, text="门机已更换")
    assert shown(second)["outcome"] == shown(second)["published"] == "门机已更换"
    assert shown(first)["outcome"] == "已上门告知 3-2 住户"


def test_news_to_who_joined_says_how_it_goes_and_not_what_was_said_to_who_filed(db, both, officer, do):
    number = both[0]["number"]
    do(number, "accept", officer, text="请 3-2 住户等候")
    do(number, "resolve", officer, text="已上门告知 3-2 住户")
    assert heard(db, SECOND) == [("accept", number), ("resolve", number)]
    assert "3-2" not in str(told(db, SECOND))
    assert "3-2" in str(told(db, FIRST))


def test_the_link_in_news_carries_the_key_of_who_gets_it(both):
    first, second = both
    assert queries.key_of_binding(first["number"], FIRST) == first["query_key"]
    assert queries.key_of_binding(first["number"], SECOND) == second["query_key"]
    assert queries.of_binding(SECOND)[0]["query_key"] == second["query_key"]


def test_only_who_filed_the_case_is_asked_for_an_identity(both, officer, do):
    first, second = both
    number = first["number"]
    do(number, "ask_identity", officer)
    assert (shown(first)["can_identify"], shown(second)["can_identify"]) == (True, False)
    with pytest.raises(Forbidden):
        do(number, "give_identity", service.by_key(number, second["query_key"]), name="李示例")
    assert stored(number).reporters[0].name_sealed is None
    do(number, "give_identity", service.by_key(number, first["query_key"]), name="张示例")
    assert stored(number).state == "filed"


def test_each_reporter_judges_once_and_nobody_uses_up_anothers_word(both, officer, do):
    first, second = both
    number = first["number"]
    do(number, "accept", officer)
    do(number, "resolve", officer)
    do(number, "satisfied", service.by_key(number, second["query_key"]), text="")
    assert (shown(first)["can_praise"], shown(second)["can_praise"]) == (True, False)
    with pytest.raises(Conflict):
        do(number, "satisfied", service.by_key(number, second["query_key"]), text="")
    do(number, "reopen", service.by_key(number, first["query_key"]), text="还在响")
    kept = [reporter.satisfaction for reporter in stored(number).reporters]
    assert kept == ["unsatisfied", "satisfied"]


def test_any_reporter_reopens_the_case_and_who_reopened_before_takes_it_to_the_city(both, officer, city, do):
    first, second = both
    number = first["number"]
    do(number, "accept", officer)
    for key, bureau in ((second["query_key"], "500103"), (first["query_key"], "500103"), (second["query_key"], "CQ")):
        do(number, "resolve", city)
        do(number, "reopen", service.by_key(number, key), text="还在响")
        assert (stored(number).state, stored(number).jurisdiction) == ("accepted", bureau)
    do(number, "resolve", city)
    assert (shown(first)["can_reopen"], shown(second)["can_reopen"]) == (True, False)


def test_the_actor_alone_is_spared_the_news_and_others_do_not_read_their_words(db, both, officer, do):
    first, second = both
    number = first["number"]
    do(number, "accept", officer)
    do(number, "resolve", officer)
    do(number, "reopen", service.by_binding(number, SECOND), text="5-1 还在响")
    assert heard(db, SECOND)[-1] == ("resolve", number)
    assert heard(db, FIRST)[-1] == ("reopen", number)
    assert "5-1" not in str(told(db, FIRST)) + str(shown(first))
    assert "5-1 还在响" in str(shown(second))


def test_who_reported_a_merged_case_judges_for_themselves(db, filed, officer, do):
    lead, merged = filed(binding=FIRST), filed("noise", binding=SECOND)
    do(merged["number"], "merge", officer, into=lead["number"])
    do(lead["number"], "accept", officer)
    do(lead["number"], "resolve", officer)
    version = shown(merged)["version"]
    service.act(merged["number"], "satisfied", service.by_key(merged["number"], merged["query_key"]), version, {})
    assert (shown(merged)["can_praise"], shown(lead)["can_praise"]) == (False, True)
    assert stored(merged["number"]).reporters[0].satisfaction == "satisfied"


def test_officers_hear_of_joining_of_an_identity_and_of_reopening(db, both, officer, do):
    number = both[0]["number"]
    do(number, "ask_identity", officer)
    do(number, "give_identity", service.by_key(number, both[0]["query_key"]), name="张示例")
    do(number, "accept", officer)
    do(number, "resolve", officer)
    do(number, "reopen", service.by_key(number, both[1]["query_key"]), text="还在响")
    wanted = [("joined", number), ("identified", number), ("reopened", number)]
    assert [one for one in heard(db, "500103") if one in wanted] == wanted
    assert ("reopened", number) in heard(db, officer.id)
    assert "张示例" not in str(list(db.outbox.find()))


def test_the_desk_shows_who_said_what(client, both, officer, do):
    number = both[0]["number"]
    do(number, "accept", officer)
    do(number, "resolve", officer)
    do(number, "satisfied", service.by_key(number, both[0]["query_key"]), text="")
    do(number, "reopen", service.by_key(number, both[1]["query_key"]), text="还在响")
    sign_in(client)
    page = client.get(f"/desk/{number}").text
    assert page.index("评价：<b>满意</b>") < page.index("评价：<b>不满意</b>")
    assert "第 2 位反映人" in page


def test_the_page_of_who_joined_says_so(client, both):
    first, second = both
    number = first["number"]
    assert "您是后来加入这一件的" in client.get(f"/c/{number}?k={second['query_key']}").text
    assert "您是后来加入这一件的" not in client.get(f"/c/{number}?k={first['query_key']}").text


def test_a_strangers_key_moves_nothing(both):
    with pytest.raises(NotFound):
        service.by_key(both[0]["number"], "AAAAAAAA")
    with pytest.raises(NotFound):
        service.by_binding(both[0]["number"], "c" * 32)
