"""A real mongod for every test run: started once, one database per worker, emptied before each test that uses it."""

import os
import pathlib
import tempfile
import threading
import time
from argparse import ArgumentTypeError
from contextlib import contextmanager
from datetime import datetime

import hypothesis
import mongoengine
import pymongo
import pytest
import time_machine
from pymongo import monitoring
from werkzeug.serving import make_server

import wsgi
from backend.demo import load
from backend.foundation import clock, database
from backend.foundation.embedded import EmbeddedMongo
from config.settings import Settings

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("chati", deadline=None)
hypothesis.settings.load_profile("chati")

MONGO = pytest.StashKey[EmbeddedMongo]()
FOLDER = pytest.StashKey[tempfile.TemporaryDirectory]()
AHEAD_S = pytest.StashKey[float | None]()
MOVED_CLOCK = pathlib.Path(__file__).with_name("moved_clock")


def moment(text):
    """Read an ISO 8601 moment with its offset as a timestamp."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ArgumentTypeError(f"{text} lacks its offset, such as +00:00")
    return at.timestamp()


def pytest_addoption(parser):
    parser.addoption("--at", type=moment, help="run at this moment, ticking on, such as 2028-02-29T15:59:50+00:00")


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        travel(config, config.workerinput["ahead_s"])
        return
    travel(config, config.option.at and config.option.at - time.time())
    config.stash[FOLDER] = tempfile.TemporaryDirectory(prefix="chati-test-", ignore_cleanup_errors=True)
    config.stash[MONGO] = EmbeddedMongo(pathlib.Path(config.stash[FOLDER].name) / "mongod", cache_mb=256)


def travel(config, ahead_s):
    """Put this process on the clock of the run, so many seconds ahead of the machine's; None leaves it there."""
    config.stash[AHEAD_S] = ahead_s
    if ahead_s is not None:
        time_machine.travel(time.time() + ahead_s).start()
        time.time()  # a traveller's clock stands still until it is first looked at


@pytest.fixture(scope="session", autouse=True)
def clock_of_children(request):
    """Put the Python processes that tests start on the clock of the run."""
    ahead_s = request.config.stash[AHEAD_S]
    if ahead_s is None:
        yield
        return
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TEST_CLOCK_AHEAD_S", str(ahead_s))
        environment.setenv("PYTHONPATH", str(MOVED_CLOCK), prepend=os.pathsep)
        yield


def running(mongod):
    """Start the run's mongod, which is on the machine's clock and must not expire what tests on another one wrote."""
    uri = mongod.ensure()
    with pymongo.MongoClient(uri) as client:
        client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
    return uri


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["ahead_s"] = node.config.stash[AHEAD_S]
    node.workerinput["mongodb_uri"] = running(node.config.stash[MONGO])


def pytest_unconfigure(config):
    if MONGO in config.stash:
        config.stash[MONGO].stop()
        config.stash[FOLDER].cleanup()


@pytest.fixture(scope="session")
def mongodb_uri(request):
    """The connection string of this run's mongod."""
    if hasattr(request.config, "workerinput"):
        return request.config.workerinput["mongodb_uri"]
    return running(request.config.stash[MONGO])


@pytest.fixture(scope="session")
def settings(mongodb_uri, worker_id, tmp_path_factory):
    """Settings of a demo Chati on this run's mongod, with a database of this worker's own."""
    return Settings(
        mongodb_uri=mongodb_uri,
        mongodb_name=f"test_{worker_id}",
        var=str(tmp_path_factory.mktemp("var")),
        base_url="https://chati.example",
        demo=True,
        log_level="error",
    )


@pytest.fixture(scope="session")
def app(settings):
    """The whole application, connected, with all indexes made."""
    app = wsgi.create_app(settings)
    app.testing = True
    database.database().client.drop_database(settings.mongodb_name)
    database.migrate()
    yield app
    database.database().client.drop_database(settings.mongodb_name)
    mongoengine.disconnect_all()


def empty():
    """Empty every collection, keep the indexes."""
    connected = database.database()
    for name in connected.list_collection_names():
        connected[name].delete_many({})
    return connected


@pytest.fixture
def db(app):
    """The database, empty."""
    return empty()


@pytest.fixture
def context(app, db):
    """An application context over an empty database, for tests that call services."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app, db):
    """A browser without cookies over an empty database."""
    return app.test_client()


@pytest.fixture
def still_clock():
    """The clock stands still at the present moment, for whoever compares what belongs to one day."""
    with time_machine.travel(time.time(), tick=False):
        yield


@contextmanager
def serving(app):
    """Serve the application on a real socket; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def live_server(app, db):
    """The application on a real socket over an empty database; gives its address."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def demo_city(app):
    """The demo city as of today, loaded once for a module of tests that only read it."""
    empty()
    with app.app_context():
        load.load(clock.today())
        yield app
    empty()


@pytest.fixture(scope="module")
def demo_server(demo_city):
    """The demo city on a real socket; gives its address."""
    with serving(demo_city) as address:
        yield address


class CommandNames(monitoring.CommandListener):
    """Collects the commands sent to MongoDB, as `find cards`."""

    def __init__(self):
        self.seen = []

    def started(self, event):
        if event.command_name not in {"hello", "ping", "endSessions", "killCursors"}:
            self.seen.append(f"{event.command_name} {event.command.get(event.command_name)}")

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


LISTENER = CommandNames()
monitoring.register(LISTENER)


@pytest.fixture
def commands():
    """The list of commands sent to MongoDB from here on."""
    LISTENER.seen.clear()
    return LISTENER.seen
