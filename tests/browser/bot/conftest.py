"""The simulator on a real socket, with a worker that pushes."""

import threading
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from backend.delivery import worker
from bot.account import STAND_IN
from tests.factories import make_lift


@pytest.fixture
def chat(app, live_server, monkeypatch, open_page):
    """Open the simulator; its pushes go to this very server's stand-in."""
    port = urlsplit(live_server).port
    with app.app_context():
        make_lift("500101")
        make_lift("500102", building="5栋", inside_number="1号梯")
    monkeypatch.setitem(app.config, "CHATI", replace(app.config["CHATI"], port=port, base_url=live_server))
    here = replace(app.extensions["chati.wechat"], api_base=live_server + STAND_IN)
    monkeypatch.setitem(app.extensions, "chati.wechat", here)
    return lambda **options: open_page("/simulator", **options)


@pytest.fixture
def working(app, chat):
    """A worker beside the web server."""
    stop = threading.Event()

    def work():
        with app.app_context():
            worker.run(stop)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()
