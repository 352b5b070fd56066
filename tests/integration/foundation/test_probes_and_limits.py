def test_a_probe_says_the_process_is_alive(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_probe_says_a_primary_is_reachable(client):
    assert client.get("/readyz").status_code == 200


def test_whoever_asks_too_often_is_told_when_to_come_back(client, time_machine):
    time_machine.move_to("2026-11-24 10:00:00+08:00", tick=False)
    body = {"place": "虚构路 9 号", "category": "door"}
    answers = [client.post("/api/v1/complaints", json=body) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [201] * 30 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3601  # the window and the second it is rounded up to
    assert answers[-1].json["code"] == "too_many_requests"
