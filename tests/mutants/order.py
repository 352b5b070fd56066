"""Which tests are asked first: those that run the changed line, the quickest of them first."""

import json
import signal

import coverage
import pytest


class Learning:
    """Watches a run of the tests as they are: how long each takes, which lines it runs, and which cannot run here."""

    def __init__(self, root):
        self.root, self.file = root, root / "order.json"
        self.seconds, self.failing = {}, []

    def read(self):
        """Give what was learnt, in another process than learnt it."""
        return Known(**json.loads(self.file.read_text()))

    def pytest_configure(self):
        # Of coverage's ways to measure this one can tell which test is running.
        self.coverage = coverage.Coverage(data_file=None, include=f"{self.root}/backend/policy/*", config_file=False)
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.coverage.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failing.append(report.nodeid)

    def pytest_sessionfinish(self):
        self.coverage.stop()
        data = self.coverage.get_data()
        lines = {
            str(path).removeprefix(f"{self.root}/"): data.contexts_by_lineno(path) for path in data.measured_files()
        }
        self.file.write_text(json.dumps({"seconds": self.seconds, "failing": self.failing, "lines": lines}))


class Known:
    """What was learnt of the tests."""

    def __init__(self, seconds, failing, lines):
        self.seconds, self.failing, self.lines = seconds, set(failing), lines

    def near(self, file, line):
        """List the tests that run a line and can run here, the quickest first."""
        known = set(self.lines.get(file, {}).get(str(line), ())) & self.seconds.keys() - self.failing
        return sorted(known, key=lambda one: (self.seconds[one], one))

    def plugin(self, near, each_s):
        """Give the plugin that asks some tests first, each for so many seconds, and not those that cannot run here."""
        return _First(self, near, each_s)


class _First:
    def __init__(self, known, near, each_s):
        self.known, self.near, self.each_s = known, set(near), each_s

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self):
        signal.alarm(self.each_s)

    def pytest_collection_modifyitems(self, items):
        items[:] = sorted(
            (item for item in items if item.nodeid not in self.known.failing),
            key=lambda item: (item.nodeid not in self.near, self.known.seconds.get(item.nodeid, 0)),
        )
