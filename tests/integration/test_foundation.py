def test_a_probe_says_the_process_is_alive(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_probe_says_a_primary_is_reachable(client):
    assert client.get("/readyz").status_code == 200
